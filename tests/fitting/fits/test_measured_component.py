"""Measured spectra as components: what they are, what they give, and how their noise counts.

The truth is simulated here without code of the engine: lines with a tail that the model's symmetric
lines do not have.
"""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import quad

from fitting.data.errors import ModelError, RecipeError
from fitting.data.result import OF_COMPONENTS
from fitting.data.series import ENERGY, FloatArray, make_series
from fitting.fits.each import fit_all_spectra
from fitting.fits.measured_component import component_of, measure_component, with_component
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_species
from fitting.models.line_shapes.measured import MeasuredShape, measured_line_shape
from fitting.models.model import Model, with_parameter
from fitting.projects.recipe import Recipe, recipe_from_json, recipe_to_json
from fitting.quantities.quantify import find_fractions, species_areas

GRID = np.round(np.arange(158.0, 172.01, 0.1), 3)
QUICK = FitOptions(family=())


def test_a_table_of_a_gaussian_is_the_gaussian_with_all_its_slopes() -> None:
    sigma = 0.6
    places = np.linspace(150.0, 174.0, 601)
    table = _gaussian(places - 162.0, sigma)
    fwhm = float(np.sqrt(8.0 * np.log(2.0)) * sigma)
    shape = measured_line_shape(
        MeasuredShape("s", "none", 162.0, fwhm, 150.0, float(places[1] - places[0]), tuple(table))
    )
    x, broadening = np.linspace(158.0, 166.0, 101), np.array([0.5])
    wider = sigma * np.sqrt(1.5)
    profile = shape.profile(x, np.array(162.0), np.array(fwhm), broadening)
    np.testing.assert_allclose(profile, _gaussian(x - 162.0, wider), atol=1e-8)
    z = 2.0 * (x - 162.0) / fwhm
    known = shape.reduced_derivatives(z, broadening)
    assert shape.reduced_second_derivatives is not None
    bent = shape.reduced_second_derivatives(z, known, broadening)
    step = 1e-4
    moves = [(step, 0.0), (0.0, step)]
    for order, (along, by) in enumerate(moves):
        high = shape.reduced_derivatives(z + along, broadening + by)
        low = shape.reduced_derivatives(z - along, broadening - by)
        slopes = [(one - two) / (2.0 * step) for one, two in zip(high, low, strict=True)]
        np.testing.assert_allclose(known[1 + order], slopes[0], atol=1e-6)
        np.testing.assert_allclose(bent[order], slopes[1], atol=1e-5)
    # the fourth derivative of a spline of order five is straight between its points
    np.testing.assert_allclose(bent[2], slopes[2], atol=5e-4)
    area = quad(lambda at: float(shape.reduced(np.array([at]), broadening)[0]), -15.0, 15.0)[0]
    assert area == pytest.approx(1.0, abs=1e-7)


def test_the_spectrum_itself_is_all_of_it() -> None:
    series, model = _series([_counts(1.0, 0.0)], 1), _lines()
    component = component_of(measure_component(series, model), "PS4")
    result = fit_all_spectra(series, with_component(model, component), QUICK)
    shares, _ = find_fractions(species_areas(result, with_component(model, component)))
    assert shares[0, -1] == pytest.approx(100.0, abs=0.5)
    assert result["reduced_chi_square"].values[0] < 1.4


def test_a_shifted_broader_mixture_gives_shift_broadening_and_share() -> None:
    pure = _series([_counts(1.0, 0.0, scale=1e7)], 2)
    mixed = _series([_counts(0.7, 0.3, scale=1e7, shift=0.2, blur=0.5)], 3)
    model = with_component(_lines(), component_of(measure_component(pure, _lines()), "PS4"))
    model = with_parameter(model, "PS4.squared_broadening", vary=True)
    result = fit_all_spectra(mixed, model, QUICK)
    values = dict(zip(result["parameter"].values.tolist(), result["value"].values[0], strict=True))
    own = model.peak("PS4").measured
    assert own is not None
    assert values["PS4.position"] - own.position == pytest.approx(0.2, abs=0.03)
    blur = np.sqrt(values["PS4.squared_broadening"]) * own.fwhm / np.sqrt(8.0 * np.log(2.0))
    assert blur == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("ratio", [1.0, 3.0, 10.0])
def test_shares_of_mixtures_lie_within_errors_that_know_the_noise_of_the_template(
    ratio: float,
) -> None:
    scale, pulls = 6e5, []
    for seed in range(12):
        pure = _series([_counts(1.0, 0.0, scale=scale / ratio**2)], 100 + seed)
        mixed = _series([_counts(0.85, 0.15, scale=scale, shift=0.1)], 200 + seed)
        model = with_component(_lines(), component_of(measure_component(pure, _lines()), "PS4"))
        result = fit_all_spectra(mixed, model, QUICK)
        share, covariance = find_fractions(species_areas(result, model))
        pulls.append((share[0, 0] - 15.0) / np.sqrt(covariance[0, 0, 0]))
        assert OF_COMPONENTS in result
    assert np.mean(np.abs(pulls) < 1.96) > 0.7
    assert np.sqrt(np.mean(np.square(pulls))) < 1.6


def test_spectra_fitted_together_share_what_the_template_does_not_know() -> None:
    pure = _series([_counts(1.0, 0.0, scale=2e4)], 4)
    mixed = _series([_counts(0.8, 0.2, scale=2e5)] * 3, 5)
    model = with_component(_lines(), component_of(measure_component(pure, _lines()), "PS4"))
    together = fit_all_spectra(mixed, model, replace(QUICK, share=("position",)))
    alone = fit_all_spectra(mixed, model, QUICK)
    name = list(alone["parameter"].values).index("polysulfide.position")
    errors = [one[OF_COMPONENTS].values[0, name, name] for one in (together, alone)]
    # what is common to all spectra is not averaged away by fitting them together
    assert errors[0] == pytest.approx(errors[1], rel=0.2)
    assert np.all(together["covariance"].values[:, name, name] > errors[0])


def test_a_recipe_keeps_the_spectrum() -> None:
    series = _series([_counts(1.0, 0.0)], 6)
    model = with_component(_lines(), component_of(measure_component(series, _lines()), "PS4"))
    recipe = Recipe(model)
    assert recipe_from_json(recipe_to_json(recipe), "recipe") == recipe


@pytest.mark.parametrize(
    "changes", [{"fwhm": 0.0}, {"values": [1.0, 2.0]}, {"noise": [1.0]}, {"values": ["x"] * 9}]
)
def test_a_recipe_with_a_broken_table_is_refused(changes: dict[str, object]) -> None:
    shape = MeasuredShape("pristine", "none", 162.0, 1.3, 158.0, 0.5, (0.1,) * 20)
    recipe = recipe_to_json(Recipe(with_component(_lines(), component_of(shape, "PS4"))))
    recipe["model"]["peaks"][-1]["measured"] |= changes
    with pytest.raises(RecipeError, match="measured"):
        recipe_from_json(recipe, "recipe")


def test_without_lines_there_is_no_background_to_take_off() -> None:
    series = _series([_counts(1.0, 0.0)], 7)
    with pytest.raises(ModelError, match="at least one line"):
        measure_component(series, replace(_lines(), peaks=(), ties=()))


def test_a_component_of_another_name_does_not_take_a_peak_of_that_name() -> None:
    shape = measure_component(_series([_counts(1.0, 0.0)], 8), _lines())
    with pytest.raises(ModelError, match="already"):
        with_component(_lines(), component_of(shape, "PS4", "carbon"))


def _lines() -> Model:
    return model_from_species("S 2p", ("PS4", "polysulfide"))


def _counts(
    ps4: float, polysulfide: float, *, scale: float = 6e4, shift: float = 0.0, blur: float = 0.0
) -> FloatArray:
    """What would be counted without noise."""
    of_ps4 = 0.85 * _doublet(161.6 + shift, 0.5, blur) + 0.15 * _doublet(162.4 + shift, 0.7, blur)
    peaks = ps4 * of_ps4 + polysulfide * _doublet(163.3, 0.55)
    steps = 0.05 * (peaks[1:] + peaks[:-1])
    return np.asarray(
        scale * (peaks + 0.012 * np.concatenate([[0.0], np.cumsum(steps)]) + 0.25), dtype=float
    )


def _doublet(place: float, sigma: float, blur: float = 0.0) -> FloatArray:
    wide = float(np.hypot(sigma, blur))
    both = _gaussian(GRID - place, wide) + 0.5 * _gaussian(GRID - place - 1.18, wide)
    return np.asarray(both / 1.5)


def _gaussian(x: FloatArray, sigma: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * (x / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi)))


def _series(expected: list[FloatArray], seed: int) -> xr.Dataset:
    counts = np.random.default_rng(seed).poisson(expected).astype(float)
    sigma = np.sqrt(np.maximum(counts, 1.0))
    return make_series(
        ENERGY, GRID, counts, region="S 2p", sigma=sigma, noise="poisson", source="pristine.vms"
    )
