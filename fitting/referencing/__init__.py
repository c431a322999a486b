"""Charge reference: the line whose energy is agreed, the shifts that follow, and their drift."""
