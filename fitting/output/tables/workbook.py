"""The tables as one Excel workbook: typed cells, a sheet for each table, and one that explains."""

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fitting.data.plain_text import escape_controls
from fitting.data.program import program_version
from fitting.data.series import source_names
from fitting.data.whole_file import write_whole
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.project_tables import Tables, table_rows
from fitting.preprocessing.steps import step_to_json
from fitting.projects.project import Analysis, Project
from fitting.projects.provenance import read_provenance

WORKBOOK = "tables.xlsx"
LARGEST_SHEET = 1_048_575
"""Rows that a sheet can hold below its header."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""
_OPTIONS = {
    # Rows are written as they come; text is text, whatever it begins with.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ABOUT_WIDTHS = (18, 24, 22, 90)
_CONVENTIONS = (
    "Errors are one standard error, from the full covariance; empty cells are not known.",
    "An area that ended at zero has no error; its fraction and ratios are 0 without an error, and "
    "have an interval where the method is profile or bootstrap.",
    "95 % intervals of fractions and ratios: by Fieller's theorem with Student's t (covariance), "
    "by profile likelihood, or by a parametric bootstrap; the column method says which. inf means "
    "that the data do not bound the ratio from above.",
    "Systematic errors (_syst) stand apart: the choice of background of fractions and ratios, that "
    "of sensitivity factors and escape depth of atomic percent, the charge shift of positions.",
    "Areas are those of whole peaks, both lines of a doublet included; positions are of the main "
    "line. Voltages are V vs Li+/Li.",
    "Atomic percent: areas over sensitivity factors, counting time, escape depth and transmission; "
    "columns of the sheet say which. What other choices would give is the systematic error.",
    "Raman areas depend on the cross section of each band: a ratio of bands is no mole ratio.",
)


def write_workbook(tables: Tables, project: Project, folder: Path) -> Path:
    """Write ``tables.xlsx`` into the folder."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"author": program_version()})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet("about")
        _fill_about(about, _about_rows(tables, project), bold, wrapped)
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            fill_table(sheet, table.columns, islice(table_rows(table), LARGEST_SHEET), bold)
    write_whole(folder / WORKBOOK, stream.getvalue())
    return folder / WORKBOOK


def fill_table(
    sheet: Worksheet, headings: Iterable[str], rows: Iterable[Sequence[object]], bold: Format
) -> None:
    """Write a header that stays in view, and rows of typed cells below it."""
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, max(10, len(heading) + 2))
        sheet.write_string(0, place, heading, bold)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write_cell(sheet, number, place, value)


def _write_cell(sheet: Worksheet, row: int, place: int, value: object) -> None:
    """A cell of the value's type; nothing for what is not known."""
    if isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, place, value)
        return
    is_nan = isinstance(value, float) and math.isnan(value)
    text = "" if is_nan else _clean_text(str(value))
    if text:
        sheet.write_string(row, place, text)


def _clean_text(text: str) -> str:
    """Text without the characters that a workbook cannot hold, and no longer than a cell."""
    return escape_controls(_NOT_IN_XML.sub("", text))[:_LONGEST_TEXT]


def _fill_about(
    sheet: Worksheet, rows: Iterable[tuple[str, ...]], bold: Format, wrapped: Format
) -> None:
    for place, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    for number, row in enumerate(rows):
        style = bold if len(row) == 1 else wrapped
        for place, text in enumerate(row):
            sheet.write_string(number, place, _clean_text(text), style)


def _about_rows(tables: Tables, project: Project) -> Iterator[tuple[str, ...]]:
    yield (f"Tables of {program_version()}",)
    yield from (("", "", "", text) for text in _CONVENTIONS)
    for name, table in tables.items():
        if len(table) > LARGEST_SHEET:
            yield ("", name, "", f"only the first {LARGEST_SHEET} rows; all are in {name}.csv")
    yield ()
    yield ("How it was fitted",)
    for analysis in project.analyses.values():
        yield from _method_rows(analysis)
    yield ()
    yield ("Columns",)
    yield ("sheet", "column", "unit", "meaning")
    for name, columns in TABLE_COLUMNS.items():
        if name not in tables:
            continue
        yield from ((name, column.name, column.unit, column.meaning) for column in columns)


def _method_rows(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    region, model = analysis.region, analysis.model
    recipe = analysis.result_of or analysis.recipe
    shapes = ", ".join(dict.fromkeys(peak.line_shape for peak in model.peaks))
    yield (region, "files", "", ", ".join(source_names(analysis.series)))
    yield (region, "steps", "", "; ".join(str(step_to_json(step)) for step in recipe.steps))
    yield (region, "peaks", "", ", ".join(peak.name for peak in model.peaks))
    yield (region, "line shape", "", shapes)
    yield (region, "background", "", model.background.kind)
    yield from ((region, what, "", text) for what, text in _list_provenance(analysis))
    for tie in model.ties:
        text = f"{tie.target} = {tie.factor:g} * {tie.source} + {tie.offset:g}"
        yield (region, "tie", "", text)


def _list_provenance(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """What was really done, as the steps that ran wrote it; nothing before a fit."""
    done = read_provenance(analysis)
    if done.references:
        yield "energies referred to", _count_words(done.references)
    if analysis.result is None:
        return
    yield "fits", _count_words({one.name.lower(): n for one, n in done.statuses.items()})
    if done.intervals:
        yield "intervals", _count_words(done.intervals)
    if done.engines:
        yield "solved by", ", ".join(done.engines)
    if done.programs:
        yield "fitted with", ", ".join(done.programs)


def _count_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{words} ({count})" for words, count in counts.items())
