"""What chance explains: against the distributions that are known."""

import numpy as np
import pytest
from scipy.stats import chi2

from fitting.fits.each import fit_all_spectra
from fitting.models.model import with_parameter
from fitting.uncertainty.fitted import fitted_spectra
from fitting.uncertainty.null_distribution import chance_rises

from .conftest import NUMPY

SULFITE = np.array([False, False, True, False])


def rises(case, model) -> np.ndarray:
    result = fit_all_spectra(case.series, model, NUMPY)
    fitted = fitted_spectra(case.series, result, model, NUMPY, np.array([0]))
    return chance_rises(fitted, 0, SULFITE)


def test_peak_in_a_fixed_place_explains_half_a_chi_square(case) -> None:
    drawn = rises(case, with_parameter(case.model, "sulfite.position", vary=False))
    # half of the draws are zero, the other half chi-square with one degree of freedom
    assert np.mean(drawn == 0) == pytest.approx(0.5, abs=0.04)
    assert np.mean(drawn > chi2.isf(0.1, 1)) == pytest.approx(0.05, abs=0.017)


def test_peak_that_can_move_explains_more(case) -> None:
    fixed = rises(case, with_parameter(case.model, "sulfite.position", vary=False))
    near = np.quantile(rises(case, case.model), 0.95)
    wide = with_parameter(case.model, "sulfite.position", min=165.0, max=168.0)
    assert np.quantile(fixed, 0.95) < near < np.quantile(rises(case, wide), 0.95)
