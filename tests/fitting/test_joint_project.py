"""A joint fit as part of a project: saved and opened, as a recipe, as a script, partly fitted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fitting.data.result import GROUP, is_fitted, shared_parameters
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.output.export import export_project
from fitting.output.python_script import python_script
from fitting.output.report.methods import methods_paragraphs
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.run import run_project
from fitting.projects.project import Analysis, Project, without_spectra
from fitting.projects.recipe import Recipe, RecipeBook, read_recipes, write_recipes
from fitting.quantities.quantify import degrees_of_freedom
from fitting.saving.project_file import open_project, save_project
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

MODEL = model_from_library("argyrodite S 2p")
JOINT = Recipe(MODEL, options=FitOptions(share=("position", "fwhm"), share_by=("sample",)))


@pytest.fixture(scope="module")
def project() -> Project:
    """Two samples of three spectra, fitted jointly by sample."""
    truth = {
        "PS4.area": np.linspace(8000.0, 5000.0, 6),
        "polysulfide.area": np.linspace(1000.0, 4000.0, 6),
        "sulfite.area": np.full(6, 1500.0),
        "sulfate.area": np.full(6, 3000.0),
        "background.offset": np.full(6, 500.0),
        "PS4.position": np.full(6, 161.3),
        "polysulfide.position": np.full(6, 162.9),
        "sulfite.position": np.full(6, 166.8),
        "sulfate.position": np.full(6, 168.8),
    }
    series = simulate_series(
        MODEL,
        truth,
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(8),
        region="S 2p",
        sample=np.repeat(["a", "b"], 3),
        voltage=np.linspace(2.3, 4.3, 6),
        source="simulated.txt",
    )
    begun = Project({"S 2p": Analysis(series, JOINT)})
    return keep_events(begun, run_project(begun, catalogue(), weighs_models=False))


def test_a_project_file_keeps_what_was_shared(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "joint.thio")
    found = open_project(tmp_path / "joint.thio").analyses["S 2p"]
    expected = project.analyses["S 2p"].result
    assert found.result is not None
    assert expected is not None
    assert found.recipe == JOINT
    assert found.is_current
    assert shared_parameters(found.result) == shared_parameters(expected)
    np.testing.assert_array_equal(found.result[GROUP].values, expected[GROUP].values)
    np.testing.assert_array_equal(degrees_of_freedom(found.result), degrees_of_freedom(expected))


def test_a_recipe_file_keeps_what_is_shared(tmp_path: Path) -> None:
    write_recipes(RecipeBook({"S 2p": JOINT}), tmp_path / "recipe.json")
    assert read_recipes(tmp_path / "recipe.json").recipes["S 2p"] == JOINT


def test_the_script_says_what_is_shared(project: Project, tmp_path: Path) -> None:
    script = python_script(project, tmp_path / "joint.thio")
    names: dict[str, dict[str, Recipe]] = {}
    exec(script.split("\nproject = ")[0], names)
    assert names["RECIPES"] == {"S 2p": JOINT}


def test_the_tables_hold_the_errors_of_the_joint_fit(project: Project, tmp_path: Path) -> None:
    list(export_project(project, tmp_path))
    peaks = pd.read_csv(tmp_path / "peaks.csv")
    main = peaks[peaks["species"] == "PS4"]
    assert main.groupby("sample")["position"].nunique().tolist() == [1, 1]
    alone = replace(project.analyses["S 2p"], recipe=Recipe(MODEL))
    single = with_fit(alone, fit_analysis(alone)).result
    assert single is not None
    stderr = single["stderr"].sel(parameter="polysulfide.area").values
    joint = peaks[peaks["species"] == "polysulfide"]["area_stderr"].to_numpy()
    assert (joint < stderr).all()
    assert (joint > 0.3 * stderr).all()


def test_spectra_that_are_left_out_leave_the_others_their_groups(project: Project) -> None:
    fewer = without_spectra(project, "S 2p", [0, 4]).analyses["S 2p"]
    assert fewer.result is not None
    assert fewer.result[GROUP].values.tolist() == [0, 0, 3, 3]
    assert np.isfinite(degrees_of_freedom(fewer.result)).all()


def test_a_region_fitted_group_by_group_is_the_region_fitted_at_once(project: Project) -> None:
    analysis = replace(project.analyses["S 2p"], result=None, result_of=None)
    first = with_fit(analysis, fit_analysis(analysis, [1]))
    assert first.result is not None
    assert is_fitted(first.result).tolist() == [True] * 3 + [False] * 3
    both = with_fit(first, fit_analysis(first, [5])).result
    expected = project.analyses["S 2p"].result
    assert both is not None
    assert expected is not None
    np.testing.assert_array_equal(both["value"].values, expected["value"].values)


def test_the_methods_say_what_was_common_to_which_spectra(project: Project) -> None:
    tables = make_tables(project)
    joint = dict(methods_paragraphs(project, tables, catalogue()))["S 2p"]
    assert (
        "fitted jointly, with positions and widths in common to those of the same sample" in joint
    )
    alone = with_fit(Analysis(project.analyses["S 2p"].series, Recipe(MODEL)), [])
    single = dict(methods_paragraphs(Project({"S 2p": alone}), tables, catalogue()))["S 2p"]
    assert "jointly" not in single
