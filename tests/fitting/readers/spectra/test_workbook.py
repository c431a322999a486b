"""Workbooks of Avantage and KherveFitting: real ones, and hostile bytes."""

import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.readers.options import DEFAULT
from fitting.readers.spectra import read_spectra, workbook
from fitting.readers.spectra.published_fit import published_fits

RealData = Callable[[str], Path]

AVANTAGE = "xps_thermo_avantage/Hard_carbon_Thermo.xlsx"
KHERVE = "xps_thermo_avantage/Tougaard_Fit_S2p_KherveFitting.xlsx"
RESULTS = (
    "xps_thermo_avantage/Hard_carbon_Thermo.xlsx quantification "
    "(Avantage; name, peak BE eV, FWHM eV, area CPS.eV, at%)"
)
SHEET = [
    ["Axis", "Energie", "Elements=", 4],
    [r"C:\cells\LPSC 3.6 V.DATA\S2p Scan.VGD"],
    [],
    ["Bindungsenergie (E)", None, None, None, "S2p PS4", "Backgnd.", "Envelope", "Residuals"],
    ["eV", None, "Counts / s", None, "Counts / s", "Counts / s", "Counts / s", "Counts / s"],
    [163, None, 100, None, 90, 90, 90, 10],
    [162, None, 150, None, 140, 92, 140, 10],
    [161, None, "110,5", None, 94, 94, 94, 16],
]


def packed(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_bytes(tmp_path: Path, content: bytes) -> list[xr.Dataset]:
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    return workbook.read_workbook(path, DEFAULT)


def test_sheets_of_avantage_are_regions_of_one_sample(real_data: RealData) -> None:
    path = real_data(AVANTAGE)
    assert workbook.recognise_workbook(path.read_bytes()[:65536])
    series = workbook.read_workbook(path, DEFAULT)
    assert {one.attrs["region"]: one.sizes["energy"] for one in series} == {
        "survey": 2721,
        "O 1s": 151,
        "Na 1s": 171,
        "C 1s": 191,
        "C KLL": 501,
    }
    assert {one["sample"].item() for one in series} == {"17-Grphit"}
    assert {one.attrs["unit"] for one in series} == {"counts/s"}
    carbon = next(one for one in series if one.attrs["region"] == "C 1s")
    assert carbon.intensity.values[0, -1] == 5951.92


@pytest.mark.parametrize("name", ["export.xls", "export.xlsm", "export.txt", "export"])
def test_a_workbook_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(packed({"S2p Scan": SHEET}))
    (series,) = read_spectra(path)
    assert series.intensity.values[0].tolist() == [110.5, 150.0, 100.0]


CELLS = st.one_of(
    st.integers(1, 10**6), st.floats(0.5, 1e6).map(lambda v: round(v, 3)), st.just("#DIV/0!")
)
TABLES = [
    ["Binding Energy (eV)", "Counts"],
    ["BE", "OCV 2.3V", "3.0 V", "3.6 V"],
    ["A(X)", "B(Y)", "C(X)", "D(Y)"],
    ["B.E. (eV)", "CPS", "Background", "PS4 2p3/2", "Envelope"],
]


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data(), headings=st.sampled_from(TABLES), title=st.sampled_from(["S2p", "Sheet1"]))
def test_a_table_reads_the_same_as_csv_as_text_and_as_a_sheet(
    tmp_path: Path, data: st.DataObject, headings: list[str], title: str
) -> None:
    axes = [
        index
        for index, heading in enumerate(headings)
        if heading in ("BE", "A(X)", "C(X)") or "(eV)" in heading
    ]
    rows: list[list[Any]] = [headings]
    for step in range(20):
        row: list[Any] = [data.draw(CELLS) for _ in headings]
        for index in axes:
            row[index] = round(172 - step / 10 + index / 100, 2)
        rows.append(row)
    (tmp_path / "S2p.xlsx").write_bytes(packed({title: rows}))
    for name, separator in (("S2p.csv", ","), ("S2p.txt", "\t"), ("S2p.dat", ";")):
        text = "\n".join(separator.join(str(cell) for cell in row) for row in rows)
        (tmp_path / name).write_text(text)
    first, *others = [
        _outcome(tmp_path / name) for name in ("S2p.xlsx", "S2p.csv", "S2p.txt", "S2p.dat")
    ]
    assert all(other == first for other in others)


def _outcome(path: Path) -> object:
    """What was read of a file, in a form that can be compared."""
    try:
        series = read_spectra(path)
    except UnreadableFileError as error:
        return str(error).rpartition(": ")[2]
    return [
        (
            one.attrs["region"], one.attrs["unit"], one.attrs["noise"],
            one.energy.values.tolist(), str(one.intensity.values.tolist()),
        )
        for one in series
    ]  # fmt: skip


def test_tables_side_by_side_on_a_sheet_are_spectra_of_their_regions(tmp_path: Path) -> None:
    head = [["S 2p", None, None, "C 1s", None], ["BE", "Counts", None, "BE", "Counts"]]
    rows = [[170 - i / 10, 900 + i % 7, None, 290 - i / 10, 500 + i % 5] for i in range(40)]
    content = packed({"data": [["LPSC film"], [], *head, *rows], "notes": [["measured in May"]]})
    sulfur, carbon = read_bytes(tmp_path, content)
    assert (sulfur.attrs["region"], carbon.attrs["region"]) == ("S 2p", "C 1s")
    assert carbon.intensity.values[0, -1] == 500
    assert any("'notes'" in warning for warning in json.loads(sulfur.attrs["warnings"]))


def test_a_plain_sheet_beside_those_of_a_program_is_read_too(tmp_path: Path) -> None:
    plain = [["BE", "Counts"], *([291 - i / 10, 900 + i % 7] for i in range(40))]
    results = [["Name", "Peak BE"], ["S2p", 161.5], ["C1s", 285.0], ["O1s", 531.0]]
    content = packed({"S2p Scan": SHEET, "C1s": plain, "Peak Table": results})
    assert [one.attrs["region"] for one in read_bytes(tmp_path, content)] == ["S 2p", "C 1s"]


def test_a_workbook_without_a_spectrum_says_why_of_every_sheet(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"sheet 'notes': no columns of numbers"):
        read_bytes(tmp_path, packed({"notes": [["nothing"], ["here"]]}))


def test_curves_of_avantage_have_the_areas_of_its_table(
    real_data: RealData, reference: dict[str, Any]
) -> None:
    series = {
        one.attrs["region"]: one for one in workbook.read_workbook(real_data(AVANTAGE), DEFAULT)
    }
    curves = [part for name in ("C 1s", "Na 1s", "O 1s")
              for part in published_fits(series[name])[0].components]  # fmt: skip
    areas = sorted(part.area.value for part in curves)
    expected = sorted(row[3] for row in reference[RESULTS])
    # the table extends the curves beyond the measured range
    np.testing.assert_allclose(areas, expected, rtol=0.007)
    results = json.loads(series["C 1s"].attrs["original_metadata"])["file"]["results"]
    percent = sorted(float(row["Atomic %"]) for row in results)
    assert percent == sorted(row[4] for row in reference[RESULTS])


def test_sheets_of_khervefitting_are_regions_with_their_peaks(real_data: RealData) -> None:
    series = {
        one.attrs["region"]: one for one in workbook.read_workbook(real_data(KHERVE), DEFAULT)
    }
    assert set(series) == {"Na 1s", "Zn 2p", "O 1s", "C 1s", "S 2p", "survey"}
    sulfur = series["S 2p"]
    assert sulfur.sizes["energy"] == 131
    assert sulfur.intensity.values[0, -1] == 1419.74
    (fit,) = published_fits(series["Zn 2p"])
    main, partner = fit.components
    assert (main.position.value, main.area.value) == (1022.17, 8865)
    assert (main.fwhm.low, main.fwhm.high) == (0.3, 3.5)
    assert (partner.position.follows, partner.position.by) == (0, 23)
    assert (partner.area.follows, partner.area.by) == (0, 0.5)
    assert (fit.regions[0].low, fit.regions[0].high) == (1015.08, 1052.08)


def test_any_language_and_decimal_mark_of_avantage_is_read(tmp_path: Path) -> None:
    (series,) = read_bytes(tmp_path, packed({"S2p Scan": SHEET, "Titel": [["a"]]}))
    assert series["sample"].item() == "LPSC 3.6 V"
    np.testing.assert_array_equal(series.intensity, [[110.5, 150, 100]])
    (fit,) = published_fits(series)
    assert fit.components[0].name == "S2p PS4"
    assert fit.components[0].area.value == pytest.approx(48)


def test_a_workbook_is_told_from_other_archives(real_data: RealData) -> None:
    assert len(read_spectra(real_data(AVANTAGE))) == 5
    assert len(read_spectra(real_data(KHERVE))) == 6


def test_a_workbook_of_something_else_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"export\.xlsx: .* Export two columns"):
        read_bytes(tmp_path, packed({"Sheet": [["Name", "Voltage"], [1, 2]]}))


def test_a_cut_or_changed_workbook_gives_a_sentence(check_hostile: Callable[..., None]) -> None:
    content = packed({"S2p Scan": SHEET})
    for length in range(0, len(content), 23):
        check_hostile(read_bytes, "export.xlsx", content[:length])


@cache
def _workbook() -> bytes:
    """Packed once: the time in an archive changes its length from call to call."""
    return packed({"S2p Scan": SHEET})


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_bytes_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    content = _workbook()
    check_hostile(read_bytes, "export.xlsx", with_changes(data, content, most=4))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_cells_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], data: st.DataObject
) -> None:
    rows = [list(row) for row in SHEET]
    cells = [None, "", "x", -1, 1e300, "eV", "Counts / s", "Backgnd.", True]
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.integers(0, len(rows) - 1))
        if rows[row]:
            column = data.draw(st.integers(0, len(rows[row]) - 1))
            rows[row][column] = data.draw(st.sampled_from(cells))
    check_hostile(read_bytes, "export.xlsx", packed({"S2p Scan": rows}))
