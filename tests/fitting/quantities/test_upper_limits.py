"""Upper limits of species that are not detected."""

import numpy as np
import pytest

from fitting.models.from_library import model_from_library
from fitting.models.model import without_peak
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.quantities.detection import Detection, detect_species
from fitting.quantities.estimates import find_estimates
from fitting.quantities.quantify import Areas, species_areas
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.quantities.upper_limits import upper_limits
from fitting.simulation.series import simulate_series

AREAS = Areas(
    ("PS4", "sulfate"),
    np.array([[90.0, 10.0], [99.0, 1.0], [0.0, 3.0]]),
    np.zeros((3, 2, 2)),
    np.full((3, 2), True),
    np.full(2, True),
    np.full(3, 100.0),
)
LIMITS = np.array([[2.0, 2.0, 4.0], [2.0, 5.0, 4.0], [10.0, 2.0, 4.0]])
SEEN = np.array([[True, True, False], [True, False, False], [False, True, False]])
OTHERS = AREAS.value.sum(axis=1)[:, None] - np.pad(AREAS.value, ((0, 0), (0, 1)))
DETECTION = Detection(
    ("PS4", "sulfate", "sulfite"), SEEN, LIMITS, OTHERS * LIMITS / (100.0 - LIMITS)
)


def _limits(quantity: Quantity) -> np.ndarray:
    return upper_limits(DETECTION, AREAS, quantity)


def test_only_what_is_not_detected_has_a_limit() -> None:
    np.testing.assert_equal(_limits(fraction_of("sulfate")), [np.nan, 5.0, np.nan])
    np.testing.assert_equal(_limits(fraction_of("sulfite")), [4.0, 4.0, 4.0])
    np.testing.assert_equal(_limits(fraction_of("thiosulfate")), [np.nan] * 3)


def test_the_area_of_the_limit_has_its_share_beside_the_others() -> None:
    area = _limits(Quantity("area", ("sulfite",)))
    others = AREAS.value.sum(axis=1)
    np.testing.assert_allclose(100 * area / (area + others), 4.0)


def test_a_ratio_has_a_limit_where_what_it_is_taken_to_is_detected() -> None:
    limit = _limits(ratio_of("sulfate", "PS4"))
    np.testing.assert_allclose(limit[1], (5.0 / 95.0), rtol=1e-12)
    assert np.isnan(limit[[0, 2]]).all()
    assert np.isnan(_limits(ratio_of("sulfite", "PS4"))[2])


def test_a_species_that_is_not_there_is_below_its_limit_in_most_spectra() -> None:
    model = model_from_library("argyrodite S 2p", background="linear")
    truth = {f"{peak.name}.area": 3000.0 for peak in model.peaks}
    truth |= {"sulfite.area": 0.0, "background.offset": 300.0}
    count = 40
    series = simulate_series(
        model, {name: np.full(count, value) for name, value in truth.items()},
        np.arange(157.0, 173.0, 0.1), np.random.default_rng(3), region="S 2p",
        voltage=np.linspace(2.5, 4.3, count),
    )  # fmt: skip
    fitted = Analysis(series, Recipe(model))
    fitted = with_fit(fitted, list(fit_analysis(fitted)))
    assert fitted.result is not None
    detection = detect_species(series, fitted.result, fitted.model)
    shares = [fraction_of("sulfite"), fraction_of("PS4")]
    found = find_estimates(fitted, shares, detection)
    upper = found["upper95"].values[:, 0]
    assert np.isfinite(upper).mean() > 0.8
    assert np.nanmax(upper) < 3.0
    assert np.isnan(found["value"].values).sum() == 0
    assert np.isnan(found["upper95"].values[:, 1]).all()


def test_a_species_that_was_left_out_has_limits_alone() -> None:
    model = model_from_library("argyrodite S 2p", background="linear")
    chosen = without_peak(model, "sulfite")
    truth = {f"{peak.name}.area": np.full(3, 3000.0) for peak in chosen.peaks}
    series = simulate_series(
        chosen, {**truth, "background.offset": 300.0}, np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(4), region="S 2p", voltage=np.array([3.5, 2.5, 3.0]),
    )  # fmt: skip
    fitted = Analysis(series, Recipe(chosen))
    fitted = with_fit(fitted, list(fit_analysis(fitted)))
    assert fitted.result is not None
    absent = (model.peak("sulfite"),)
    detection = detect_species(series, fitted.result, chosen, absent)
    quantities = [
        fraction_of("sulfite"), Quantity("area", ("sulfite",)), ratio_of("sulfite", "PS4")
    ]  # fmt: skip
    found = find_estimates(fitted, quantities, detection)
    assert np.isnan(found["value"].values).all()
    assert not found["is_detected"].values.any()
    assert (found["upper95"].values > 0).all()
    assert (found["upper95"].values < 5 * np.array([1.0, 90.0, 0.03])).all()
    share = detection.limit_percent[:, detection.column("sulfite")]
    area = upper_limits(
        detection, species_areas(fitted.result, chosen), Quantity("area", ("sulfite",))
    )
    total = species_areas(fitted.result, chosen).value.sum(axis=1)
    assert area == pytest.approx(share * total / (100 - share))
