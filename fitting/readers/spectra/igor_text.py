"""Igor text (.itx): waves of Igor Pro as text, as SPECS Prodigy and Igor itself export them.

A first line ``IGOR``; then blocks of a line ``WAVES/D/N=(points) names``, ``BEGIN``, rows of
numbers, ``END``; and commands, which begin with ``X``. ``SetScale/P x first, step, "unit", wave``
and ``SetScale/I x first, last, "unit", wave`` say the axis of a wave, ``SetScale d`` the unit of
its numbers; what follows ``X //`` is a remark, of Prodigy with settings of the measurement. A wave
without a scale stands beside its axis in the same block, the axis first. A wave of two dimensions
is a spectrum for each row or column across the one in eV or 1/cm.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import is_counts
from fitting.data.series import SHIFT, FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import UnitKind
from fitting.readers.spectra.headings import unit_of
from fitting.readers.spectra.raman_spectra import raman_series
from fitting.readers.spectra.sheet import as_number
from fitting.readers.spectra.spectral_axis import spectral_axis
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.table_words import TableWords
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_BLOCK = re.compile(
    r"^WAVES(?P<flags>\S*?)(?:/N=\((?P<shape>[\d, ]+)\))?(?P<more>/\S*)?[ \t]+(?P<names>[^\n]+)\n"
    r"\s*BEGIN[ \t]*\n(?P<rows>.*?)\n\s*END\b",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SCALE = re.compile(
    r"SetScale\s*/(?P<kind>[PI])\s*(?P<axis>[xy])\s*,?\s*(?P<first>[^,\s]+)\s*,\s*(?P<second>[^,\s]+)"
    r"\s*,\s*\"(?P<unit>[^\"]*)\"\s*,\s*(?P<waves>[^\n;]+)",
    re.IGNORECASE,
)
_DATA_UNIT = re.compile(
    r"SetScale\s*(?:/[PI])?\s*d\s*,?[^\"\n]*\"(?P<unit>[^\"]*)\"\s*,\s*(?P<waves>[^\n;]+)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"^X //\s*(?P<name>[^=:\n]+?)\s*[=:]\s*(?P<value>[^\n]*)$", re.MULTILINE)
_SPECTRAL = re.compile(r"eV|cm|nm|energy|shift|wave", re.IGNORECASE)
_FEWEST = 3


def recognise_igor_text(head: bytes) -> bool:
    """Whether the first line is IGOR's and waves follow."""
    text = decode_text(head)
    return text is not None and re.match(r"\s*IGOR\s*\n", text) is not None


def read_igor_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of all waves.

    Raises
    ------
    UnreadableFileError
        If there is no wave with an axis, or its axis cannot be told.
    """
    text = read_text(path)
    remarks = {match["name"]: match["value"].strip() for match in _REMARK.finditer(text)}
    spectra: list[XpsSpectrum] = []
    found: list[xr.Dataset] = []
    for wave in _read_waves(path, text):
        header = tuple(f"{name}: {value}" for name, value in remarks.items())
        words = TableWords(
            path, "", wave.unit, (wave.name,), header, wave.positions, wave.values, options
        )
        axis = spectral_axis(words)
        order = np.argsort(axis.positions, kind="stable")
        placed = replace(wave, positions=axis.positions[order], values=wave.values[:, order])
        if axis.name == SHIFT:
            found.append(_raman_series(path, placed, remarks))
        else:
            spectra += _xps_spectra(path, placed, remarks)
    return [*found, *(series_of(path, spectra, metadata=remarks) if spectra else [])]


FORMAT = SpectrumFormat(
    name="Igor text (.itx)",
    extensions=(".itx",),
    recognise=recognise_igor_text,
    read=read_igor_text,
    limits="no counting time; no time of measurement",
)


@dataclass(frozen=True, slots=True)
class _Wave:
    """A wave on its axis."""

    name: str
    unit: str
    """Unit or name of the axis."""
    positions: FloatArray
    """Shape (m,)."""
    values: FloatArray
    """Shape (n, m)."""
    data_unit: str


def _read_waves(path: Path, text: str) -> list[_Wave]:
    units = _units_by_wave(text)
    waves: list[_Wave] = []
    for block in _BLOCK.finditer(text):
        names = _split_names(block["names"])
        table = _read_table(path, block["rows"])
        if len(table) < _FEWEST and table.shape[1] < _FEWEST:
            continue
        scales = {m["axis"].lower(): m for m in _SCALE.finditer(text) if names[0] in m["waves"]}
        if scales and len(names) == 1:
            waves.append(_scaled_wave(names[0], table, scales, units))
        elif len(names) >= 2 and table.shape[1] == len(names):
            columns = zip(names[1:], table.T[1:], strict=True)
            waves += [
                _Wave(name, names[0], table[:, 0], values[None], units.get(name, name))
                for name, values in columns
            ]
    if not waves:
        raise UnreadableFileError(
            f"{path.name}: no wave of this file has an axis. Export it from Igor with its scaling, "
            "or the energies as a wave before the counts."
        )
    return waves


def _scaled_wave(
    name: str, table: FloatArray, scales: dict[str, re.Match[str]], units: dict[str, str]
) -> _Wave:
    """A wave on the scale that is spectral: x runs down the rows, y along them."""
    spectral = next((axis for axis in scales if _SPECTRAL.search(scales[axis]["unit"])), "x")
    table = table.reshape(-1, 1) if 1 in table.shape else table
    along_rows = spectral == "y" and table.shape[1] > 1
    values = table if along_rows else table.T
    scale = scales.get(spectral) or next(iter(scales.values()))
    first, second = as_number(scale["first"]), as_number(scale["second"])
    count = values.shape[1]
    step = second if scale["kind"].upper() == "P" else (second - first) / max(count - 1, 1)
    positions = np.asarray(first + step * np.arange(count), dtype=float)
    return _Wave(name, scale["unit"], positions, values, units.get(name, ""))


def _raman_series(path: Path, wave: _Wave, remarks: Mapping[str, str]) -> xr.Dataset:
    return raman_series(
        path,
        wave.positions,
        wave.values,
        unit="counts" if _find_unit(wave) == "counts" else "arbitrary",
        labels=[wave.name] * len(wave.values),
        metadata={"file": dict(remarks)},
    )


def _xps_spectra(path: Path, wave: _Wave, remarks: Mapping[str, str]) -> Iterator[XpsSpectrum]:
    names = [remarks.get("Region", ""), wave.name, path.stem]
    for values in wave.values:
        try:
            require_spectrum(wave.positions, values)
        except NotASpectrumError as error:
            raise UnreadableFileError(f"{path.name}: wave {wave.name!r}: {error}.") from error
        yield XpsSpectrum(
            region=name_region(names, wave.positions),
            energy=wave.positions,
            values=values,
            kind=_find_unit(wave),
            sample="",
            label=wave.name,
        )


def _units_by_wave(text: str) -> dict[str, str]:
    """The unit of the numbers of waves."""
    return {
        name: match["unit"]
        for match in _DATA_UNIT.finditer(text)
        for name in _split_names(match["waves"])
    }


def _split_names(text: str) -> list[str]:
    """Names of waves, in quotes where they hold blanks."""
    return [quoted or plain for quoted, plain in re.findall(r"'([^']+)'|([^\s,']+)", text)]


def _read_table(path: Path, rows: str) -> FloatArray:
    """The numbers of a block, shape (rows, columns)."""
    cells: Sequence[list[str]] = [row.split() for row in rows.split("\n") if row.strip()]
    try:
        return np.array(cells, dtype=float).reshape(len(cells), -1)
    except ValueError as error:
        raise UnreadableFileError(
            f"{path.name}: a wave has rows that are not all numbers, or of different lengths. "
            "Export it again from Igor."
        ) from error


def _find_unit(wave: _Wave) -> UnitKind:
    kind = unit_of(wave.data_unit)
    is_whole = kind == "arbitrary" and is_counts(wave.values)
    return "counts" if is_whole and not wave.data_unit.strip() else kind
