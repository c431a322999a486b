"""Profile likelihood: against the definition, against the covariance, and at its bounds."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.fits.each import fit_all_spectra
from fitting.fits.measured import take_measured
from fitting.models.function import compile_model
from fitting.models.model import Tie, with_parameter
from fitting.quantities.intervals import student_t
from fitting.quantities.quantify import degrees_of_freedom, species_areas
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.solvers.lmfit_reference import solve_with_lmfit
from fitting.uncertainty.profile import profile_intervals

from .conftest import NUMPY, Case, make_case

QUANTITIES = (
    fraction_of("PS4"),
    fraction_of("sulfite"),
    ratio_of("polysulfide", "PS4"),
    ratio_of("PS4", "polysulfide"),
    Quantity("area", ("sulfate",)),
)


def ends(case: Case, quantities=QUANTITIES) -> tuple[np.ndarray, np.ndarray]:
    blocks = list(profile_intervals(*case.fitted, quantities, NUMPY))
    return np.concatenate([b.low95 for b in blocks]), np.concatenate([b.high95 for b in blocks])


def test_far_from_bounds_the_interval_is_that_of_the_covariance(case) -> None:
    low, high = ends(case)
    areas = species_areas(case.result, case.model)
    for column in (0, 2, 4):
        estimate = QUANTITIES[column].estimate(areas)
        assert np.abs(low[:, column] - estimate.low95).max() < 0.2 * estimate.stderr.max()
        assert np.abs(high[:, column] - estimate.high95).max() < 0.2 * estimate.stderr.max()


def test_at_an_end_the_best_fit_is_worse_by_the_threshold(case) -> None:
    """lmfit, with the ratio held by a tie, finds the rise of chi-square that defines the end."""
    _, high = ends(case)
    ratio = float(high[0, 2])
    tied = replace(
        case.model, ties=(*case.model.ties, Tie("polysulfide.area", "PS4.area", factor=ratio))
    )
    grid = case.series["energy"].values
    free, held = compile_model(case.model, grid), compile_model(tied, grid)
    data = take_measured(case.series.isel(spectrum=[0]), case.model)
    sigma = data.modelled_sigma(free, case.result["value"].values[:1])
    rises = []
    for function in (free, held):
        columns = [function.affine.names.index(name) for name in function.affine.free]
        start = case.result["value"].values[:1, columns]
        found = solve_with_lmfit(function, data.spectra(sigma, start), 2000)
        rises.append(float(found.chi_square[0]))
    freedom = degrees_of_freedom(case.result)[:1]
    threshold = student_t(freedom)[0] ** 2 * rises[0] / freedom[0]
    assert rises[1] - rises[0] == pytest.approx(threshold, rel=0.03)


def test_interval_of_a_ratio_is_that_of_its_inverse_turned_round(case) -> None:
    low, high = ends(case)
    assert low[:, 3] == pytest.approx(1.0 / high[:, 2], rel=1e-2)
    assert high[:, 3] == pytest.approx(1.0 / low[:, 2], rel=1e-2)


def test_absent_species_has_an_upper_end_and_a_lower_one_of_zero(case) -> None:
    low, high = ends(case)
    assert np.all(low[:, 1] == 0.0)
    assert np.all((high[:, 1] > 0.0) & (high[:, 1] < 2.0))


def test_ratio_to_an_absent_species_has_no_upper_end(case) -> None:
    low, high = ends(case, (ratio_of("PS4", "sulfite"),))
    assert np.all(np.isinf(high))
    assert np.all(low > 10.0)


def test_intervals_do_not_depend_on_the_spectra_done_with_them(case) -> None:
    whole, _ = ends(case)
    (block,) = profile_intervals(*case.fitted, QUANTITIES, NUMPY, spectra=[2])
    assert list(block.spectra) == [2]
    assert block.low95[0] == pytest.approx(whole[2], rel=1e-6, abs=1e-9)


def test_spectrum_that_was_not_fitted_has_no_interval(case) -> None:
    result = case.result.copy(deep=True)
    result["status"].values[1] = 0
    (block,) = profile_intervals(case.series, result, case.model, QUANTITIES, NUMPY)
    assert np.isnan(block.low95[1]).all()
    assert np.isfinite(block.low95[0]).all()


@pytest.mark.parametrize("total", [1e3, 1e4])
def test_intervals_hold_the_truth_with_an_absent_and_a_weak_species(total: float) -> None:
    case = make_case(80, total, 17, PS4=0.62, polysulfide=0.3, sulfite=0.0, sulfate=0.08)
    quantities = [*map(fraction_of, case.areas), ratio_of("polysulfide", "PS4")]
    low, high = ends(case, quantities)
    truth = np.array([*(100.0 * area / total for area in case.areas.values()), 0.3 / 0.62])
    held = (low <= truth) & (truth <= high)
    # 400 intervals that are partly correlated: three of their standard deviations below 95 %
    assert held.mean() > 0.91
    assert held.mean(axis=0).min() > 0.87


def test_absent_species_in_a_fixed_place_is_held_by_more_than_the_ordinary_share() -> None:
    """The threshold of a bounded value is 2.71 there, so that 95 % hold zero and not 97.5 %."""
    case = make_case(200, 1e4, 3, PS4=0.6, polysulfide=0.3, sulfite=0.0, sulfate=0.1)
    model = with_parameter(case.model, "sulfite.position", vary=False)
    case = replace(case, model=model, result=fit_all_spectra(case.series, model, NUMPY))
    low, _ = ends(case, (fraction_of("sulfite"),))
    missed = int((low > 0).sum())
    assert 3 <= missed <= 19  # 10 expected of 200, three standard deviations
