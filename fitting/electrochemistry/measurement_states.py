"""Which spectra of all regions are of one state of a sample.

Where voltages were given, by name, table or hand, spectra of one sample, voltage, cycle, branch and
depth belong together. A voltage that a potentiostat record gave by the clock is that of one
exposure; the core levels of one round of measurement, taken one after the other, differ in it by
millivolts. They are put together by their start times, and so are the spectra of a sample that
nothing but time tells apart. Given voltages, cycles, branches and depths are compared as they are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from fitting.data.joining.acquisition_cycles import Exposure, Round, divide_into_rounds
from fitting.data.joining.scans import scan_groups
from fitting.data.series import FloatArray, get_column, states_of
from fitting.data.techniques import technique_of
from fitting.electrochemistry.attach import BY_TIME


class State(NamedTuple):
    """One state of one sample; all regions that were measured in it have the same."""

    sample: str
    voltage: str
    """V vs Li+/Li as text that can be compared; of a round the mean over its members."""
    cycle: str
    branch: str
    depth: str
    round: int = 0
    """Number of the round of the sample, from 1; 0 where no start times were needed."""
    repeat: str = ""
    """What tells a spectrum from the member of its round that is of the same region."""
    time: float = 0.0
    """Middle of the round, or of the repeated exposure (s on the clock of the spectra)."""
    voltage_change: float = 0.0
    """Highest minus lowest voltage of the members of the round (V)."""

    def is_of_round(self, other: "State") -> bool:
        """Whether both are of one round."""
        mine, its = ((one.sample, one.depth, one.round) for one in (self, other))
        return self.round > 0 and mine == its

    @property
    def words(self) -> str:
        """The state for a sentence, such as "cell 7 at 3.6 V"."""
        name = self.sample or "Spectra without a sample name"
        name = f"{name}, round {self.round}" if self.round else name
        digits = ".3f" if self.round else "g"
        return name if self.voltage == _UNKNOWN else f"{name} at {float(self.voltage):{digits}} V"


_UNKNOWN = str(np.nan)


def common_states(series: Sequence[xr.Dataset]) -> list[list[State]]:
    """The state of every spectrum of every series, which must be all XPS regions of a project.

    Returns
    -------
    For each series the states of its spectra. Those of one round are equal but for the spectra of
    a region that came again, which are states of their own (see ``State.repeat``).
    """
    states = [[State(a, b, c, d, e) for a, b, c, d, e in states_of(one)] for one in series]
    runs: dict[tuple[str, ...], list[_Measurement]] = {}
    for index, one in enumerate(series):
        for measurement in _iterate_measurements(one, index):
            runs.setdefault(measurement.run, []).append(measurement)
    rounds_before: Counter[str] = Counter()
    for (sample, *_), run in sorted(runs.items(), key=lambda item: _first_start(item[1])):
        told_apart = _told_apart_by_time(run)
        if not _needs_rounds(told_apart):
            continue
        rounds = divide_into_rounds([one.exposure for one in told_apart])
        for number, together in enumerate(rounds, start=rounds_before[sample] + 1):
            for measurement, state in _iterate_states(told_apart, together, number):
                for row in measurement.rows:
                    states[measurement.series][row] = state
        rounds_before[sample] += len(rounds)
    return states


def states_by_region(series: Mapping[str, xr.Dataset]) -> dict[str, list[State]]:
    """``common_states`` where there is one series of every region."""
    return dict(zip(series, common_states(list(series.values())), strict=True))


def rounds_of(states: Sequence[State]) -> FloatArray:
    """Numbers of the rounds, nan where there is none; shape (n,)."""
    return np.array([one.round or np.nan for one in states], dtype=float)


@dataclass(frozen=True, slots=True)
class _Measurement:
    """A spectrum, or the scans of one, whose state only its start time tells."""

    series: int
    rows: tuple[int, ...]
    run: tuple[str, ...]
    """Sample, depth and clock: only what agrees in them can be of one round."""
    exposure: Exposure
    voltage: float
    is_by_record: bool
    cycle: str
    branch: str


def _iterate_measurements(series: xr.Dataset, index: int) -> Iterator[_Measurement]:
    if not technique_of(series).has_core_levels:
        return
    origins = get_column(series, "voltage_from").astype(str)
    voltage, cycle, started, since, exposure = (
        get_column(series, name).astype(float)
        for name in ("voltage", "cycle", "started", "time", "exposure")
    )
    samples, branches, depths = (
        get_column(series, name).astype(str) for name in ("sample", "branch", "depth")
    )
    for rows in scan_groups(series).values():
        row = rows[0]
        is_by_record = origins[row] == BY_TIME
        is_told = np.isfinite(voltage[row]) or np.isfinite(cycle[row]) or branches[row] != ""
        # times since the first spectrum are those of one clock only if a record was laid over them
        is_dated = np.isfinite(started[row])
        start = started[rows].min() if is_dated else since[rows].min()
        if not (is_by_record or (is_dated and not is_told)) or not np.isfinite(start):
            continue
        yield _Measurement(
            index,
            tuple(rows),
            (samples[row], depths[row], "started" if is_dated else "time"),
            Exposure(str(series.attrs["region"]), float(start), float(exposure[rows].sum())),
            float(voltage[rows].mean()),
            is_by_record,
            str(cycle[row]),
            str(branches[row]),
        )


def _first_start(run: Sequence[_Measurement]) -> tuple[float, tuple[str, ...]]:
    return min(one.exposure.start for one in run), run[0].run


def _told_apart_by_time(run: Sequence[_Measurement]) -> list[_Measurement]:
    """Without those of one region that state the same start: nothing tells which is of which."""
    counts = Counter((one.exposure.region, one.exposure.start) for one in run)
    return [one for one in run if counts[one.exposure.region, one.exposure.start] == 1]


def _needs_rounds(run: Sequence[_Measurement]) -> bool:
    """Whether a record gave voltages, or a region was measured more than once."""
    regions = Counter(one.exposure.region for one in run)
    return any(one.is_by_record for one in run) or any(count > 1 for count in regions.values())


def _iterate_states(
    run: Sequence[_Measurement], one: Round, number: int
) -> Iterator[tuple[_Measurement, State]]:
    """The state of every measurement of a round."""
    members = [run[place] for place in one.members]
    known = [member.voltage for member in members if np.isfinite(member.voltage)]
    sample, depth, _ = members[0].run
    common = State(
        sample,
        str(float(np.mean(known))) if known else _UNKNOWN,
        _agreed_value([member.cycle for member in members], _UNKNOWN),
        _agreed_value([member.branch for member in members], ""),
        depth,
        number,
        time=one.time,
        voltage_change=max(known) - min(known) if known else 0.0,
    )
    for member in members:
        yield member, common
    for count, other in enumerate((run[place] for place in one.others), start=2):
        yield (
            other,
            common._replace(
                voltage=str(other.voltage),
                repeat=f"{other.exposure.region}, {count}",
                time=other.exposure.start + 0.5 * float(np.nan_to_num(other.exposure.duration)),
                voltage_change=0.0,
            ),
        )


def _agreed_value(values: Sequence[str], otherwise: str) -> str:
    return values[0] if len(set(values)) == 1 else otherwise
