"""Differences of shares, ratios and groups between two samples or states.

``bare - coated`` names two samples; ``bare @ 4.3 - bare @ 2.8`` two states of one by their voltage.
The errors of two spectra of one joint fit have a part in common, which is taken into account; those
of others are independent. The model errors of both are taken as independent: what a wrong model
does to both alike cancels in truth, so that the error is rather too large.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.errors import RecipeError
from fitting.data.result import is_fitted
from fitting.data.series import FloatArray, get_column
from fitting.projects.project import Analysis
from fitting.quantities.found import FittedRegion, find_quantity
from fitting.quantities.groups import Group, groups_of
from fitting.quantities.quantify import species_names
from fitting.quantities.quantity import Quantity, fraction_of
from fitting.quantities.shared_covariance import common_errors

_SAME_VOLTAGE = 0.005
"""Voltages (V) that are one state."""
_REACH = 1.959964
"""Standard errors in half a 95 % interval of a normal error."""
_MINUS = re.compile(r"\s+[-−–]\s+")
_FORM = 'Write "SAMPLE - SAMPLE", or "SAMPLE @ 4.3 - SAMPLE @ 2.8" with voltages.'


@dataclass(frozen=True, slots=True)
class Side:
    """Which spectra are meant."""

    sample: str
    voltage: float | None = None
    """V vs Li+/Li; ``None`` for the only one."""

    @property
    def words(self) -> str:
        """As it is written."""
        return self.sample if self.voltage is None else f"{self.sample} @ {self.voltage:g}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states that are compared."""

    first: Side
    second: Side


@dataclass(frozen=True, slots=True)
class Difference:
    """One quantity in the first state minus that in the second."""

    region: str
    group: str
    """A species, for its share, or the name of a group."""
    first: str
    second: str
    value_first: float
    value_second: float
    value: float
    unit: str
    stderr: float
    """Statistical; nan where one of the values has none."""
    model_error: float
    """Of both together, as one standard deviation; nan where neither is known."""
    low95: float
    high95: float
    """Of statistical and model error together."""


@dataclass(frozen=True, slots=True)
class Differences:
    """All differences, and why some are missing, as sentences."""

    rows: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()


def parse_comparison(text: str) -> Comparison:
    """A comparison from what was written.

    Raises
    ------
    RecipeError
        If it does not name two states.
    """
    sides = _MINUS.split(text.strip())
    if len(sides) != 2 or not all(sides):
        raise RecipeError(f"{text!r} is no comparison. {_FORM}")
    first, second = (_parse_side(side, text) for side in sides)
    return Comparison(first, second)


def find_differences(analyses: Mapping[str, Analysis], comparisons: Sequence[str]) -> Differences:
    """The differences of the shares of all species, and of all groups, in every fitted region."""
    rows: list[Difference] = []
    remarks: list[str] = []
    fitted = [one for one in analyses.values() if one.result is not None]
    for comparison in map(parse_comparison, comparisons):
        found = [_compare_region(analysis, comparison) for analysis in fitted]
        rows += [row for one in found for row in one.rows]
        remarks += [remark for one in found for remark in one.remarks]
        if not any(one.rows for one in found):
            words = f"{comparison.first.words} - {comparison.second.words}"
            remarks.append(f"{words}: no region has one fitted spectrum of each.")
    return Differences(tuple(rows), tuple(dict.fromkeys(remarks)))


def _compare_region(analysis: Analysis, comparison: Comparison) -> Differences:
    sides = (comparison.first, comparison.second)
    found = [_find_spectra(analysis, side) for side in sides]
    remarks = [
        f"{side.words}: {analysis.region} has {len(spectra)} fitted spectra of it. Name one by its "
        f"voltage. {_FORM}"
        for side, spectra in zip(sides, found, strict=True)
        if len(spectra) > 1
    ]
    if not all(len(spectra) == 1 for spectra in found):
        return Differences((), tuple(remarks))
    places = [spectra[0] for spectra in found]
    return Differences(tuple(_compare(analysis, comparison, places)))


def _parse_side(text: str, whole: str) -> Side:
    sample, at, voltage = text.partition("@")
    try:
        side = Side(sample.strip(), float(voltage.strip().removesuffix("V")) if at else None)
    except ValueError:
        raise RecipeError(f"{whole!r}: {voltage.strip()!r} is no voltage. {_FORM}") from None
    if not side.sample:
        raise RecipeError(f"{whole!r} names no sample. {_FORM}")
    return side


def _find_spectra(analysis: Analysis, side: Side) -> list[int]:
    assert analysis.result is not None
    series = analysis.series
    named = get_column(series, "sample").astype(str) == side.sample
    if side.voltage is not None:
        voltage = get_column(series, "voltage").astype(float)
        named &= np.abs(voltage - side.voltage) <= _SAME_VOLTAGE
    return [int(row) for row in np.flatnonzero(named & is_fitted(analysis.result))]


def _compare(
    analysis: Analysis, comparison: Comparison, places: Sequence[int]
) -> Iterator[Difference]:
    region = FittedRegion.of(analysis, None)
    names = species_names(analysis.model)
    shares = [Group(name, fraction_of(name)) for name in names]
    for group in (*shares, *groups_of(analysis)):
        found = find_quantity(region, group.quantity)
        values, stderr = found.value[places], _fill(found.stderr[places])
        model = found.model_error[places]
        shared = common_errors(region.result, analysis.model, group.quantity)[places]
        own = np.maximum(stderr**2 - np.sum(shared**2, axis=1), 0.0)
        error = float(np.sqrt(own.sum() + np.sum((shared[0] - shared[1]) ** 2)))
        from_model = float(np.hypot(*np.nan_to_num(model)))
        difference = float(values[0] - values[1])
        reach = _REACH * float(np.hypot(error, from_model))
        yield Difference(
            analysis.region, group.name, comparison.first.words, comparison.second.words,
            float(values[0]), float(values[1]), difference, _unit_of(group.quantity),
            error, from_model if np.isfinite(model).any() else np.nan,
            difference - reach, difference + reach,
        )  # fmt: skip


def _fill(stderr: FloatArray) -> FloatArray:
    """A species at its bound has no error: what is compared with it has its own alone."""
    return stderr if np.isnan(stderr).all() else np.nan_to_num(stderr)


def _unit_of(quantity: Quantity) -> str:
    return "1" if quantity.kind == "ratio" else "%"
