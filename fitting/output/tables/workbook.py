"""The tables as one Excel workbook: typed cells, a sheet for each table, and one that explains."""

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from fitting.data.program import program_version
from fitting.data.series import source_names
from fitting.data.whole_file import write_whole
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.project_tables import Tables, table_rows
from fitting.output.tables.sheet_rows import sheet_text, with_rows
from fitting.preprocessing.steps import step_to_json
from fitting.projects.project import Analysis, Project

WORKBOOK = "tables.xlsx"
LARGEST_SHEET = 1_048_575
"""Rows that a sheet can hold below its header."""
_FIRST_TABLE = 2
_ABOUT_WIDTHS = (18, 24, 22, 90)
_CONVENTIONS = (
    "Errors are one standard error, from the full covariance; empty cells are not known.",
    "An area that ended at zero has no error; its fraction and ratios are 0 without an error, and "
    "have an interval where the method is profile or bootstrap.",
    "95 % intervals of fractions and ratios: by Fieller's theorem with Student's t (covariance), "
    "by profile likelihood, or by a parametric bootstrap; the column method says which. inf means "
    "that the data do not bound the ratio from above.",
    "Systematic errors (_syst) stand apart: the choice of background of fractions and ratios, that "
    "of the sensitivity factors of atomic percent, the charge shift of positions.",
    "Areas are those of whole peaks, both lines of a doublet included; positions are of the main "
    "line. Voltages are V vs Li+/Li.",
    "Atomic percent: areas over relative sensitivity factors and counting time. Transmission and "
    "escape depth are not in the errors.",
    "Raman areas depend on the cross section of each band: a ratio of bands is no mole ratio.",
)


def write_workbook(tables: Tables, project: Project, folder: Path) -> Path:
    """Write ``tables.xlsx`` into the folder."""
    book = Workbook(write_only=True)
    book.properties.creator = program_version()
    _add_about(book, tables, project)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(table.columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = max(10, len(column) + 2)
        sheet.append([_bold_cell(sheet, column) for column in table.columns])
    stream = io.BytesIO()
    book.save(stream)
    rows = {
        number: islice(table_rows(table), LARGEST_SHEET)
        for number, table in enumerate(tables.values(), _FIRST_TABLE)
    }
    write_whole(folder / WORKBOOK, with_rows(stream.getvalue(), rows))
    return folder / WORKBOOK


def _add_about(book: Workbook, tables: Tables, project: Project) -> None:
    sheet = book.create_sheet("about")
    for place, width in enumerate(_ABOUT_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in _about_rows(tables, project):
        sheet.append(row and [_wrapped_cell(sheet, text, is_title=len(row) == 1) for text in row])


def _about_rows(tables: Tables, project: Project) -> Iterator[tuple[str, ...]]:
    yield (f"Tables of {program_version()}",)
    yield from (("", "", "", text) for text in _CONVENTIONS)
    for name, table in tables.items():
        if len(table) > LARGEST_SHEET:
            yield ("", name, "", f"only the first {LARGEST_SHEET} rows; all are in {name}.csv")
    yield ()
    yield ("How it was fitted",)
    if project.charge_reference is not None:
        yield ("", "charge reference", "", str(project.charge_reference))
    for analysis in project.analyses.values():
        yield from _method_rows(analysis)
    yield ()
    yield ("Columns",)
    yield ("sheet", "column", "unit", "meaning")
    for name, columns in TABLE_COLUMNS.items():
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
    for tie in model.ties:
        text = f"{tie.target} = {tie.factor:g} * {tie.source} + {tie.offset:g}"
        yield (region, "tie", "", text)


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, sheet_text(text))
    cell.data_type = "s"
    return cell


def _bold_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _wrapped_cell(sheet: object, text: str, *, is_title: bool) -> WriteOnlyCell:
    if is_title:
        return _bold_cell(sheet, text)
    cell = _text_cell(sheet, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
