"""The preprocessing steps of a region, shown and edited."""
