"""Which species a series supports: chosen once for all its spectra, by BIC over nested sets."""
