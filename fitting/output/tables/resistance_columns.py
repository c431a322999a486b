"""Columns of the table of resistances, and its rows; impedance spectra in the table of spectra."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fitting.data.series import SPECTRUM, get_column
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.impedance.estimates import ImpedanceEstimate, list_estimates
from fitting.impedance.series import IMPEDANCE
from fitting.output.tables.blocks import GivenBlock, RecordBlock
from fitting.output.tables.column import Column, Kind

_STATE = ("sample", "cycle", "branch", "voltage", "time")


@dataclass(frozen=True, slots=True)
class ResistanceRow:
    """One row: an estimate and the state of its spectrum."""

    estimate: ImpedanceEstimate
    state: Mapping[str, Any]


def _of_estimate(name: str, kind: Kind, unit: str, meaning: str, field: str = "") -> Column:
    return Column(name, kind, unit, meaning, lambda block: _each(block, field or name))


def _each(block: RecordBlock, field: str) -> list[Any]:
    return [getattr(one.estimate, field) for one in block.records]


def _of_state(name: str, kind: Kind, unit: str, meaning: str, field: str = "") -> Column:
    return Column(
        name, kind, unit, meaning, lambda block: [one.state[field or name] for one in block.records]
    )


RESISTANCE_COLUMNS = (
    _of_estimate(
        "spectrum", "count", "", "impedance spectrum, from 0 in the order of voltage, cycle, time"
    ),
    _of_state("sample", "text", "", "ties spectra of one sample or state together"),
    _of_state("cycle", "number", "", "cycle number"),
    _of_state("branch", "text", "", "charge, discharge or empty"),
    _of_state("voltage_V", "number", "V vs Li+/Li", "mean potential of the sweep", "voltage"),
    _of_state("time_s", "number", "s", "since the first impedance spectrum", "time"),
    _of_estimate("circuit", "text", "", "- is in series, | in parallel"),
    _of_estimate("element", "text", "", "of the circuit"),
    _of_estimate(
        "quantity",
        "text",
        "",
        "R resistance, Q and n of a constant phase element, C_eff by Hirschorn, C_Brug by Brug, "
        "tau time constant, R_total, conductivity",
    ),
    _of_estimate("value", "number", "see unit", "best value"),
    _of_estimate("stderr", "number", "see unit", "standard error, of the scaled covariance"),
    _of_estimate(
        "low95",
        "number",
        "see unit",
        "lower end of the 95 % interval; by profile for resistances",
        "low",
    ),
    _of_estimate(
        "high95", "number", "see unit", "upper end; empty where the data give none", "high"
    ),
    _of_estimate("unit", "text", "", "of value, stderr and interval"),
    _of_estimate(
        "assignment",
        "text",
        "",
        "what the element stands for, with its source; a proposal is called one",
    ),
    _of_estimate("status", "text", "", "fitted, at bound, or not determined"),
)
"""Of ``ResistanceRow``: every quantity of every impedance spectrum."""


def resistance_block(analysis: ImpedanceAnalysis) -> RecordBlock:
    """The rows of the table of resistances."""
    columns = {name: get_column(analysis.series, name).tolist() for name in _STATE}
    return RecordBlock(
        [
            ResistanceRow(
                _close_interval(one),
                {name: values[one.spectrum] for name, values in columns.items()},
            )
            for one in list_estimates(analysis)
        ]
    )


def impedance_spectra_block(analysis: ImpedanceAnalysis) -> GivenBlock:
    """Every impedance spectrum as a row of the table of spectra."""
    series, result = analysis.series, analysis.result
    count = series.sizes[SPECTRUM]
    named = {
        "sample": "sample",
        "source": "source",
        "voltage_V": "voltage",
        "time_s": "time",
        "cycle": "cycle",
        "branch": "branch",
        "voltage_from": "voltage_from",
    }
    columns: dict[str, Sequence[Any]] = {
        column: get_column(series, name).tolist() for column, name in named.items()
    }
    columns["spectrum"] = list(range(count))
    columns["region"] = [IMPEDANCE] * count
    columns["points"] = np.isfinite(series["frequency"].values).sum(axis=1).tolist()
    if result is not None:
        columns["status"] = result["status"].values.astype(str).tolist()
        columns["message"] = result["message"].values.astype(str).tolist()
        columns["free_parameters"] = np.isfinite(result["theta"].values).sum(axis=1).tolist()
    return GivenBlock(columns, count)


def _close_interval(one: ImpedanceEstimate) -> ImpedanceEstimate:
    """With an empty cell for an end that is infinite."""
    if np.isfinite(one.high) and np.isfinite(one.stderr):
        return one
    return replace(
        one,
        stderr=_finite_or_nan(one.stderr),
        low=_finite_or_nan(one.low),
        high=_finite_or_nan(one.high),
    )


def _finite_or_nan(value: float) -> float:
    return value if np.isfinite(value) else float("nan")
