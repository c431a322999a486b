"""Whether a background of a plug-in keeps what every background promises."""

from collections.abc import Iterator

import numpy as np

from fitting.models.backgrounds.background import BackgroundKind, FloatArray

_GRID = np.linspace(155.0, 175.0, 81)
_PEAK = np.exp(-0.5 * (_GRID - 162.0) ** 2)[None]
_STEP = 1e-4
_NEARNESS = 1e-3


def find_faults(kind: BackgroundKind) -> Iterator[str]:
    """What is wrong with its curves and slopes, as sentences without an end."""
    if kind.level:
        curves = None if kind.level_curves is None else np.asarray(kind.level_curves(_GRID))
        if curves is None or curves.shape != (len(kind.level), _GRID.size):
            yield f"it gives no curve for each of {', '.join(p.name for p in kind.level)}"
        elif not np.isfinite(curves).all():
            yield "its curves are not finite"
    if kind.is_static:
        starts = {one.name: one.start for one in kind.scattering_parameters}
        data = 100.0 + 100.0 * _PEAK + 50.0 * (_GRID > 162.0)
        if kind.static is not None and kind.static(_GRID, data, **starts).shape != data.shape:
            yield "what it computes from data has another shape than they have"
    elif kind.scattering is not None:
        yield from _scattering_faults(kind)


def _scattering_faults(kind: BackgroundKind) -> Iterator[str]:
    if not kind.scattering_parameters:
        yield "it scatters, but has no factor"
        return
    assert kind.scattering is not None
    scattering = kind.scattering(_GRID)
    shape = np.array([[one.start for one in kind.scattering_parameters[1:]]])
    spread = scattering.spread(_PEAK[:, None], shape)[:, 0]
    twice = scattering.spread(2.0 * _PEAK[:, None], shape)[:, 0]
    if not _are_near(twice, 2.0 * spread):
        yield "what it scatters is not in proportion to the peak"
    slopes = scattering.spread_slopes(_PEAK, shape)
    for index, one in enumerate(kind.scattering_parameters[1:]):
        step = np.zeros_like(shape)
        step[0, index] = _STEP * max(abs(one.start), 1.0)
        high, low = (scattering.spread(_PEAK[:, None], shape + s * step)[:, 0] for s in (1, -1))
        if not _are_near(slopes[:, index], (high - low) / (2.0 * step[0, index])):
            yield f"its slope by {one.name} is not that of what it scatters"


def _are_near(first: FloatArray, other: FloatArray) -> bool:
    return bool(np.abs(first - other).max() <= _NEARNESS * np.abs(other).max() + 1e-12)
