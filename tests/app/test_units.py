"""After a series is normalised, everything that shows an area or a height says the same unit."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget

from app.document import Document
from app.model.model_rows import groups_of
from app.plots.spectrum_plot import SpectrumPlot
from app.plots.trends_plot import TrendsPlot
from app.results.result_columns import result_table
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.preprocessing.intensity import Normalise
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.quantities.estimates import estimates


@pytest.fixture
def normalised(document: Document) -> Document:
    analysis = _normalise(document.project.analyses["S 2p"])
    document.open(with_analysis(Project(), with_fit(analysis, fit_analysis(analysis))), None)
    return document


def test_tables_trends_results_and_axes_agree(normalised: Document, shown) -> None:
    analysis = normalised.project.analyses["S 2p"]
    unit = "arbitrary x eV"
    tables = make_tables(normalised.project)
    assert set(tables["peaks"]["unit"]) == set(tables["species"]["unit"]) == {unit}
    assert result_table(analysis, "area").unit == unit
    assert estimates(analysis)["unit"].sel(quantity="area PS4") == unit
    trends = shown(TrendsPlot(normalised), 500, 400)
    for quantity, expected in (("area", unit), ("height", "arbitrary")):
        trends.quantity.setCurrentIndex(trends.quantity.findData(quantity))
        assert {curve.unit for curve in trends.curves} == {expected}
    lines = {
        line.name: line
        for group in groups_of(analysis, normalised.view, normalised.catalogue)
        for line in group.lines
    }
    assert lines["PS4.area"].unit == unit.replace("x", "×")


def test_the_axis_of_the_spectrum_follows_the_step(document: Document, shown) -> None:
    plot = shown(SpectrumPlot(document), 500, 400)
    assert _label_of(plot) == "Intensity (counts)"
    document.change_analysis(_normalise(document.project.analyses["S 2p"]), "Normalise")
    assert _label_of(plot) == "Intensity (arbitrary)"


def _normalise(analysis: Analysis) -> Analysis:
    steps = (*analysis.recipe.steps, Normalise("area"))
    return replace(analysis, recipe=replace(analysis.recipe, steps=steps))


def _label_of(plot: QWidget) -> str:
    return plot.spectrum_item.getAxis("left").labelText
