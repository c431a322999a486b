"""Eckerle4 of NIST's Statistical Reference Datasets, the one whose model is a peak of this program.

The others (exponentials, rational functions) are in ``tests/fitting/test_nist_strd.py``.
"""

from pathlib import Path

import numpy as np
import pytest

from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.solvers.numpy.minimise import solve_numpy
from fitting.solvers.numpy.starts import with_several_starts
from fitting.solvers.spectra import Spectra

FILE = Path(__file__).parents[2] / "data" / "nist_strd" / "Eckerle4.dat"
FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))
CERTIFIED = (1.5543827178, 4.0888321754, 451.54121844)
CERTIFIED_ERRORS = (1.5408051163e-02, 4.6803020753e-02, 4.6800518816e-02)
CERTIFIED_SUM_OF_SQUARES = 1.4635887487e-03


@pytest.mark.parametrize("start", [(1.0, 10.0, 500.0), (1.5, 5.0, 450.0)])
def test_certified_values_are_found_to_six_digits(start: tuple[float, float, float]) -> None:
    lines = FILE.read_text().splitlines()[60:]
    data = np.array([line.split() for line in lines if line.strip()], dtype=float)
    y, x = data[np.argsort(data[:, 1])].T
    peak = Peak(
        "peak",
        "",
        "gaussian",
        {
            "area": Parameter(start[0] * np.sqrt(2.0 * np.pi), 0.0),
            "position": Parameter(start[2], 400.0, 500.0),
            "fwhm": Parameter(start[1] * FWHM_PER_SIGMA, 0.1, 1000.0),
        },
    )
    function = compile_model(Model((peak,), Background("none", {})), x)
    spectra = Spectra(y[None], np.ones((1, x.size)), np.zeros(1), function.affine.start[None])
    found = with_several_starts(solve_numpy)(function, spectra, 500)
    scale = np.array([1.0 / np.sqrt(2.0 * np.pi), 1.0, 1.0 / FWHM_PER_SIGMA])
    area, position, fwhm = found.free[0] * scale
    assert (area, fwhm, position) == pytest.approx(CERTIFIED, rel=1e-6)
    errors = np.sqrt(np.diagonal(found.covariance[0])) * scale
    assert errors[[0, 2, 1]] == pytest.approx(CERTIFIED_ERRORS, rel=1e-5)
    assert found.chi_square[0] == pytest.approx(CERTIFIED_SUM_OF_SQUARES, rel=1e-9)
