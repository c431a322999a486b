"""A range that is left out takes no part in the fit, and why is told."""

import numpy as np
import pytest

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.series import axis_values
from fitting.fits.each import FitOptions, fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.output.tables.project_tables import make_tables
from fitting.preprocessing.exclusion import ExcludeRange
from fitting.preprocessing.steps import apply_step, apply_steps, step_from_json, step_to_json
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series

_MODEL = model_from_library("argyrodite S 2p", background="linear")
_STEP = ExcludeRange(164.5, 166.0, "line of the substrate")


@pytest.fixture(scope="module")
def series():
    return simulate_series(
        _MODEL,
        {**{f"{peak.name}.area": np.full(2, 2000.0) for peak in _MODEL.peaks},
         "background.offset": 300.0},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        axis_offset=np.array([0.0, 0.5]),
        sources={"a.txt": "0" * 64},
    )  # fmt: skip


def test_what_is_measured_there_changes_nothing(series) -> None:
    spoiled = series.copy(deep=True)
    x = axis_values(series)
    spoiled["intensity"].values[(x >= _STEP.low) & (x <= _STEP.high)] += 1e6
    options = FitOptions(family=())
    results = [
        fit_all_spectra(apply_step(one, _STEP), _MODEL, options) for one in (series, spoiled)
    ]
    np.testing.assert_array_equal(results[0]["value"].values, results[1]["value"].values)
    points = results[0]["points"].values
    assert (points == np.isfinite(series["intensity"].values).sum(axis=1) - 15).all()


def test_the_reason_stands_in_the_table_and_the_history(series) -> None:
    project = Project({"S 2p": Analysis(series, Recipe(_MODEL, (_STEP,)))})
    table = make_tables(project)["spectra"]
    assert list(table["mask_reason"]) == ["line of the substrate"] * 2
    assert (table["masked_points"] > 10).all()


def test_the_step_is_stored_and_read_again() -> None:
    assert step_from_json(step_to_json(_STEP), "step") == _STEP


def test_a_range_that_leaves_nothing_is_refused(series) -> None:
    with pytest.raises(SeriesError, match="Leave out less"):
        apply_steps(series, (ExcludeRange(0.0, 1000.0),))
    with pytest.raises(RecipeError, match="less than high"):
        ExcludeRange(2.0, 1.0)
