"""List, map, results and keys have the spectra in one order: that which the project has."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document import Document
from app.plots.series_map import SeriesMap
from app.plots.trend_curves import (
    TrendCurve,
    Wanted,
    describe_missing,
    describe_point,
    items_of,
    trend_curve,
)
from app.results.result_columns import rows_of
from app.spectra.series_tree import SeriesTree
from fitting.data.order import ORDERS, Order
from fitting.data.result import Status, empty_result
from fitting.data.series import SPECTRUM, set_coordinates
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series

_BRANCHES = ["charge", "discharge", "charge", "discharge", "charge"]


def _listed(tree: SeriesTree, region: str) -> list[int]:
    """The spectra of the rows, from above."""
    parent = tree.index_of(region, 0).parent()
    rows = [tree.index(row, 0, parent) for row in range(tree.rowCount(parent))]
    for row in rows:
        place = tree.place_of(row)
        assert place[1] is not None
        assert tree.index_of(region, place[1]) == row
    return [int(tree.place_of(row)[1] or 0) for row in rows]


@pytest.fixture
def interleaved(document: Document) -> Document:
    analysis = document.project.analyses["S 2p"]
    series = set_coordinates(
        analysis.series,
        branch=np.array(_BRANCHES, dtype=object),
        time=np.array([50.0, 40.0, 30.0, 20.0, 10.0]),
    )
    document.change_analysis(replace(analysis, series=series), "Branches")
    return document


def test_the_discharge_follows_the_charge_everywhere(interleaved: Document, qtbot) -> None:
    analysis = interleaved.project.analyses["S 2p"]
    series = set_coordinates(analysis.series, time=np.full(5, np.nan))
    interleaved.change_analysis(replace(analysis, series=series), "No times")
    tree, drawn = SeriesTree(), SeriesMap(interleaved)
    qtbot.addWidget(drawn)
    tree.show_project(interleaved.project)
    expected = [0, 2, 4, 3, 1]
    assert _listed(tree, "S 2p") == expected
    assert drawn._order.tolist() == expected
    rows = rows_of(interleaved.project.analyses["S 2p"])
    assert [row.spectrum for row in rows] == expected


@pytest.mark.parametrize("order", ["", *ORDERS])
def test_one_order_is_obeyed_by_all(interleaved: Document, qtbot, order: Order) -> None:
    tree, drawn = SeriesTree(), SeriesMap(interleaved)
    qtbot.addWidget(drawn)
    interleaved.change(replace(interleaved.project, order=order), "Order")
    tree.show_project(interleaved.project)
    expected = [row.spectrum for row in rows_of(interleaved.project.analyses["S 2p"], order)]
    assert sorted(expected) == list(range(5))
    assert _listed(tree, "S 2p") == expected
    assert drawn._order.tolist() == expected
    for row, spectrum in enumerate(expected):
        drawn._on_pointed(row + 0.5)
        assert interleaved.view.spectrum == spectrum
        assert drawn._cursor.value() == row + 0.5
        np.testing.assert_allclose(
            drawn._image.image[row], interleaved.prepared()["intensity"].values[spectrum]
        )


def _with_values(series: xr.Dataset, analysis: Analysis) -> Analysis:
    """As if it had been fitted, without taking the time."""
    result = empty_result(series, analysis.recipe.model, 1)
    for name in ("value", "stderr"):
        result[name] = result[name].fillna(1.0)
    result["covariance"] = result["covariance"].fillna(0.0)
    result["status"] = (SPECTRUM, np.full(series.sizes[SPECTRUM], Status.CONVERGED))
    return replace(analysis, series=series, result=result, result_of=analysis.recipe)


def _curve(analysis: Analysis, along: str) -> TrendCurve:
    project = with_analysis(Project(), analysis)
    wanted = Wanted("area", along)
    found = trend_curve(analysis, items_of(project, wanted)[0], wanted)
    assert found is not None
    return found


@settings(max_examples=25, deadline=None)
@given(
    samples=st.lists(st.sampled_from(["A", "B", "C"]), min_size=5, max_size=5),
    along=st.sampled_from(["voltage", "time", "cycle", "spectrum"]),
)
def test_no_line_joins_one_sample_to_another(samples: list[str], along: str) -> None:
    series, analysis = _BASE
    many = set_coordinates(
        series,
        sample=np.array(samples, dtype=object),
        time=np.arange(5.0),
        cycle=np.ones(5),
    )
    curve = _curve(_with_values(many, analysis), along)
    joined = [{samples[curve.spectra[point]] for point in part} for part in curve.branches()]
    assert all(len(names) == 1 for names in joined)
    assert sum(part.size for part in curve.branches()) == 5


def test_spectra_without_a_time_are_counted() -> None:
    series, analysis = _BASE
    timed = set_coordinates(series, time=np.array([1.0, np.nan, 3.0, np.nan, np.nan]))
    project = with_analysis(Project(), _with_values(timed, analysis))
    region = series.attrs["region"]
    said = describe_missing(project, [region, region], "time")
    assert said == f"3 of 5 spectra of {region} have no time: not shown here."
    assert describe_missing(project, [region], "spectrum") == ""
    assert describe_missing(project, [region], "voltage") == ""


def _make_base() -> tuple[xr.Dataset, Analysis]:
    model = model_from_library("argyrodite S 2p", background="linear")
    series = simulate_series(
        model,
        {f"{peak.name}.area": np.full(5, 2000.0) for peak in model.peaks},
        np.arange(157.0, 173.0, 0.5),
        np.random.default_rng(1),
        region="S 2p",
        voltage=np.linspace(2.5, 4.3, 5),
    )
    return series, Analysis(series, Recipe(model))


_BASE = _make_base()


def test_a_point_under_the_pointer_tells_its_numbers() -> None:
    series, analysis = _BASE
    curve = _curve(_with_values(series, analysis), "voltage")
    exact = replace(
        curve,
        value=np.full(5, 71.74),
        stderr=np.full(5, 0.52),
        low=np.full(5, 70.7),
        high=np.full(5, 72.8),
        limit=np.array([np.nan, 0.7, np.nan, np.nan, np.nan]),
        is_flagged=np.array([True, False, False, False, False]),
    )
    said = describe_point(exact, 0)
    assert "71.74\u2009±\u20090.52" in said
    assert "70.7 to 72.8" in said
    assert "needs a look" in said
    assert "below 0.7" in describe_point(exact, 1)
    assert "needs a look" not in describe_point(exact, 2)
