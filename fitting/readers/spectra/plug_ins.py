"""Formats of spectra that packages of the user read.

A package announces a format by an entry point of the group ``thioscope.spectra`` that names a
``SpectrumFormat``. It is asked before the formats of the program. One that fails is passed over
with a sentence: code of others never stops the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import xarray as xr

from fitting.data.series import check_series
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat

GROUP = "thioscope.spectra"


@dataclass(frozen=True, slots=True)
class ReadAttempt:
    """What the plug-ins made of a file."""

    series: list[xr.Dataset]
    """Empty if no plug-in read it."""
    format_name: str
    """Of the plug-in that read it."""
    faults: tuple[str, ...]
    """A sentence for each plug-in that failed."""


def read_by_plug_in(path: Path, head: bytes, options: ReadOptions) -> ReadAttempt:
    """Read a file by the first plug-in that recognises it and does not fail."""
    formats, broken = load_formats()
    faults = list(broken)
    for one in formats:
        try:
            if not one.recognise(head):
                continue
            series = one.read(path, options)
            for found in series:
                check_series(found)
        except Exception as error:  # noqa: BLE001 - the boundary to code of others
            faults.append(f"The plug-in for {one.name} could not read {path.name} ({error!r}).")
            continue
        if series:
            return ReadAttempt(series, one.name, ())
        faults.append(f"The plug-in for {one.name} found no spectrum in {path.name}.")
    return ReadAttempt([], "", tuple(faults))


@cache
def load_formats() -> tuple[tuple[SpectrumFormat, ...], tuple[str, ...]]:
    """The formats of the plug-ins that are installed, and a sentence for each broken one."""
    found = [_load_format(entry) for entry in _iterate_entries()]
    formats = tuple(one for one in found if isinstance(one, SpectrumFormat))
    return formats, tuple(one for one in found if isinstance(one, str))


def _iterate_entries() -> Iterator[EntryPoint]:
    yield from entry_points(group=GROUP)


def _load_format(entry: EntryPoint) -> SpectrumFormat | str:
    try:
        loaded = entry.load()
    except Exception as error:  # noqa: BLE001 - the boundary to code of others
        return _describe_broken(entry, f"cannot be loaded ({error!r})")
    if not isinstance(loaded, SpectrumFormat):
        return _describe_broken(entry, f"names a {type(loaded).__name__}, not a SpectrumFormat")
    return loaded


def _describe_broken(entry: EntryPoint, reason: str) -> str:
    return f"The plug-in {entry.name!r} for spectra {reason}. Install it again or remove it."
