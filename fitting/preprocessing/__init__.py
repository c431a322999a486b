"""Steps between a file and a fit: axis, intensity, baseline, charge reference."""
