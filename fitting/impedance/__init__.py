"""Impedance spectra: read, fitted with circuits, checked, and told as resistances."""
