"""Columns of the tables of species and of their ratios."""

from collections.abc import Callable

from numpy.typing import ArrayLike

from fitting.output.tables.blocks import SpectraBlock
from fitting.output.tables.column import Column
from fitting.output.tables.detection_words import reported_words, seen_words
from fitting.output.tables.estimate_columns import (
    BIAS,
    FULL_STDERR,
    HIGH,
    LOW,
    MODEL,
    SAID_MODEL,
    SAID_SYSTEMATIC,
    STDERR,
    SYSTEMATIC,
    UPPER,
    estimate_column,
    method_column,
)
from fitting.output.tables.peak_columns import AREA_UNIT
from fitting.output.tables.ratio_meaning import describe_quantities, mole_ratios
from fitting.output.tables.spectrum_columns import STATE, WHERE


def _describe_seen(block: SpectraBlock) -> ArrayLike:
    parts = ("is_detected", "detection_limit")
    return seen_words(*(block.part("fraction", name) for name in parts))


def _report_share(block: SpectraBlock) -> ArrayLike:
    parts = ("is_detected", "detection_limit", "value", "stderr", "model_error")
    return reported_words(*(block.part("fraction", name) for name in parts))


def _mole_ratio(place: int) -> Callable[[SpectraBlock], ArrayLike]:
    """The ratio of amounts (0), or its standard error (1)."""
    return lambda block: mole_ratios(block.analysis, block.items)[place]


_AREA = "see unit"
_SEEN = "yes: area above 2 standard errors; no: see the limit"
_LIMIT = "share that would be seen in 95 % of spectra; what is not seen is below it"
_REPORTED = "share with its errors, or below its detection limit (95 %)"

SPECIES_COLUMNS = (
    *WHERE,
    Column("species", "text", "", "id in the library", lambda block: block.names()),
    estimate_column("area", _AREA, "sum of the areas of the species' peaks", "area", "value"),
    estimate_column("area_stderr", _AREA, STDERR, "area", "stderr"),
    estimate_column(
        "fraction_percent", "%", "share of the region's total fitted area", "fraction", "value"
    ),
    estimate_column("fraction_stderr", "%", FULL_STDERR, "fraction", "stderr"),
    estimate_column("fraction_low95", "%", f"{LOW}; see method", "fraction", "low95"),
    estimate_column("fraction_high95", "%", f"{HIGH}; see method", "fraction", "high95"),
    AREA_UNIT,
    Column("is_detected", "text", "", _SEEN, _describe_seen),
    Column(
        "detection_limit_percent",
        "number",
        "%",
        _LIMIT,
        lambda block: block.part("fraction", "detection_limit"),
    ),
    Column("reported", "text", "", _REPORTED, _report_share),
    estimate_column("fraction_syst", "%", SYSTEMATIC, "fraction", "systematic", SAID_SYSTEMATIC),
    estimate_column("fraction_bias", "%", BIAS, "fraction", "bias"),
    method_column("fraction"),
    *STATE,
    estimate_column("fraction_model", "%", MODEL, "fraction", "model_error", SAID_MODEL),
    estimate_column("fraction_upper95", "%", UPPER, "fraction", "upper95"),
    estimate_column("area_low95", _AREA, LOW, "area", "low95"),
    estimate_column("area_high95", _AREA, HIGH, "area", "high95"),
    estimate_column("area_upper95", _AREA, UPPER, "area", "upper95"),
)
"""Every species in every spectrum, also those that were weighed and left out of the model."""

_OPEN = "upper end; inf where the denominator may be zero"
_MOLES = "Raman, by the user's cross sections, else empty"
_MOLES_STDERR = "with the error of the cross sections"

RATIO_COLUMNS = (
    *WHERE,
    Column("numerator", "text", "", "species above the line", lambda block: block.names()),
    Column("denominator", "text", "", "species below the line", lambda block: block.names(1)),
    estimate_column("ratio", "1", "ratio of the areas", "ratio", "value"),
    estimate_column("ratio_stderr", "1", FULL_STDERR, "ratio", "stderr"),
    estimate_column("ratio_low95", "1", f"{LOW}; see method", "ratio", "low95"),
    estimate_column("ratio_high95", "1", _OPEN, "ratio", "high95"),
    Column(
        "quantity",
        "text",
        "",
        "what the ratio stands for",
        lambda block: describe_quantities(block.analysis, block.items),
    ),
    Column("mole_ratio", "number", "1", _MOLES, _mole_ratio(0)),
    Column("mole_ratio_stderr", "number", "1", _MOLES_STDERR, _mole_ratio(1)),
    estimate_column("ratio_syst", "1", SYSTEMATIC, "ratio", "systematic", SAID_SYSTEMATIC),
    estimate_column("ratio_bias", "1", BIAS, "ratio", "bias"),
    method_column("ratio"),
    *STATE,
    estimate_column("ratio_model", "1", MODEL, "ratio", "model_error", SAID_MODEL),
    estimate_column("ratio_upper95", "1", UPPER, "ratio", "upper95"),
)
"""Every ratio of species in every spectrum."""
