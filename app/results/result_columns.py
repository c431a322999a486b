"""What the results table shows of a fitted region, worked out from its result; no widget here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from app.controls.number_text import estimate_text, number_text
from app.spectra.series_tree import spectrum_name, state_text, status_of, status_sentence
from fitting.model import Model
from fitting.project import Analysis
from fitting.quantities.quantify import (
    Estimate,
    area_estimate,
    default_ratios,
    degrees_of_freedom,
    species_areas,
)
from fitting.quantities.trends import axis_unit, peak_trend
from fitting.result import Status
from fitting.series import FloatArray, column
from fitting.tables.rows import area_unit, spectrum_numbers
from fitting.uncertainty.intervals import refined
from fitting.uncertainty.quantity import fraction_of, ratio_of


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One quantity in every spectrum of the series, in its order."""

    title: str
    name: str
    """In what is copied."""
    value: FloatArray
    """Shape (n,)."""
    stderr: FloatArray
    low95: FloatArray
    high95: FloatArray

    def text(self, spectrum: int) -> str:
        """Value and standard error, to the digits that the error leaves."""
        return estimate_text(float(self.value[spectrum]), float(self.stderr[spectrum]))

    def tip(self, spectrum: int) -> str:
        """All digits, and the 95 % interval."""
        value, low, high = (
            float(numbers[spectrum]) for numbers in (self.value, self.low95, self.high95)
        )
        if np.isnan(value):
            return "Not fitted."
        if np.isnan(low):
            return f"{number_text(value)}; no standard error: fixed, or at a bound."
        return f"{number_text(value)}; 95 %: {number_text(low)} to {number_text(high)}"


@dataclass(frozen=True, slots=True)
class SpectrumRow:
    """One spectrum; what is said of it is looked up when it is seen."""

    analysis: Analysis
    spectrum: int
    """Index into the series."""
    number: int
    """As in the written tables: by voltage, time, file."""

    @property
    def state(self) -> str:
        return state_text(self.analysis, self.spectrum)

    @property
    def status(self) -> Status:
        return status_of(self.analysis, self.spectrum)

    @property
    def sentence(self) -> str:
        """Which spectrum it is, and how its fit ended."""
        name = spectrum_name(self.analysis, self.spectrum)
        return f"{name}\n{status_sentence(self.analysis, self.spectrum)}"


@dataclass(frozen=True, slots=True)
class ResultTable:
    """Rows and columns of one of the tables."""

    rows: tuple[SpectrumRow, ...]
    columns: tuple[ResultColumn, ...]
    unit: str


QUANTITIES: Mapping[str, str] = {
    "fraction": "Shares of species",
    "ratio": "Ratios of species",
    "area": "Areas of species",
    "position": "Positions of peaks",
    "fwhm": "Widths of peaks",
    "chi_square": "Quality of the fits",
}
"""What there is a table of, and what it is called."""


def result_table(analysis: Analysis, quantity: str) -> ResultTable:
    """One of ``QUANTITIES`` in every spectrum of a fitted region."""
    result = analysis.result
    assert result is not None
    columns = tuple(_COLUMNS[quantity](result, analysis.model))
    return ResultTable(_rows(analysis), columns, _unit(analysis, result, quantity))


def copied_text(table: ResultTable, rows: Sequence[SpectrumRow]) -> str:
    """Rows as a spreadsheet takes them: all digits, errors and intervals in their own columns."""
    header = ["spectrum", "sample", "voltage_V", "status"]
    for one in table.columns:
        header += [f"{one.name}{ending}" for ending in _copied_parts(one)]
    lines = [header]
    for row in rows:
        series = row.analysis.series
        sample, voltage = (column(series, name)[row.spectrum] for name in ("sample", "voltage"))
        cells = [str(row.number), str(sample), _copied(voltage), row.status.name.lower()]
        for one in table.columns:
            cells += [_copied(part[row.spectrum]) for part in _copied_parts(one).values()]
        lines.append(cells)
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _copied_parts(one: ResultColumn) -> dict[str, FloatArray]:
    """What of a column is copied, by the ending of its name."""
    parts = {"": one.value, "_stderr": one.stderr, "_low95": one.low95, "_high95": one.high95}
    has_interval = bool(np.isfinite(one.low95).any())
    return parts if has_interval else {name: parts[name] for name in ("", "_stderr")}


def _rows(analysis: Analysis) -> tuple[SpectrumRow, ...]:
    numbers = spectrum_numbers(analysis.series)
    return tuple(
        SpectrumRow(analysis, int(spectrum), int(numbers[spectrum]))
        for spectrum in np.argsort(numbers)
    )


def _shares(result: xr.Dataset, model: Model) -> list[ResultColumn]:
    areas = species_areas(result, model)
    quantities = {name: fraction_of(name) for name in areas.names}
    return [
        _column(name, f"{name}_percent", refined(result, one, one.estimate(areas)))
        for name, one in quantities.items()
    ]


def _areas(result: xr.Dataset, model: Model) -> list[ResultColumn]:
    areas = species_areas(result, model)
    return [_column(name, f"{name}_area", area_estimate(areas, name)) for name in areas.names]


def _ratios(result: xr.Dataset, model: Model) -> list[ResultColumn]:
    areas = species_areas(result, model)
    quantities = {pair: ratio_of(*pair) for pair in default_ratios(areas.names)}
    return [
        _column(
            f"{above}\n: {below}", f"{above}/{below}", refined(result, one, one.estimate(areas))
        )
        for (above, below), one in quantities.items()
    ]


def _of_peaks(quantity: str) -> Callable[[xr.Dataset, Model], list[ResultColumn]]:
    def columns(result: xr.Dataset, model: Model) -> list[ResultColumn]:
        made = []
        for peak in model.peaks:
            # no coordinate of this name: the trend stays in the order of the series
            trend = peak_trend(result, model, quantity, peak.name, along="")
            parts = (trend[name].values for name in ("value", "stderr", "low95", "high95"))
            made.append(_column(peak.name, f"{peak.name}_{quantity}", Estimate(*parts)))
        return made

    return columns


def _quality(result: xr.Dataset, _: Model) -> list[ResultColumn]:
    return [
        _plain("χ²ᵣ", "reduced_chi_square", result["reduced_chi_square"].values),
        _plain("Points", "points", result["points"].values.astype(float)),
        _plain("Freedom", "degrees_of_freedom", degrees_of_freedom(result)),
    ]


_COLUMNS: Mapping[str, Callable[[xr.Dataset, Model], list[ResultColumn]]] = {
    "fraction": _shares,
    "ratio": _ratios,
    "area": _areas,
    "position": _of_peaks("position"),
    "fwhm": _of_peaks("fwhm"),
    "chi_square": _quality,
}


def _column(title: str, name: str, estimate: Estimate) -> ResultColumn:
    return ResultColumn(
        title,
        name,
        estimate.value,
        estimate.stderr,
        estimate.low95,
        estimate.high95,
    )


def _plain(title: str, name: str, value: FloatArray) -> ResultColumn:
    none = np.full(len(value), np.nan)
    return ResultColumn(title, name, value, none, none, none)


def _unit(analysis: Analysis, result: xr.Dataset, quantity: str) -> str:
    if quantity in ("position", "fwhm"):
        return axis_unit(result).replace("1/cm", "cm⁻¹")
    return {"fraction": "%", "area": area_unit(analysis)}.get(quantity, "")


def _copied(number: float) -> str:
    return "" if np.isnan(number) else repr(float(number))
