"""Sheets of KherveFitting: a spectrum in the first two columns, a table of peaks further right.

The first row has the headings ``Binding Energy`` (or ``BE``) and ``Raw Data``, in newer versions
beside ``Corrected Data`` (divided by the transmission), ``Background`` and ``Transmission``; and,
where the region was fitted, those of the peaks, of two lines each (``Peak``/``Label``,
``Position``/``(eV)``, ...). A peak takes two rows, the second of which holds its limits
(``0.3:3.5``) or its link to another peak by letter (``A+23#0.2``: 23 eV above A, ``A*0.5``: half).
"""

import re
from collections.abc import Mapping

import numpy as np

from fitting.readers.spectra.published_fit import (
    FIT_KEY,
    FitComponent,
    FitQuantity,
    FitRegion,
    PublishedFit,
    fit_to_json,
)
from fitting.readers.spectra.sheet import Sheet, as_number
from fitting.readers.spectra.xps_spectra import XpsSpectrum, name_region, require_spectrum

_ENERGY = re.compile(r"(?:be|binding energy)\s*(?:\(e\)|\(ev\)|\[ev\])?$", re.IGNORECASE)
_INTENSITIES = ("raw data", "corrected data")
"""Headings of intensities, those that are measured first."""
_LIMITS = re.compile(r"([-+.\de]+)[:,]([-+.\de]+)$", re.IGNORECASE)
_LINK = re.compile(r"([A-Z])([*+-])([.\de]+)(?:#.*)?$")


def is_spectrum(sheet: Sheet) -> bool:
    """Whether the sheet is laid out like a spectrum of KherveFitting."""
    return bool(_ENERGY.match(sheet.text(0, 0))) and _intensity_column(sheet) is not None


def spectrum_of(sheet: Sheet) -> XpsSpectrum:
    """The spectrum of a sheet with its peaks.

    Raises
    ------
    NotASpectrumError
        If it holds no intensities.
    """
    table = sheet.numbers(1, [0, _intensity_column(sheet) or 1])
    table = table[np.argsort(table[:, 0], kind="stable")]
    energy, rate = table[:, 0], table[:, 1]
    require_spectrum(energy, rate)
    fit = _take_fit(sheet)
    return XpsSpectrum(
        region=name_region([sheet.title], energy),
        energy=energy,
        values=rate,
        kind="rate",
        sample="",
        label=sheet.title,
        metadata={FIT_KEY: fit_to_json(fit)} if fit else {},
    )


def _intensity_column(sheet: Sheet) -> int | None:
    """The column of intensities, as measured if that is there."""
    headings = [sheet.text(0, column).lower() for column in range(sheet.width(0))]
    found = [headings.index(name) for name in _INTENSITIES if name in headings]
    return found[0] if found else None


def _take_fit(sheet: Sheet) -> PublishedFit | None:
    columns = {sheet.text(0, c).split("\n")[0].lower(): c for c in range(2, sheet.width(0))}
    if not {"id", "peak", "position", "fwhm", "area"} <= columns.keys():
        return None
    rows = [row for row in range(1, len(sheet.rows)) if sheet.text(row, columns["id"])]
    letters = {sheet.text(row, columns["id"]): index for index, row in enumerate(rows)}
    components = tuple(
        FitComponent(
            sheet.text(row, columns["peak"]),
            sheet.text(row, columns.get("fitting model", -1)),
            area=_read_quantity(sheet, row, columns["area"], letters),
            fwhm=_read_quantity(sheet, row, columns["fwhm"], letters),
            position=_read_quantity(sheet, row, columns["position"], letters),
        )
        for row in rows
    )
    regions = _read_regions(sheet, rows, columns)
    return PublishedFit("KherveFitting", components=components, regions=regions)


def _read_regions(
    sheet: Sheet, rows: list[int], columns: Mapping[str, int]
) -> tuple[FitRegion, ...]:
    """The range and background, which stand beside every peak."""
    found = {
        FitRegion(
            sheet.title,
            sheet.text(row, columns.get("bkg type", -1)),
            sheet.number(row, columns.get("bkg low", -1)),
            sheet.number(row, columns.get("bkg high", -1)),
        ): None
        for row in rows
    }
    return tuple(found)


def _read_quantity(sheet: Sheet, row: int, column: int, letters: Mapping[str, int]) -> FitQuantity:
    """The value of a cell with the limits or the link in the cell below."""
    value = sheet.number(row, column)
    stated = sheet.text(row + 1, column)
    if limits := _LIMITS.match(stated):
        return FitQuantity(value, as_number(limits[1]), as_number(limits[2]))
    if (link := _LINK.match(stated)) and link[1] in letters:
        by = as_number(link[3]) * (-1 if link[2] == "-" else 1)
        return FitQuantity(value, follows=letters[link[1]], by=by)
    return FitQuantity(value)
