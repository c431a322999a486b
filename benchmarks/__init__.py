"""Measurements of the program: ``python -m benchmarks.NAME``, from the checkout.

Threads are the engine's own business: the linear algebra of numpy, which reads this once when it
is imported, gets one.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
