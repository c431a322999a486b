"""How well rounds of measurement are told by start times: ``python -m benchmarks.rounds``.

Runs of one sample are simulated with what goes wrong at an instrument, with pauses between rounds
and without. Of all pairs of spectra of different regions: how many of one round are put together,
and how many of those put together are of one round. Beside it the rule that a round ends where any
region comes again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import combinations
from math import nan

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.data.joining.acquisition_cycles import Exposure, divide_into_rounds

_SEED = 20261121
_REGIONS = ("S 2p", "P 2p", "C 1s", "O 1s", "Cl 2p", "survey")
Groups = list[list[int]]
Plan = list[list[str]]
"""The regions of every round, in their order."""
Spoil = Callable[[Plan, np.random.Generator], Plan]


def main() -> None:
    """Measure every kind of run, divided in both ways."""
    options = parse(benchmark_parser(__doc__, runs=Size(400, 20, "runs of each kind")))
    figures: Figures = {}
    for name, spoil in _KINDS.items():
        for between in ("pauses", "no pauses"):
            tell(f"{name}, {between}")
            figures[f"{name}, {between}"] = _measured(spoil, between == "pauses", options.runs)
    publish("rounds", figures, options, _table)


def _measured(spoil: Spoil, has_pauses: bool, runs: int) -> dict[str, float]:
    """Percent of the pairs, over all runs."""
    rng = np.random.default_rng(_SEED)
    pairs = {"least cost": np.zeros(3), "until a region comes again": np.zeros(3)}
    for _ in range(runs):
        exposures, truth = _run(spoil, has_pauses, rng)
        found = [[*one.members, *one.others] for one in divide_into_rounds(exposures)]
        pairs["least cost"] += _counts(exposures, truth, found)
        pairs["until a region comes again"] += _counts(exposures, truth, _until_again(exposures))
    figures: dict[str, float] = {}
    for name, (both, of_truth, of_found) in pairs.items():
        figures[f"{name}: of one round together"] = round(float(100.0 * both / of_truth), 2)
        figures[f"{name}: together of one round"] = round(float(100.0 * both / of_found), 2)
    return figures


def _run(
    spoil: Spoil, has_pauses: bool, rng: np.random.Generator
) -> tuple[list[Exposure], list[int]]:
    """Exposures of one sample, and the round of each."""
    regions = list(rng.permutation(_REGIONS)[: rng.integers(2, 7)])
    longest = np.exp(rng.uniform(np.log(60), np.log(1200), len(regions)))
    seconds = dict(zip(regions, longest, strict=True))
    plan = spoil([list(regions) for _ in range(rng.integers(5, 30))], rng)
    is_stated = rng.random() < 0.8
    time, exposures, truth = 0.0, [], []
    for number, together in enumerate(plan):
        for region in together:
            exposures.append(Exposure(region, time, seconds[region] if is_stated else nan))
            truth.append(number)
            time += seconds[region] + rng.uniform(2.0, 30.0)
        time += rng.uniform(1.0, 4.0) * sum(seconds.values()) if has_pauses else 0.0
    return exposures, truth


def _complete(plan: Plan, _: np.random.Generator) -> Plan:
    return plan


def _some_missing(plan: Plan, rng: np.random.Generator) -> Plan:
    """Every tenth spectrum is not there."""
    return [[region for region in one if rng.random() > 0.1] for one in plan]


def _some_twice(plan: Plan, rng: np.random.Generator) -> Plan:
    """In every fifth round a region is measured once more, at some place."""
    for one in plan:
        if rng.random() < 0.2:
            one.insert(int(rng.integers(0, len(one) + 1)), str(rng.choice(one)))
    return plan


def _stopped(plan: Plan, rng: np.random.Generator) -> Plan:
    """Every fifth round is broken off, and the list begins anew."""
    return [one[: int(rng.integers(1, len(one)))] if rng.random() < 0.2 else one for one in plan]


def _other_order(plan: Plan, rng: np.random.Generator) -> Plan:
    """Every fifth round goes backwards."""
    return [one[::-1] if rng.random() < 0.2 else one for one in plan]


def _one_often(plan: Plan, _: np.random.Generator) -> Plan:
    """The first region before each of the others."""
    return [[part for other in one[1:] for part in (one[0], other)] for one in plan]


_KINDS: Mapping[str, Spoil] = {
    "complete": _complete,
    "a tenth missing": _some_missing,
    "some twice": _some_twice,
    "some broken off": _stopped,
    "some backwards": _other_order,
    "one before each other": _one_often,
}


def _until_again(exposures: Sequence[Exposure]) -> Groups:
    groups: Groups = []
    seen: set[str] = set()
    for place, one in enumerate(exposures):
        if not groups or one.region in seen:
            groups.append([])
            seen = set()
        groups[-1].append(place)
        seen.add(one.region)
    return groups


def _counts(exposures: Sequence[Exposure], truth: Sequence[int], found: Groups) -> np.ndarray:
    """Pairs of different regions: right and found, right, found."""
    rounds = [[place for place, number in enumerate(truth) if number == one] for one in set(truth)]
    true, put = set(_pairs(exposures, rounds)), set(_pairs(exposures, found))
    return np.array([len(true & put), len(true), len(put)], dtype=float)


def _pairs(exposures: Sequence[Exposure], groups: Groups) -> Iterator[Set[int]]:
    for group in groups:
        for one, other in combinations(group, 2):
            if exposures[one].region != exposures[other].region:
                yield frozenset((one, other))


def _table(figures: Figures) -> str:
    """A line for each kind of run."""
    rows = {name: one for name, one in figures.items() if isinstance(one, dict)}
    width = max(map(len, rows))
    lines = [f"{figures['machine']}, {figures['date']}; percent of pairs"]
    for name, one in rows.items():
        said = "   ".join(f"{what} {percent:6.2f}" for what, percent in one.items())
        lines.append(f"{name:{width}}  {said}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
