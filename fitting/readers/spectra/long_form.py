"""Tables written point by point: columns such as X, Y or time stand still within each spectrum.

They become wide tables, one column for each spectrum, named by where it was measured.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.headings import find_roles
from fitting.readers.spectra.number_blocks import NumberBlock

_FEWEST_POINTS = 5
_UNIT = re.compile(r"\s*[\[(/]\s*([^\[\]()]*?)\s*[\])]?\s*$")


def spread_spectra(block: NumberBlock) -> list[NumberBlock]:
    """The block with its spectra side by side, or one after the other if their axes differ.

    As it is unless it holds several, told apart by a column that stands still within each.
    """
    roles = find_roles(block.headings)
    axis = roles.index("axis")
    spectra = [index for index, role in enumerate(roles) if role == "intensity"]
    sweeps = _find_sweeps(block.values[:, axis])
    if len(sweeps) < 2 or min(map(len, sweeps)) < _FEWEST_POINTS:
        return [block]
    others = [index for index, role in enumerate(roles) if role in ("intensity", "left out")]
    still = [index for index in others if _stands_still(block.values[:, index], sweeps)]
    measured = [index for index in spectra if index not in still]
    if not still or len(measured) != 1 or "sigma" in roles:
        return [block]
    names = [_name_place(block, still, sweep) for sweep in sweeps]
    return _lay_side_by_side(block, sweeps, names, axis, measured[0])


def _find_sweeps(positions: FloatArray) -> list[FloatArray]:
    """The rows of every stretch in which the axis keeps its direction."""
    steps = np.sign(np.diff(positions))
    if not steps.size:
        return []
    usual = 1.0 if np.sum(steps) > 0 else -1.0
    return np.split(np.arange(positions.size), np.flatnonzero(steps != usual) + 1)


def _stands_still(column: FloatArray, sweeps: Sequence[FloatArray]) -> bool:
    """Whether a column keeps its number within each sweep, and is not the same in all."""
    first = np.array([column[sweep[0]] for sweep in sweeps])
    if not np.all(np.isfinite(first)):
        return False
    return all(bool(np.all(column[sweep] == column[sweep[0]])) for sweep in sweeps)


def _name_place(block: NumberBlock, still: Sequence[int], sweep: FloatArray) -> str:
    """Such as "X 2 µm, Y 4 µm"."""
    parts = []
    for index in still:
        heading = block.headings[index]
        unit = _UNIT.search(heading)
        name = _UNIT.sub("", heading) if unit else heading
        value = f"{block.values[sweep[0], index]:.8g}"
        parts.append(" ".join(text for text in (name, value, unit[1] if unit else "") if text))
    return ", ".join(parts)


def _lay_side_by_side(
    block: NumberBlock, sweeps: Sequence[FloatArray], names: Sequence[str], axis: int, column: int
) -> list[NumberBlock]:
    heading = block.headings[column]
    header = (*block.header, heading) if heading else block.header
    positions = [block.values[sweep, axis] for sweep in sweeps]
    if all(np.array_equal(one, positions[0]) for one in positions[1:]):
        columns = [positions[0], *(block.values[sweep, column] for sweep in sweeps)]
        wide = replace(
            block,
            values=np.column_stack(columns),
            header=header,
            headings=(block.headings[axis], *[""] * len(sweeps)),
            gaps=(),
            places=("", *names),
        )
        return [wide]
    return [
        replace(
            block,
            values=np.column_stack([one, block.values[sweep, column]]),
            header=header,
            headings=(block.headings[axis], ""),
            gaps=(),
            places=("", name),
        )
        for one, sweep, name in zip(positions, sweeps, names, strict=True)
    ]
