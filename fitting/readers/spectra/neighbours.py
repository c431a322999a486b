"""What files beside a file say of columns like its own, where it says nothing itself."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from fitting.data.errors import SeriesError
from fitting.data.series import FloatArray
from fitting.readers.decoding import decode_text
from fitting.readers.spectra.number_blocks import number_blocks

_ASKED = 4
"""Files that are asked, the nearest in order of names."""
_HEAD = 1 << 13
_SAME_RANGE = 0.02
"""The first positions of like files differ by less than this part."""


def neighbour_headings(path: Path, positions: FloatArray) -> list[tuple[str, ...]]:
    """The headings of files of the same kind whose columns begin at the same position.

    Parameters
    ----------
    positions : shape (m,)
        The axis as written.
    """
    found = []
    for other in _nearest_files(path):
        first, headings = _read_beginning(other)
        limit = _SAME_RANGE * max(abs(first), 1.0)
        ends = np.abs(positions[[0, -1]] - first)
        if any(headings) and np.min(ends) <= limit:
            found.append(headings)
    return found


def _nearest_files(path: Path) -> list[Path]:
    try:
        changed = path.parent.stat().st_mtime_ns
    except OSError:
        return []
    names = _list_names(path.parent, path.suffix, changed)
    if path.name not in names:
        return []
    place = names.index(path.name)
    around = names[max(place - _ASKED, 0) : place + _ASKED + 1]
    near = sorted(around, key=lambda name: abs(names.index(name) - place))
    return [path.parent / name for name in near[1 : _ASKED + 1]]


@lru_cache(maxsize=2)
def _list_names(folder: Path, suffix: str, changed: int) -> list[str]:  # noqa: ARG001
    """Names of one ending in a folder, in order; listed again only when it has changed."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.suffix == suffix)
    except OSError:
        return []


def _read_beginning(path: Path) -> tuple[float, tuple[str, ...]]:
    """First position and headings of a file; nothing where it holds no columns."""
    nothing = (float("nan"), ())
    try:
        if not path.is_file():
            return nothing
        with path.open("rb") as file:
            text = decode_text(file.read(_HEAD))
        blocks = number_blocks(text.rpartition("\n")[0]) if text else []
    except (OSError, SeriesError):
        return nothing
    return (float(blocks[0].values[0, 0]), blocks[0].headings) if blocks else nothing
