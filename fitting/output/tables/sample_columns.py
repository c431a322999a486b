"""Columns of the tables about a sample or a whole region; a row is a record."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from fitting.output.tables.blocks import RecordBlock
from fitting.output.tables.column import Column, Kind
from fitting.quantities.quantify import species_names
from fitting.selection.candidates import Selection


def field_column(name: str, kind: Kind, unit: str, meaning: str, field: str = "") -> Column:
    """A column that is a field of every record, of the same name if left out."""
    return Column(name, kind, unit, meaning, lambda block: block.each(field or name))


def _each(tell: Callable[[Any], Any]) -> Callable[[RecordBlock], ArrayLike]:
    """What is told of every record."""
    return lambda block: [tell(record) for record in block.records]


_SPECIES = field_column("species", "text", "", "id in the library")
_SAMPLE = field_column("sample", "text", "", "ties the regions of one sample or state together")
_REGION = field_column("region", "text", "", 'core level, such as "S 2p", or "raman"')
_WHOLE_REGION = replace(_REGION, cells=lambda block: block.region)
_CYCLE = field_column("cycle", "number", "", "cycle number")
_BRANCH = field_column("branch", "text", "", "charge, discharge or empty")
_STATE_VOLTAGE = field_column(
    "voltage_V",
    "number",
    "V vs Li+/Li",
    "potential; the mean over the regions of a round",
    "voltage",
)
_ROUNDS = (
    Column(
        "round",
        "count",
        "",
        "of measurement of the sample, from 1; empty where its voltage was given",
        _each(lambda row: row.round or math.nan),
    ),
    field_column(
        "voltage_change_V",
        "number",
        "V",
        "highest minus lowest of the regions of the round",
        "voltage_change",
    ),
)

COMPOSITION_COLUMNS = (
    _SAMPLE,
    _STATE_VOLTAGE,
    _REGION,
    field_column("element", "text", "", "chemical symbol"),
    _SPECIES,
    field_column(
        "atomic_percent", "number", "at%", "share of the sensitivity-corrected areas", "value"
    ),
    field_column("atomic_percent_stderr", "number", "at%", "statistical standard error", "stderr"),
    field_column("sensitivity_set", "text", "", "set of relative sensitivity factors"),
    field_column(
        "atomic_percent_syst",
        "number",
        "at%",
        "systematic: the furthest that another defensible choice moves the value",
        "systematic",
    ),
    field_column(
        "systematic_from",
        "text",
        "",
        "that choice of factors and escape depth; empty where no other has all factors",
    ),
    field_column("escape_depth", "text", "", "how it was taken into account"),
    field_column("transmission", "text", "", "of the analyser: how it was taken into account"),
    Column("method", "text", "", "of the standard error: covariance", lambda _: "covariance"),
    *_ROUNDS,
)
"""Of ``AtomicPercent``: every species in every sample."""


def _onset_column(name: str, kind: Kind, unit: str, meaning: str, field: str = "") -> Column:
    return Column(name, kind, unit, meaning, _each(lambda row: getattr(row.onset, field or name)))


def _first_change_column(name: str, meaning: str, field: str) -> Column:
    return Column(
        name,
        "number",
        "V vs Li+/Li",
        meaning,
        _each(
            lambda row: (
                math.nan
                if row.found.first_change is None
                else getattr(row.found.first_change, field)
            )
        ),
    )


ONSET_COLUMNS = (
    _WHOLE_REGION,
    _SPECIES,
    _onset_column("direction", "text", "", "appears or fades, along the branch"),
    _onset_column(
        "onset_V",
        "number",
        "V vs Li+/Li",
        "where its share of the area begins to change",
        "potential",
    ),
    _onset_column(
        "onset_low95", "number", "V vs Li+/Li", "lower end of the 95 % interval", "low95"
    ),
    _onset_column(
        "onset_high95", "number", "V vs Li+/Li", "upper end of the 95 % interval", "high95"
    ),
    _onset_column("method", "text", "", "how the onset was found"),
    _CYCLE,
    _BRANCH,
    field_column("spectra", "count", "", "number of spectra used"),
    Column(
        "lack_of_fit_p",
        "number",
        "",
        "probability of the scatter about the best change point if one is true; below 0.05 it does "
        "not fit and is not stated",
        _each(lambda row: row.found.lack_of_fit),
    ),
    _first_change_column(
        "first_change_V", "first away from its baseline, whatever the shape", "potential"
    ),
    _first_change_column("first_change_low95", "lower end of its 95 % interval", "low95"),
    _first_change_column("first_change_high95", "upper end of its 95 % interval", "high95"),
    Column(
        "steps_V",
        "text",
        "V vs Li+/Li",
        "where the share steps, in the order of the branch; empty where a change point fits",
        _each(lambda row: "; ".join(f"{one:.3f}" for one in row.found.steps)),
    ),
)
"""Of ``SpeciesOnset``: every species that appears or fades along the series."""

_AMOUNTS = "of amounts: set of relative sensitivity factors"

CROSS_CHECK_COLUMNS = (
    _SAMPLE,
    _STATE_VOLTAGE,
    field_column("check", "text", "", "relation between two core levels of the sample"),
    field_column("value", "number", "see unit", "difference of positions, or ratio of amounts"),
    field_column("stderr", "number", "see unit", "statistical standard error"),
    field_column("unit", "text", "", "eV, or 1"),
    field_column("expected_low", "number", "see unit", "least value expected", "low"),
    field_column("expected_high", "number", "see unit", "largest value expected", "high"),
    field_column("accuracy", "number", "see unit", "how far off it may be, errors apart"),
    field_column("verdict", "text", "", "agrees, off, or not known"),
    Column(
        "sensitivity_set",
        "text",
        "",
        _AMOUNTS,
        lambda block: ["" if one.unit == "eV" else block.factors for one in block.records],
    ),
    *_ROUNDS,
)
"""Of ``CrossCheck``: every relation between core levels."""


def _tell_chosen(block: RecordBlock) -> ArrayLike:
    assert block.analysis is not None
    present = set(species_names(block.analysis.model))
    return ["yes" if set(one.species) == present else "no" for one in block.records]


def _of_selection(tell: Callable[[Selection], int]) -> Callable[[RecordBlock], ArrayLike]:
    """What is told of the choice as a whole."""

    def cells(block: RecordBlock) -> ArrayLike:
        selection = None if block.analysis is None else block.analysis.selection
        return [] if selection is None else [tell(selection)]

    return cells


def _tell_deltas(block: RecordBlock) -> ArrayLike:
    selection = None if block.analysis is None else block.analysis.selection
    return [] if selection is None else [selection.delta(one) for one in block.records]


SELECTION_COLUMNS = (
    _WHOLE_REGION,
    Column(
        "species_set",
        "text",
        "",
        "species of one model, ids in the library",
        _each(lambda one: ", ".join(one.species)),
    ),
    Column(
        "species_count",
        "count",
        "",
        "number of species in the set",
        _each(lambda one: len(one.species)),
    ),
    field_column("chi_square", "number", "1", "sum over all spectra, each with what it supports"),
    field_column(
        "free_parameters", "count", "", "of these fits, those at a bound not counted", "parameters"
    ),
    field_column(
        "bic", "number", "1", "chi-square over the noise scale, k log m, and which spectra"
    ),
    Column(
        "delta_bic", "number", "1", "above the lowest; more than 10 is very strong", _tell_deltas
    ),
    Column("is_chosen", "text", "", "yes: the set the region is fitted with", _tell_chosen),
    Column(
        "spectra",
        "count",
        "",
        "spectra that all sets were fitted to",
        _of_selection(lambda one: one.spectrum_count),
    ),
    Column(
        "points",
        "count",
        "",
        "measured points in all of them",
        _of_selection(lambda one: one.points),
    ),
)
"""Of ``Candidate``: every set of species that was weighed."""


SURVEY_COLUMNS = (
    _SAMPLE,
    field_column("element", "text", "", "chemical symbol"),
    field_column(
        "atomic_percent", "number", "at%", "of all elements the survey shows; semi-quantitative"
    ),
    field_column("atomic_percent_stderr", "number", "at%", "statistical standard error", "stderr"),
    field_column("evidence", "text", "", "by which lines it is found"),
)
"""Of ``SurveyElement``: every element that a survey shows."""


def _number_findings(block: RecordBlock) -> ArrayLike:
    return [
        math.nan if one.spectrum is None else float(block.numbers[one.region][one.spectrum])
        for one in block.records
    ]


AUDIT_COLUMNS = (
    Column(
        "spectrum", "count", "", "from 0 in the order of voltage, time, file name", _number_findings
    ),
    _SAMPLE,
    _REGION,
    field_column("rule", "text", "", "id of the rule"),
    field_column("severity", "text", "", "info, warning or error"),
    field_column("message", "text", "", "what was found, and what to do"),
)
"""Of ``Finding``: what the audit says."""
