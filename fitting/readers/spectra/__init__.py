"""Spectra from files: ``read(path)`` finds out what a file is by its content and reads it."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.scans import has_scans, sum_scans
from fitting.data.plain_text import escape_controls
from fitting.data.series import TEXT_COORDINATES, set_coordinates
from fitting.readers.boundary import check_regular, contain_faults
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import (
    andor_sif,
    bwtek_text,
    casaxps_text,
    columns,
    foreign,
    galactic_spc,
    hdf5_series,
    igor_wave,
    jcamp_dx,
    labspec,
    labspec_xml,
    multipak_text,
    ole_file,
    opus,
    phi_binary,
    renishaw_wdf,
    scienta_text,
    specs_xml,
    specs_xy,
    vamas,
    wire_text,
    workbook,
)

__all__ = ["READERS", "ReadOptions", "Reader", "formats", "read"]


class Reader(Protocol):
    """What every module in ``READERS`` offers."""

    FORMAT: str
    """Name of the format in a sentence, such as "VAMAS"."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes (up to ``HEAD_SIZE``) has this format."""

    def read(self, path: Path, options: ReadOptions) -> list[xr.Dataset]:
        """The series in the file, one per region and grid."""


READERS: tuple[Reader, ...] = (
    vamas,
    renishaw_wdf,
    hdf5_series,
    phi_binary,
    opus,
    andor_sif,
    ole_file,
    specs_xml,
    labspec_xml,
    workbook,
    jcamp_dx,
    wire_text,
    casaxps_text,
    specs_xy,
    scienta_text,
    multipak_text,
    labspec,
    bwtek_text,
    columns,
    igor_wave,
    galactic_spc,
)
"""Most specific first: the first that recognises a file reads it."""

HEAD_SIZE = 1 << 16


def read_spectra(path: str | Path, options: ReadOptions = DEFAULT) -> list[xr.Dataset]:
    """Read the spectra of one file, one series per region and grid.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is of a format that is not read, or is damaged. The message
        names the file and says what to do.
    """
    path = Path(path)
    with contain_faults(path):
        return _read_whole(path, options)


def format_names() -> list[str]:
    """Names of the formats that are read."""
    return [reader.FORMAT for reader in READERS]


def _read_whole(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    head = _read_head(path)
    reader = _reader_for(path, head)
    series = reader.read(path, options)
    if not series:
        raise UnreadableFileError(f"{path.name}: there is no spectrum in this file.")
    digest = _hash_file(path)
    named = [_with_origin(one, path.name, digest, reader.FORMAT) for one in series]
    if not options.sum_scans:
        return named
    return [sum_scans(one) if has_scans(one) else one for one in named]


def _read_head(path: Path) -> bytes:
    size = check_regular(path)
    if size == 0:
        raise UnreadableFileError(f"{path.name}: the file is empty. Export or copy it again.")
    with path.open("rb") as file:
        return file.read(HEAD_SIZE)


def _reader_for(path: Path, head: bytes) -> Reader:
    advice = foreign.advice_for(head)
    if advice:
        raise UnreadableFileError(f"{path.name}: this is {advice}")
    for reader in READERS:
        if reader.recognises(head):
            return reader
    raise UnreadableFileError(
        f"{path.name}: not a format this program reads. It reads: {', '.join(format_names())}."
    )


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _with_origin(series: xr.Dataset, name: str, digest: str, reader: str) -> xr.Dataset:
    """The series with the file's name and hash, and the reader's name where it gave none.

    Its texts are such that they can be shown, printed and stored wherever they go.
    """
    name = escape_controls(name)
    origin = {"sources": json.dumps({name: digest}), "reader": series.attrs["reader"] or reader}
    named = set_coordinates(series, source=name).assign_attrs(origin)
    texts = (label for label in TEXT_COORDINATES if label in named.coords)
    return set_coordinates(named, **{label: _show_texts(named[label].values) for label in texts})


def _show_texts(texts: Iterable[object]) -> list[str]:
    return [escape_controls(str(text)) for text in texts]
