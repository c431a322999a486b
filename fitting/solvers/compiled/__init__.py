"""The batched engine compiled by numba: imported only where numba is and has time to compile.

Its functions are longer and deeper than elsewhere: they are loops over scalars, and what is one
array expression in ``fitting.solvers`` is several lines here. ``tests`` hold both to one result.
"""
