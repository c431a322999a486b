"""Voltage, branch and cycle onto every spectrum, from a side table and from its names.

What is already known is kept: manual > side table > time match > name.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import VoltageError
from fitting.data.series import SPECTRUM, FloatArray, get_column, set_coordinates
from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.clock_questions import clock_questions
from fitting.electrochemistry.potential_by_time import (
    DEFAULT_CLOCK,
    Clock,
    ExposurePotential,
    exposure_potential,
    find_branches,
    find_cycles,
    first_start,
    starts_on_record,
    time_problems,
)
from fitting.electrochemistry.record_clock import SettledRecord, settle_record
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
UNTOLD = "none: "
"""How the origin of a voltage begins that the record which was asked for does not tell.

What follows is the reason; no other source takes its place."""
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
_NO_ELAPSED_TIME = 1e8
"""Times above this (s) are dates: no measurement takes three years."""
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
    is_timed = (get_column(series, "voltage_from").astype(str) == BY_TIME) | is_untold(series)
    if not is_timed.any():
        return series
    emptied: dict[str, Any] = {
        name: np.where(is_timed, "" if name in _TEXTS else np.nan, get_column(series, name))
        for name in BY_RECORD
    }
    return set_coordinates(series, **emptied)


def is_untold(series: xr.Dataset) -> NDArray[np.bool_]:
    """Which spectra have no voltage because the record that was asked for gives them none."""
    origins = get_column(series, "voltage_from").astype(str)
    return np.char.startswith(origins, UNTOLD)


def _all_timed(
    series: Sequence[xr.Dataset],
    record: PotentialRecord,
    clock: Clock,
    problems: dict[str, None],
) -> list[xr.Dataset]:
    settled = settle_record(record, series, clock)
    notes = [f"{record.file}: {warning}" for warning in settled.record.warnings]
    asked = clock_questions(series, record, clock)
    problems.update(dict.fromkeys([*notes, *(question.sentence for question in asked)]))
    problems.update(dict.fromkeys(_tell_clock(settled, clock)))
    first = first_start(series, clock)
    timed = [
        _attach_by_time(one, settled, clock, first, problems)
        for one in map(without_time_match, series)
    ]
    problems.update(dict.fromkeys(_tell_untold(record, timed)))
    return timed


def _tell_clock(settled: SettledRecord, clock: Clock) -> list[str]:
    """What was concluded of the record's clock, and its time zone if it states one."""
    said = [settled.note] if settled.note else []
    ahead = settled.record.utc_ahead
    if np.isfinite(ahead) and not clock.zone:
        zone = (
            f"{'-' if ahead < 0 else '+'}{abs(ahead) // 3600:02.0f}:{abs(ahead) % 3600 // 60:02.0f}"
        )
        said.append(
            f"{settled.record.file}: its clock is {zone} h from UTC. The spectra are taken to show "
            f"the same time of day; where they state UTC, give --clock-zone {zone}."
        )
    return said


def _tell_untold(record: PotentialRecord, series: Sequence[xr.Dataset]) -> list[str]:
    """One sentence about the spectra that the record gives nothing, with the reasons."""
    reasons: dict[str, int] = {}
    for one in series:
        for origin in get_column(one, "voltage_from").astype(str)[is_untold(one)]:
            reason = origin.removeprefix(f"{UNTOLD}{record.file}, ")
            reasons[reason] = reasons.get(reason, 0) + 1
    if not reasons:
        return []
    counted = "; ".join(f"{count}: {reason}" for reason, count in reasons.items())
    return [
        f"{record.file}: {sum(reasons.values())} spectra have no voltage, since the record gives "
        f"them none ({counted}). Names of files are not used in its place."
    ]


def _attach_by_time(
    series: xr.Dataset,
    settled: SettledRecord,
    clock: Clock,
    first: float | None,
    problems: dict[str, None],
) -> xr.Dataset:
    """The series with potentials by the clock, where it has none of a higher authority."""
    record = settled.record
    started = starts_on_record(series, clock, first)
    names = [str(name) for name in get_column(series, "source")]
    exposure = np.asarray(get_column(series, "exposure"), dtype=float)
    potential = exposure_potential(record, started, exposure, clock.longest_gap)
    problems.update(dict.fromkeys(time_problems(names, record, potential, clock)))
    reasons = _explain_untold(settled, started, potential)
    is_free = ~np.isin(get_column(series, "voltage_from").astype(str), (MANUAL, SIDE_TABLE))
    is_told = (reasons == "") & is_free
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
    is_left = (reasons != "") & is_free
    merged["voltage"] = np.where(is_left, np.nan, merged["voltage"])
    merged["voltage_from"] = np.where(is_left, reasons, merged["voltage_from"])
    said: dict[str, Any] = {name: values for name, values in merged.items() if _tell_apart(values)}
    return set_coordinates(series, **said).assign_attrs({LARGEST_CHANGE: clock.largest_change})


def _explain_untold(
    settled: SettledRecord, started: FloatArray, potential: ExposurePotential
) -> NDArray[Any]:
    """Why each spectrum has no potential, as the origin of its voltage; empty where it has one."""
    reasons = np.full(started.size, "", dtype=object)
    reasons[potential.is_outside] = "its exposure lies outside the record"
    reasons[potential.is_gap] = "its exposure lies in a gap of the record"
    if not settled.record.has_clock and np.nanmax(started, initial=0.0) > _NO_ELAPSED_TIME:
        reasons[potential.is_outside] = (
            "the record states no date; say when it was begun with --record-start"
        )
    reasons[~np.isfinite(started)] = (
        "it states no time of day; say when the first was started with --series-start, or give "
        "voltages in a side table"
    )
    if settled.is_open:
        reasons[:] = (
            "the dates of the record can be read both ways; say --day-first or --month-first"
        )
    has_reason = reasons != ""
    return np.where(has_reason, f"{UNTOLD}{settled.record.file}, " + reasons, "")


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
        origin = str(found.get("voltage_from", ""))
        # a voltage that was taken away by hand stays away
        if "voltage" not in found and origin != MANUAL and not origin.startswith(UNTOLD):
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
    own = {name: str(get_column(series, name)[index]) for name, _ in _NAMES}
    *folders, own["source"] = own["source"].split("/")
    names = [(name_without_extension(own[coordinate]), phrase) for coordinate, phrase in _NAMES]
    return names + [(folder, "name of the folder") for folder in reversed(folders)]


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
