"""Model errors hold what a wrong model does to shares; the truth is of another simulator."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from benchmarks.misspecified.scene import Scene
from benchmarks.misspecified.scenes import make_scenes
from fitting.data.series import make_series
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FAMILY, FitOptions
from fitting.models.from_library import default_model_name, model_from_library
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.quantities.estimates import estimates
from fitting.quantities.interval_storage import family_weights
from fitting.uncertainty.analysis import find_model_error, with_found
from fitting.uncertainty.model_family import MAKERS
from libraries.loader import catalogue

SCENES = {scene.name: scene for scene in make_scenes()}
COUNT = 12


def analyse(scene: Scene, count: int = COUNT, seed: int = 7) -> Analysis:
    """The scene fitted with the default model of its region."""
    counts = scene.draw(count, seed)
    series = make_series(
        "energy",
        scene.x,
        counts,
        sigma=np.sqrt(np.maximum(counts, 1.0)),
        region=scene.region,
        unit="counts",
        noise="poisson",
    )
    model = model_from_library(default_model_name(scene.region))
    result = fit_all_spectra(series, model)
    recipe = Recipe(model)
    return Analysis(series, recipe, result, recipe)


def with_model_error(analysis: Analysis) -> Analysis:
    """The analysis with the whole family weighed."""
    steps = find_model_error(analysis, catalogue())
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Analysis = end.value
            return found


@pytest.fixture(scope="module")
def control() -> Analysis:
    return with_model_error(analyse(SCENES["control"]))


@pytest.mark.parametrize(
    "name",
    [
        "polysulfide 1.9 eV wide",
        "tail on all lines",
        "30 % of PS4 charged by 0.7 eV",
        "hidden line at 167.6 eV",
    ],
)
def test_the_total_interval_holds_the_truth_where_the_model_is_wrong(name: str) -> None:
    scene = SCENES[name]
    table = estimates(with_model_error(analyse(scene)))
    held = [
        (row["low95"].values <= truth) & (truth <= row["high95"].values)
        for species, truth in scene.truth.items()
        for row in [table.sel(quantity=f"fraction {species}")]
    ]
    assert np.mean(held) > 0.9
    statistical = [
        np.abs(row["value"].values - truth) <= 1.96 * row["stderr"].values
        for species, truth in scene.truth.items()
        for row in [table.sel(quantity=f"fraction {species}")]
    ]
    assert np.mean(statistical) < np.mean(held) - 0.1


def test_where_the_model_is_right_the_intervals_stay_as_they_were(control: Analysis) -> None:
    table = estimates(control)
    for species in SCENES["control"].truth:
        row = table.sel(quantity=f"fraction {species}")
        total = (row["high95"] - row["low95"]).values / (2 * 1.96 * row["stderr"].values)
        assert np.median(total) < 2.0
    assert "as fitted" in family_weights(control.result)


def test_a_species_that_a_tail_explains_as_well_is_not_detected() -> None:
    table = estimates(with_model_error(analyse(SCENES["pure PS4 with a tail"])))
    row = table.sel(quantity="fraction polysulfide")
    assert np.mean(row["value"].values) > 1.0
    assert not row["is_detected"].values.any()
    assert np.all(row["upper95"].values >= row["value"].values)


def test_a_better_search_for_intervals_keeps_the_model_error(control: Analysis) -> None:
    before = control.result["model_error"].values
    after = with_found(control, "profile", [])
    np.testing.assert_array_equal(after.result["model_error"].values, before)
    assert family_weights(after.result) == family_weights(control.result)
    np.testing.assert_array_equal(
        with_found(after, "covariance", []).result["model_error"].values, before
    )


def test_an_empty_family_leaves_statistical_errors_only() -> None:
    analysis = analyse(SCENES["tail on all lines"], 3)
    options = FitOptions(family=())
    recipe = replace(analysis.recipe, options=options)
    bare = with_model_error(replace(analysis, recipe=recipe, result_of=recipe))
    assert np.all(bare.result["model_error"].values == 0.0)


def test_every_kind_of_member_can_be_named_in_a_recipe() -> None:
    assert set(MAKERS) == set(FAMILY)


def test_the_same_spectra_give_the_same_model_errors(control: Analysis) -> None:
    again = with_model_error(analyse(SCENES["control"]))
    xr.testing.assert_equal(again.result["model_error"], control.result["model_error"])
