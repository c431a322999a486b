"""Spectra that arrive while a project is open: a watched folder, added and fitted as they come."""
