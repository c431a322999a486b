"""Recipes as a script: it runs, and says what the recipes say."""

from math import inf
from pathlib import Path

import numpy as np

from fitting.data.series import ENERGY, make_series
from fitting.models.from_library import model_from_library
from fitting.models.model import Parameter
from fitting.output.python_script import python_script
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.intensity import RemoveSpikes
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe


def _project() -> Project:
    energy = np.linspace(158.0, 172.0, 141)
    series = make_series(
        ENERGY, energy, np.full((2, 141), 100.0), region="S 2p", sigma=10.0, noise="poisson"
    )
    recipe = Recipe(model_from_library("argyrodite S 2p"), (CropAxis(159, 171), RemoveSpikes()))
    return Project({"S 2p": Analysis(series, recipe)})


def _recipes_of(script: str) -> dict[str, Recipe]:
    names: dict[str, dict[str, Recipe]] = {}
    exec(script.split("\nproject = ")[0], names)
    return names["RECIPES"]


def test_the_script_holds_the_recipes_as_they_are() -> None:
    project = _project()
    script = python_script(project, Path("project.thio"))
    assert _recipes_of(script) == {"S 2p": project.analyses["S 2p"].recipe}


def test_bounds_without_end_can_be_written() -> None:
    project = _project()
    analysis = project.analyses["S 2p"]
    peak = analysis.recipe.model.peaks[0]
    object.__setattr__(
        peak, "parameters", {**peak.parameters, "position": Parameter(161.0, -inf, 162.0)}
    )
    assert "-inf" not in python_script(project, Path("a.thio"))
    assert _recipes_of(python_script(project, Path("a.thio"))) == {"S 2p": analysis.recipe}


def test_no_line_is_too_long_to_read() -> None:
    script = python_script(_project(), Path("project.thio"))
    assert max(map(len, script.splitlines())) <= 100
