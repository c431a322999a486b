"""Sheets of Thermo Avantage: a spectrum, the curves of its fit, and the table of its results.

The data begin below two rows of headings, the second of which has ``eV`` first and ``Counts / s``
in the third column; other words are in the language of the program. Curves stand on the background,
between a blank column and those called ``Backgnd.`` and ``Envelope``::

    Binding Energy (E) |    |            |    | C1s sp2 C  | Backgnd.   | Envelope   | Residuals
    eV                 |    | Counts / s |    | Counts / s | Counts / s | Counts / s | ...
    298.08             |    | 5951.92    |    | 0          | 0          | 6118.35    | ...

Above them the path of the .VGD file tells the sample: the folder ``NAME.DATA``. Newer versions also
write parameters of the acquisition, a name and a value: the pass energy is in that of the analyser,
the start in one that says so.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.published_fit import (
    FIT_KEY,
    FitCurves,
    PublishedFit,
    component_on_curve,
    fit_to_json,
)
from fitting.readers.spectra.sheet import Sheet, as_number
from fitting.readers.spectra.xps_spectra import XpsSpectrum, name_region, require_spectrum

_SEARCHED_ROWS = 60
_FIRST_CURVE = 4
_SAMPLE = re.compile(r"([^\\/]+)\.DATA[\\/][^\\/]*\.VGD$", re.IGNORECASE)
_RESULT = re.compile(r"peak be|fwhm|area|atomic", re.IGNORECASE)
_START = re.compile(r"\bstart|\bdate\b|\bacquired\b|begun", re.IGNORECASE)
_PASS_ENERGY = re.compile(r"pass energy[ :]*([\d.,]+)", re.IGNORECASE)
_PARAMETER = re.compile(
    r"acqui|\bstart|\bdate\b|scans|gun|spot|lens|analy[sz]er|energy step|energy\s*$",
    re.IGNORECASE,
)
_STAMPS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d %B %Y %H:%M:%S", "%d %b %Y %H:%M:%S",
)  # fmt: skip
_RATE = re.compile(r"counts\s*/\s*s", re.IGNORECASE)


def is_spectrum(sheet: Sheet) -> bool:
    """Whether the sheet is laid out like a spectrum of Avantage."""
    return _units_row(sheet) is not None


def spectrum_of(sheet: Sheet) -> XpsSpectrum:
    """The spectrum of a sheet.

    Raises
    ------
    NotASpectrumError
        If it holds no intensities.
    """
    units = _units_row(sheet) or 0
    curves = [
        column
        for column in range(_FIRST_CURVE, sheet.width(units))
        if sheet.text(units - 1, column)
    ]
    table = sheet.numbers(units + 1, [0, 2, *curves])
    table = table[np.argsort(table[:, 0], kind="stable")]
    energy, rate = table[:, 0], table[:, 1]
    require_spectrum(energy, rate)
    fit = _take_fit([sheet.text(units - 1, column) for column in curves], energy, table[:, 2:])
    path = _path_of_the_spectrum(sheet, units)
    sample = _SAMPLE.search(path)
    parameters = _read_parameters(sheet, units)
    return XpsSpectrum(
        region=name_region([sheet.title], energy),
        energy=energy,
        values=rate,
        kind="rate",
        sample=sample[1] if sample else "",
        label=sheet.title,
        started=_find_start(parameters),
        pass_energy=_find_pass_energy(parameters),
        metadata={
            "path": path,
            "parameters": parameters,
            **({FIT_KEY: fit_to_json(fit)} if fit else {}),
        },
    )


def results_of(sheets: Sequence[Sheet]) -> list[dict[str, str]]:
    """The rows of the sheet with the results of all fits, by its headings."""
    for sheet in sheets:
        headings = [sheet.text(0, column) for column in range(sheet.width(0))]
        if sum(bool(_RESULT.search(heading)) for heading in headings) >= 3:
            return [
                {heading: sheet.text(row, column) for column, heading in enumerate(headings)}
                for row in range(1, len(sheet.rows))
            ]
    return []


def _units_row(sheet: Sheet) -> int | None:
    """The row with the units, below that with the names."""
    for row in range(1, min(len(sheet.rows), _SEARCHED_ROWS)):
        if sheet.text(row, 0) == "eV" and _RATE.match(sheet.text(row, 2)):
            return row
    return None


def _read_parameters(sheet: Sheet, units: int) -> dict[str, str]:
    """The parameters of the acquisition, which stand above the spectrum, by their names."""
    return {
        sheet.text(row, column).rstrip(" :"): sheet.text(row, column + 1)
        for row in range(min(len(sheet.rows), units + _SEARCHED_ROWS))
        for column in range(_FIRST_CURVE if row >= units - 1 else 0, sheet.width(row) - 1)
        if _PARAMETER.search(sheet.text(row, column)) and sheet.text(row, column + 1)
    }


def _find_start(parameters: Mapping[str, str]) -> datetime | None:
    """When the acquisition was begun; ``None`` where day and month could be exchanged."""
    stated = (text for name, text in parameters.items() if _START.search(name))
    return next((start for text in stated if (start := _parse_start(text))), None)


def _parse_start(text: str) -> datetime | None:
    found = {start for layout in _STAMPS if (start := _parse_stamp(text, layout))}
    return found.pop().replace(tzinfo=UTC) if len(found) == 1 else None


def _parse_stamp(text: str, layout: str) -> datetime | None:
    try:
        return datetime.strptime(text, layout)
    except ValueError:
        return None


def _find_pass_energy(parameters: Mapping[str, str]) -> float:
    texts = (f"{name} {text}" for name, text in parameters.items())
    found = (match for text in texts if (match := _PASS_ENERGY.search(text)))
    return next((as_number(match[1]) for match in found), math.nan)


def _path_of_the_spectrum(sheet: Sheet, units: int) -> str:
    cells = (sheet.text(row, 0) for row in range(units))
    return next((cell for cell in cells if cell.lower().endswith(".vgd")), "")


def _take_fit(names: Sequence[str], energy: FloatArray, columns: FloatArray) -> PublishedFit | None:
    """The curves; outside the fitted range the program writes zeros."""
    place = {name.lower().rstrip("."): index for index, name in enumerate(names)}
    if "backgnd" not in place or "envelope" not in place:
        return None
    background = columns[:, place["backgnd"]]
    components = range(place["backgnd"])
    curves = np.array([columns[:, index] - background for index in components])
    return PublishedFit(
        "Avantage",
        components=tuple(
            component_on_curve(names[index], energy, curves[index]) for index in components
        ),
        curves=FitCurves(
            energy,
            background,
            columns[:, place["envelope"]],
            curves.reshape(len(components), energy.size),
        ),
    )
