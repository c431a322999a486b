"""What the results table shows of a fitted region, worked out from its result; no widget here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.controls.number_text import estimate_text, limit_text, number_text
from app.spectra.series_tree import spectrum_name, state_text, status_of, status_sentence
from fitting.data.order import Order, order_drawn, spectrum_numbers
from fitting.data.result import Status, is_fitted
from fitting.data.series import FloatArray
from fitting.output.tables.blocks import SpectraBlock, peak_block, ratio_block, species_block
from fitting.output.tables.columns import columns_of_quantity
from fitting.output.tables.spectrum_columns import SAMPLE, SPECTRUM_NUMBER, STATE, VOLTAGE
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.estimates import left_out_species
from fitting.quantities.quantify import degrees_of_freedom
from fitting.quantities.units import unit_of_kind
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
    upper95: FloatArray
    """What it is below where the species is not detected; nan elsewhere."""
    copied: Mapping[str, NDArray[Any]]
    """Of the columns of the written table, what is copied, by the ending of its name."""
    said: Mapping[str, FloatArray] = field(default_factory=dict)
    """What else is known of a value, by the phrase that says it."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why nothing is said of a spectrum."""
    sentences: Mapping[int, str] = field(default_factory=dict)
    """What a value means, where that is not its interval."""
    warned: frozenset[int] = frozenset()
    """Spectra whose value is not as it should be."""

    def text(self, spectrum: int) -> str:
        """Value and standard error, to the digits that the error leaves; or the limit."""
        if spectrum in self.reasons:
            return "–"
        if np.isfinite(self.upper95[spectrum]):
            return limit_text(float(self.upper95[spectrum]))
        text = estimate_text(float(self.value[spectrum]), float(self.stderr[spectrum]))
        return f"▲ {text}" if spectrum in self.warned else text

    def tip(self, spectrum: int) -> str:
        """All digits, the 95 % interval, and what is not statistics."""
        if spectrum in self.reasons:
            return self.reasons[spectrum]
        if spectrum in self.sentences:
            return self.sentences[spectrum]
        value, low, high, below = (
            float(numbers[spectrum])
            for numbers in (self.value, self.low95, self.high95, self.upper95)
        )
        if np.isfinite(below):
            return f"Not detected: below {number_text(below)}, at 95 %."
        if np.isnan(value):
            return "Not fitted."
        if np.isnan(low):
            return f"{number_text(value)}; no standard error: fixed, or at a bound."
        interval = f"{number_text(value)}; 95 %: {number_text(low)} to {number_text(high)}"
        known = {phrase: float(numbers[spectrum]) for phrase, numbers in self.said.items()}
        return "; ".join(
            [
                interval,
                *(phrase.format(number_text(x)) for phrase, x in known.items() if not np.isnan(x)),
            ]
        )


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
    analysis: Analysis, quantity: str, detection: Detection | None = None, order: Order = ""
) -> ResultTable:
    """One of ``QUANTITIES`` in every spectrum of a fitted region.

    Parameters
    ----------
    detection
        Which species are seen; of the others is said what they are below.
    order
        Of the rows.
    """
    assert analysis.result is not None
    columns = tuple(_COLUMNS[quantity](analysis, detection))
    return ResultTable(rows_of(analysis, order), columns, _tell_unit(analysis, quantity))


def copied_text(table: ResultTable, rows: Sequence[SpectrumRow]) -> str:
    """Rows as a spreadsheet takes them: all digits, errors and intervals in their own columns."""
    columns = _find_copied(table)
    lines = [list(columns)]
    lines += [[_copy_cell(cells[row.spectrum]) for cells in columns.values()] for row in rows]
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _find_copied(table: ResultTable) -> Mapping[str, NDArray[Any]]:
    """The columns of what is copied: which spectrum it is, then every value with its errors."""
    if not table.rows:
        return {}
    analysis = table.rows[0].analysis
    block = SpectraBlock(analysis)
    names = [Status(status_of(analysis, row)).name.lower() for row in range(len(table.rows))]
    found = {SPECTRUM_NUMBER.name: block.numbers[:, 0]}
    found |= {one.name: block.take(one)[:, 0] for one in (SAMPLE, VOLTAGE)}
    state = {one.name: block.take(one)[:, 0] for one in STATE}
    found |= {name: cells for name, cells in state.items() if _is_known(cells)}
    found["status"] = np.array(names, dtype=object)
    for one in table.columns:
        said = np.array([spectrum not in one.reasons for spectrum in range(one.value.size)])
        for ending, cells in one.copied.items():
            if ending in ("", "_stderr") or _is_known(cells):
                empty = "" if cells.dtype == object else np.nan
                found[f"{one.name}{ending}"] = np.where(said, cells, empty)
    return found


def _is_known(cells: NDArray[Any]) -> bool:
    """Whether there is anything in a column."""
    return bool(cells.astype(bool).any() if cells.dtype == object else np.isfinite(cells).any())


def rows_of(analysis: Analysis, order: Order = "") -> tuple[SpectrumRow, ...]:
    """The spectra of a region as list, map and figures have them."""
    numbers = spectrum_numbers(analysis.series)
    return tuple(
        SpectrumRow(analysis, int(spectrum), int(numbers[spectrum]))
        for spectrum in order_drawn(analysis.series, order)
    )


def _columns_of(
    table: str, kind: str, block: SpectraBlock, names: Sequence[tuple[str, str]]
) -> list[ResultColumn]:
    """A column for every item of a block: what the written table says of the kind of quantity.

    Parameters
    ----------
    names
        Title, and name in what is copied, of every item.
    """
    parts = ("value", "stderr", "low95", "high95", "upper95")
    value, stderr, low, high, upper = (block.part(kind, part) for part in parts)
    declared = columns_of_quantity(table, kind)
    # the first one is the value itself
    endings = ["", *(f"_{one.name.removeprefix(f'{kind}_')}" for one in declared[1:])]
    cells = [block.take(one) for one in declared]
    said = {one.said: values for one, values in zip(declared, cells, strict=True) if one.said}
    return [
        ResultColumn(
            title,
            name,
            value[:, place],
            stderr[:, place],
            low[:, place],
            high[:, place],
            upper[:, place],
            copied={
                ending: values[:, place] for ending, values in zip(endings, cells, strict=True)
            },
            said={phrase: values[:, place] for phrase, values in said.items()},
        )
        for place, (title, name) in enumerate(names)
    ]


def _share_columns(analysis: Analysis, detection: Detection | None) -> list[ResultColumn]:
    block = species_block(analysis, detection)
    names = [(name, f"{name}_percent") for name in block.names()]
    return _columns_of("species", "fraction", block, names)


def _area_columns(analysis: Analysis, detection: Detection | None) -> list[ResultColumn]:
    block = species_block(analysis, detection)
    names = [(name, f"{name}_area") for name in block.names()]
    return _columns_of("species", "area", block, names)


def _ratio_columns(analysis: Analysis, detection: Detection | None) -> list[ResultColumn]:
    block = ratio_block(analysis, detection, left_out_species(analysis, detection))
    names = [(f"{above}\n: {below}", f"{above}/{below}") for above, below in block.items]
    return _columns_of("ratios", "ratio", block, names)


def _of_peaks(kind: str) -> Callable[[Analysis, Detection | None], list[ResultColumn]]:
    def columns(analysis: Analysis, detection: Detection | None) -> list[ResultColumn]:
        block = peak_block(analysis, detection, kind)
        names = [(name, f"{name}_{kind}") for name in block.names()]
        return [
            replace(column, reasons=_find_reasons(block, place, kind))
            for place, column in enumerate(_columns_of("peaks", kind, block, names))
        ]

    return columns


def _find_reasons(block: SpectraBlock, place: int, kind: str) -> Mapping[int, str]:
    """Spectra in which a peak's position or width says nothing."""
    reasons: dict[int, str] = {}
    if block.detection is not None and block.result is not None:
        seen = block.part(kind, "is_detected")[:, place]
        gone = np.flatnonzero(is_fitted(block.result) & ~seen)
        reasons = dict.fromkeys(gone.tolist(), _NOT_DETECTED)
    if kind == "position":
        refused = np.flatnonzero(refused_positions(block.series))
        reasons |= dict.fromkeys(refused.tolist(), _REFUSED)
    return reasons


def _quality_columns(analysis: Analysis, _: Detection | None) -> list[ResultColumn]:
    result = analysis.result
    assert result is not None
    return [
        plain_column("χ²ᵣ", "reduced_chi_square", result["reduced_chi_square"].values),
        plain_column("Points", "points", result["points"].values.astype(float)),
        plain_column("Freedom", "degrees_of_freedom", degrees_of_freedom(result)),
    ]


_COLUMNS: Mapping[str, Callable[[Analysis, Detection | None], list[ResultColumn]]] = {
    "fraction": _share_columns,
    "ratio": _ratio_columns,
    "area": _area_columns,
    "position": _of_peaks("position"),
    "fwhm": _of_peaks("fwhm"),
    "chi_square": _quality_columns,
}


def plain_column(
    title: str, name: str, value: FloatArray, stderr: FloatArray | None = None
) -> ResultColumn:
    """A column without intervals and limits."""
    none = np.full(len(value), np.nan)
    error = none if stderr is None else stderr
    return ResultColumn(title, name, value, error, none, none, none, {"": value, "_stderr": error})


def _tell_unit(analysis: Analysis, quantity: str) -> str:
    unit = unit_of_kind(analysis, quantity)
    return {"1": "", "1/cm": "cm⁻¹"}.get(unit, unit)


def _copy_cell(cell: object) -> str:
    if isinstance(cell, float):
        return "" if np.isnan(cell) else repr(float(cell))
    return str(cell)
