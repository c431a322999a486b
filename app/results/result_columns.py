"""What the results table shows of a fitted region, worked out from its result; no widget here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from app.controls.number_text import estimate_text, limit_text, number_text
from app.spectra.series_tree import spectrum_name, state_text, status_of, status_sentence
from fitting.data.result import Status, is_fitted
from fitting.data.series import FloatArray, get_column
from fitting.models.model import Model, Peak
from fitting.output.tables.rows import area_unit, spectrum_numbers
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.interval_storage import refine_estimate, systematic_of
from fitting.quantities.quantify import (
    REFERENCE_SPECIES,
    Areas,
    Estimate,
    default_ratios,
    degrees_of_freedom,
    species_areas,
    species_names,
)
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.quantities.trends import axis_unit, peak_trend
from fitting.quantities.upper_limits import upper_limits
from fitting.referencing.mixed_references import refused_positions

_NOT_DETECTED = "Not detected in this spectrum: what is not there has no position and no width."
_REFUSED = (
    "Referred to another line than most spectra: not to be compared with them. Choose one charge "
    "reference for all in the Steps panel."
)


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
    below95: FloatArray
    """What it is below where the species is not detected; nan elsewhere."""
    systematic: FloatArray
    """How far another background moves it; nan where that was not looked for."""
    reasons: Mapping[int, str]
    """Why nothing is said of a spectrum."""
    sentences: Mapping[int, str] = field(default_factory=dict)
    """What a value means, where that is not its interval."""
    warned: frozenset[int] = frozenset()
    """Spectra whose value is not as it should be."""

    def text(self, spectrum: int) -> str:
        """Value and standard error, to the digits that the error leaves; or the limit."""
        if spectrum in self.reasons:
            return "–"
        if np.isfinite(self.below95[spectrum]):
            return limit_text(float(self.below95[spectrum]))
        text = estimate_text(float(self.value[spectrum]), float(self.stderr[spectrum]))
        return f"▲ {text}" if spectrum in self.warned else text

    def tip(self, spectrum: int) -> str:
        """All digits, the 95 % interval, and what is not statistics."""
        if spectrum in self.reasons:
            return self.reasons[spectrum]
        if spectrum in self.sentences:
            return self.sentences[spectrum]
        value, low, high, below, moved = (
            float(numbers[spectrum])
            for numbers in (self.value, self.low95, self.high95, self.below95, self.systematic)
        )
        if np.isfinite(below):
            return f"Not detected: below {number_text(below)}, at 95 %."
        if np.isnan(value):
            return "Not fitted."
        if np.isnan(low):
            return f"{number_text(value)}; no standard error: fixed, or at a bound."
        interval = f"{number_text(value)}; 95 %: {number_text(low)} to {number_text(high)}"
        if np.isnan(moved):
            return interval
        return f"{interval}; another background moves it by up to {number_text(moved)}"


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


def result_table(
    analysis: Analysis, quantity: str, detection: Detection | None = None
) -> ResultTable:
    """One of ``QUANTITIES`` in every spectrum of a fitted region.

    Parameters
    ----------
    detection
        Which species are seen; of the others is said what they are below.
    """
    assert analysis.result is not None
    fitted = _Fitted(analysis, analysis.result, detection)
    columns = tuple(_COLUMNS[quantity](fitted))
    return ResultTable(
        rows_of(analysis), columns, _unit_of_quantity(analysis, analysis.result, quantity)
    )


def copied_text(table: ResultTable, rows: Sequence[SpectrumRow]) -> str:
    """Rows as a spreadsheet takes them: all digits, errors and intervals in their own columns."""
    header = ["spectrum", "sample", "voltage_V", "status"]
    for one in table.columns:
        header += [f"{one.name}{ending}" for ending in _copied_parts(one)]
    lines = [header]
    for row in rows:
        series = row.analysis.series
        sample, voltage = (get_column(series, name)[row.spectrum] for name in ("sample", "voltage"))
        cells = [str(row.number), str(sample), _copy_number(voltage), row.status.name.lower()]
        for one in table.columns:
            cells += [_copy_number(part[row.spectrum]) for part in _copied_parts(one).values()]
        lines.append(cells)
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _copied_parts(one: ResultColumn) -> dict[str, FloatArray]:
    """What of a column is copied, by the ending of its name."""
    parts = {"": one.value, "_stderr": one.stderr, "_low95": one.low95, "_high95": one.high95}
    if not np.isfinite(one.low95).any():
        parts = {name: parts[name] for name in ("", "_stderr")}
    for name in ("below95", "systematic"):
        if np.isfinite(getattr(one, name)).any():
            parts[f"_{name}"] = getattr(one, name)
    said = np.array([spectrum not in one.reasons for spectrum in range(one.value.size)])
    return {name: np.where(said, part, np.nan) for name, part in parts.items()}


def rows_of(analysis: Analysis) -> tuple[SpectrumRow, ...]:
    """The spectra of a region in the order of the written tables."""
    numbers = spectrum_numbers(analysis.series)
    return tuple(
        SpectrumRow(analysis, int(spectrum), int(numbers[spectrum]))
        for spectrum in np.argsort(numbers)
    )


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What the columns are made of."""

    analysis: Analysis
    result: xr.Dataset
    detection: Detection | None

    @property
    def model(self) -> Model:
        return self.analysis.model

    @property
    def left_out(self) -> tuple[str, ...]:
        """Species that were weighed and are not in the model."""
        own = species_names(self.model)
        return tuple(
            name for name in (self.detection.names if self.detection else ()) if name not in own
        )

    def column(self, title: str, name: str, quantity: Quantity, areas: Areas) -> ResultColumn:
        """A quantity of species, with its limits and systematic errors."""
        none = np.full(len(areas.value), np.nan)
        below = none if self.detection is None else upper_limits(self.detection, areas, quantity)
        if quantity.species[0] in self.left_out:
            return _make_column(title, name, Estimate(none, none, none, none), below95=below)
        estimate = refine_estimate(self.result, quantity, quantity.estimate(areas))
        systematic = systematic_of(self.result, quantity)
        return _make_column(title, name, estimate, below95=below, systematic=systematic)


def _share_columns(fitted: _Fitted) -> list[ResultColumn]:
    areas = species_areas(fitted.result, fitted.model)
    return [
        fitted.column(name, f"{name}_percent", fraction_of(name), areas)
        for name in (*areas.names, *fitted.left_out)
    ]


def _area_columns(fitted: _Fitted) -> list[ResultColumn]:
    areas = species_areas(fitted.result, fitted.model)
    return [
        fitted.column(name, f"{name}_area", Quantity("area", (name,)), areas)
        for name in (*areas.names, *fitted.left_out)
    ]


def _ratio_columns(fitted: _Fitted) -> list[ResultColumn]:
    areas = species_areas(fitted.result, fitted.model)
    has_electrolyte = REFERENCE_SPECIES in areas.names
    limits = [(name, REFERENCE_SPECIES) for name in fitted.left_out if has_electrolyte]
    return [
        fitted.column(f"{above}\n: {below}", f"{above}/{below}", ratio_of(above, below), areas)
        for above, below in (*default_ratios(areas.names), *limits)
    ]


def _of_peaks(quantity: str) -> Callable[[_Fitted], list[ResultColumn]]:
    def columns(fitted: _Fitted) -> list[ResultColumn]:
        made = []
        for peak in fitted.model.peaks:
            # no coordinate of this name: the trend stays in the order of the series
            trend = peak_trend(fitted.result, fitted.model, quantity, peak.name, along="")
            parts = (trend[name].values for name in ("value", "stderr", "low95", "high95"))
            reasons = _find_reasons(fitted, peak, quantity)
            name = f"{peak.name}_{quantity}"
            made.append(_make_column(peak.name, name, Estimate(*parts), reasons=reasons))
        return made

    return columns


def _find_reasons(fitted: _Fitted, peak: Peak, quantity: str) -> Mapping[int, str]:
    """Spectra in which a peak's position or width says nothing."""
    reasons = {}
    if fitted.detection is not None:
        seen = fitted.detection.is_detected[:, fitted.detection.column(peak.species)]
        gone = np.flatnonzero(is_fitted(fitted.result) & ~seen)
        reasons = dict.fromkeys(gone.tolist(), _NOT_DETECTED)
    if quantity == "position":
        refused = np.flatnonzero(refused_positions(fitted.analysis.series))
        reasons |= dict.fromkeys(refused.tolist(), _REFUSED)
    return reasons


def _quality_columns(fitted: _Fitted) -> list[ResultColumn]:
    result = fitted.result
    return [
        _plain_column("χ²ᵣ", "reduced_chi_square", result["reduced_chi_square"].values),
        _plain_column("Points", "points", result["points"].values.astype(float)),
        _plain_column("Freedom", "degrees_of_freedom", degrees_of_freedom(result)),
    ]


_COLUMNS: Mapping[str, Callable[[_Fitted], list[ResultColumn]]] = {
    "fraction": _share_columns,
    "ratio": _ratio_columns,
    "area": _area_columns,
    "position": _of_peaks("position"),
    "fwhm": _of_peaks("fwhm"),
    "chi_square": _quality_columns,
}


def _make_column(
    title: str,
    name: str,
    estimate: Estimate,
    *,
    below95: FloatArray | None = None,
    systematic: FloatArray | None = None,
    reasons: Mapping[int, str] | None = None,
) -> ResultColumn:
    none = np.full(len(estimate.value), np.nan)
    return ResultColumn(
        title,
        name,
        estimate.value,
        estimate.stderr,
        estimate.low95,
        estimate.high95,
        none if below95 is None else below95,
        none if systematic is None else systematic,
        reasons or {},
    )


def _plain_column(title: str, name: str, value: FloatArray) -> ResultColumn:
    none = np.full(len(value), np.nan)
    return _make_column(title, name, Estimate(value, none, none, none))


def _unit_of_quantity(analysis: Analysis, result: xr.Dataset, quantity: str) -> str:
    if quantity in ("position", "fwhm"):
        return axis_unit(result).replace("1/cm", "cm⁻¹")
    return {"fraction": "%", "area": area_unit(analysis)}.get(quantity, "")


def _copy_number(number: float) -> str:
    return "" if np.isnan(number) else repr(float(number))
