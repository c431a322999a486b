"""Gives memory that is free back to the system.

The C library of Linux keeps what a thread has freed for later; after some dozen fits and exports
that is more than the program itself needs.
"""

import ctypes
import sys


def return_free_memory() -> None:
    """Return what can be returned; elsewhere than on Linux with glibc the system does it itself."""
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
