"""Groups, arrays and texts of a NeXus file."""

from typing import Any

import h5py
import numpy as np

from fitting.data.series import MIXED

COLLECTION = "NXcollection"
_LARGE = 10_000
"""Arrays of more numbers are compressed."""
UNITS = {"counts": "counts", "counts/s": "counts_per_second", "arbitrary": "", MIXED: ""}
"""The unit of an intensity as NeXus has it."""


def make_group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    """A group of a class of NeXus, whose members keep their order.

    In a collection NeXus knows only collections and data: what is of another class is a collection
    there, and says which it stands for.
    """
    group = parent.create_group(name, track_order=True)
    is_free = parent.attrs.get("NX_class") == COLLECTION and kind not in (COLLECTION, "NXdata")
    group.attrs["NX_class"] = COLLECTION if is_free else kind
    if is_free:
        group.attrs["stands_for"] = kind
    return group


def write_array(group: h5py.Group, name: str, values: Any, units: str = "") -> h5py.Dataset:
    """Numbers or texts under a name, with their unit where they have one."""
    stored = np.asarray(values)
    if stored.dtype.kind in "OU":
        texts = [str(value) for value in stored.ravel()]
        made = group.create_dataset(name, data=texts, dtype=h5py.string_dtype())
    else:
        packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
        made = group.create_dataset(name, data=stored, **packed if stored.size > _LARGE else {})
    if units:
        made.attrs["units"] = units
    return made


def write_choice(group: h5py.Group, name: str, value: str, offered: tuple[str, ...]) -> None:
    """A text of an open list; one that the list does not have is marked as NeXus asks."""
    group[name] = value
    if value not in offered:
        group[name].attrs["custom"] = True
