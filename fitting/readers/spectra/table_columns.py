"""The columns of a table by their roles: axis, intensities, errors, and the curves of a fit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.spectra.column_fit import find_fit_roles
from fitting.readers.spectra.column_groups import is_monotonic
from fitting.readers.spectra.derived_columns import leave_out_derived
from fitting.readers.spectra.headings import Role, find_roles
from fitting.readers.spectra.number_blocks import Gap, NumberBlock
from fitting.readers.spectra.repeated_positions import SpectrumPart, split_positions

_SHOWN = 6
_SWAPPED = "The second column is taken as the axis: it rises or falls evenly, the first does not."


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one axis by their roles, before anything is known of their meaning."""

    axis: FloatArray
    axis_heading: str
    values: FloatArray
    """All columns, shape (m, columns)."""
    headings: tuple[str, ...]
    roles: tuple[Role, ...]
    spectra: tuple[int, ...]
    """The columns of intensity that hold any."""
    header: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())
    places: tuple[str, ...] = ()
    """Where the spectra were measured; empty if not known."""


def sort_columns(path: Path, block: NumberBlock, notes: tuple[str, ...]) -> Table:
    """The columns sorted by role, spectra without any intensity left out."""
    block, swap_note = _put_axis_first(block)
    named = leave_out_derived(block.headings, find_roles(block.headings), block.values)
    roles = find_fit_roles(block.headings, named, block.values)
    axis = roles.index("axis")
    values = block.values[np.isfinite(block.values[:, axis])]
    columns = [index for index, role in enumerate(roles) if role == "intensity"]
    kept = [index for index in columns if np.isfinite(values[:, index]).any()]
    if not kept or len(values) < 2:
        raise UnreadableFileError(
            f"{path.name}: beside the axis there is no column of intensities. Export axis and "
            "counts."
        )
    empty = [index for index in columns if index not in kept]
    told = {
        "Columns left out (not measured spectra)": [
            index for index, role in enumerate(roles) if role == "left out"
        ],
        "Columns left out (empty)": empty,
        "Columns kept as the fit of another program": [
            index for index, role in enumerate(roles) if role == "fit"
        ],
    }
    return Table(
        axis=values[:, axis],
        axis_heading=block.headings[axis],
        values=values,
        headings=block.headings,
        roles=roles,
        spectra=tuple(kept),
        places=tuple(block.places[index] for index in kept) if block.places else (),
        header=block.header,
        notes=(
            *notes,
            *swap_note,
            *(
                _list_columns(reason, [block.headings[index] for index in indices])
                for reason, indices in told.items()
                if indices
            ),
            *_describe_gaps([gap for gap in block.gaps if gap.column in (axis, *kept)]),
        ),
    )


def split_table(table: Table, path: Path) -> list[tuple[Table, SpectrumPart]]:
    """The table by stretches of its axis that are spectra of their own."""
    order = [*table.spectra, *(i for i in range(table.values.shape[1]) if i not in table.spectra)]
    parts = split_positions(table.axis, table.values[:, order])
    if parts is None:
        raise _no_axis(path, table.axis)
    back = np.argsort(order)
    return [(table, replace(part, values=part.values[:, back])) for part in parts]


def _put_axis_first(block: NumberBlock) -> tuple[NumberBlock, tuple[str, ...]]:
    """The block with the axis first where two unnamed columns are plainly the other way round."""
    values = block.values
    if values.shape[1] != 2 or any(block.headings):
        return block, ()
    first, second = values.T
    if is_monotonic(first) or not is_monotonic(second) or np.unique(first).size < 3:
        return block, ()
    return replace(block, values=values[:, ::-1]), (_SWAPPED,)


def _list_columns(reason: str, headings: Sequence[str]) -> str:
    shown = ", ".join(f"{heading!r}" for heading in headings[:_SHOWN])
    more = f" and {len(headings) - _SHOWN} more" if len(headings) > _SHOWN else ""
    return f"{reason}: {shown}{more}."


def _describe_gaps(gaps: Sequence[Gap]) -> tuple[str, ...]:
    """A sentence for the cells that hold something else than a number."""
    if not gaps:
        return ()
    shown = ", ".join(f"line {gap.line} ({gap.text!r})" for gap in gaps[:_SHOWN])
    more = f" and {len(gaps) - _SHOWN} more" if len(gaps) > _SHOWN else ""
    if len(gaps) == 1:
        return (f"1 cell that is no number is a point without a measurement: {shown}.",)
    return (
        f"{len(gaps)} cells that are no numbers are points without a measurement: {shown}{more}.",
    )


def _no_axis(path: Path, axis: FloatArray) -> UnreadableFileError:
    if np.ptp(axis) == 0:
        reason = f"all of its positions are {axis[0]:g}"
    elif np.unique(axis).size < axis.size:
        values, counts = np.unique(axis, return_counts=True)
        reason = f"{int(counts.max())} points lie at {values[np.argmax(counts)]:g}"
    else:
        turn = int(np.flatnonzero(np.sign(np.diff(axis)) != np.sign(axis[-1] - axis[0]))[0])
        reason = f"it turns at {axis[turn]:g}"
    return UnreadableFileError(
        f"{path.name}: the first column cannot be an axis: {reason}. It must rise or fall from "
        "point to point. Export axis and counts as columns; if the decimal mark is a comma, "
        "separate them with semicolons or tabulators."
    )
