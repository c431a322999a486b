"""Damaged and hostile inputs, made anew: ``python -m benchmarks.fuzz``."""
