"""Plain text in columns: an axis and one or more spectra, exported by any program.

Separator, decimal mark, headings, direction and kind of the axis are found out; several columns
are several spectra, whose headings may hold their voltage. Columns of errors become ``sigma``;
backgrounds, envelopes and residuals of somebody's fit are left out.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import estimated_sigma, is_counts
from fitting.data.regions import RAMAN, region_from_name, region_from_range
from fitting.data.series import ENERGY, SHIFT, FloatArray, make_series, set_coordinates
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import Rates, UnitKind, rates_of
from fitting.readers.spectra.headings import (
    axis_kind,
    counting_time_of,
    find_roles,
    is_arbitrary,
    unit_of,
)
from fitting.readers.spectra.number_blocks import NumberBlock, has_one_column, number_blocks
from fitting.readers.spectra.samples import sample_of
from fitting.readers.spectra.spectral_axis import SpectralAxis, spectral_axis
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.voltage_from_name import name_without_extension, sample_from_name

_FEWEST_POINTS = 5
_LEAST_OF_LARGEST = 0.1
"""Blocks with fewer rows than this part of the largest are tables of the header."""
_HEADER_LINES_KEPT = 200
_NEGATIVE = "Some intensities are negative: a baseline may have been subtracted already."
_GENERIC = re.compile(
    r"(?i)\[.*?\]|\(.*?\)|\b(?:intensity|counts?|cts|cps|c/s|a\.?u\.?|arb|units?|spectrum|column"
    r"|raw|data|scan|xps|raman|y|per|s)\b"
)
"""Words of headings that name no sample."""


def recognise_columns(head: bytes) -> bool:
    """Any text may hold columns; this reader comes last."""
    return decode_text(head) is not None


def read_columns(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """One series per block of numbers."""
    text = read_text(path)
    blocks = number_blocks(text)
    most = max((len(block.values) for block in blocks), default=0)
    if most < _FEWEST_POINTS:
        raise _no_numbers(path, text, most)
    least = max(_FEWEST_POINTS, _LEAST_OF_LARGEST * most)
    parts = [part for block in blocks if len(block.values) >= least for part in _split_pairs(block)]
    return [_series_of(path, part, len(parts), options) for part in parts]


FORMAT = SpectrumFormat(
    name="text in columns",
    extensions=(".txt", ".csv", ".dat"),
    recognise=recognise_columns,
    read=read_columns,
    limits="what heading, header and name say, and no more",
)


@dataclass(frozen=True, slots=True)
class _Spectra:
    """The columns of a block by their roles."""

    axis: FloatArray
    """Shape (m,)."""
    axis_heading: str
    intensity: FloatArray
    """Shape (n, m)."""
    sigma: FloatArray | None
    """Shape (n, m)."""
    headings: tuple[str, ...]
    warnings: tuple[str, ...]


def _no_numbers(path: Path, text: str, rows: int) -> UnreadableFileError:
    if has_one_column(text):
        found = "there is only one column of numbers; the axis is missing"
    elif rows:
        found = f"there are only {rows} rows of numbers"
    else:
        found = "no columns of numbers were found"
    return UnreadableFileError(
        f"{path.name}: {found}. Export two columns, axis and counts, or VAMAS; a list of the "
        "formats that are read is in the guide."
    )


def _split_pairs(block: NumberBlock) -> list[NumberBlock]:
    """The block, taken apart where every second column is an axis of its own."""
    width = block.values.shape[1]
    if width < 4 or width % 2 or not _has_alternating_axes(block):
        return [block]
    pairs = [slice(start, start + 2) for start in range(0, width, 2)]
    return [
        replace(
            block, values=_select_measured(block.values[:, pair]), headings=block.headings[pair]
        )
        for pair in pairs
    ]


def _has_alternating_axes(block: NumberBlock) -> bool:
    if any(block.headings):
        return all(axis_kind(heading) for heading in block.headings[::2]) and not any(
            axis_kind(heading) for heading in block.headings[1::2]
        )
    return all(
        _is_monotonic(_select_measured(block.values[:, index : index + 1])[:, 0])
        and not _is_monotonic(_select_measured(block.values[:, index + 1 : index + 2])[:, 0])
        for index in range(0, block.values.shape[1], 2)
    )


def _select_measured(values: FloatArray) -> FloatArray:
    """The rows whose first value is a number."""
    return values[np.isfinite(values[:, 0])]


def _series_of(path: Path, block: NumberBlock, parts: int, options: ReadOptions) -> xr.Dataset:
    spectra = _sort_columns(path, block)
    _check_axis(path, spectra.axis)
    axis = spectral_axis(path, spectra.axis_heading, block.header, spectra.axis, options)
    seconds = counting_time_of(block.header) if axis.name == ENERGY else math.nan
    rates = _find_rates(spectra, axis, block.header, seconds)
    warnings = (*spectra.warnings, *axis.warnings, *rates.warnings)
    series = make_series(
        axis.name,
        axis.positions,
        rates.intensity,
        region=_find_region(path, axis, (*spectra.headings, *block.header)),
        sigma=rates.sigma,
        noise=rates.noise,
        unit=rates.unit,
        reader=FORMAT.name,
        metadata={
            "header": block.header[:_HEADER_LINES_KEPT],
            "columns": [spectra.axis_heading, *spectra.headings],
        },
        warnings=warnings,
        sample=np.array(_find_samples(path, spectra.headings), dtype=object),
        label=np.array(_find_labels(spectra.headings, block.header, parts), dtype=object),
    )
    return set_coordinates(series, seconds_per_point=seconds) if seconds > 0 else series


def _sort_columns(path: Path, block: NumberBlock) -> _Spectra:
    """The columns sorted by role, spectra without any intensity left out."""
    values, swap_note = _put_axis_first(block)
    found = find_roles(block.headings)
    axis = found.index("axis")
    values = _select_measured(values[:, [axis, *range(values.shape[1])]])[:, 1:]
    columns = [index for index, role in enumerate(found) if role == "intensity"]
    kept = [index for index in columns if np.isfinite(values[:, index]).any()]
    if not kept or len(values) < 2:
        raise UnreadableFileError(
            f"{path.name}: beside the axis there is no column of intensities. Export axis and "
            "counts."
        )
    fitted = [block.headings[index] for index, role in enumerate(found) if role == "left out"]
    empty = [block.headings[index] for index in columns if index not in kept]
    return _Spectra(
        axis=values[:, axis],
        axis_heading=block.headings[axis],
        intensity=values[:, kept].T,
        sigma=_find_sigma(values, kept, found),
        headings=tuple(block.headings[index] for index in kept),
        warnings=(
            *swap_note,
            *_left_out("not measured spectra", fitted),
            *_left_out("empty", empty),
            *_describe_gaps(block, axis, kept),
        ),
    )


def _put_axis_first(block: NumberBlock) -> tuple[FloatArray, tuple[str, ...]]:
    """The values with the axis first where two unnamed columns are plainly the other way round."""
    values = block.values
    if values.shape[1] != 2 or any(block.headings):
        return values, ()
    first, second = values.T
    if _is_monotonic(first) or not _is_monotonic(second) or np.unique(first).size < 3:
        return values, ()
    note = "The second column is taken as the axis: it rises or falls evenly, the first does not."
    return values[:, ::-1], (note,)


def _is_monotonic(values: FloatArray) -> bool:
    steps = np.diff(values)
    return bool(steps.size and (np.all(steps > 0) or np.all(steps < 0)))


def _left_out(reason: str, headings: Sequence[str]) -> tuple[str, ...]:
    if not headings:
        return ()
    shown = ", ".join(f"{heading!r}" for heading in headings[:6])
    more = f" and {len(headings) - 6} more" if len(headings) > 6 else ""
    return (f"Columns left out ({reason}): {shown}{more}.",)


def _describe_gaps(block: NumberBlock, axis: int, kept: Sequence[int]) -> tuple[str, ...]:
    """A sentence for the cells that hold something else than a number."""
    gaps = [gap for gap in block.gaps if gap.column in (axis, *kept)]
    if not gaps:
        return ()
    shown = ", ".join(f"line {gap.line} ({gap.text!r})" for gap in gaps[:6])
    more = f" and {len(gaps) - 6} more" if len(gaps) > 6 else ""
    cells = "cell that is no number is a point" if len(gaps) == 1 else "cells that are no numbers"
    ending = "" if len(gaps) == 1 else " are points"
    return (f"{len(gaps)} {cells}{ending} without a measurement: {shown}{more}.",)


def _find_sigma(values: FloatArray, kept: Sequence[int], found: Sequence[str]) -> FloatArray | None:
    """Errors of the spectra if every one of them is followed by a column of errors."""
    columns = []
    for index in kept:
        if index + 1 >= len(found) or found[index + 1] != "sigma":
            return None
        columns.append(values[:, index + 1])
    errors = np.array(columns)
    return np.where(errors > 0, errors, np.inf)


def _check_axis(path: Path, axis: FloatArray) -> None:
    if _is_monotonic(axis):
        return
    if np.ptp(axis) == 0:
        reason = f"all of its positions are {axis[0]:g}"
    elif np.unique(axis).size < axis.size:
        values, counts = np.unique(axis, return_counts=True)
        reason = f"{int(counts.max())} points lie at {values[np.argmax(counts)]:g}"
    else:
        turn = int(np.flatnonzero(np.sign(np.diff(axis)) != np.sign(axis[-1] - axis[0]))[0])
        reason = f"it turns at {axis[turn]:g}"
    raise UnreadableFileError(
        f"{path.name}: the first column cannot be an axis: {reason}. It must rise or fall from "
        "point to point. Export axis and counts as columns; if the decimal mark is a comma, "
        "separate them with semicolons or tabulators."
    )


def _find_rates(
    spectra: _Spectra, axis: SpectralAxis, header: tuple[str, ...], seconds: float
) -> Rates:
    """Intensity, unit and noise as far as the file tells them."""
    values = spectra.intensity
    kind = _find_unit(spectra, header)
    unit = {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}[kind]
    if spectra.sigma is not None:
        return Rates(values, spectra.sigma, unit, "given")
    if axis.name == ENERGY:
        rates = rates_of(values, kind, np.full(len(values), seconds))
    else:
        rates = Rates(values, estimated_sigma(values), unit, "estimated")
    is_negative = bool(np.nanmin(values) < 0)
    return replace(rates, warnings=(*rates.warnings, _NEGATIVE)) if is_negative else rates


def _find_unit(spectra: _Spectra, header: tuple[str, ...]) -> UnitKind:
    """The unit that headings or header state; whole numbers of which nothing is said are counts."""
    for text in (*spectra.headings, *header):
        kind = unit_of(text)
        if kind != "arbitrary":
            return kind
        if is_arbitrary(text):
            return "arbitrary"
    return "counts" if is_counts(spectra.intensity) else "arbitrary"


def _find_region(path: Path, axis: SpectralAxis, texts: Sequence[str]) -> str:
    """Told by the file's name, the range, the folder's name, and then by the header."""
    if axis.name == SHIFT:
        return RAMAN
    by_range = region_from_range(float(axis.positions.min()), float(axis.positions.max()))
    named = (region_from_name(text) for text in (path.resolve().parent.name, *texts))
    return (
        region_from_name(name_without_extension(path.name))
        or by_range
        or next((region for region in named if region), "unnamed")
    )


def _find_labels(headings: Sequence[str], header: Sequence[str], parts: int) -> list[str]:
    """Headings of several spectra, or the first header line of several blocks."""
    if len(headings) > 1:
        return [heading or f"column {index}" for index, heading in enumerate(headings, 2)]
    above = header[0] if parts > 1 and header else ""
    return [headings[0] if parts > 1 and headings[0] else above]


def _find_samples(path: Path, headings: Sequence[str]) -> list[str]:
    """The file's name, or the folder's, without region and state; with what columns are called."""
    sample = sample_of(path)
    if len(headings) == 1:
        return [sample]
    own = [sample_from_name(_GENERIC.sub("", heading)) for heading in headings]
    return [f"{sample} {name}" if re.search(r"[A-Za-z]", name) else sample for name in own]
