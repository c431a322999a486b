"""Whether a line shape of a plug-in keeps what every line shape promises."""

from collections.abc import Iterator

import numpy as np

from fitting.models.line_shapes.line_shape import FloatArray, LineShape

_GRID = np.linspace(-3.0, 3.0, 6001)
_AREA_ANGLES = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 200_002)[1:-1]
_NEARNESS = 2e-3
"""A half width, or an area, may be wrong by this part."""
_STEP = 1e-5
_SLOPE_NEARNESS = 1e-4
"""Slopes may differ from those of the values by this part of the largest."""


def find_faults(shape: LineShape) -> list[str]:
    """What is wrong with its values and slopes, as sentences without an end.

    A wrong slope would show in no curve, and make every error of a fit wrong.
    """
    with np.errstate(all="ignore"):
        return list(_find_faults(shape))


def _find_faults(shape: LineShape) -> Iterator[str]:
    for start in _tried_shapes(shape):
        pairs = zip(shape.parameters, start, strict=True)
        at = ", ".join(f"{kind.name} {given[0]:g}" for kind, given in pairs)
        where = f" at {at}" if at else ""
        value, *slopes = shape.reduced_derivatives(_GRID, *start)
        if len(slopes) != 1 + len(start):
            yield f"it gives {len(slopes)} slopes for z and {len(start)} shape parameters"
            return
        if not all(np.isfinite(part).all() for part in (value, *slopes)):
            yield f"it gives no finite numbers{where}"
            return
        yield from (f"{fault}{where}" for fault in _value_faults(shape, value, start))
        yield from (f"{fault}{where}" for fault in _slope_faults(shape, slopes, start))


def _tried_shapes(shape: LineShape) -> Iterator[list[FloatArray]]:
    """Shape parameters a quarter, half and three quarters on the way between their bounds."""
    yield [np.array([kind.start]) for kind in shape.parameters]
    for share in (0.25, 0.5, 0.75) if shape.parameters else ():
        yield [
            np.array([kind.low + share * (kind.high - kind.low)])
            if np.isfinite(kind.high - kind.low)
            else np.array([kind.start])
            for kind in shape.parameters
        ]


def _value_faults(shape: LineShape, value: FloatArray, start: list[FloatArray]) -> Iterator[str]:
    if np.abs(value - shape.reduced(_GRID, *start)).max() > 1e-9 * np.abs(value).max():
        yield "its values differ from those it gives with its slopes"
    above = _GRID[np.asarray(value / np.max(value)) >= 0.5]
    if abs(_GRID[value.argmax()]) > 2.0 * _NEARNESS:
        yield f"its maximum lies at z = {_GRID[value.argmax()]:.3f}, not 0"
    if abs(above[-1] - above[0] - 2.0) > 2.0 * _NEARNESS:
        yield f"its full width at half maximum is {above[-1] - above[0]:.3f} in z, not 2"
    if shape.has_unit_area:
        jacobian = 1.0 / np.cos(_AREA_ANGLES) ** 2
        line = shape.reduced(np.tan(_AREA_ANGLES), *start)
        area = float(np.trapezoid(line * jacobian, _AREA_ANGLES))
        if not abs(area - 1.0) <= _NEARNESS:
            yield f"its area is {area:.3f}, not 1"


def _slope_faults(
    shape: LineShape, slopes: list[FloatArray], start: list[FloatArray]
) -> Iterator[str]:
    names = ("z", *shape.shape_parameters)
    for index, (name, slope) in enumerate(zip(names, slopes, strict=True)):
        at = [_GRID, *start]
        high, low = ([a + s * _STEP * (i == index) for i, a in enumerate(at)] for s in (1, -1))
        expected = (shape.reduced(*high) - shape.reduced(*low)) / (2.0 * _STEP)
        size = np.abs(expected).max()
        if np.abs(slope - expected).max() > _SLOPE_NEARNESS * max(size, 1e-6):
            yield f"its slope by {name} is not that of its values"
