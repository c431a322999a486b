"""Which columns of a table belong together: an axis with the spectra and errors that stand on it.

Columns are told by Origin's designations, by headings that name an axis several times, or, where
no heading names one, by the numbers: every second column rises or falls evenly.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.headings import axis_kind, is_part_of_fit
from fitting.readers.spectra.number_blocks import NumberBlock

_DESIGNATION = re.compile(r"\s*(?:\b[A-Z]{1,2}\d*)?\((?P<role>X|Y|Z|L|M|[xy]Er)\d*[±]?\d*\)[\s±]*$")
_EVEN = 1.6
"""Largest step of an even axis over its smallest: positions are rounded."""


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """A table of one axis."""

    block: NumberBlock
    notes: tuple[str, ...] = ()


def split_groups(block: NumberBlock) -> list[ColumnGroup]:
    """The groups of a block, in order; one if there is one axis."""
    block = _without_empty_columns(block)
    roles = [_designated_role(heading) for heading in block.headings]
    if "X" in roles:
        return [
            ColumnGroup(_undesignated(take_columns(block, group)))
            for group in _group_at(
                [index for index, role in enumerate(roles) if role == "X"], block
            )
        ]
    named = _repeated_axes(block)
    if named:
        return [ColumnGroup(take_columns(block, group)) for group in _group_at(named, block)]
    if _has_alternating_axes(block):
        note = (
            "Every second column is taken as an axis: it rises or falls evenly, the others do not. "
            "It is a guess; headings such as Binding energy (eV) would tell it."
        )
        starts = list(range(0, block.values.shape[1], 2))
        return [
            ColumnGroup(_with_heading(take_columns(block, [start, start + 1])), (note,))
            for start in starts
        ]
    return [ColumnGroup(block)]


def take_columns(block: NumberBlock, columns: Sequence[int]) -> NumberBlock:
    """Some columns of a block, without the rows in which the first of them is empty."""
    values = block.values[:, list(columns)]
    kept = np.flatnonzero(np.isfinite(values[:, 0]))
    places = {int(row): place for place, row in enumerate(kept)}
    gaps = [
        replace(gap, column=columns.index(gap.column), row=places.get(gap.row, -1))
        for gap in block.gaps
        if gap.column in columns
    ]
    return replace(
        block,
        values=values[kept],
        headings=tuple(block.headings[index] for index in columns),
        gaps=tuple(gaps),
        places=tuple(block.places[index] for index in columns) if block.places else (),
    )


def is_monotonic(values: FloatArray) -> bool:
    """Whether numbers rise, or fall, from one to the next."""
    steps = np.diff(values)
    return bool(steps.size and (np.all(steps > 0) or np.all(steps < 0)))


def _without_empty_columns(block: NumberBlock) -> NumberBlock:
    """The block without the columns that keep tables side by side apart."""
    gaps = {gap.column for gap in block.gaps}
    kept = [
        index
        for index, heading in enumerate(block.headings)
        if heading or index in gaps or np.isfinite(block.values[:, index]).any()
    ]
    if len(kept) in (0, len(block.headings)):
        return block
    moved = {column: place for place, column in enumerate(kept)}
    return replace(
        block,
        values=block.values[:, kept],
        headings=tuple(block.headings[index] for index in kept),
        gaps=tuple(replace(gap, column=moved[gap.column]) for gap in block.gaps),
    )


def _designated_role(heading: str) -> str | None:
    match = _DESIGNATION.search(heading)
    return match["role"] if match else None


def _undesignated(block: NumberBlock) -> NumberBlock:
    """The block with what the designations say as plain headings."""
    headings = []
    for heading in block.headings:
        role, plain = _designated_role(heading), _DESIGNATION.sub("", heading).strip()
        headings.append(f"{plain} error".strip() if role == "yEr" else plain)
    return replace(block, headings=tuple(headings))


def _group_at(axes: Sequence[int], block: NumberBlock) -> Iterator[list[int]]:
    """The columns from each axis to the next axis of any kind."""
    others = [index for index, heading in enumerate(block.headings) if axis_kind(heading)]
    ends = sorted({*axes, *others, len(block.headings)})
    for start in axes:
        stop = next(end for end in ends if end > start)
        if stop > start + 1:
            yield list(range(start, stop))


def _repeated_axes(block: NumberBlock) -> list[int]:
    """The columns of the kind of axis that is named several times, each before other columns."""
    kinds = [axis_kind(heading) for heading in block.headings]
    for kind in ("binding", "shift", "kinetic", "energy", "wavelength"):
        found = [index for index, one in enumerate(kinds) if one == kind]
        followed = [index for index in found if kinds[index + 1 : index + 2] == [None]]
        if len(followed) > 1:
            return followed
        if found:
            return []
    return []


def _has_alternating_axes(block: NumberBlock) -> bool:
    width = block.values.shape[1]
    if width < 4 or width % 2:
        return False
    if any(axis_kind(heading) or is_part_of_fit(heading) for heading in block.headings):
        return False
    columns = [column[np.isfinite(column)] for column in block.values.T]
    return all(map(_is_even, columns[::2])) and not any(map(is_monotonic, columns[1::2]))


def _is_even(values: FloatArray) -> bool:
    steps = np.abs(np.diff(values))
    return is_monotonic(values) and bool(steps.max() <= _EVEN * steps.min() + 1e-9)


def _with_heading(block: NumberBlock) -> NumberBlock:
    """A pair whose name stands above its axis, as a merged cell does."""
    axis, spectrum = block.headings
    return block if spectrum else replace(block, headings=("", axis))
