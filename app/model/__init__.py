"""The model of a region as a panel and an editable table."""
