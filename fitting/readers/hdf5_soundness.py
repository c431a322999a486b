"""What an HDF5 file asks for before anything of it is loaded: no other files, no endless memory.

A file from elsewhere may name other files as its content, declare terabytes in a few bytes, or
hold a group within itself. HDF5 would follow it in all of that.
"""

from collections.abc import Iterator

import h5py
import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.readers.budget import Meter

_FLOAT = 8
"""Bytes that a number takes once it is computed with."""


def check_soundness(file: h5py.File, meter: Meter, *, soft_links: bool = False) -> None:
    """Raise ``UnreadableFileError`` if the file is not to be loaded.

    Parameters
    ----------
    soft_links
        Whether a part may be the other name of another, as in NeXus.
    """
    for link, item in _iterate_links(file, meter, {_address(file)}, 1):
        if isinstance(link, h5py.SoftLink) and soft_links:
            pass
        elif not isinstance(link, h5py.HardLink):
            raise _elsewhere_error(meter, "it links to something elsewhere")
        if not isinstance(item, h5py.Dataset):
            continue
        if item.external is not None or item.is_virtual:
            raise _elsewhere_error(meter, "it takes values from other files")
        if item.shape is not None:
            meter.take_bytes(_bytes_of(item))


def _iterate_links(
    group: h5py.Group, meter: Meter, seen: set[int], depth: int
) -> Iterator[tuple[object, object]]:
    """Every link below the group and what it leads to; no group is entered twice."""
    for name in group:
        meter.take_part(depth)
        meter.check_time()
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            target = group.get(name) if isinstance(link, h5py.SoftLink) else None
            yield link, target if isinstance(target, h5py.Dataset) else None
            continue
        item = group[name]
        address = _address(item)
        if isinstance(item, h5py.Group) and address in seen:
            # a group within itself: as good as a link to somewhere
            yield None, None
            continue
        seen.add(address)
        yield link, item
        if isinstance(item, h5py.Group):
            yield from _iterate_links(item, meter, seen, depth + 1)


def _bytes_of(item: h5py.Dataset) -> int:
    # sizes of a damaged file may be such that their product leaves the numbers of the machine
    count = int(np.prod([int(size) for size in item.shape], dtype=object))
    return count * max(int(item.dtype.itemsize), _FLOAT)


def _address(item: h5py.Group | h5py.Dataset) -> int:
    return int(h5py.h5o.get_info(item.id).addr)


def _elsewhere_error(meter: Meter, what: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{meter.name}: not read, because {what}. Copy all into one file, such as with h5repack."
    )
