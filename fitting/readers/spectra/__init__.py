"""Spectra from files: ``read_spectra(path)`` tells a file by its content and reads it.

A format is the ``FORMAT`` of one module (a ``SpectrumFormat``), listed below; packages of the user
add theirs by an entry point (``plug_ins``).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.scans import has_scans, sum_scans
from fitting.data.plain_text import escape_controls
from fitting.data.regions import knowing_windows
from fitting.data.series import TEXT_COORDINATES, set_coordinates, warnings_of
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
    igor_text,
    igor_wave,
    jcamp_dx,
    labspec,
    labspec_xml,
    multipak_text,
    ole_file,
    omnic,
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
from fitting.readers.spectra.plug_ins import load_formats, read_by_plug_in
from fitting.readers.spectra.private_paths import hide_paths, hide_paths_in_json
from fitting.readers.spectra.spectrum_format import SpectrumFormat

__all__ = ["SPECTRUM_FORMATS", "ReadOptions", "SpectrumFormat", "format_names", "read_spectra"]

SPECTRUM_FORMATS: tuple[SpectrumFormat, ...] = (
    vamas.FORMAT,
    renishaw_wdf.FORMAT,
    hdf5_series.FORMAT,
    phi_binary.FORMAT,
    opus.FORMAT,
    omnic.FORMAT,
    andor_sif.FORMAT,
    ole_file.FORMAT,
    specs_xml.FORMAT,
    labspec_xml.FORMAT,
    workbook.FORMAT,
    jcamp_dx.FORMAT,
    igor_text.FORMAT,
    wire_text.FORMAT,
    casaxps_text.FORMAT,
    specs_xy.FORMAT,
    scienta_text.FORMAT,
    multipak_text.FORMAT,
    labspec.FORMAT,
    bwtek_text.FORMAT,
    columns.FORMAT,
    igor_wave.FORMAT,
    galactic_spc.FORMAT,
)
"""Most specific first: the first that recognises a file reads it."""

HEAD_SIZE = 1 << 16
_ATTEMPTS = 3
"""How often a file is read that changes meanwhile."""


def read_spectra(
    path: str | Path, options: ReadOptions = DEFAULT, *, name: str = ""
) -> list[xr.Dataset]:
    """Read the spectra of one file, one series per region and grid.

    Parameters
    ----------
    name
        Under which the file is kept as a source; its bare name if left out.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is of a format that is not read, or is damaged. The message
        names the file and says what to do.
    """
    path = Path(path)
    with contain_faults(path), knowing_windows(options.windows):
        return _read_whole(path, options, name or path.name)


def format_names() -> list[str]:
    """Names of the formats that are read."""
    return [one.name for one in (*SPECTRUM_FORMATS, *load_formats()[0])]


def _read_whole(path: Path, options: ReadOptions, name: str) -> list[xr.Dataset]:
    series, digest = _read_unchanged(path, options)
    named = [_with_origin(one, name, digest) for one in series]
    if not options.sum_scans:
        return named
    return [sum_scans(one) if has_scans(one) else one for one in named]


def _read_unchanged(path: Path, options: ReadOptions) -> tuple[list[xr.Dataset], str]:
    """The series in a file, and the hash of the very bytes that they were read from."""
    for _ in range(_ATTEMPTS):
        before = _stamp_of(path)
        series = _read_series(path, _read_head(path), options)
        digest = _hash_file(path)
        if _stamp_of(path) == before:
            return series, digest
    raise UnreadableFileError(
        f"{path.name}: it is written to while it is read. Read it again when it is complete."
    )


def _stamp_of(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _read_head(path: Path) -> bytes:
    size = check_regular(path)
    if size == 0:
        raise UnreadableFileError(f"{path.name}: the file is empty. Export or copy it again.")
    with path.open("rb") as file:
        return file.read(HEAD_SIZE)


def _read_series(path: Path, head: bytes, options: ReadOptions) -> list[xr.Dataset]:
    """The series in a file, each with the name of its format and what a plug-in failed at."""
    attempt = read_by_plug_in(path, head, options)
    if attempt.series:
        return [_with_reader(one, attempt.format_name, ()) for one in attempt.series]
    found = _find_format(path, head, attempt.faults)
    series = found.read(path, options)
    if not series:
        raise UnreadableFileError(f"{path.name}: there is no spectrum in this file.")
    return [_with_reader(one, found.name, attempt.faults) for one in series]


def _find_format(path: Path, head: bytes, faults: Sequence[str]) -> SpectrumFormat:
    """The format of a file, of those of the program; ``faults`` are those of the plug-ins."""
    advice = foreign.advice_for(head)
    if advice:
        raise UnreadableFileError(" ".join((f"{path.name}: this is {advice}", *faults)))
    for one in SPECTRUM_FORMATS:
        if one.recognise(head):
            return one
    reads = f"It reads: {', '.join(format_names())}."
    raise UnreadableFileError(
        " ".join((f"{path.name}: not a format this program reads. {reads}", *faults))
    )


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _with_reader(series: xr.Dataset, name: str, faults: Sequence[str]) -> xr.Dataset:
    """The series with the format's name, where it gave none, and more warnings."""
    warnings = json.dumps([*warnings_of(series), *faults])
    return series.assign_attrs(reader=series.attrs["reader"] or name, warnings=warnings)


def _with_origin(series: xr.Dataset, name: str, digest: str) -> xr.Dataset:
    """The series with the file's name and hash.

    Its texts are such that they can be shown, printed and stored wherever they go.
    """
    name = escape_controls(name)
    named = set_coordinates(series, source=name)
    named = named.assign_attrs(
        sources=json.dumps({name: digest}),
        original_metadata=hide_paths_in_json(series.attrs.get("original_metadata", "{}")),
        warnings=hide_paths_in_json(series.attrs["warnings"]),
    )
    texts = (label for label in TEXT_COORDINATES if label in named.coords)
    return set_coordinates(named, **{label: _show_texts(named[label].values) for label in texts})


def _show_texts(texts: Iterable[object]) -> list[str]:
    return [escape_controls(hide_paths(str(text))) for text in texts]
