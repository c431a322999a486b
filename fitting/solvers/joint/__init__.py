"""Joint fits: some parameters are common to all spectra, the others belong to each."""
