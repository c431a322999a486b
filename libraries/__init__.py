"""Reference data: what the literature says."""
