"""Series fitted against the truth they were simulated with, and data that cannot be fitted."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import ModelError, RecipeError
from fitting.data.json_fields import from_json, to_json
from fitting.data.result import Status, is_fitted
from fitting.data.series import ENERGY, make_series
from fitting.fits.each import FitOptions, fit_all_spectra, fit_series
from fitting.models.model import (
    Background,
    Model,
    Parameter,
    Peak,
    Tie,
    parameter_names,
    with_parameter,
)
from fitting.simulation.series import simulate_series

GRID = np.linspace(157.0, 171.0, 141)


def doublet(name: str, position: float) -> Peak:
    return Peak(
        name,
        name,
        "pseudo-voigt",
        {
            "area": Parameter(100.0, 0.0),
            "position": Parameter(position, position - 0.6, position + 0.6),
            "fwhm": Parameter(1.2, 0.6, 2.0),
            "mixing": Parameter(0.3, vary=False),
            "separation": Parameter(1.18, vary=False),
            "area_ratio": Parameter(0.5, vary=False),
        },
    )


LINEAR = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)})
SHIRLEY = Background("shirley", {**LINEAR.parameters, "factor": Parameter(0.01, 0.0, 0.3)})
MODEL = Model((doublet("PS4", 161.5), doublet("sulfate", 166.5)), LINEAR)
TRUTH = {"PS4.area": 3000.0, "sulfate.area": 1200.0, "background.offset": 200.0}


def simulated(model: Model = MODEL, count: int = 1, seed: int = 1, **truth: object) -> xr.Dataset:
    values = {name: np.full(count, value) for name, value in (TRUTH | truth).items()}
    return simulate_series(model, values, GRID, np.random.default_rng(seed), region="S 2p")


def column(result: xr.Dataset, name: str, variable: str = "value") -> np.ndarray:
    return np.asarray(result[variable].sel(parameter=name).values)


def pulls(result: xr.Dataset, name: str, truth: float) -> np.ndarray:
    return (column(result, name) - truth) / column(result, name, "stderr")


def test_parameters_come_back_with_honest_errors() -> None:
    result = fit_all_spectra(simulated(count=200), MODEL)
    assert np.all(result["status"] == Status.CONVERGED)
    for name, truth in {**TRUTH, "PS4.position": 161.5, "sulfate.fwhm": 1.2}.items():
        pull = pulls(result, name, truth)
        assert abs(pull.mean()) < 4 / np.sqrt(200), name
        assert pull.std() == pytest.approx(1.0, abs=4 / np.sqrt(400)), name
    assert result["reduced_chi_square"].mean() == pytest.approx(1.0, abs=4 * np.sqrt(2 / 133 / 200))


def test_co_fitted_shirley_finds_the_truth_where_a_static_one_does_not() -> None:
    model = replace(MODEL, background=SHIRLEY)
    truth = {"background.factor": 0.05, "PS4.position": 161.5}
    series = simulated(model, count=60, **truth)
    co_fitted = fit_all_spectra(series, model)
    static = fit_all_spectra(series, replace(MODEL, background=Background("shirley-static", {})))
    for name, value in (("PS4.area", 3000.0), ("sulfate.area", 1200.0)):
        assert abs(pulls(co_fitted, name, value).mean()) < 4 / np.sqrt(60)
        assert abs(pulls(static, name, value).mean()) > 1.0
    assert abs(pulls(co_fitted, "background.factor", 0.05).mean()) < 0.5


def test_co_fitted_tougaard_finds_the_truth() -> None:
    background = {
        **LINEAR.parameters,
        "factor": Parameter(1000.0, 0.0),
        "C": Parameter(1643.0, vary=False),
    }
    model = replace(MODEL, background=Background("tougaard", background))
    series = simulated(model, count=60, **{"background.factor": 2866.0})
    result = fit_all_spectra(series, model)
    for name, value in (("PS4.area", 3000.0), ("sulfate.area", 1200.0)):
        assert abs(pulls(result, name, value).mean()) < 4 / np.sqrt(60)


def test_weights_of_the_data_pull_the_background_down_and_those_of_the_model_do_not() -> None:
    series = simulated(
        count=100, **{"PS4.area": 40.0, "sulfate.area": 20.0, "background.offset": 8.0}
    )
    of_data = fit_all_spectra(series, MODEL, FitOptions(weights="data"))
    of_model = fit_all_spectra(series, MODEL)
    assert column(of_data, "background.offset").mean() < 7.3
    spread = column(of_model, "background.offset").std() / 10
    assert column(of_model, "background.offset").mean() == pytest.approx(8.0, abs=4 * spread)
    assert of_model["reduced_chi_square"].mean() == pytest.approx(1.0, abs=0.05)


def test_rates_are_weighted_like_the_counts_they_come_from() -> None:
    counts = simulated(count=3)
    rates = make_series(
        ENERGY,
        GRID,
        counts["intensity"].values / 0.4,
        region="S 2p",
        sigma=counts["sigma"].values / 0.4,
        noise="poisson",
        unit="counts/s",
        seconds_per_point=0.4,
    )
    of_counts, of_rates = fit_all_spectra(counts, MODEL), fit_all_spectra(rates, MODEL)
    for name in ("PS4.area", "background.offset"):
        np.testing.assert_allclose(column(of_rates, name) * 0.4, column(of_counts, name), rtol=1e-6)
        np.testing.assert_allclose(
            column(of_rates, name, "stderr") * 0.4, column(of_counts, name, "stderr"), rtol=1e-5
        )


def test_axis_offsets_move_positions() -> None:
    series = simulated(count=2)
    moved = series.assign_coords(axis_offset=("spectrum", [0.0, 0.3]))
    shift = column(fit_all_spectra(moved, MODEL), "PS4.position") - column(
        fit_all_spectra(series, MODEL), "PS4.position"
    )
    np.testing.assert_allclose(shift, [0.0, 0.3], atol=1e-6)


def test_tied_parameters_share_one_error() -> None:
    tied = replace(MODEL, ties=(Tie("sulfate.fwhm", "PS4.fwhm", 1.5),))
    result = fit_all_spectra(simulated(**{"sulfate.fwhm": 1.8}), tied)
    assert column(result, "sulfate.fwhm") == pytest.approx(1.5 * column(result, "PS4.fwhm"))
    assert column(result, "sulfate.fwhm", "stderr") == pytest.approx(
        1.5 * column(result, "PS4.fwhm", "stderr")
    )


def test_absent_species_is_zero_and_says_so() -> None:
    model = replace(MODEL, peaks=(*MODEL.peaks, doublet("Li2S", 159.0)))
    model = with_parameter(model, "Li2S.position", min=158.95, max=159.05)
    model = with_parameter(model, "Li2S.fwhm", min=1.15, max=1.25)
    result = fit_all_spectra(simulated(model, count=20, **{"Li2S.area": 0.0}), model)
    absent = column(result, "Li2S.area") == 0.0
    assert 3 < absent.sum() < 17
    assert np.all(result["status"].values[absent] == Status.AT_BOUND)
    assert np.all(np.isnan(column(result, "Li2S.area", "stderr")[absent]))
    assert np.all(np.isnan(column(result, "Li2S.position", "stderr")[absent]))
    assert np.isfinite(column(result, "PS4.area", "stderr")).all()
    covariance = result["covariance"].sel(parameter="Li2S.area", parameter_2="PS4.area").values
    assert np.all(covariance[absent] == 0.0)
    message = str(result["message"].values[absent][0])
    assert "Li2S.area = 0" in message
    assert "not determined by the data: Li2S.position, Li2S.fwhm" in message


def test_parameter_at_a_bound_is_named() -> None:
    model = with_parameter(MODEL, "PS4.position", value=161.8, min=161.7, max=162.0)
    result = fit_all_spectra(simulated(), model)
    assert result["status"].item() == Status.AT_BOUND
    assert "PS4.position = 161.7" in result["message"].item()
    assert column(result, "PS4.position").item() == 161.7
    assert np.isnan(column(result, "PS4.position", "stderr").item())


def test_peaks_that_cannot_be_told_apart_fail_with_their_names() -> None:
    same = tuple(
        replace(
            peak,
            parameters={
                **peak.parameters,
                "position": Parameter(161.5, vary=False),
                "fwhm": Parameter(1.2, vary=False),
            },
        )
        for peak in (doublet("one", 161.5), doublet("other", 161.5))
    )
    result = fit_all_spectra(simulated(), Model((*same, doublet("sulfate", 166.5)), LINEAR))
    assert result["status"].item() == Status.FAILED
    assert "one.area, other.area" in result["message"].item()


def test_spectrum_that_needs_too_long_fails_and_keeps_where_it_was() -> None:
    result = fit_all_spectra(simulated(), MODEL, FitOptions(max_evaluations=1))
    assert result["status"].item() == Status.FAILED
    assert "before it converged" in result["message"].item()
    assert np.isfinite(result["value"]).all()
    assert not is_fitted(result).any()


class TestHostileData:
    @pytest.mark.parametrize(
        ("intensity", "words"),
        [
            (np.zeros(141), "Every intensity is zero"),
            (np.full(141, 7.0), "the intensity is 7 at every point"),
            (np.full(141, np.nan), "nothing was measured"),
            (np.where(np.arange(141) < 6, np.arange(141.0), np.nan), "too few for 8 free"),
        ],
    )
    def test_unusable_spectrum_says_why_and_the_others_are_fitted(
        self, intensity: np.ndarray, words: str
    ) -> None:
        good = simulated(count=3)
        data = good["intensity"].values.copy()
        data[1] = intensity
        result = fit_all_spectra(self._series(data), MODEL)
        assert list(result["status"].values) == [
            Status.CONVERGED,
            Status.FAILED,
            Status.CONVERGED,
        ]
        assert words.lower() in str(result["message"].values[1]).lower()
        assert np.isnan(result["value"].values[1]).all()
        alone = fit_all_spectra(good, MODEL)
        np.testing.assert_allclose(result["value"].values[2], alone["value"].values[2], rtol=1e-6)

    def test_gaps_and_padding_are_left_out(self) -> None:
        data = simulated(count=2)["intensity"].values.copy()
        data[1, 60:64] = np.nan
        data[1, :9] = np.nan
        result = fit_all_spectra(self._series(data), MODEL)
        assert list(result["points"].values) == [141, 128]
        difference = column(result, "PS4.area")[1] - 3000.0
        assert abs(difference) < 4 * column(result, "PS4.area", "stderr")[1]

    @pytest.mark.parametrize("scale", [1e12, -1e5])
    def test_huge_spike_and_negative_counts_end_with_a_status(self, scale: float) -> None:
        data = simulated()["intensity"].values.copy()
        data[0, 30] += scale
        series = self._series(data, sigma=np.sqrt(np.maximum(np.abs(data), 1.0)))
        result = fit_all_spectra(series, MODEL)
        assert result["status"].item() != Status.NOT_FITTED
        assert np.isfinite(result["value"]).all()

    def test_no_signal_at_all_gives_zero_areas(self) -> None:
        counts = np.random.default_rng(2).poisson(200.0, (5, 141)).astype(float)
        result = fit_all_spectra(self._series(counts), MODEL)
        assert is_fitted(result).all()
        assert np.all(column(result, "PS4.area") < 5 * 200.0)

    def test_positions_started_three_widths_off_end_with_a_status(self) -> None:
        model = with_parameter(MODEL, "PS4.position", value=165.1, min=157.0, max=170.0)
        result = fit_all_spectra(simulated(count=3), model)
        assert np.isfinite(result["value"]).all()

    def test_data_without_a_static_background_say_so(self) -> None:
        dip = 500.0 - 200.0 * np.exp(-((GRID - 164.0) ** 2))
        model = replace(MODEL, background=Background("shirley-static", {}))
        result = fit_all_spectra(self._series(dip), model)
        assert "co-fitted" in result["message"].item()

    @staticmethod
    def _series(data: np.ndarray, sigma: np.ndarray | None = None) -> xr.Dataset:
        root = np.sqrt(np.maximum(np.nan_to_num(np.atleast_2d(data)), 1.0))
        return make_series(
            ENERGY,
            GRID,
            data,
            region="S 2p",
            sigma=root if sigma is None else sigma,
            noise="poisson" if sigma is None else "given",
        )


def test_model_without_free_parameters_is_evaluated() -> None:
    model = MODEL
    for name in parameter_names(MODEL):
        model = with_parameter(model, name, value=TRUTH.get(name, 0.0) or _value(name), vary=False)
    result = fit_all_spectra(simulated(), model)
    assert result["status"].item() == Status.CONVERGED
    assert result["reduced_chi_square"].item() == pytest.approx(1.0, abs=4 * np.sqrt(2 / 141))


def _value(name: str) -> float:
    return dict(MODEL.parameters())[name].value


def test_restart_from_the_result_does_not_move() -> None:
    series = simulated(count=10)
    first = fit_all_spectra(series, MODEL)
    again = fit_all_spectra(series, MODEL, starts=first["value"].values)
    moved = np.abs(again["value"] - first["value"]) / first["stderr"].where(first["stderr"] > 0)
    assert float(moved.max()) < 1e-2
    np.testing.assert_allclose(again["chi_square"], first["chi_square"], rtol=1e-6)


def test_some_spectra_can_be_fitted_alone() -> None:
    series = simulated(count=5)
    every = fit_all_spectra(series, MODEL)
    some = fit_all_spectra(series, MODEL, spectra=[3, 1])
    assert list(np.flatnonzero(some["status"].values)) == [1, 3]
    np.testing.assert_allclose(some["value"][3], every["value"][3], rtol=1e-9)


def test_blocks_come_as_they_are_taken_and_what_was_not_taken_is_not_fitted() -> None:
    series = simulated(count=7)
    blocks = fit_series(series, MODEL, FitOptions(block_size=3))
    assert [len(block.spectra) for block in (next(blocks), next(blocks))] == [3, 3]
    blocks.close()


@pytest.mark.parametrize("block_size", [1, 4, 32])
def test_block_size_changes_nothing(block_size: int) -> None:
    series = simulated(count=6)
    result = fit_all_spectra(series, MODEL, FitOptions(block_size=block_size))
    np.testing.assert_allclose(result["value"], fit_all_spectra(series, MODEL)["value"], rtol=1e-9)


def test_seeding_from_the_previous_spectrum_follows_a_drifting_line() -> None:
    drift = np.linspace(161.0, 165.0, 30)
    values = {name: np.full(30, value) for name, value in TRUTH.items()} | {"PS4.position": drift}
    free = with_parameter(MODEL, "PS4.position", value=161.0, min=157.0, max=170.0)
    free = with_parameter(free, "sulfate.position", vary=False)
    series = simulate_series(free, values, GRID, np.random.default_rng(4), region="S 2p")
    result = fit_all_spectra(series, free, FitOptions(seed_from="previous"))
    pull = (column(result, "PS4.position") - drift) / column(result, "PS4.position", "stderr")
    assert np.abs(pull).max() < 4.5


def test_seeding_from_the_previous_spectrum_skips_one_that_failed() -> None:
    series = simulated(count=3)
    series["intensity"][1] = 0.0
    result = fit_all_spectra(series, MODEL, FitOptions(seed_from="previous"))
    assert list(is_fitted(result)) == [True, False, True]


def test_misspelt_option_is_refused_with_the_choices() -> None:
    with pytest.raises(RecipeError, match="library, previous"):
        FitOptions(seed_from="neighbour")  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="1 or more"):
        FitOptions(block_size=0)


def test_options_survive_json() -> None:
    options = FitOptions(seed_from="previous", weights="data", max_evaluations=99)
    assert from_json(FitOptions, json.loads(json.dumps(to_json(options))), "x") == options


def test_model_that_contradicts_itself_is_refused_before_any_fit() -> None:
    model = replace(
        with_parameter(MODEL, "PS4.fwhm", min=0.6, max=0.9, value=0.8),
        ties=(Tie("PS4.fwhm", "sulfate.fwhm", 1.0, -2.0),),
    )
    with pytest.raises(ModelError, match="exclude each other"):
        fit_all_spectra(simulated(), model)
