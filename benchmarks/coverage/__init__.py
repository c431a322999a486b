"""How often the intervals that are stated hold the truth: ``python -m benchmarks.coverage``."""
