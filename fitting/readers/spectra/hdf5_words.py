"""Texts and settings in an HDF5 file, however they are stored."""

import h5py
import numpy as np


def read_text(value: object) -> str:
    """A text of HDF5, however it is stored."""
    if isinstance(value, np.ndarray):
        value = value.ravel()[0] if value.size else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def describe_setting(item: h5py.Dataset) -> str:
    """Its values in words; numbers as they are."""
    if item.dtype.kind not in "iuf":
        return read_text(item[()])
    values = ", ".join(f"{value:g}" for value in np.ravel(item[()]))
    return f"{values} {read_text(item.attrs.get('units'))}".strip()


def describe_content(item: object) -> str:
    """The text of a field; empty where there is none."""
    return read_text(item[()]) if isinstance(item, h5py.Dataset) else ""
