"""Members of a family: what is common to a series, what may be absent, what is worth a fit."""

from dataclasses import replace

import numpy as np

from benchmarks.misspecified.scene import Scene
from benchmarks.misspecified.scenes import make_scenes
from benchmarks.misspecified.xps import SHARES, SULFUR, Differences, make_scene
from fitting.fits.options import FitOptions
from fitting.models.from_library import default_model_name, model_from_library
from fitting.projects.project import Analysis
from fitting.quantities.estimates import estimates
from fitting.quantities.interval_storage import family_weights
from fitting.uncertainty.altered_models import make_frame
from fitting.uncertainty.model_family import make_family
from libraries.loader import catalogue
from tests.fitting.uncertainty.test_model_error import analyse, with_model_error

SCENES = {scene.name: scene for scene in make_scenes()}


def weigh(scene: Scene, count: int, *kinds: str) -> Analysis:
    """The scene fitted, with some kinds of members weighed."""
    analysis = analyse(scene, count)
    recipe = replace(analysis.recipe, options=FitOptions(family=kinds))
    return with_model_error(replace(analysis, recipe=recipe, result_of=recipe))


def count_held(analysis: Analysis, scene: Scene) -> float:
    """Part of the shares of what is there whose total interval holds the truth."""
    table = estimates(analysis)
    held = [
        (row["low95"].values <= truth) & (truth <= row["high95"].values)
        for species, truth in scene.truth.items()
        if truth > 0
        for row in [table.sel(quantity=f"fraction {species}")]
    ]
    return float(np.mean(held))


def test_what_no_spectrum_tells_alone_all_of_them_tell_together() -> None:
    scene = make_scene("close", SULFUR, SHARES, Differences(separation=1.11))
    weights = family_weights(weigh(scene, 6, "separation").result)
    assert weights["separation free, in common"] > weights.get("separation free", 0.0)
    assert "as fitted" not in weights


def test_a_species_that_may_not_be_there_widens_what_overlaps_with_it() -> None:
    analysis = weigh(SCENES["P 2p control"], 10, "absence")
    table = estimates(analysis)
    doubtful = table.sel(quantity="fraction P2S7")["value"].values > 1.0
    error = table.sel(quantity="fraction PS4")["model_error"].values
    assert doubtful.any()
    assert np.all(error[doubtful] > 0.0)
    assert np.all(error[table.sel(quantity="fraction P2S7")["value"].values == 0.0] < 0.1)
    assert count_held(analysis, SCENES["P 2p control"]) > 0.92


def test_a_species_that_is_there_beyond_doubt_is_never_left_out() -> None:
    analysis = analyse(SCENES["control"], 3)
    made = make_family(analysis.series, analysis.result, analysis.model, catalogue(), ("absence",))
    assert made == ()


def test_a_share_of_which_nothing_is_known_is_no_less_known_than_that() -> None:
    table = estimates(weigh(SCENES["control"], 1, "split", "unknown"))
    shares = [name for name in table["quantity"].values if name.startswith("fraction")]
    assert np.all(table.sel(quantity=shares)["model_error"].values < 29.0)


def test_only_species_that_promise_more_than_noise_are_fitted_beside_the_others() -> None:
    region = "S 2p"
    known = {one.id for one in catalogue().species(region)}
    analysis = analyse(SCENES["hidden line at 160.2 eV"], 6)
    model = model_from_library(default_model_name(region))
    made = make_family(analysis.series, analysis.result, model, catalogue(), ("species",))
    assert "with Li2S" in {member.name for member in made}
    assert len(made) < len(known) - len(model.peaks)


def test_an_unknown_line_starts_where_the_spectra_lie_furthest_above_the_model() -> None:
    analysis = analyse(SCENES["hidden line at 160.2 eV"], 6)
    frame = make_frame(analysis.series, analysis.result, analysis.model, catalogue())
    assert abs(frame.find_excess(158.0, 161.2) - 160.2) < 0.8
