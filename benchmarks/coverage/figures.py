"""The figures of a coverage run, and the table that shows them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from benchmarks.coverage.measure import Outcome
from fitting.data.series import FloatArray

METHODS = ("covariance", "profile", "bootstrap")
Figure = dict[str, object]


def figures_of(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Coverage of each quantity by method, and its bias, for every scene and level."""
    ordered = sorted(outcomes, key=_group)
    return [
        figure
        for _, members in groupby(ordered, key=_group)
        for figure in _figures_of_group(list(members))
    ]


def table_of(figures: Sequence[Figure]) -> str:
    """The figures as text: percent of intervals that hold the truth, with their number."""
    lines = [
        f"{'scene':6} {'level':7} {'quantity':29} {'covariance, seen':>18} "
        f"{'profile, all':>18} {'bootstrap, all':>18} {'bias, seen':>11}"
    ]
    for one in figures:
        cells = [_percent(one[method]) for method in METHODS]
        lines.append(
            f"{one['scene']:6} {one['level']:7} {one['quantity']:29} "
            f"{cells[0]:>18} {cells[1]:>18} {cells[2]:>18} {one['bias']:>+8.2f} se"
        )
    return "\n".join(lines)


def _group(outcome: Outcome) -> tuple[str, str]:
    return outcome.piece.scene, outcome.piece.level


def _figures_of_group(members: Sequence[Outcome]) -> Iterator[Figure]:
    first = members[0]
    for column, name in enumerate((*first.quantities, None)):
        if name is None:
            yield _summary(members)
            continue
        held = {method: _held(members, method, column) for method in METHODS}
        yield {
            "scene": first.piece.scene,
            "level": first.piece.level,
            "quantity": name,
            **{method: _rate(values) for method, values in held.items()},
            "bias": _bias(members, column),
        }


def _summary(members: Sequence[Outcome]) -> Figure:
    """All quantities of a scene and level together."""
    columns = range(len(members[0].quantities))
    return {
        "scene": members[0].piece.scene,
        "level": members[0].piece.level,
        "quantity": "all",
        **{
            method: _rate(np.concatenate([_held(members, method, one) for one in columns]))
            for method in METHODS
        },
        "bias": max((_bias(members, one) for one in columns), key=abs),
    }


def _held(members: Sequence[Outcome], method: str, column: int) -> FloatArray:
    """-1, 0 or 1 where the truth lies below, in or above the interval, of those that count."""
    parts = []
    for one in (one for one in members if method in one.low):
        low, high = one.low[method][:, column], one.high[method][:, column]
        truth = one.truth[:, column]
        counts = _is_seen(one, column) | (method != "covariance")
        inside = (low <= truth) & (truth <= high)
        miss = np.where(truth > high, 1.0, -1.0)
        parts.append(np.where(inside, 0.0, miss)[counts])
    return np.concatenate(parts)


def _is_seen(outcome: Outcome, column: int) -> np.ndarray:
    """Whether the truth is above the detection limit on both sides of the quantity."""
    return outcome.seen[:, column] > 1.0


def _rate(held: FloatArray) -> Mapping[str, float]:
    """Percent that hold the truth, that miss it on either side, and of how many."""
    if not held.size:
        return {"percent": float("nan"), "too_high": 0.0, "too_low": 0.0, "cases": 0}
    return {
        "percent": round(100.0 * float(np.mean(held == 0)), 2),
        "too_high": round(100.0 * float(np.mean(held < 0)), 2),
        "too_low": round(100.0 * float(np.mean(held > 0)), 2),
        "cases": held.size,
    }


def _bias(members: Sequence[Outcome], column: int) -> float:
    """Mean deviation from the truth in standard errors, where the truth can be seen."""
    parts = []
    for one in members:
        seen = _is_seen(one, column)
        error = np.nanmedian(one.stderr[:, column])
        parts.append(((one.value - one.truth)[:, column] / error)[seen])
    pulls = np.concatenate(parts)
    return round(float(pulls.mean()), 3) if pulls.size else float("nan")


def _percent(rate: object) -> str:
    assert isinstance(rate, Mapping)
    return f"{rate['percent']:.1f} ({rate['cases']:.0f})"
