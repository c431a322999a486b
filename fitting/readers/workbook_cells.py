"""The cells of a workbook (.xlsx), read row by row within the budget of its size."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from fitting.data.errors import UnreadableFileError
from fitting.readers.budget import Meter, begin_meter

Cells = tuple[object, ...]
_DAMAGE = (
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def read_workbook_cells(path: Path) -> list[tuple[str, tuple[Cells, ...]]]:
    """Title and rows of every sheet; empty cells are ``None``.

    Raises
    ------
    UnreadableFileError
        If the workbook is damaged, or asks for more than its size warrants.
    """
    meter = begin_meter(path)
    try:
        _check_archive(path, meter)
        return list(_iterate_sheets(path, meter))
    except UnreadableFileError:
        raise
    except _DAMAGE as error:
        raise UnreadableFileError(
            f"{path.name}: the workbook is damaged ({error}). Copy or export it again."
        ) from error


def _check_archive(path: Path, meter: Meter) -> None:
    """Raise unless the archive is whole, and unpacks to no more than it may."""
    with zipfile.ZipFile(path) as archive:
        meter.take_unpacked(sum(entry.file_size for entry in archive.infolist()))
        broken = archive.testzip()
    if broken:
        raise zipfile.BadZipFile(f"its part {broken} is broken")


def _iterate_sheets(path: Path, meter: Meter) -> Iterator[tuple[str, tuple[Cells, ...]]]:
    # takes long to import, and few folders have a workbook
    import openpyxl

    # as a stream: by the name, openpyxl would judge the file by its extension
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        for sheet in book.worksheets:
            meter.take_part()
            # what a sheet says of its size is not always true, and would be filled with cells
            sheet.reset_dimensions()
            yield sheet.title, tuple(_iterate_rows(sheet.iter_rows(values_only=True), meter))


def _iterate_rows(rows: Iterator[Cells], meter: Meter) -> Iterator[Cells]:
    for row in rows:
        meter.take_cells(max(len(row), 1))
        yield row
