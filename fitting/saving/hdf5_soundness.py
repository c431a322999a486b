"""What an HDF5 file asks for before anything of it is loaded: no other files, no endless memory.

A file from elsewhere may name other files as its content, declare terabytes in a few bytes, or
hold a group within itself. HDF5 would follow it in all of that.
"""

from collections.abc import Iterator

import h5py

LARGEST_RATIO = 100
"""A file may declare so many times its own size; what this program writes is not compressed."""
ALWAYS_ALLOWED = 64 << 20
"""Bytes that any file may declare."""
MOST_OBJECTS = 100_000


def why_unsound(file: h5py.File, size: int) -> str:
    """Why the file is not to be loaded, as part of a sentence; empty if it may be.

    Parameters
    ----------
    size
        Of the file (bytes).
    """
    declared = 0
    allowed = max(ALWAYS_ALLOWED, LARGEST_RATIO * size)
    seen: set[int] = set()
    for objects, (link, item) in enumerate(_iterate_links(file, seen)):
        if not isinstance(link, h5py.HardLink):
            return "it links to something elsewhere"
        if objects > MOST_OBJECTS:
            return f"it has more than {MOST_OBJECTS} parts"
        if isinstance(item, h5py.Dataset):
            if item.external is not None or item.is_virtual:
                return "it takes its values from other files"
            declared += item.size * item.dtype.itemsize if item.shape is not None else 0
        if declared > allowed:
            return (
                f"it would take more than {allowed >> 20} MB of memory, though it has "
                f"only {size / (1 << 20):.1f} MB"
            )
    return ""


def _iterate_links(group: h5py.Group, seen: set[int]) -> Iterator[tuple[object, object]]:
    """Every link below the group and what it leads to; no group is entered twice."""
    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            yield link, None
            continue
        item = group[name]
        address = h5py.h5o.get_info(item.id).addr
        if isinstance(item, h5py.Group) and address in seen:
            # a group within itself: as good as a link to somewhere
            yield None, None
            continue
        seen.add(address)
        yield link, item
        if isinstance(item, h5py.Group):
            yield from _iterate_links(item, seen)
