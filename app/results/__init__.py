"""What a fit gave: tables of species and spectra, and the audit."""
