"""The workbook, read back by openpyxl and by pandas, which did not write it."""

import io

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook

from fitting.output.tables import workbook
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.project_tables import make_tables
from fitting.output.tables.workbook import fill_table, write_workbook
from fitting.projects.project import Project


def _book(rows: list[tuple[object, ...]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, workbook._OPTIONS) as book:
        bold = book.add_format({"bold": True})
        fill_table(book.add_worksheet("first"), ("a", "b"), [], bold)
        fill_table(book.add_worksheet("second"), ("c", "d"), rows, bold)
    return stream.getvalue()


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "<b>&", " blank ", "Ω⁻¹ ½ \U0001f50b"],
)
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    cell = load_workbook(io.BytesIO(_book([(text, 1.0)])))["second"]["A2"]
    assert cell.value == text
    assert cell.data_type in ("s", "inlineStr")


def test_a_control_character_is_shown_by_its_number() -> None:
    cell = load_workbook(io.BytesIO(_book([("\t=1", 1.0)])))["second"]["A2"]
    assert cell.value == "\\x09=1"


def test_numbers_come_back_to_the_sixteenth_digit() -> None:
    rng = np.random.default_rng(3)
    numbers = (rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500)).tolist()
    rows = [(number, index) for index, number in enumerate(numbers)]
    sheet = load_workbook(io.BytesIO(_book(rows)))["second"]
    read = [cell.value for cell in sheet["A"][1:]]
    np.testing.assert_allclose(read, numbers, rtol=1e-15)
    assert [cell.value for cell in sheet["B"][1:]] == list(range(500))
    assert {cell.data_type for cell in sheet["A"][1:]} == {"n"}


def test_what_is_not_known_is_empty_and_what_is_open_says_so() -> None:
    sheet = load_workbook(io.BytesIO(_book([(float("nan"), ""), (float("inf"), -float("inf"))])))
    cells = [[cell.value for cell in row] for row in sheet["second"].iter_rows(min_row=2)]
    assert cells == [[None, None], ["inf", "-inf"]]


def test_characters_that_xml_does_not_have_are_left_out() -> None:
    cell = load_workbook(io.BytesIO(_book([("a\x00\x0bb\ud800\uffff", 1)])))["second"]["A2"]
    assert cell.value == "ab"


def test_a_text_longer_than_a_cell_is_cut_and_the_file_opens() -> None:
    cell = load_workbook(io.BytesIO(_book([("x" * 40_000, 1)])))["second"]["A2"]
    assert cell.value == "x" * 32_767


def test_other_sheets_stay_as_they_are() -> None:
    book = load_workbook(io.BytesIO(_book([("x", 1)])))
    assert [[cell.value for cell in row] for row in book["first"]] == [["a", "b"]]
    assert [cell.value for cell in book["second"][1]] == ["c", "d"]


def test_rows_of_many_thousands_are_all_there() -> None:
    frame = pd.read_excel(io.BytesIO(_book([(i, f"t{i}") for i in range(5001)])), "second")
    assert frame["c"].tolist() == list(range(5001))
    assert frame["d"].iloc[-1] == "t5000"


def test_table_longer_than_a_sheet_is_cut_and_the_workbook_says_so(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LARGEST_SHEET", 3)
    columns = [column.name for column in TABLE_COLUMNS["onsets"]]
    tables = dict(make_tables(Project()))
    tables["onsets"] = pd.DataFrame({name: np.arange(5) for name in columns})
    book = load_workbook(write_workbook(tables, Project(), tmp_path))
    assert book["onsets"].max_row == 1 + 3
    about = [[cell.value for cell in row] for row in book["about"]]
    assert any("only the first 3 rows" in str(row[-1]) for row in about)
