"""Voltage, branch and cycle onto every spectrum, from a side table and from its names.

What is already known is kept: manual > side table > time match > name.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import VoltageError
from fitting.data.series import SPECTRUM, get_column, set_coordinates
from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.clock_questions import clock_questions
from fitting.electrochemistry.potential_by_time import (
    DEFAULT_CLOCK,
    Clock,
    exposure_potential,
    find_branches,
    find_cycles,
    first_start,
    starts_on_record,
    time_problems,
)
from fitting.electrochemistry.side_table import SideTable, matching_row
from fitting.readers.records.record import PotentialRecord
from fitting.readers.spectra.voltage_from_name import (
    branch_from_name,
    cycle_from_name,
    name_without_extension,
    voltage_from_name,
)

MANUAL = "manual"
SIDE_TABLE = "side table"
BY_TIME = "time match"
LARGEST_CHANGE = "largest_voltage_change"
"""Attribute of a series: the potential (V) that may move in one exposure unflagged."""
_NAMES = (
    ("label", "name of the spectrum"),
    ("sample", "name of the sample"),
    ("source", "file name"),
)
"""Coordinates that may hold a voltage, most specific first, and the phrase for each."""
BY_RECORD = (
    "voltage", "voltage_start", "voltage_end", "voltage_change", "voltage_from", "cycle", "branch"
)  # fmt: skip
"""What a record gives a spectrum."""
_TEXTS = ("voltage_from", "branch")
_FILLED = ("voltage", "voltage_from", "voltage_start", "voltage_end", "branch", "cycle", "time")


def attach_voltages(
    series: Sequence[xr.Dataset],
    side_table: SideTable | None = None,
    scale: VoltageScale = LITHIUM,
    record: PotentialRecord | None = None,
    clock: Clock = DEFAULT_CLOCK,
) -> tuple[list[xr.Dataset], list[str]]:
    """Put voltage, branch and cycle on the spectra that a table, a record or their names tell of.

    Parameters
    ----------
    side_table
        Its rows go before what names say, but not before what was entered by hand.
    scale
        What voltages in names are measured against where they do not say it.
    record
        A potentiostat record; it goes after the side table and before names.
    clock
        How the times of the spectra are related to those of the record.

    Returns
    -------
    The series in their order, and a sentence for every name that can be read in more than one
    way, for spectra that the record does not cover, and for potentials that moved.
    """
    problems: dict[str, None] = {}
    timed = _all_timed(series, record, clock, problems) if record else list(series)
    attached = [_attach_by_name(one, side_table, scale, problems) for one in timed]
    return attached, list(problems)


def without_time_match(series: xr.Dataset) -> xr.Dataset:
    """The series without the potentials that a record gave it by the clock."""
    is_timed = get_column(series, "voltage_from").astype(str) == BY_TIME
    if not is_timed.any():
        return series
    emptied: dict[str, Any] = {
        name: np.where(is_timed, "" if name in _TEXTS else np.nan, get_column(series, name))
        for name in BY_RECORD
    }
    return set_coordinates(series, **emptied)


def _all_timed(
    series: Sequence[xr.Dataset],
    record: PotentialRecord,
    clock: Clock,
    problems: dict[str, None],
) -> list[xr.Dataset]:
    problems.update(
        (question.sentence, None) for question in clock_questions(series, record, clock)
    )
    first = first_start(series, clock)
    return [
        _attach_by_time(one, record, clock, first, problems)
        for one in map(without_time_match, series)
    ]


def _attach_by_time(
    series: xr.Dataset,
    record: PotentialRecord,
    clock: Clock,
    first: float | None,
    problems: dict[str, None],
) -> xr.Dataset:
    """The series with potentials by the clock, where it has none of a higher authority."""
    started = starts_on_record(series, clock, first)
    names = [str(name) for name in get_column(series, "source")]
    if not np.isfinite(started).any():
        who = ", ".join(dict.fromkeys(names))
        problems[
            f"{who}: the spectra state no time of day. Say when the first was started, or give "
            "their voltages in a side table."
        ] = None
        return series
    exposure = np.asarray(get_column(series, "exposure"), dtype=float)
    potential = exposure_potential(record, started, exposure, clock.longest_gap)
    problems.update(dict.fromkeys(time_problems(names, record, potential, clock)))
    is_free = ~np.isin(get_column(series, "voltage_from").astype(str), (MANUAL, SIDE_TABLE))
    is_told = np.isfinite(potential.mean) & is_free
    found = {
        "voltage": potential.mean,
        "voltage_start": potential.start,
        "voltage_end": potential.end,
        "voltage_change": potential.change,
        "voltage_from": np.full(started.size, BY_TIME, dtype=object),
        "cycle": find_cycles(record, started),
        "branch": np.array(find_branches(record, started, exposure), dtype=object),
    }
    merged = {name: np.where(is_told, new, get_column(series, name)) for name, new in found.items()}
    said: dict[str, Any] = {name: values for name, values in merged.items() if _tell_apart(values)}
    return set_coordinates(series, **said).assign_attrs({LARGEST_CHANGE: clock.largest_change})


def _attach_by_name(
    series: xr.Dataset,
    side_table: SideTable | None,
    scale: VoltageScale,
    problems: dict[str, None],
) -> xr.Dataset:
    columns = {name: get_column(series, name).copy() for name in _FILLED}
    for index in range(series.sizes[SPECTRUM]):
        known = {
            name: values[index]
            for name, values in columns.items()
            if _says_something(values[index])
        }
        row = _from_side_table(series, index, side_table, problems)
        names = _iterate_names(series, index)
        found = {**_from_names(names), **known, **row}
        if known.get("voltage_from") == MANUAL:
            found |= known
        # a voltage that was taken away by hand stays away
        if "voltage" not in found and found.get("voltage_from") != MANUAL:
            found |= _voltage_from_names(names, scale, problems)
        for name, value in found.items():
            columns[name][index] = value
    said = {name: values for name, values in columns.items() if _tell_apart(values)}
    return set_coordinates(series, **said)


def _says_something(value: str | float) -> bool:
    return value != "" if isinstance(value, str) else not np.isnan(value)


def _tell_apart(values: NDArray[Any]) -> bool:
    return any(map(_says_something, values))


def _iterate_names(series: xr.Dataset, index: int) -> list[tuple[str, str]]:
    """Name and phrase of everything that names a spectrum, most specific first."""
    return [
        (name_without_extension(str(get_column(series, coordinate)[index])), phrase)
        for coordinate, phrase in _NAMES
    ]


def _from_side_table(
    series: xr.Dataset, index: int, table: SideTable | None, problems: dict[str, None]
) -> dict[str, str | float]:
    if table is None:
        return {}
    try:
        row = matching_row(table, series, index)
    except VoltageError as error:
        problems[str(error)] = None
        return {}
    if row is None:
        return {}
    state = {name: getattr(row, name) for name in ("voltage", "cycle", "branch", "time")}
    said = {name: value for name, value in state.items() if _says_something(value)}
    return said | ({"voltage_from": SIDE_TABLE} if "voltage" in said else {})


def _from_names(names: Sequence[tuple[str, str]]) -> dict[str, str | float]:
    """Branch and cycle of the most specific name that tells them."""
    found: dict[str, str | float] = {}
    for name, _ in reversed(names):
        branch, cycle = branch_from_name(name), cycle_from_name(name)
        found |= {"branch": branch} if branch else {}
        found |= {"cycle": float(cycle)} if cycle is not None else {}
    return found


def _voltage_from_names(
    names: Sequence[tuple[str, str]], scale: VoltageScale, problems: dict[str, None]
) -> dict[str, str | float]:
    """The voltage of the most specific name that tells one, unless it can be read in two ways."""
    for name, phrase in names:
        try:
            named = voltage_from_name(name)
        except VoltageError as error:
            problems[str(error)] = None
            return {}
        if named is not None:
            against = named.scale or scale
            note = "" if against == LITHIUM else f", vs {against.name} + {against.offset:g} V"
            return {"voltage": named.value + against.offset, "voltage_from": phrase + note}
    return {}
