"""Rounds of measurement: which spectra of one sample were taken together, told by start times.

An instrument goes through a list of regions again and again. Of all divisions of the spectra, in
order of time, into rounds, that of the least cost is taken. A round costs for being one, for every
usual region it lacks, every region that comes twice, every step against the usual order, and for
its pauses in units of the typical interval. So a pause of a few intervals ends a round, and so does
a region that comes again, but one region missing, measured twice or out of turn does not upset the
rounds around it. A region measured far more often than the others joins the rounds they make.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fitting.data.series import FloatArray

ROUND, MISSING, AGAIN, BACKWARDS = 1.0, 1.0, 2.5, 0.5
"""Costs: of a round, a usual region that it lacks, a region that comes again, a step against the
usual order. A pause costs 1 a typical interval."""
TYPICAL = 0.25
"""Part of the intervals from start to start that are shorter than the typical one: most lie within
rounds, and pauses between rounds are not typical."""
LONGEST_PAUSE = 4.0
"""A region that is measured more often joins a round over pauses of so many typical intervals."""
_OFTEN, _SELDOM = 1.5, 0.5
"""Times the usual count of a region: more often, and too seldom to be missed."""
_ROUNDING = 1e-9
_LONGEST = 3
"""Times the number of regions: no round has more spectra."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """When a region of one sample was measured."""

    region: str
    start: float
    """s, on one clock for all."""
    duration: float
    """s; nan if it is not known."""


@dataclass(frozen=True, slots=True)
class Round:
    """Exposures, by their index, that were made together."""

    members: tuple[int, ...]
    """One of each region: where there are several, the nearest in time to the other regions."""
    others: tuple[int, ...]
    """The further ones of a region that came again."""
    time: float
    """Middle of the members (s)."""


def divide_into_rounds(exposures: Sequence[Exposure]) -> list[Round]:
    """The rounds of one sample in order of time; every exposure is in one of them."""
    if not exposures:
        return []
    order = sorted(
        range(len(exposures)), key=lambda one: (exposures[one].start, exposures[one].region)
    )
    run = _Run.of([exposures[one] for one in order])
    counts = Counter(one.region for one in run.exposures)
    usual = sorted(counts.values())[len(counts) // 2]
    often = {region for region, count in counts.items() if _is_often(count, usual)}
    pacing = [place for place, one in enumerate(run.exposures) if one.region not in often]
    missed = {region for region, count in counts.items() if count >= _SELDOM * usual} - often
    rounds = _least_cost(run, pacing, missed)
    for place, one in enumerate(run.exposures):
        if one.region in often:
            _join_nearest(place, rounds, run, pacing)
    return [_make_round(sorted(part), run, order) for part in sorted(rounds, key=min)]


@dataclass(frozen=True, slots=True)
class _Run:
    """Exposures in order of time."""

    exposures: Sequence[Exposure]
    middle: FloatArray
    """s, shape (n,)."""
    idle: FloatArray
    """How long nothing of the sample was measured, up to the start of each (s), shape (n,)."""
    typical: float
    """From start to start (s)."""
    ranks: Mapping[str, int]
    """Place of each region in the usual order: that of its first exposure."""

    @classmethod
    def of(cls, exposures: Sequence[Exposure]) -> "_Run":
        start = np.array([one.start for one in exposures])
        duration = _estimate_durations(exposures)
        intervals = np.diff(start)
        pauses = np.maximum(intervals - duration[:-1], 0.0)
        idle = np.concatenate([[0.0], np.cumsum(pauses)])
        apart = intervals[intervals > 0]
        typical = float(np.quantile(apart, TYPICAL, method="lower")) if apart.size else 1.0
        regions = dict.fromkeys(one.region for one in exposures)
        ranks = {region: rank for rank, region in enumerate(regions)}
        return cls(exposures, start + 0.5 * duration, idle, typical, ranks)


def _is_often(count: int, usual: int) -> bool:
    return count > _OFTEN * usual and count > usual + 1


def _estimate_durations(exposures: Sequence[Exposure]) -> FloatArray:
    """Where no duration is known: that from a start of the region to the next, at the least."""
    least: dict[str, float] = {}
    for one, following in pairwise(exposures):
        interval = following.start - one.start
        least[one.region] = min(least.get(one.region, np.inf), interval)
    return np.array(
        [one.duration if one.duration >= 0 else least.get(one.region, 0.0) for one in exposures]
    )


def _least_cost(run: _Run, pacing: Sequence[int], missed: Set[str]) -> list[list[int]]:
    """Places of a run, divided where it costs least; of equal costs, the last round longest."""
    count = len(pacing)
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    begin = np.zeros(count + 1, dtype=int)
    for first in range(count):
        for stop, cost in _iterate_costs(run, pacing, missed, first):
            if best[first] + cost < best[stop] - _ROUNDING:
                best[stop], begin[stop] = best[first] + cost, first
    parts, stop = [], count
    while stop > 0:
        parts.append([*pacing[begin[stop] : stop]])
        stop = int(begin[stop])
    return parts


def _iterate_costs(
    run: _Run, pacing: Sequence[int], missed: Set[str], first: int
) -> Iterator[tuple[int, float]]:
    """Where a round that begins with ``first`` may stop, and what it would cost."""
    longest = _LONGEST * len(run.ranks)
    seen: set[str] = set()
    rank, cost = -1, ROUND
    for stop, place in enumerate(pacing[first : first + longest], start=first + 1):
        region = run.exposures[place].region
        if region in seen:
            cost += AGAIN
        else:
            cost += BACKWARDS if run.ranks[region] < rank else 0.0
            rank = run.ranks[region]
        seen.add(region)
        pauses = (run.idle[place] - run.idle[pacing[first]]) / run.typical
        lacking = missed - seen
        if stop == len(pacing):
            # what comes after the last of them may not have been measured yet
            lacking = {one for one in lacking if run.ranks[one] < max(run.ranks[r] for r in seen)}
        yield stop, cost + float(pauses) + MISSING * len(lacking)


def _join_nearest(place: int, rounds: list[list[int]], run: _Run, pacing: Sequence[int]) -> None:
    """Put an exposure into the round of the nearest other region, or into one of its own."""
    middle = run.middle[place]
    nearest = min(pacing, key=lambda other: abs(run.middle[other] - middle))
    if abs(run.idle[nearest] - run.idle[place]) > LONGEST_PAUSE * run.typical:
        rounds.append([place])
        return
    next(part for part in rounds if nearest in part).append(place)


def _make_round(places: Sequence[int], run: _Run, order: Sequence[int]) -> Round:
    regions = [run.exposures[place].region for place in places]
    alone = [
        place for place, region in zip(places, regions, strict=True) if regions.count(region) == 1
    ]
    centre = float(np.mean(run.middle[alone or list(places)]))
    members = [
        min(
            (place for place, other in zip(places, regions, strict=True) if other == region),
            key=lambda place: (round(float(abs(run.middle[place] - centre)), 6), place),
        )
        for region in dict.fromkeys(regions)
    ]
    return Round(
        tuple(order[place] for place in members),
        tuple(order[place] for place in places if place not in members),
        float(np.mean(run.middle[members])),
    )
