"""Scenes drawn by chance: other shapes and places than anybody had in mind when mending.

Each draws a core level or Raman, the shares, the brightness, a change along the series, and one or
two differences from what is usual. The same number gives the same scene.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.misspecified.raman import BandDifferences, make_raman_scene
from benchmarks.misspecified.scene import (
    Line,
    Scene,
    changing,
    charged,
    mixed,
    spread,
    tailed,
)
from benchmarks.misspecified.xps import PHOSPHORUS, SULFUR, CoreLevel, Differences, make_scene

Rng = np.random.Generator


COUNTS = (20, 8, 3, 1)
"""Spectra of a series, in turn."""


def draw_scene(number: int) -> Scene:
    """The scene of a number, its name telling what differs."""
    rng = np.random.default_rng([20261201, number])
    kind = number % 5
    if kind < 2:
        return _draw_xps(SULFUR, rng)
    return _draw_xps(PHOSPHORUS, rng) if kind == 2 else _draw_raman(rng)


def _draw_xps(level: CoreLevel, rng: Rng) -> Scene:
    kind = str(rng.choice(list(_XPS)))
    usual = Differences(
        fwhm=float(rng.uniform(1.0, 1.6)),
        brightness=float(np.exp(rng.uniform(np.log(0.3), np.log(3.0)))),
    )
    differs = _XPS[kind](level, usual, rng)
    first, last = (_draw_shares(level, rng) for _ in range(2))
    scenes = [make_scene(f"{level.region}, {kind}", level, one, differs) for one in (first, last)]
    return changing(*scenes)


def _draw_raman(rng: Rng) -> Scene:
    kind = str(rng.choice(list(_RAMAN)))
    usual = BandDifferences(
        line=mixed(float(rng.uniform(0.2, 0.9))),
        brightness=float(np.exp(rng.uniform(np.log(0.1), np.log(3.0)))),
    )
    differs = _RAMAN[kind](usual, rng)
    first, last = rng.uniform(0.0, 15.0), rng.uniform(10.0, 50.0)
    scenes = [make_raman_scene(f"Raman, {kind}", float(one), differs) for one in (first, last)]
    return changing(*scenes)


def _draw_shares(level: CoreLevel, rng: Rng) -> Mapping[str, float]:
    """Mostly PS4; one product may be missing."""
    products = [name for name in level.places if name != "PS4"]
    parts = rng.uniform(0.0, 1.0, len(products))
    if rng.uniform() < 0.4:
        parts[rng.integers(len(products))] = 0.0
    whole = rng.uniform(10.0, 60.0)
    shares = whole * parts / max(parts.sum(), 1e-9)
    named = dict(zip(products, shares.tolist(), strict=True))
    return {"PS4": 100.0 - sum(named.values()), **named}


def _widen_one(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    assert usual.fwhm is not None
    name = str(rng.choice(list(level.places)))
    return replace(usual, widths={name: usual.fwhm * float(rng.uniform(0.75, 1.6))})


def _widen_each(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    assert usual.fwhm is not None
    widths = {name: usual.fwhm * float(rng.uniform(0.85, 1.4)) for name in level.places}
    return replace(usual, widths=widths)


def _give_tail(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    tail = tailed(mixed(0.3), float(rng.uniform(0.4, 2.5)), float(rng.uniform(0.15, 0.6)))
    return _give_line(level, usual, tail, rng)


def _charge_part(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    shift = float(rng.uniform(0.5, 1.0) * rng.choice([-1.0, 1.0]))
    line = charged(mixed(0.3), shift, float(rng.uniform(0.2, 0.5)))
    return _give_line(level, usual, line, rng)


def _charge_broadly(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    return _give_line(level, usual, spread(mixed(0.3), float(rng.uniform(0.5, 1.5))), rng)


def _give_line(level: CoreLevel, usual: Differences, line: Line, rng: Rng) -> Differences:
    """The line for all species, or for one of them."""
    if rng.uniform() < 0.5:
        return replace(usual, line=line)
    return replace(usual, lines={str(rng.choice(list(level.places))): line})


def _mix_otherwise(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    lines = {name: mixed(float(rng.uniform(0.0, 0.9))) for name in level.places}
    return replace(usual, lines=lines)


def _hide_line(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    place = float(rng.uniform(level.x[0] + 2.0, level.x[-1] - 2.0))
    return replace(usual, hidden={place: float(rng.uniform(3.0, 12.0))})


def _split_otherwise(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    separation = level.separation + float(rng.uniform(-0.08, 0.08))
    return replace(usual, separation=separation, ratio=float(rng.uniform(0.46, 0.54)))


def _bend_background(_level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    slope, bend = rng.uniform(-0.015, 0.03), rng.uniform(-0.005, 0.015)
    return replace(usual, slope=float(slope), bend=float(bend))


def _cut_range(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    ends = level.x[0] + rng.uniform(0.0, 2.5), level.x[-1] - rng.uniform(0.0, 2.5)
    return replace(usual, window=(float(ends[0]), float(ends[1])))


def _move_lines(level: CoreLevel, usual: Differences, rng: Rng) -> Differences:
    places = {name: at + float(rng.uniform(-0.3, 0.3)) for name, at in level.places.items()}
    return replace(usual, places=places)


_XPS: Mapping[str, Callable[[CoreLevel, Differences, Rng], Differences]] = {
    "as usual": lambda _level, usual, _rng: usual,
    "one width": _widen_one,
    "all widths": _widen_each,
    "tail": _give_tail,
    "charged": _charge_part,
    "charged broadly": _charge_broadly,
    "mixing": _mix_otherwise,
    "hidden line": _hide_line,
    "separation": _split_otherwise,
    "background": _bend_background,
    "range": _cut_range,
    "positions": _move_lines,
}


def _mix_bands(usual: BandDifferences, rng: Rng) -> BandDifferences:
    line = mixed(float(rng.uniform(0.0, 1.0)))
    return replace(usual, lines={"polysulfide": line})


def _skew_bands(usual: BandDifferences, rng: Rng) -> BandDifferences:
    reach = float(rng.uniform(6.0, 25.0))
    name = str(rng.choice(["PS4", "polysulfide"]))
    return replace(usual, lines={name: tailed(usual.line, reach, float(rng.uniform(0.2, 0.6)))})


def _double_bands(usual: BandDifferences, rng: Rng) -> BandDifferences:
    shift = float(rng.uniform(5.0, 15.0) * rng.choice([-1.0, 1.0]))
    name = str(rng.choice(["PS4", "polysulfide"]))
    line = charged(usual.line, shift, float(rng.uniform(0.15, 0.5)))
    return replace(usual, lines={name: line})


def _widen_bands(usual: BandDifferences, rng: Rng) -> BandDifferences:
    return replace(usual, widths={"polysulfide": float(rng.uniform(0.6, 1.9))})


def _hide_band(usual: BandDifferences, rng: Rng) -> BandDifferences:
    place = float(rng.uniform(130.0, 690.0))
    return replace(
        usual, hidden={place: (float(rng.uniform(2.0, 12.0)), float(rng.uniform(8.0, 30.0)))}
    )


def _raise_hump(usual: BandDifferences, rng: Rng) -> BandDifferences:
    place, width = float(rng.uniform(150.0, 650.0)), float(rng.uniform(60.0, 200.0))
    return replace(usual, hump=(place, width, float(rng.uniform(5.0, 60.0))))


def _ripple(usual: BandDifferences, rng: Rng) -> BandDifferences:
    return replace(usual, ripple=(float(rng.uniform(0.002, 0.02)), float(rng.uniform(15.0, 80.0))))


def _raise_edge(usual: BandDifferences, rng: Rng) -> BandDifferences:
    return replace(usual, edge=float(rng.uniform(-0.6, 3.0)))


def _cut_bands(usual: BandDifferences, rng: Rng) -> BandDifferences:
    low, high = rng.uniform(110.0, 250.0), rng.uniform(500.0, 720.0)
    return replace(usual, window=(float(low), float(high)))


_RAMAN: Mapping[str, Callable[[BandDifferences, Rng], BandDifferences]] = {
    "as usual": lambda usual, _rng: usual,
    "mixing": _mix_bands,
    "tail": _skew_bands,
    "two bands": _double_bands,
    "width": _widen_bands,
    "hidden band": _hide_band,
    "hump": _raise_hump,
    "ripple": _ripple,
    "edge": _raise_edge,
    "range": _cut_bands,
}
