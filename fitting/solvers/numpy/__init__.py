"""The batched least-squares engine in numpy: many spectra of one model at once."""
