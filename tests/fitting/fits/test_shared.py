"""The joint fit of a series: against lmfit over all spectra, against truth, with hostile data."""

from dataclasses import replace
from itertools import islice

import lmfit
import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.result import Status, empty_result, is_fitted, shared_parameters, with_blocks
from fitting.data.series import axis_of
from fitting.fits.each import fit_all_spectra, fit_series
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.fits.shared import fit_shared, fitted_together, groupings_of, is_shared
from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie, parameter_names
from fitting.quantities.quantify import degrees_of_freedom, find_fractions, species_areas
from fitting.simulation.series import simulate_series, true_parameters
from fitting.solvers.joint.fit import solve_jointly

ALL = ("position", "fwhm", "mixing", "factor")
JOINT = FitOptions(share=ALL)
GRID = np.linspace(156.0, 172.0, 161)


def _peak(name: str, position: float) -> Peak:
    return Peak(
        name,
        name,
        "pseudo-voigt",
        {
            "area": Parameter(1000.0, 0.0),
            "position": Parameter(position, position - 0.6, position + 0.6),
            "fwhm": Parameter(1.1, 0.6, 2.0),
            "mixing": Parameter(0.3, 0.0, 1.0),
            "separation": Parameter(1.18, vary=False),
            "area_ratio": Parameter(0.511, vary=False),
        },
    )


MODEL = Model(
    (_peak("PS4", 161.5), _peak("polysulfide", 162.4), _peak("P2S5", 163.4)),
    Background(
        "shirley",
        {
            "offset": Parameter(50.0),
            "slope": Parameter(0.0, vary=False),
            "factor": Parameter(0.02, 0.0, 1.0),
        },
    ),
    (
        Tie("polysulfide.fwhm", "PS4.fwhm"),
        Tie("P2S5.fwhm", "PS4.fwhm"),
        Tie("polysulfide.mixing", "PS4.mixing"),
        Tie("P2S5.mixing", "PS4.mixing"),
    ),
)
NAMES = parameter_names(MODEL)
AREAS = [NAMES.index(f"{peak.name}.area") for peak in MODEL.peaks]


def _truth(count: int) -> dict[str, object]:
    return {
        "PS4.area": np.linspace(3000.0, 1500.0, count),
        "polysulfide.area": np.linspace(300.0, 1500.0, count),
        "P2S5.area": np.linspace(200.0, 600.0, count),
        "PS4.fwhm": 1.2,
        "PS4.mixing": 0.25,
        "polysulfide.position": 162.5,
        "background.offset": 40.0,
        "background.factor": 0.03,
    }


def _series(count: int, seed: int = 0, **coordinates: object) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    truth = _truth(count)
    return simulate_series(MODEL, truth, GRID, rng, region="S 2p", **coordinates)  # type: ignore[arg-type]


def _row(name: str) -> int:
    return NAMES.index(name)


@pytest.mark.parametrize("share", [ALL, ("position", "fwhm")])
def test_values_and_errors_are_those_of_lmfit_over_all_spectra(share: tuple[str, ...]) -> None:
    series = _series(6, axis_offset=np.array([0.0, 0.2, 0.0, -0.3, 0.0, 0.1]))
    result = fit_all_spectra(series, MODEL, FitOptions(share=share, weights="data"))
    found = _lmfit_over_all(series, share)
    assert is_fitted(result).all()
    function = compile_model(MODEL, GRID)
    free, shared = function.affine.free, is_shared(function, FitOptions(share=share))
    data = take_measured(series, MODEL)
    spectra = data.spectra(data.sigma, np.tile(function.affine.start, (6, 1)))
    covariance = solve_jointly(function, spectra, shared, 200).covariance
    solved = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    total = float(result["chi_square"].sum())
    assert total == pytest.approx(found.chisqr, rel=1e-6)
    assert total <= found.chisqr * (1.0 + 1e-9)
    for index in range(6):
        for name in free:
            is_common = name.rpartition(".")[2] in share
            key = _key(name, None if is_common else index)
            other = found.params[key]
            value = float(result["value"][index, _row(name)])
            stderr = float(result["stderr"][index, _row(name)])
            assert solved[index, list(free).index(name)] == pytest.approx(other.stderr, rel=0.01)
            # what is reported also knows of the noise of the areas: see test_joint_errors
            assert 0.99 * other.stderr < stderr < 1.15 * other.stderr
            assert abs(value - other.value) < 0.02 * stderr


def _key(name: str, spectrum: int | None) -> str:
    return f"{name.replace('.', '_')}_{'all' if spectrum is None else spectrum}"


def _lmfit_over_all(series: xr.Dataset, share: tuple[str, ...]) -> lmfit.minimizer.MinimizerResult:
    """One lmfit of all spectra at once, started from the library's values; no bound matters."""
    function = compile_model(MODEL, series[axis_of(series)].values)
    affine, count = function.affine, series.sizes["spectrum"]
    data = take_measured(series, MODEL)
    spectra = data.spectra(data.sigma, np.tile(affine.start, (count, 1)))
    shared = is_shared(function, FitOptions(share=share))
    pairs = list(zip(affine.free, shared, strict=True))
    keys = [[_key(name, None if one else row) for name, one in pairs] for row in range(count)]
    parameters = lmfit.Parameters()
    for row in keys:
        for key, start in zip(row, affine.start, strict=True):
            if key not in parameters:
                parameters.add(key, start)
    columns = np.array([[list(parameters).index(key) for key in row] for row in keys])

    def free_of(given: lmfit.Parameters) -> np.ndarray:
        return np.array([given[key].value for key in parameters])[columns]

    def residual(given: lmfit.Parameters) -> np.ndarray:
        value = function.value(affine.expand(free_of(given)), spectra.offsets)
        return ((spectra.intensity - value) * spectra.weight).ravel()

    def slopes(given: lmfit.Parameters) -> np.ndarray:
        _, rows = function.value_and_jacobian(affine.expand(free_of(given)), spectra.offsets)
        of_free = -function.free_jacobian(rows) * spectra.weight[:, None]
        whole = np.zeros((len(parameters), *spectra.weight.shape))
        for index, row in enumerate(columns):
            whole[row, index] = of_free[index]
        return whole.reshape(len(parameters), -1)

    return lmfit.minimize(residual, parameters, Dfun=slopes, col_deriv=1)


def test_shared_parameters_have_one_value_and_one_error() -> None:
    result = fit_all_spectra(_series(8), MODEL, JOINT)
    for name in shared_parameters(result):
        assert np.ptp(result["value"].values[:, _row(name)]) == 0.0
        assert np.ptp(result["stderr"].values[:, _row(name)]) == pytest.approx(0.0, abs=1e-12)
    assert set(shared_parameters(result)) == {
        name for name in NAMES if name.rpartition(".")[2] in ALL
    }
    assert np.ptp(result["value"].values[:, _row("PS4.area")]) > 1000.0


def test_spectra_of_another_sample_have_positions_of_their_own() -> None:
    sample = np.repeat(["a", "b"], 4)
    truth = _truth(8) | {"PS4.position": np.repeat([161.4, 161.6], 4)}
    rng = np.random.default_rng(3)
    series = simulate_series(MODEL, truth, GRID, rng, region="S 2p", sample=sample)  # type: ignore[arg-type]
    by_sample = replace(JOINT, share_by=("sample",))
    result = fit_all_spectra(series, MODEL, by_sample)
    position = result["value"].values[:, _row("PS4.position")]
    stderr = result["stderr"].values[:, _row("PS4.position")]
    assert np.unique(position[:4]).size == np.unique(position[4:]).size == 1
    assert np.abs(position - truth["PS4.position"]).max() < 4.0 * stderr.max()
    alone = fit_all_spectra(series.isel(spectrum=slice(4, 8)), MODEL, JOINT)
    np.testing.assert_allclose(result["value"].values[4:], alone["value"].values, rtol=1e-9)
    assert result["shared_group"].values.tolist() == [0] * 4 + [4] * 4


def test_a_spectrum_is_fitted_again_with_those_it_shares_with() -> None:
    series = _series(6, sample=np.repeat(["a", "b"], 3))
    by_sample = replace(JOINT, share_by=("sample",))
    assert fitted_together(series, by_sample, [4]).tolist() == [3, 4, 5]
    assert fitted_together(series, FitOptions(), [4]).tolist() == [4]
    assert fitted_together(series, JOINT, None).tolist() == list(range(6))
    whole = fit_all_spectra(series, MODEL, by_sample)
    part = fit_all_spectra(series, MODEL, by_sample, spectra=[4])
    assert is_fitted(part).tolist() == [False] * 3 + [True] * 3
    np.testing.assert_array_equal(part["value"].values[3:], whole["value"].values[3:])


def test_different_axes_and_missing_points_are_taken_into_account() -> None:
    rng = np.random.default_rng(5)
    offsets = rng.normal(0.0, 0.4, 12)
    series = _series(12, seed=5, axis_offset=offsets)
    intensity = series["intensity"].values.copy()
    intensity[3, :40], intensity[7, 120:] = np.nan, np.nan
    sigma = np.where(np.isfinite(intensity), series["sigma"].values, np.inf)
    series = series.assign(
        intensity=(series["intensity"].dims, intensity), sigma=(series["sigma"].dims, sigma)
    )
    result = fit_all_spectra(series, MODEL, JOINT)
    assert is_fitted(result).all()
    truth = true_parameters(MODEL, _truth(12), 12)  # type: ignore[arg-type]
    varied = [_row(name) for name in compile_model(MODEL, GRID).affine.free]
    pull = (result["value"].values - truth)[:, varied] / result["stderr"].values[:, varied]
    assert np.nanmax(np.abs(pull)) < 4.0


def test_spectra_that_cannot_be_fitted_say_why_and_leave_the_others_alone() -> None:
    series = _series(8)
    clean = fit_all_spectra(series.isel(spectrum=slice(3, 8)), MODEL, JOINT)
    intensity = series["intensity"].values.copy()
    intensity[0], intensity[1], intensity[2, 4:] = np.nan, 0.0, np.nan
    sigma = np.where(np.isfinite(intensity), series["sigma"].values, np.inf)
    series = series.assign(
        intensity=(series["intensity"].dims, intensity), sigma=(series["sigma"].dims, sigma)
    )
    result = fit_all_spectra(series, MODEL, JOINT)
    assert (result["status"].values[:3] == Status.FAILED).all()
    assert result["message"].values[0].startswith("Nothing was measured")
    assert result["message"].values[1].startswith("Every intensity is zero")
    assert result["message"].values[2].startswith("4 points are too few for 4")
    assert is_fitted(result)[3:].all()
    np.testing.assert_allclose(
        result["value"].values[3:, AREAS], clean["value"].values[:, AREAS], rtol=0.01
    )


def test_nothing_that_can_be_fitted_is_a_status() -> None:
    series = _series(2)
    series["intensity"].values[:] = np.nan
    series["sigma"].values[:] = np.inf
    result = fit_all_spectra(series, MODEL, JOINT)
    assert (result["status"].values == Status.FAILED).all()


def test_too_few_points_of_all_together_are_a_status() -> None:
    part = _series(1).isel(energy=slice(60, 68))
    result = fit_all_spectra(part, MODEL, JOINT)
    assert result["status"].values.tolist() == [Status.FAILED]
    assert "too few" in result["message"].values[0]


def test_a_fit_that_is_stopped_leaves_its_group_unfitted() -> None:
    series = _series(6, sample=np.repeat(["a", "b"], 3))
    options = replace(JOINT, share_by=("sample",))
    blocks = fit_series(series, MODEL, options)
    first = next(block for block in blocks if block.spectra.size)
    blocks.close()
    free = len(compile_model(MODEL, GRID).affine.free)
    result = with_blocks(empty_result(series, MODEL, free), [first])
    assert is_fitted(result).tolist() == [True] * 3 + [False] * 3
    assert np.isnan(degrees_of_freedom(result)[3:]).all()


def test_progress_comes_while_nothing_is_known_yet() -> None:
    blocks = list(islice(fit_series(_series(6), MODEL, JOINT), 3))
    assert [block.spectra.size for block in blocks] == [0, 0, 0]
    free = len(compile_model(MODEL, GRID).affine.free)
    result = with_blocks(empty_result(_series(6), MODEL, free), blocks)
    assert (result["status"].values == Status.NOT_FITTED).all()


def test_a_shared_parameter_takes_its_part_of_the_freedom() -> None:
    result = fit_all_spectra(_series(10), MODEL, JOINT)
    function = compile_model(MODEL, GRID)
    shared = int(is_shared(function, JOINT).sum())
    own = len(function.affine.free) - shared
    assert degrees_of_freedom(result) == pytest.approx(GRID.size - own - shared / 10)
    assert own == 4
    reduced = result["reduced_chi_square"].values
    assert reduced.mean() == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / (10 * GRID.size)))


def test_kinds_that_the_model_does_not_vary_share_nothing() -> None:
    series = _series(3)
    alone = fit_all_spectra(series, MODEL)
    result = fit_all_spectra(series, MODEL, FitOptions(share=("separation", "asymmetry", "C")))
    np.testing.assert_array_equal(result["value"].values, alone["value"].values)
    assert shared_parameters(result) == ()


def test_what_is_shared_is_checked() -> None:
    with pytest.raises(RecipeError, match=r"share is 'area'\. Choose one of: position"):
        FitOptions(share=("area",))
    with pytest.raises(RecipeError, match=r"share_by is 'color'\. Choose one of: sample"):
        FitOptions(share_by=("color",))
    with pytest.raises(RecipeError, match="must be a list"):
        FitOptions(share="position")  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="seed_from library"):
        FitOptions(share=("position",), seed_from="previous")


def test_overlapping_species_at_low_counts_scatter_at_most_half_as_much() -> None:
    truth = np.stack([np.asarray(_truth(30)[f"{p.name}.area"]) for p in MODEL.peaks], axis=1) / 4.0
    values = _truth(30) | {f"{p.name}.area": truth[:, i] for i, p in enumerate(MODEL.peaks)}
    share = 100.0 * truth / truth.sum(axis=1, keepdims=True)
    error, pull = {}, []
    for name, options in (("single", FitOptions()), ("joint", JOINT)):
        found = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            series = simulate_series(MODEL, values, GRID, rng, region="S 2p")  # type: ignore[arg-type]
            result = fit_all_spectra(series, MODEL, options)
            value, spread = find_fractions(species_areas(result, MODEL))
            found.append(value - share)
            if name == "joint":
                pull.append(found[-1] / np.sqrt(np.diagonal(spread, axis1=1, axis2=2)))
        error[name] = np.sqrt(np.nanmean(np.square(found), axis=(0, 1)))
    assert (error["single"] > 2.0 * error["joint"]).all()
    # 270 fractions that share positions: their coverage scatters as if they were fewer
    assert 0.88 < np.mean(np.abs(pull) < 1.96) < 0.99


def test_pulls_of_shared_parameters_and_areas_are_normal() -> None:
    truth = true_parameters(MODEL, _truth(5), 5)  # type: ignore[arg-type]
    free = compile_model(MODEL, GRID).affine.free
    common = [_row(name) for name in free if name.rpartition(".")[2] in ALL]
    pulls_common, pulls_area = [], []
    for seed in range(60):
        result = fit_all_spectra(_series(5, seed=100 + seed), MODEL, JOINT)
        error, stderr = result["value"].values - truth, result["stderr"].values
        pulls_common.append(error[0, common] / stderr[0, common])
        pulls_area.append(error[:, AREAS] / stderr[:, AREAS])
    for pulls in (np.array(pulls_common), np.array(pulls_area).reshape(60, -1)):
        assert np.abs(np.nanmean(pulls, axis=0)).max() < 3.5 / np.sqrt(60)
        assert np.nanstd(pulls) == pytest.approx(1.0, abs=0.12)


def test_groups_are_offered_by_what_spectra_differ_in() -> None:
    series = _series(4, sample=["a", "a", "b", "b"], cycle=np.nan, branch="charge", voltage=3.0)
    assert groupings_of(series) == ("sample",)


def test_from_a_good_start_no_other_is_needed() -> None:
    series = _series(8, 3)
    found = fit_all_spectra(series, MODEL, JOINT)
    starts = found["value"].values
    blocks = list(fit_shared(series, MODEL, JOINT, starts=starts, several_starts=False))
    again = with_blocks(empty_result(series, MODEL, found.attrs["free_parameters"]), blocks)
    away = np.abs(again["value"] - found["value"]).values
    assert np.all(away <= 0.02 * np.nan_to_num(found["stderr"].values))
