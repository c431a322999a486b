"""The choice of species from the recipe to the tables and the project file."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.data.errors import RecipeError
from fitting.data.result import is_fitted
from fitting.models.from_library import model_from_library
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.added_spectra import with_spectra
from fitting.pipeline.events import Weighed
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.propose import Choices, propose_recipe
from fitting.pipeline.run import run_project
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import recipe_from_json, recipe_to_json
from fitting.quantities.quantify import species_names
from fitting.saving.project_file import open_project, save_project
from fitting.selection.apply import with_selection
from fitting.selection.candidates import SpeciesChoice
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()


@pytest.fixture(scope="module")
def asked() -> Project:
    """P 2p spectra of PS4 and phosphate, whose recipe asks for a choice."""
    model = model_from_library("argyrodite P 2p")
    values = {"PS4.area": [3000.0, 2000.0, 1500.0], "phosphate.area": [0.0, 800.0, 1200.0]}
    values |= {"background.offset": 400.0, "background.factor": 0.03}
    series = simulate_series(
        model,
        values,
        np.arange(126.0, 140.01, 0.1),
        np.random.default_rng(2),
        region="P 2p",
        voltage=[2.3, 3.6, 4.3],
        sample=["a", "b", "c"],
    )
    recipe = propose_recipe(series, CATALOGUE, Choices(select=True))
    assert recipe is not None
    return Project({"P 2p": Analysis(series, recipe)})


@pytest.fixture(scope="module")
def chosen(asked: Project) -> Project:
    return keep_events(asked, run_project(asked, CATALOGUE, weighs_models=False))


def test_chosen_species_are_fitted_and_the_choice_is_said(chosen: Project) -> None:
    assert species_names(chosen.analyses["P 2p"].model) == ("PS4", "phosphate")
    (note,) = chosen.notes
    assert note.startswith("P 2p: the series supports PS4, phosphate (BIC lower by")


def test_region_that_asks_for_nothing_is_left_alone(asked: Project) -> None:
    analysis = asked.analyses["P 2p"]
    plain = replace(analysis, recipe=replace(analysis.recipe, choice=None))
    project = Project({"P 2p": plain})
    after = keep_events(project, run_project(project, CATALOGUE, weighs_models=False))
    assert after.analyses["P 2p"].recipe is plain.recipe
    assert after.analyses["P 2p"].selection is None
    assert after.notes == ()


def test_species_that_cannot_be_weighed_leave_a_note(asked: Project) -> None:
    analysis = asked.analyses["P 2p"]
    recipe = replace(analysis.recipe, choice=SpeciesChoice(among=("PS4", "reduced_P")))
    project = Project({"P 2p": replace(analysis, recipe=recipe)})
    after = keep_events(project, run_project(project, CATALOGUE, weighs_models=False))
    assert after.analyses["P 2p"].recipe.model == analysis.recipe.model
    assert "could not be chosen" in after.notes[0]


def test_tables_tell_of_every_set_and_of_what_is_below_its_limit(chosen: Project) -> None:
    tables = make_tables(chosen, CATALOGUE)
    sets = tables["selection"]
    assert list(sets["is_chosen"]).count("yes") == 1
    assert sets["delta_bic"].iloc[0] == 0
    assert "PS4, phosphate, P-O-S" in set(sets["species_set"])
    species = tables["species"]
    left_out = species[species["species"] == "P-O-S"]
    assert len(left_out) == 3
    assert left_out["area"].isna().all()
    assert set(left_out["is_detected"]) == {"no"}
    assert left_out["reported"].str.match(r"below [\d.]+ % \(95 %\)").all()
    first = species[(species["species"] == "phosphate") & (species["spectrum"] == 0)].iloc[0]
    assert first["is_detected"] == "no"
    assert species[species["species"] == "PS4"]["is_detected"].eq("yes").all()


def test_another_set_can_be_taken_than_the_best(chosen: Project) -> None:
    analysis = chosen.analyses["P 2p"]
    assert analysis.selection is not None
    other = with_selection(analysis, analysis.selection, ("PS4",))
    assert species_names(other.recipe.model) == ("PS4",)
    assert other.selection is analysis.selection


def test_a_set_that_the_analyst_took_is_not_chosen_away_again(chosen: Project) -> None:
    analysis = chosen.analyses["P 2p"]
    assert analysis.selection is not None
    taken = Project({"P 2p": with_selection(analysis, analysis.selection, ("PS4",))})
    after = keep_events(taken, run_project(taken, CATALOGUE, weighs_models=False)).analyses["P 2p"]
    assert species_names(after.recipe.model) == ("PS4",)
    assert after.recipe.choice is None


def test_a_choice_that_was_made_is_not_made_again_until_spectra_are_added(
    chosen: Project,
) -> None:
    events = list(run_project(chosen, CATALOGUE, weighs_models=False))
    assert not any(isinstance(event, Weighed) for event in events)
    analysis = chosen.analyses["P 2p"]
    added = analysis.series.isel(spectrum=[0]).assign_attrs(sources='{"later": "1"}')
    grown = Project({"P 2p": with_spectra(analysis, added)})
    events = list(run_project(grown, CATALOGUE, {"P 2p": (3,)}))
    assert any(isinstance(event, Weighed) for event in events)
    result = keep_events(grown, events).analyses["P 2p"].result
    assert result is not None
    assert is_fitted(result).all()


def test_selection_is_kept_in_the_project_file(chosen: Project, tmp_path) -> None:
    save_project(chosen, tmp_path / "a.thio")
    again = open_project(tmp_path / "a.thio").analyses["P 2p"]
    assert again.selection == chosen.analyses["P 2p"].selection
    assert again.recipe.choice == SpeciesChoice()


def test_recipe_keeps_that_species_are_chosen_and_among_which() -> None:
    recipe = recipe_from_json(
        {
            "model": {"peaks": [], "background": {"kind": "none", "parameters": {}}},
            "choice": {"criterion": "bic", "among": ["PS4", "sulfate"]},
        },
        "here",
    )
    assert recipe.choice == SpeciesChoice(among=("PS4", "sulfate"))
    assert recipe_from_json(recipe_to_json(recipe), "here") == recipe


def test_species_are_chosen_by_bic_alone() -> None:
    with pytest.raises(RecipeError, match="Choose by: bic"):
        SpeciesChoice(criterion="aic")
