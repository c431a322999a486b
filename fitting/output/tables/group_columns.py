"""Columns of the tables of groups of species, and of differences between samples and states."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from fitting.output.tables.blocks import SpectraBlock
from fitting.output.tables.column import Column, Kind
from fitting.output.tables.estimate_columns import (
    FULL_STDERR,
    HIGH,
    LOW,
    METHOD,
    MODEL,
    SYSTEMATIC,
    UPPER,
)
from fitting.output.tables.sample_columns import field_column
from fitting.output.tables.spectrum_columns import STATE, WHERE

_UNIT = "see unit"


def _part(name: str) -> Callable[[SpectraBlock], ArrayLike]:
    """A variable of the estimates of all groups, shape (n, k)."""

    def cells(block: SpectraBlock) -> ArrayLike:
        assert block.found is not None
        return np.asarray(block.found[name].values)

    return cells


def _number(name: str, meaning: str, part: str) -> Column:
    return Column(name, "number", _UNIT, meaning, _part(part))


def _tell_units(block: SpectraBlock) -> ArrayLike:
    assert block.found is not None
    return [str(unit) for unit in block.found["unit"].values]


def _tell_seen(block: SpectraBlock) -> ArrayLike:
    assert block.found is not None
    return np.where(block.found["is_detected"].values, "yes", "no")


GROUP_COLUMNS = (
    *WHERE,
    Column("group", "text", "", "what the analyst calls it", lambda block: block.names()),
    Column("species", "text", "", "what is added, / what below", lambda block: block.names(1)),
    Column("missing", "text", "", "of these, not in the model", lambda block: block.names(2)),
    _number("value", "share of the region's area, or ratio of the areas", "value"),
    _number("stderr", FULL_STDERR, "stderr"),
    _number("low95", f"{LOW}; see method", "low95"),
    _number("high95", f"{HIGH}; see method", "high95"),
    Column("unit", "text", "", "% of a share, 1 of a ratio", _tell_units),
    Column("is_detected", "text", "", "whether any of the species is seen", _tell_seen),
    _number("upper95", UPPER, "upper95"),
    _number("model", MODEL, "model_error"),
    _number("syst", SYSTEMATIC, "systematic"),
    Column("method", "text", "", METHOD, _part("method")),
    *STATE,
)
"""Every group of species in every spectrum."""


def _field(name: str, kind: Kind, meaning: str, field: str = "") -> Column:
    return field_column(name, kind, _UNIT if kind == "number" else "", meaning, field)


DIFFERENCE_COLUMNS = (
    _field("region", "text", 'core level, such as "S 2p", or "raman"'),
    _field("group", "text", "a species, for its share, or the name of a group"),
    _field("first", "text", "sample or state, with its voltage where it was named by it"),
    _field("second", "text", "what is subtracted"),
    _field("value_first", "number", "in the first"),
    _field("value_second", "number", "in the second"),
    _field("difference", "number", "first minus second", "value"),
    _field("difference_stderr", "number", "statistical, with what both have in common", "stderr"),
    _field("difference_model", "number", "model error of both, as if independent", "model_error"),
    _field("difference_low95", "number", "lower end of the 95 % interval of both errors", "low95"),
    _field("difference_high95", "number", "upper end of it", "high95"),
    _field("unit", "text", "% of shares, 1 of ratios"),
)
"""Of ``Difference``: every quantity in every comparison."""
