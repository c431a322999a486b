"""A column that is declared once is in the CSV file, the workbook, the panel and what is copied."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from app.results.result_columns import copied_text, result_table
from fitting.data.series import set_coordinates
from fitting.output.tables.column import Column
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.project_tables import make_tables, write_tables
from fitting.output.tables.workbook import write_workbook
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.quantities.region_detection import find_detection

OWN = Column(
    "fraction_relative",
    "number",
    "1",
    "standard error over the share",
    lambda block: block.part("fraction", "stderr") / block.part("fraction", "value"),
    of="fraction",
    said="known to {} of itself",
)


@pytest.fixture
def analysis(project: Project, monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """A fitted region, after somebody has declared a column of species."""
    monkeypatch.setitem(TABLE_COLUMNS, "species", (*TABLE_COLUMNS["species"], OWN))  # type: ignore[arg-type]
    bare = project.analyses["S 2p"]
    return with_fit(bare, fit_analysis(bare))


def test_a_declared_column_is_in_files_panel_and_clipboard(
    analysis: Analysis, tmp_path: Path
) -> None:
    project = with_analysis(Project(), analysis)
    tables = make_tables(project)
    list(write_tables(tables, tmp_path))
    written = pd.read_csv(tmp_path / "species.csv")
    expected = written["fraction_stderr"] / written["fraction_percent"]
    assert written["fraction_relative"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
    book = load_workbook(write_workbook(tables, project, tmp_path))
    assert [cell.value for cell in book["species"][1]][-1] == "fraction_relative"
    about = [[cell.value for cell in row] for row in book["about"]]
    assert ["species", "fraction_relative", "1", "standard error over the share"] in about
    panel = result_table(analysis, "fraction", find_detection(analysis))
    header, first, *_ = [line.split("\t") for line in copied_text(panel, panel.rows).splitlines()]
    copied = float(first[header.index("PS4_percent_relative")])
    assert copied == pytest.approx(expected[written["species"] == "PS4"].iloc[0])
    assert "known to " in panel.columns[0].tip(panel.rows[0].spectrum)


def test_what_tells_spectra_apart_is_copied_and_written(analysis: Analysis) -> None:
    series = set_coordinates(
        analysis.series,
        voltage=3.6,
        cycle=[1.0, 1.0, 2.0, 2.0, 2.0],
        branch=["charge", "discharge"] * 2 + ["charge"],
        time=[0.0, 60.0, 120.0, 180.0, 240.0],
    )
    told_apart = replace(analysis, series=series)
    tables = make_tables(with_analysis(Project(), told_apart))
    for name in ("spectra", "peaks", "species", "ratios"):
        states = tables[name][["voltage_V", "cycle", "branch", "time_s"]]
        assert len(states.drop_duplicates()) == 5
    panel = result_table(told_apart, "fraction")
    header, *lines = [line.split("\t") for line in copied_text(panel, panel.rows).splitlines()]
    assert header[2:7] == ["voltage_V", "cycle", "branch", "time_s", "status"]
    assert lines[1][2:6] == ["3.6", "1.0", "discharge", "60.0"]
