"""Series from a table of plain numbers, be it text in columns or a sheet of a workbook."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import estimated_sigma
from fitting.data.regions import (
    RAMAN,
    fits_region,
    region_from_range,
    region_windows,
    without_region,
)
from fitting.data.series import ENERGY, SHIFT, FloatArray, make_series, set_coordinates
from fitting.readers.evidence import Evidence, Source, decide, with_evidence
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.column_fit import read_column_fit
from fitting.readers.spectra.column_groups import split_groups
from fitting.readers.spectra.counting import Rates, UnitKind, rates_of
from fitting.readers.spectra.headings import axis_words_removed, counting_time_of
from fitting.readers.spectra.intensity_scale import intensity_factor
from fitting.readers.spectra.long_form import spread_spectra
from fitting.readers.spectra.number_blocks import NumberBlock, has_one_column, number_blocks
from fitting.readers.spectra.published_fit import FIT_KEY, PublishedFit, fit_to_json
from fitting.readers.spectra.repeated_positions import SpectrumPart
from fitting.readers.spectra.samples import sample_of
from fitting.readers.spectra.spectra_in_rows import find_rows
from fitting.readers.spectra.spectral_axis import SpectralAxis, spectral_axis
from fitting.readers.spectra.table_columns import Table, sort_columns, split_table
from fitting.readers.spectra.table_words import REGION, UNIT, UNNAMED, TableWords
from fitting.readers.spectra.voltage_from_name import sample_from_name
from fitting.readers.spectra.word_columns import without_word_columns

FORMAT_NAME = "text in columns"

_FEWEST_POINTS = 5
_LEAST_OF_LARGEST = 0.1
"""Blocks with fewer rows than this part of the largest are tables of the header."""
_HEADER_LINES_KEPT = 200
_NEGATIVE = "Some intensities are negative: a baseline may have been subtracted already."
_IN_ROWS = "The spectra stand in rows: the first row is the axis."
_UNITS: dict[UnitKind, str] = {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}
_GENERIC = re.compile(
    r"(?i)\[.*?\]|\(.*?\)|\b(?:intensity|counts?|cts|cps|c/s|a\.?u\.?|arb|units?|spectrum|column"
    r"|raw|data|scan|xps|raman|y|per|s)\b"
)
"""Words of headings that name no sample."""


def read_table(path: Path, text: str, options: ReadOptions, title: str = "") -> list[xr.Dataset]:
    """The series of a table, one per axis.

    Parameters
    ----------
    title
        Of the sheet of a workbook.

    Raises
    ------
    UnreadableFileError
        If it holds no spectrum, or leaves something open that is not to be guessed.
    """
    blocks, notes = _find_blocks(text)
    most = max((len(block.values) for block in blocks), default=0)
    if most < _FEWEST_POINTS:
        raise _no_numbers(path, text, most)
    least = max(_FEWEST_POINTS, _LEAST_OF_LARGEST * most)
    groups = [
        replace(group, block=block)
        for found in blocks
        if len(found.values) >= least
        for group in split_groups(found)
        for block in spread_spectra(group.block)
    ]
    tables = [
        part
        for group in groups
        for part in split_table(sort_columns(path, group.block, (*notes, *group.notes)), path)
    ]
    return [_make_table_series(path, *table, len(tables), options, title) for table in tables]


def _find_blocks(text: str) -> tuple[list[NumberBlock], tuple[str, ...]]:
    """The blocks of numbers, and what was done to find them."""
    in_rows = find_rows(text)
    if in_rows is not None:
        return [in_rows], (_IN_ROWS,)
    blocks = number_blocks(text)
    if any(len(block.values) >= _FEWEST_POINTS for block in blocks):
        return blocks, ()
    plain = without_word_columns(text)
    if plain is None:
        return blocks, ()
    listed = ", ".join(map(repr, plain.headings))
    return number_blocks(plain.text), (f"Columns left out (they hold no numbers): {listed}.",)


def _no_numbers(path: Path, text: str, rows: int) -> UnreadableFileError:
    if has_one_column(text):
        found = "there is only one column of numbers; the axis is missing"
    elif rows:
        found = (
            f"there are only {rows} rows of numbers" if rows > 1 else "there is one row of numbers"
        )
    else:
        found = "no columns of numbers were found"
    return UnreadableFileError(
        f"{path.name}: {found}. Export two columns, axis and counts, or VAMAS; a list of the "
        "formats that are read is in the guide."
    )


def _make_table_series(
    path: Path,
    table: Table,
    part: SpectrumPart,
    tables: int,
    options: ReadOptions,
    title: str,
) -> xr.Dataset:
    part = _scale_intensity(table, part)
    intensity = part.values[:, list(table.spectra)].T
    headings = tuple(table.headings[index] for index in table.spectra)
    words = TableWords(
        path, title, table.axis_heading, headings, table.header, part.axis, intensity, options
    )
    axis = spectral_axis(words)
    words = replace(words, energies=axis.positions if axis.name == ENERGY else None)
    seconds = counting_time_of(table.header) if axis.name == ENERGY else math.nan
    unit = decide(UNIT, words)
    rates = _find_rates(table, part, axis, unit, seconds)
    region = _find_region(words, axis)
    above = _name_above(table) if tables > 1 else ""
    sample = _find_samples(path, headings if not table.places else ("",), above)
    sample = sample * len(headings) if table.places else sample
    labels = (
        list(table.places)
        if table.places
        else _find_labels(headings, table.header, tables, title, part.label, above)
    )
    fit = _find_fit(table, part, axis)
    series = make_series(
        axis.name,
        axis.positions,
        rates.intensity,
        region=region.value,
        sigma=rates.sigma,
        noise=rates.noise,
        unit=rates.unit,
        reader=FORMAT_NAME,
        metadata={
            "header": table.header[:_HEADER_LINES_KEPT],
            "columns": [table.axis_heading, *headings],
            **_fit_entry(path, sample[0], labels[0], fit),
        },
        warnings=(
            *table.notes,
            *part.notes,
            *([axis.note] if axis.note else []),
            *_describe_factors(headings),
            *rates.warnings,
            *_doubt_region(region, axis),
        ),
        sample=np.array(sample, dtype=object),
        label=np.array(labels, dtype=object),
    )
    told = {**axis.evidence, "region": region, "unit of the intensity": _as_unit(unit)}
    series = with_evidence(series, told)
    return set_coordinates(series, seconds_per_point=seconds) if seconds > 0 else series


def _scale_intensity(table: Table, part: SpectrumPart) -> SpectrumPart:
    """The part with numbers in thousands multiplied, as headings say, and errors with them."""
    factors = np.ones(len(table.headings))
    for index in table.spectra:
        factors[index] = intensity_factor(table.headings[index])
        if table.roles[index + 1 : index + 2] == ("sigma",):
            factors[index + 1] = factors[index]
    return part if np.all(factors == 1) else replace(part, values=part.values * factors)


def _describe_factors(headings: Sequence[str]) -> list[str]:
    return [
        f"The numbers below {heading!r} are multiplied by {factor:g}, as the heading says."
        for heading in headings
        if (factor := intensity_factor(heading)) != 1
    ]


def _find_rates(
    table: Table,
    part: SpectrumPart,
    axis: SpectralAxis,
    told: Evidence[UnitKind] | None,
    seconds: float,
) -> Rates:
    """Intensity, unit and noise as far as the file tells them."""
    values = part.values[:, list(table.spectra)].T
    sigma = _find_sigma(table, part)
    kind = told.value if told else "arbitrary"
    if sigma is not None:
        return Rates(values, sigma, _UNITS[kind], "given")
    if axis.name == ENERGY:
        rates = rates_of(values, kind, np.full(len(values), seconds))
    else:
        rates = Rates(values, estimated_sigma(values), _UNITS[kind], "estimated")
    if np.any(part.repeats > 1):
        rates = replace(
            rates,
            sigma=rates.sigma / np.sqrt(part.repeats),
            noise="given" if rates.noise == "poisson" else rates.noise,
        )
    is_negative = bool(np.nanmin(values) < 0)
    return replace(rates, warnings=(*rates.warnings, _NEGATIVE)) if is_negative else rates


def _find_sigma(table: Table, part: SpectrumPart) -> FloatArray | None:
    """Errors of the spectra if every one of them is followed by a column of errors."""
    columns = []
    for index in table.spectra:
        if index + 1 >= len(table.roles) or table.roles[index + 1] != "sigma":
            return None
        columns.append(part.values[:, index + 1] / np.sqrt(part.repeats))
    errors = np.array(columns)
    return np.where(errors > 0, errors, np.inf)


def _as_unit(told: Evidence[UnitKind] | None) -> Evidence[str] | None:
    return None if told is None else Evidence(told.source, _UNITS[told.value], told.words)


def _find_region(words: TableWords, axis: SpectralAxis) -> Evidence[str]:
    if axis.name == SHIFT:
        return Evidence(Source.FILE, RAMAN, "its axis, a Raman shift")
    return decide(REGION, words) or Evidence(Source.FILE, UNNAMED, "nothing")


def _doubt_region(region: Evidence[str], axis: SpectralAxis) -> tuple[str, ...]:
    """A sentence where energies are those of another region than the one that is named."""
    if region.value == UNNAMED and region.words != "nothing":
        return (f"The region is left open: {region.words} tells more than one.",)
    if axis.name == SHIFT or region.value not in region_windows():
        return ()
    low, high = float(axis.positions.min()), float(axis.positions.max())
    by_range = region_from_range(low, high)
    if fits_region(low, high, region.value) is False:
        return (f"The region is {region.value} by {region.words}, against its energies.",)
    if by_range in region_windows() and by_range != region.value:
        return (
            f"The energies ({low:g} to {high:g} eV) are those of {by_range}; the region is "
            f"{region.value} by {region.words}.",
        )
    return ()


def _name_above(table: Table) -> str:
    """What stands above an axis and its spectrum, but the words for the axis itself."""
    text = without_region(axis_words_removed(table.axis_heading))
    return " ".join(text.split()).strip(" _,;:/()[]")


def _find_labels(
    headings: Sequence[str], header: Sequence[str], tables: int, title: str, part: str, above: str
) -> list[str]:
    """Headings of several spectra, or what tells one of several tables from the others."""
    if len(headings) > 1:
        return [
            f"{above} {heading or f'column {index}'} {part}".strip()
            for index, heading in enumerate(headings, 2)
        ]
    line = header[0] if tables > 1 and header else ""
    own = (headings[0] if tables > 1 else "") or ("" if above else line)
    named = f"{title} {above}" if title else f"{above} {own}"
    return [" ".join(text for text in (named.strip(), part) if text)]


def _find_samples(path: Path, headings: Sequence[str], above: str) -> list[str]:
    """The file's name, or the folder's, without region and state; with what columns are called."""
    sample = sample_of(path)
    if len(headings) == 1 and not above:
        return [sample]
    texts = [f"{above} {heading}" for heading in headings]
    own = [sample_from_name(_GENERIC.sub("", without_region(text)).strip(" _")) for text in texts]
    return [f"{sample} {name}" if re.search(r"[A-Za-z]", name) else sample for name in own]


def _find_fit(table: Table, part: SpectrumPart, axis: SpectralAxis) -> PublishedFit | None:
    if axis.name != ENERGY or len(table.spectra) != 1:
        return None
    return read_column_fit(axis.positions, table.headings, table.roles, part.values)


def _fit_entry(path: Path, sample: str, label: str, fit: PublishedFit | None) -> dict[str, Any]:
    if fit is None:
        return {}
    names = {"source": path.name, "sample": sample, "label": label}
    return {"spectra": [{**names, FIT_KEY: fit_to_json(fit)}]}
