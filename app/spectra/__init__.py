"""The regions and spectra of the project, listed and chosen."""
