"""Fits of other programs taken over, and handed back."""
