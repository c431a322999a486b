"""A small file that asks for much is refused with a sentence, before the memory is taken."""

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.readers.budget import make_budget
from fitting.readers.records import read_record
from fitting.readers.spectra import read_spectra

MB = 1 << 20
_SHEET = "xl/worksheets/sheet1.xml"


def nexus_of_zeros(path: Path) -> None:
    """One entry of 2^27 numbers in some kB."""
    with h5py.File(path, "w") as file:
        data = _entry(file)
        data.create_dataset("energy", (1 << 13,), "f8", chunks=(1 << 13,), compression="gzip")
        data.create_dataset(
            "data", (1 << 14, 1 << 13), "u1", chunks=(1 << 10, 1 << 13), compression="gzip"
        )


def nexus_within_itself(path: Path) -> None:
    """Groups in groups, two hundred deep."""
    with h5py.File(path, "w") as file:
        group = _entry(file)
        for _ in range(200):
            group = group.create_group("g")


def nexus_of_many_parts(path: Path) -> None:
    with h5py.File(path, "w") as file:
        one = file.create_dataset("one", data=1.0)
        for number in range(8_000):
            file[f"many/{number}"] = one


def nexus_of_one_array_many_times(path: Path) -> None:
    """A hundred entries, each of which is the same array by another name."""
    with h5py.File(path, "w") as file:
        counts = file.create_dataset("counts", (1 << 20,), "u1", chunks=True, compression="gzip")
        for number in range(100):
            file[f"entry{number}/data/data"] = counts


def workbook_of_corners(path: Path) -> None:
    """Cells in the first and the last place of a sheet."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Energy"
    book.active["XFD1048576"] = 1
    book.save(path)


def workbook_of_wide_rows(path: Path) -> None:
    """Rows in which only the last cell is filled."""
    cells = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 2000))
    _write_sheet(path, cells)


def workbook_of_zeros(path: Path) -> None:
    """A sheet that unpacks to 100 MB."""
    _write_sheet(path, " " * (100 * MB))


HOSTILE: list[tuple[str, Callable[[Path], None]]] = [
    ("a.nxs", nexus_of_zeros),
    ("a.nxs", nexus_within_itself),
    ("a.nxs", nexus_of_many_parts),
    ("a.nxs", nexus_of_one_array_many_times),
    ("a.xlsx", workbook_of_corners),
    ("a.xlsx", workbook_of_wide_rows),
    ("a.xlsx", workbook_of_zeros),
]


@pytest.mark.parametrize(("name", "write"), HOSTILE, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize("read", [read_spectra, read_record])
def test_a_bomb_is_a_sentence_and_takes_no_memory(
    tmp_path: Path, name: str, write: Callable[[Path], None], read: Callable[[Path], object]
) -> None:
    write(tmp_path / name)
    assert (tmp_path / name).stat().st_size < 2 * MB
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFileError, match=rf"^{name}: "):
            read(tmp_path / name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150 * MB


def test_the_refusal_says_what_is_too_much_and_how_large_the_file_is(tmp_path: Path) -> None:
    nexus_of_zeros(tmp_path / "a.nxs")
    with pytest.raises(UnreadableFileError, match=r"more than \d+ MB of memory, though .* kB"):
        read_spectra(tmp_path / "a.nxs")


def test_a_workbook_that_lies_about_its_size_is_read_by_its_cells(tmp_path: Path) -> None:
    """Some programs declare all the rows that a sheet may have."""
    rows = [f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 5)]
    _write_sheet(tmp_path / "a.xlsx", "".join(rows), '<dimension ref="A1:XFD1048576"/>')
    with pytest.raises(UnreadableFileError) as told:
        read_spectra(tmp_path / "a.xlsx")
    assert "cells" not in str(told.value)


@settings(max_examples=50)
@given(st.integers(0, 2 << 30), st.integers(0, 2 << 30))
def test_a_larger_file_may_take_more(first: int, second: int) -> None:
    small, large = (make_budget(size) for size in sorted((first, second)))
    assert small.decoded <= large.decoded
    assert small.cells <= large.cells
    assert small.seconds <= large.seconds


def _entry(file: h5py.File) -> h5py.Group:
    entry = file.create_group("entry")
    entry.attrs["NX_class"] = "NXentry"
    data = entry.create_group("data")
    data.attrs["NX_class"] = "NXdata"
    data.attrs["signal"] = "data"
    data.attrs["axes"] = np.array(["energy"], dtype=object)
    return data


def _write_sheet(path: Path, cells: str, dimension: str = "") -> None:
    """A workbook whose one sheet has these rows, as XML."""
    plain = path.with_suffix(".plain.xlsx")
    openpyxl.Workbook().save(plain)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    text = f"<worksheet {space}>{dimension}<sheetData>{cells}</sheetData></worksheet>"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, text if entry == _SHEET else old.read(entry))
    plain.unlink()
