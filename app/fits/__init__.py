"""Fits run from the window."""
