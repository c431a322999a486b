"""Uncertainty as part of an analysis: asked for, found, kept, and lost with a new fit."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.data.errors import RecipeError, ThioscopeError
from fitting.fits.each import fit_all_spectra
from fitting.models.model import Tie
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.run import find_errors
from fitting.projects.project import Project
from fitting.quantities.interval_storage import method_of, refine_estimate, systematic_of
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import fraction_of, ratio_of
from fitting.saving.project_file import open_project, save_project
from fitting.uncertainty.analysis import (
    find_intervals,
    with_background_choice,
    with_found,
)
from libraries.loader import catalogue

SULFITE = fraction_of("sulfite")


@pytest.fixture(scope="module")
def profiled(case):
    return with_found(case.analysis, "profile", find_intervals(case.analysis, "profile"))


def test_intervals_that_were_found_are_in_the_tables_with_their_method(profiled) -> None:
    rows = make_tables(Project({"S 2p": profiled}))["species"]
    assert set(rows["method"]) == {"profile"}
    column = [name == "sulfite" for name in rows["species"]]
    assert np.isfinite(rows["fraction_high95"][column]).all()
    assert set(make_tables(Project({"S 2p": profiled}))["ratios"]["method"]) == {"profile"}


def test_without_intervals_the_tables_say_covariance(case) -> None:
    assert set(make_tables(Project({"S 2p": case.analysis}))["species"]["method"]) == {"covariance"}


def test_method_is_part_of_the_recipe_and_the_result_stays_current(profiled) -> None:
    assert profiled.recipe.options.uncertainty == "profile"
    assert profiled.is_current


def test_going_back_to_the_covariance_forgets_the_intervals(profiled) -> None:
    back = with_found(profiled, "covariance", ())
    assert "quantity" not in back.result.dims
    assert set(make_tables(Project({"S 2p": back}))["species"]["method"]) == {"covariance"}


def test_spectrum_that_is_fitted_again_loses_its_intervals(profiled) -> None:
    again = with_fit(profiled, fit_analysis(profiled, [1]))
    methods = list(method_of(again.result, SULFITE))
    assert methods == ["profile", "covariance", "profile", "profile"]


def test_stopped_search_keeps_what_it_had(case) -> None:
    first = next(find_intervals(case.analysis, "bootstrap", [0]))
    partial = with_found(case.analysis, "bootstrap", [first])
    assert list(method_of(partial.result, SULFITE)) == ["bootstrap", *["covariance"] * 3]


def test_intervals_survive_the_project_file(profiled, tmp_path) -> None:
    save_project(Project({"S 2p": profiled}), tmp_path / "a.thio")
    result = open_project(tmp_path / "a.thio").analyses["S 2p"].result
    ratio = ratio_of("polysulfide", "PS4")
    areas = species_areas(result, profiled.model)
    kept = refine_estimate(result, ratio, ratio.estimate(areas))
    made = refine_estimate(profiled.result, ratio, ratio.estimate(areas))
    assert np.array_equal(kept.high95, made.high95)
    assert list(method_of(result, ratio)) == ["profile"] * 4


def test_other_backgrounds_give_a_systematic_error(case) -> None:
    options = replace(case.analysis.recipe.options, other_backgrounds=("linear", "shirley"))
    recipe = replace(case.analysis.recipe, options=options)
    analysis = replace(case.analysis, recipe=recipe, result_of=recipe)
    found = with_background_choice(analysis)
    moved = systematic_of(found.result, fraction_of("PS4"))
    # a line in the place of a Shirley step moves shares by much more than they are uncertain
    estimate = fraction_of("PS4").estimate(species_areas(case.result, case.model))
    assert np.all(moved > estimate.stderr)
    assert np.isfinite(make_tables(Project({"S 2p": found}))["species"]["fraction_syst"]).all()


def test_background_with_ties_is_refused_in_a_sentence(case) -> None:
    tied = replace(
        case.model, ties=(*case.model.ties, Tie("background.slope", "background.offset"))
    )
    options = replace(case.analysis.recipe.options, other_backgrounds=("linear",))
    recipe = replace(case.analysis.recipe, model=tied, options=options)
    with pytest.raises(ThioscopeError, match="ties"):
        with_background_choice(replace(case.analysis, recipe=recipe, result_of=recipe))


@pytest.mark.parametrize("method", ["profile", "bootstrap"])
def test_joint_fit_has_every_kind_of_interval_in_its_tables(case, method) -> None:
    options = replace(case.analysis.recipe.options, share=("fwhm",), replicas=20)
    recipe = replace(case.analysis.recipe, options=options)
    joint = fit_all_spectra(case.series, case.model, options)
    analysis = replace(case.analysis, recipe=recipe, result=joint, result_of=recipe)
    found = with_found(analysis, method, find_intervals(analysis, method))
    assert set(make_tables(Project({"S 2p": found}))["species"]["method"]) == {method}
    assert list(method_of(found.result, SULFITE)) == [method] * 4


def test_what_cannot_be_found_is_a_note_and_nothing_is_lost(case) -> None:
    tied = replace(
        case.model, ties=(*case.model.ties, Tie("background.slope", "background.offset"))
    )
    options = replace(case.analysis.recipe.options, other_backgrounds=("linear",))
    recipe = replace(case.analysis.recipe, model=tied, options=options)
    analysis = replace(case.analysis, recipe=recipe, result_of=recipe)
    begun = Project({"S 2p": analysis})
    project = keep_events(begun, find_errors(analysis, catalogue()))
    assert "ties" in project.notes[0]
    assert project.analyses["S 2p"] is analysis


def test_region_without_a_result_cannot_have_intervals(case) -> None:
    with pytest.raises(RecipeError, match="fit it first"):
        next(find_intervals(replace(case.analysis, result=None), "profile"))
