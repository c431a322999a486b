"""Compile the whole kernel, or load what was compiled before: ``python -m`` this module.

As a program of its own it is started by another one, which waits for it: it compiles alone, however
many are started, and ends with the program that started it.
"""

import os
import sys
import threading

import numpy as np
from filelock import FileLock

from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.solvers.compiled.baselines import ARPLS, ASLS, smooth_baselines
from fitting.solvers.compiled.jit import cache_folder, is_complete, mark_complete
from fitting.solvers.compiled.solver import solve_compiled
from fitting.solvers.spectra import Spectra


def warm_up() -> None:
    """Fit a small spectrum and smooth it, so that every function of the kernel is compiled."""
    peak = Peak(
        "peak",
        "",
        "gaussian",
        {
            "area": Parameter(1.0, 0.0),
            "position": Parameter(4.0, 1.0, 7.0),
            "fwhm": Parameter(2.0, 1.0, 5.0),
        },
    )
    function = compile_model(Model((peak,), Background("none", {})), np.linspace(0.0, 8.0, 9))
    intensity = function.value(function.affine.expand(np.array([[1.0, 4.2, 2.1]])))
    start = function.affine.start[None]
    solve_compiled(function, Spectra(intensity, np.ones((1, 9)), np.zeros(1), start), 20, threads=1)
    for kind in (ASLS, ARPLS):
        smooth_baselines(intensity, kind, 1e3, 0.01, 20)
    mark_complete()


def compile_alone() -> None:
    """Compile and keep the kernel, unless another process is just doing that: then wait for it."""
    folder = cache_folder()
    if folder is None:
        return
    end_with_parent()
    with FileLock(folder / "compiling.lock"):
        if not is_complete():
            warm_up()


def end_with_parent() -> None:
    """End this process as soon as standard input does, which the parent holds open."""

    if sys.stdin is None or sys.stdin.isatty():
        return
    # not the buffered reader: it would be locked when this process ends by itself
    watched = sys.stdin.fileno()

    def wait_for_end() -> None:
        while os.read(watched, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait_for_end, name="parent watch", daemon=True).start()


if __name__ == "__main__":
    compile_alone()
