"""The tables against what the contract promises and against the numbers they come from."""

import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from fitting.data.result import Status
from fitting.output.export import export_project
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.csv_text import cell_text, csv_text
from fitting.output.tables.project_tables import make_tables, write_tables
from fitting.output.tables.workbook import write_workbook
from fitting.projects.project import Project
from fitting.projects.unread import Unread
from fitting.quantities.detection import detect_species
from fitting.saving.project_file import open_project, save_project

PROMISED = {
    "spectra": "spectrum, sample, source, region, voltage_V, time_s, cycle, branch, status, "
    "message, reduced_chi_square, points, free_parameters",
    "peaks": "spectrum, sample, region, voltage_V, peak, species, position, position_stderr, fwhm, "
    "fwhm_stderr, area, area_stderr, height, mixing, unit",
    "species": "spectrum, sample, region, voltage_V, species, area, area_stderr, "
    "fraction_percent, fraction_stderr",
    "ratios": "spectrum, sample, region, voltage_V, numerator, denominator, ratio, ratio_stderr, "
    "ratio_low95, ratio_high95",
    "band_ratios": "spectrum, sample, region, voltage_V, band, species, internal_band, ratio, "
    "ratio_stderr, ratio_low95, ratio_high95, quantity",
    "atomic_percent": "sample, voltage_V, region, element, species, atomic_percent, "
    "atomic_percent_stderr, sensitivity_set",
    "onsets": "region, species, direction, onset_V, onset_low95, onset_high95, method",
    "cross_checks": "sample, voltage_V, check, value, stderr, unit, expected_low, expected_high, "
    "accuracy, verdict",
    "selection": "region, species_set, species_count, chi_square, free_parameters, bic, delta_bic, "
    "is_chosen, spectra, points",
    "audit": "spectrum, sample, region, rule, severity, message",
    "groups": "spectrum, sample, region, voltage_V, group, species, missing, value, stderr, low95, "
    "high95, unit",
    "differences": "region, group, first, second, value_first, value_second, difference, "
    "difference_stderr, difference_model, difference_low95, difference_high95, unit",
    "survey": "sample, element, atomic_percent, atomic_percent_stderr, evidence",
}
ADDED = {
    "spectra": "voltage_from",
    "peaks": "cycle, branch, time_s",
    "species": "cycle, branch, time_s, fraction_model, fraction_low95, fraction_high95",
    "ratios": "cycle, branch, time_s, ratio_model, ratio_low95, ratio_high95",
    "band_ratios": "cycle, branch, time_s",
}
COVARIANCE = np.array([[900.0, -300.0, 0.0], [-300.0, 700.0, 0.0], [0.0, 0.0, np.nan]])
POSITIONS = {"PS4": 161.5, "polysulfide": 163.2, "sulfate": 168.8}


@pytest.fixture
def project(doublet_model, blank_series, drawn_result, analysis_of) -> Project:
    """Three spectra out of order: converged, with a species at zero, failed; and a bad file."""
    model = doublet_model(POSITIONS)
    series = blank_series(
        3,
        voltage=[3.6, 2.5, np.nan],
        sample=["charged", "=1+1", "lost"],
        source=["c.vms", "p.vms", "x.vms"],
        seconds_per_point=1.0,
    )
    result = drawn_result(
        series,
        model,
        [[2000.0, 1000.0, 0.0], [3000.0, 500.0, 0.0], [1.0, 1.0, 1.0]],
        COVARIANCE,
        status=[Status.AT_BOUND, Status.AT_BOUND, Status.FAILED],
    )
    return Project(
        {"S 2p": analysis_of(series, model, result)},
        unread=(Unread("bad.txt", "bad.txt: empty. Export it again."),),
    )


def test_tables_have_the_promised_columns_first(project: Project) -> None:
    tables = make_tables(project)
    assert list(tables) == list(PROMISED)
    for name, columns in PROMISED.items():
        promised = columns.split(", ")
        assert list(tables[name].columns)[: len(promised)] == promised
        assert list(tables[name].columns) == [column.name for column in TABLE_COLUMNS[name]]
    for name, columns in ADDED.items():
        assert set(columns.split(", ")) <= set(tables[name].columns)


def test_spectra_are_numbered_by_voltage_and_unread_files_are_listed(project: Project) -> None:
    spectra = make_tables(project)["spectra"]
    assert spectra["sample"].tolist() == ["=1+1", "charged", "lost", ""]
    assert spectra["spectrum"].tolist()[:3] == [0, 1, 2]
    assert np.isnan(spectra["spectrum"].iloc[3])
    assert spectra["status"].tolist() == ["at_bound", "at_bound", "failed", "not_read"]
    assert spectra["message"].iloc[3] == "bad.txt: empty. Export it again."
    assert spectra["source"].tolist() == ["p.vms", "c.vms", "x.vms", "bad.txt"]


def test_rows_follow_the_chosen_order_and_keep_their_numbers(project: Project, tmp_path) -> None:
    save_project(replace(project, order="file"), tmp_path / "a.thio")
    tables = make_tables(open_project(tmp_path / "a.thio"))
    assert tables["spectra"]["source"].tolist() == ["c.vms", "p.vms", "x.vms", "bad.txt"]
    assert tables["spectra"]["spectrum"].tolist()[:3] == [1, 0, 2]
    for name in ("peaks", "species", "ratios"):
        assert list(dict.fromkeys(tables[name]["spectrum"])) == [1, 0, 2]


def test_species_and_ratios_carry_the_covariance(project: Project) -> None:
    tables = make_tables(project)
    species = tables["species"]
    first = species[species["spectrum"] == 1]
    assert first["species"].tolist() == ["PS4", "polysulfide", "sulfate"]
    assert first["fraction_percent"].tolist() == pytest.approx([66.6667, 33.3333, 0.0], abs=1e-3)
    assert first["fraction_stderr"].isna().tolist() == [False, False, True]
    share_error = 100 * np.sqrt(1000**2 * 900 + 2000**2 * 700 + 2 * 2e6 * 300) / 3000**2
    assert first["fraction_stderr"].iloc[0] == pytest.approx(share_error)
    failed = species[species["spectrum"] == 2]
    assert failed[["area", "area_stderr", "fraction_percent"]].isna().all(axis=None)
    ratios = tables["ratios"]
    row = ratios[(ratios["spectrum"] == 1) & (ratios["numerator"] == "polysulfide")].iloc[0]
    assert (row["denominator"], row["ratio"]) == ("PS4", 0.5)
    assert row["ratio_low95"] < 0.5 < row["ratio_high95"]
    absent = ratios[(ratios["numerator"] == "sulfate") & (ratios["spectrum"] == 1)].iloc[0]
    assert absent["ratio"] == 0.0
    assert absent[["ratio_stderr", "ratio_low95", "ratio_high95"]].isna().all()


def test_peaks_have_units_and_empty_cells_where_a_parameter_does_not_exist(project) -> None:
    peaks = make_tables(project)["peaks"]
    assert set(peaks["unit"]) == {"counts x eV"}
    assert peaks["mixing"].isna().all()
    assert peaks["fwhm_stderr"].isna().all()
    first = peaks[(peaks["spectrum"] == 1) & (peaks["peak"] == "PS4")].iloc[0]
    assert (first["position"], first["fwhm"], first["area"]) == (161.5, 1.2, 2000.0)
    assert first["height_stderr"] == pytest.approx(first["height"] * 30 / 2000)


def test_an_export_looks_once_for_what_is_seen(project, tmp_path, monkeypatch) -> None:
    looked_at = []

    def count(series, *others):
        looked_at.append(series.attrs["region"])
        return detect_species(series, *others)

    monkeypatch.setattr("fitting.quantities.region_detection.detect_species", count)
    assert list(export_project(project, tmp_path))
    assert looked_at == ["S 2p"]


def test_written_tables_read_back_as_they_were(project: Project, tmp_path) -> None:
    tables = make_tables(project)
    paths = list(write_tables(tables, tmp_path))
    assert [path.name for path in paths] == [f"{name}.csv" for name in PROMISED]
    for path in paths:
        assert path.read_bytes().endswith(b"\n") or tables[path.stem].empty
        back = pd.read_csv(path, keep_default_na=True)
        table = tables[path.stem]
        assert list(back.columns) == list(table.columns)
        for column in table.select_dtypes("number"):
            assert np.allclose(back[column].astype(float), table[column], rtol=1e-8, equal_nan=True)


def test_the_same_project_gives_the_same_bytes(project: Project, tmp_path) -> None:
    (tmp_path / "again").mkdir()
    first = [path.read_bytes() for path in write_tables(make_tables(project), tmp_path)]
    again = [path.read_bytes() for path in write_tables(make_tables(project), tmp_path / "again")]
    assert first == again
    assert not list(tmp_path.glob(".*"))


def test_region_that_is_not_fitted_is_in_spectra_only(project: Project, analysis_of) -> None:
    analysis = project.analyses["S 2p"]
    unfitted = Project({"S 2p": analysis_of(analysis.series, analysis.model, None)})
    tables = make_tables(unfitted)
    assert tables["spectra"]["status"].tolist() == ["not_fitted"] * 3
    assert all(tables[name].empty for name in PROMISED if name != "spectra")


def test_empty_project_has_headers(tmp_path) -> None:
    for path in write_tables(make_tables(Project()), tmp_path):
        header = ",".join(column.name for column in TABLE_COLUMNS[path.stem])
        assert path.read_text(encoding="utf-8") == header + "\n"


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-P-S", "@x", "\t=1", "\n=1"])
def test_cells_that_a_spreadsheet_could_run_are_text(text: str) -> None:
    assert cell_text(text) == f"'{text}"
    row = next(csv.reader(io.StringIO(csv_text(["a"], [[text]]).split("\n", 1)[1], newline="")))
    assert row[0].startswith("'")


def test_a_carriage_return_begins_no_row() -> None:
    assert csv_text(["name"], [("a\r=1",), ("\r\n=1",)]) == 'name\n"a\n=1"\n"\'\n=1"\n'


def test_numbers_are_written_plainly() -> None:
    cells = [0.1 + 0.2, -1.5, 1e-12, 123456789.123, -0.0, np.inf, np.nan, 7, np.float64(2.55)]
    assert [cell_text(float(c) if isinstance(c, float) else c) for c in cells] == [
        "0.3", "-1.5", "1e-12", "123456789", "0", "inf", "", "7", "2.55",
    ]  # fmt: skip


def test_workbook_has_typed_cells_and_harmless_text(project: Project, tmp_path) -> None:
    tables = make_tables(project)
    book = load_workbook(write_workbook(tables, project, tmp_path))
    assert book.sheetnames == ["about", *PROMISED]
    sheet = book["spectra"]
    header = [cell.value for cell in sheet[1]]
    first = dict(zip(header, sheet[2], strict=True))
    assert first["voltage_V"].value == 2.5
    assert first["voltage_V"].data_type == "n"
    assert first["sample"].value == "=1+1"
    assert first["sample"].data_type == "s"
    assert first["cycle"].value is None
    about = [[cell.value for cell in row] for row in book["about"]]
    assert any("Thioscope" in str(row[0]) for row in about)
    assert ["peaks", "position_stderr", "eV or 1/cm", "standard error"] in about
