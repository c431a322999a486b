"""How often the intervals that are stated hold the truth.

A script of this folder's parent has that parent on its path. There this folder would pass for the
PyPI package ``coverage``, which numba looks for: whoever asks for that must not find this one.
"""

if __name__ == "coverage":
    raise ImportError("this is benchmarks.coverage, not the PyPI package coverage")
