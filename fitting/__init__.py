"""Read, fit and quantify spectra; needs no window."""
