"""Igor binary waves (.ibw, version 5) that Scienta SES writes: a region each.

A head of 64 bytes and a wave head of 320, then the numbers; then the note, which holds the lines of
``[Info]`` that SES writes into its text, and the names of axes. Rows are energies, columns slices.
Layout: Igor Pro's technical note 003.
"""

from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.binary import FileBytes, file_bytes
from fitting.readers.spectra.scienta_text import binding_energy, scienta_spectrum
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.xps_spectra import NotASpectrumError, series_of

_HEADS = 384
_KINDS = {2: "f4", 4: "f8", 8: "i1", 16: "i2", 32: "i4", 72: "u1", 80: "u2", 96: "u4"}


def recognise_igor_wave(head: bytes) -> bool:
    """Whether the file begins with version 5, in either order of bytes."""
    is_wave = len(head) > _HEADS and head[:2] in (b"\x05\x00", b"\x00\x05")
    return is_wave and (int.from_bytes(head[80:82], "little") in _KINDS or head[80:81] == b"\x00")


def read_igor_wave(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The region in the wave.

    Raises
    ------
    UnreadableFileError
        If SES did not write it, or it is damaged.
    """
    file = file_bytes(path)
    order = "<" if file.data[:2] == b"\x05\x00" else ">"
    axis, slices, note = _read_wave(file, order)
    if "[SES]" not in note:
        raise UnreadableFileError(
            f"{path.name}: an Igor wave that Scienta SES did not write, so what its axis is is not "
            "known. Save it as text from Igor."
        )
    pairs = (line.partition("=") for line in note.splitlines())
    info = {name: value for name, mark, value in pairs if mark}
    names = [name for name in ("Binding Energy", "Kinetic Energy") if f"{name} [eV]" in note]
    dropped, spectra = [], []
    try:
        energy = binding_energy(axis, names[0] if names else "", info, options)
        spectra.append(scienta_spectrum(energy, slices, info.get("Region Name", ""), info))
    except NotASpectrumError as reason:
        dropped.append(f"the wave: {reason}")
    return series_of(path, spectra, dropped=dropped)


FORMAT = SpectrumFormat(
    name="Scienta wave (.ibw)",
    extensions=(".ibw",),
    recognise=recognise_igor_wave,
    read=read_igor_wave,
    limits="waves that Scienta SES did not write say nothing of their axis",
)


def _read_wave(file: FileBytes, order: str) -> tuple[FloatArray, FloatArray, str]:
    """Positions of the rows, shape (m,), the numbers, shape (m, s), and the texts behind them."""
    points, code = file.unpack(f"{order}ih", 64 + 12)
    rows, columns, layers, _ = file.unpack(f"{order}4i", 64 + 68)
    (step,) = file.unpack(f"{order}d", 64 + 84)
    (first,) = file.unpack(f"{order}d", 64 + 116)
    if code not in _KINDS or layers > 1 or rows * max(columns, 1) != points or rows < 1:
        raise file.damaged(f"its {points} numbers of type {code} are no spectrum")
    kind = np.dtype(order + _KINDS[code])
    table = file.numbers(kind.str, points, _HEADS).reshape(max(columns, 1), rows).T
    # the texts follow the numbers; of which kind each is makes no difference here
    note = file.data[_HEADS + points * kind.itemsize :].decode("cp1252", "replace")
    with np.errstate(over="ignore", invalid="ignore"):
        return first + step * np.arange(rows), table, note
