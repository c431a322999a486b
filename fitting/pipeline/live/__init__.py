"""Spectra that come to an open project: added by hand, or as a watched folder gets them."""
