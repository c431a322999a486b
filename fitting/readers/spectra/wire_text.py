"""Text of Renishaw's WiRE: ``#Wave #Intensity``, in a series or map with columns before them.

A series (``#Time #Wave #Intensity``) or map (``#X #Y #Wave #Intensity``) is written point by point:
a spectrum ends where the numbers before ``#Wave`` change or the shifts start again.
"""

import re
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import is_counts
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.number_blocks import number_blocks
from fitting.readers.spectra.raman_spectra import raman_series
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text

_NAMES = re.compile(r"\s*((?:#\w+\s+)*)#Wave\s+#Intensity")


def recognise_wire_text(head: bytes) -> bool:
    """Whether the first line names the columns as WiRE does."""
    text = decode_text(head)
    return text is not None and _NAMES.match(text) is not None


def read_wire_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """The spectra as one series."""
    text = read_text(path)
    match = _NAMES.match(text)
    names = [name.lstrip("#").lower() for name in match[1].split()] if match else []
    blocks = number_blocks(text)
    if len(blocks) != 1 or blocks[0].values.shape[1] != len(names) + 2:
        raise UnreadableFileError(
            f"{path.name}: below its first line the file does not hold {len(names) + 2} columns of "
            "numbers. Export the spectra as text from WiRE again."
        )
    before, shift, intensity = _split_spectra(path, blocks[0].values)
    is_series = names == ["time"]
    series = raman_series(
        path,
        shift,
        intensity,
        unit="counts" if is_counts(intensity) else "arbitrary",
        labels=_make_labels([] if is_series else names, before),
        **({"time": before[:, 0] - before[0, 0]} if is_series else {}),
    )
    return [series]


FORMAT = SpectrumFormat(
    name="WiRE text",
    extensions=(".txt",),
    recognise=recognise_wire_text,
    read=read_wire_text,
    limits="no laser line and no exposure",
)


def _split_spectra(path: Path, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What stands before each spectrum, shape (n, k); the shifts, (m,); the intensity, (n, m)."""
    shift = values[:, -2]
    direction = np.sign(shift[1] - shift[0]) if len(shift) > 1 else 0.0
    turns = np.flatnonzero(np.sign(np.diff(shift)) != direction) + 1
    points = int(turns[0]) if turns.size else len(shift)
    count = len(shift) // points
    if points < 2 or count * points != len(shift):
        raise UnreadableFileError(_describe_uneven(path))
    table = values.reshape(count, points, -1)
    same = np.isfinite(table[:, :, -2]).all() and np.all(table[:, :, -2] == table[0, :, -2])
    if not same or np.any(table[:, :, :-2] != table[:, :1, :-2]):
        raise UnreadableFileError(_describe_uneven(path))
    return table[:, 0, :-2], shift[:points], table[:, :, -1]


def _describe_uneven(path: Path) -> str:
    return (
        f"{path.name}: the spectra in the file do not have the same Raman shifts, or one is cut "
        "off. Export them as text from WiRE again."
    )


def _make_labels(names: list[str], before: FloatArray) -> list[str]:
    if not names:
        return [""] * len(before)
    return [
        " ".join(f"{name}={value:.8g}" for name, value in zip(names, row, strict=True))
        for row in before
    ]
