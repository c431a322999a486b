"""Compile the whole kernel, or load what was compiled before: ``python -m`` this module."""

import numpy as np

from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.solvers.compiled.baselines import ARPLS, ASLS, smooth_baselines
from fitting.solvers.compiled.jit import mark_complete
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


if __name__ == "__main__":
    warm_up()
