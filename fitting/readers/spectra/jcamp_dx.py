"""JCAMP-DX (.jdx, .dx), version 4.24 and 5: spectra as text in labelled records.

``##LABEL=value``; comments follow ``$$``. ``XYDATA=(X++(Y..Y))`` holds lines of one abscissa and
many ordinates, in plain numbers (AFFN, PAC) or compressed: SQZ writes the first digit with its sign
as a letter, DIF the difference to the ordinate before, DUP how often the last is repeated. After a
line in DIF form the next line repeats its last ordinate, to check it. ``XYPOINTS=(XY..XY)`` holds
pairs. Layout: McDonald and Wilks, Appl. Spectrosc. 42, 151 (1988).
"""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import SHIFT, FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import UnitKind
from fitting.readers.spectra.headings import unit_of
from fitting.readers.spectra.raman_spectra import raman_series
from fitting.readers.spectra.spectral_axis import spectral_axis
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.table_words import TableWords
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_MARK = re.compile(r"(?im)^\s*##JCAMP[ _-]?(?:DX|CS)\s*=")
_RECORD = re.compile(r"^\s*##([^=\n]*)=", re.MULTILINE)
_SQUEEZED = {letter: str(value) for value, letter in enumerate("@ABCDEFGHI")} | {
    letter: f"-{value}" for value, letter in enumerate("abcdefghi", start=1)
}
_DIFFERENCES = {letter: str(value) for value, letter in enumerate("%JKLMNOPQR")} | {
    letter: f"-{value}" for value, letter in enumerate("jklmnopqr", start=1)
}
_REPEATS = {letter: str(value) for value, letter in enumerate("STUVWXYZs", start=1)}
# an exponent needs its sign: E is a digit of the compressed forms
_TOKEN = re.compile(
    r"(?P<plain>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]\d{1,3})?)"
    r"|(?P<letter>[@-Za-s%])(?P<rest>[\d.]*)"
    r"|\?"
)
_MOST_POINTS = 5_000_000
_DAMAGE = "Export the spectrum again, or as text columns."


def recognise_jcamp(head: bytes) -> bool:
    """Whether a record says that the file is JCAMP."""
    text = decode_text(head)
    return text is not None and _MARK.search(text[:8000]) is not None


def read_jcamp(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Every block that holds a spectrum."""
    series: list[xr.Dataset] = []
    for block in _iterate_blocks(read_text(path)):
        if "XYDATA" in block or "XYPOINTS" in block:
            series += _make_series(path, block, options)
    if not series:
        raise UnreadableFileError(
            f"{path.name}: no block of this JCAMP file holds a spectrum (XYDATA or XYPOINTS). "
            f"{_DAMAGE}"
        )
    return series


FORMAT = SpectrumFormat(
    name="JCAMP-DX",
    extensions=(".jdx", ".dx"),
    recognise=recognise_jcamp,
    read=read_jcamp,
)


def _iterate_blocks(text: str) -> Iterator[dict[str, str]]:
    """The records of every block, by their labels without blanks and marks."""
    block: dict[str, str] = {}
    found = list(_RECORD.finditer(text))
    for record, following in zip(found, [*found[1:], None], strict=True):
        label = re.sub(r"[\s/_-]", "", record[1]).upper()
        if label in ("TITLE", "END") and block:
            yield block
            block = {}
        value = text[record.end() : following.start() if following else len(text)]
        block[label] = re.sub(r"\$\$.*", "", value).strip()
    if block:
        yield block


def _make_series(path: Path, block: Mapping[str, str], options: ReadOptions) -> list[xr.Dataset]:
    kind = block.get("DATATYPE", "").upper()
    if "INFRARED" in kind and options.technique != "raman":
        raise UnreadableFileError(
            f"{path.name}: this is an infrared spectrum; this program reads XPS and Raman spectra. "
            "Leave it out."
        )
    positions, values = _read_points(path, block)
    unit = _find_unit(block)
    heading = f"{block.get('XLABEL', '')} {block.get('XUNITS', '').lower()}".replace("ev", "eV")
    words = TableWords(
        path, block.get("TITLE", ""), heading.strip(), (), (kind,), positions, values, options
    )
    axis = spectral_axis(words)
    metadata = {name: text for name, text in block.items() if not name.startswith("XY")}
    if axis.name == SHIFT:
        name = {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}[unit]
        return [
            raman_series(
                path,
                axis.positions,
                values[None, :],
                unit=name,
                labels=[block.get("TITLE", "")],
                metadata={"file": metadata},
                warnings=axis.warnings,
            )
        ]
    order = np.argsort(axis.positions, kind="stable")
    energy, intensity = axis.positions[order], values[order]
    require_spectrum(energy, intensity)
    title = block.get("TITLE", "")
    spectrum = XpsSpectrum(
        region=name_region([title], energy),
        energy=energy,
        values=intensity,
        kind=unit,
        sample="",
        label=title,
        metadata=metadata,
    )
    return series_of(path, [spectrum], warnings=axis.warnings)


def _find_unit(block: Mapping[str, str]) -> UnitKind:
    return unit_of(block.get("YUNITS", "").lower())


def _read_points(path: Path, block: Mapping[str, str]) -> tuple[FloatArray, FloatArray]:
    """Positions and values, in the units of the file."""
    x_factor, y_factor = (_parse_number(block, name, 1.0) for name in ("XFACTOR", "YFACTOR"))
    if "XYPOINTS" in block:
        _, _, body = block["XYPOINTS"].partition(")")
        numbers = [float(found) for found in re.findall(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?", body)
                   if _is_number(found)]  # fmt: skip
        pairs = np.array(numbers[: len(numbers) // 2 * 2]).reshape(-1, 2)
        positions, values = pairs[:, 0] * x_factor, pairs[:, 1] * y_factor
    else:
        values = np.array(_decompress_ordinates(path, block["XYDATA"])) * y_factor
        first, last = (_parse_number(block, name, math.nan) for name in ("FIRSTX", "LASTX"))
        positions = np.linspace(first, last, values.size)
    stated = _parse_number(block, "NPOINTS", values.size)
    if values.size != stated or values.size < 2 or not np.all(np.isfinite(positions)):
        raise UnreadableFileError(
            f"{path.name}: {values.size} points were found where the file states {stated:g}, or "
            f"the ends of its axis are not stated, so it is damaged. {_DAMAGE}"
        )
    return positions, values


def _decompress_ordinates(path: Path, table: str) -> list[float]:
    """The ordinates of a table ``(X++(Y..Y))``, decompressed."""
    form, _, body = table.partition("\n")
    if "(X++(Y..Y))" not in form.replace(" ", ""):
        raise UnreadableFileError(f"{path.name}: its data are in the form {form[:40]!r}. {_DAMAGE}")
    values: list[float] = []
    is_repeated = False
    for line in body.split("\n"):
        found, ends_with_difference = _decompress_line(
            path, line, values[-1] if values else math.nan
        )
        if is_repeated and found:
            # the first ordinate after a line of differences is that line's last, as a check
            found = found[1:]
        values += found
        is_repeated = ends_with_difference
        if len(values) > _MOST_POINTS:
            raise UnreadableFileError(f"{path.name}: it claims too many points. {_DAMAGE}")
    return values


def _decompress_line(path: Path, line: str, before: float) -> tuple[list[float], bool]:
    """Ordinates of a line, and whether it ends with a difference; the abscissa is dropped."""
    values: list[float] = []
    # the abscissa comes first
    tokens = list(_TOKEN.finditer(line))[1:]
    difference: float | None = None
    for token in tokens:
        letter, text = token["letter"], token["rest"] or ""
        if letter in _REPEATS:
            times = _as_number(path, _REPEATS[letter] + text) - 1
            values += _repeat_value(path, values, difference, times)
            continue
        difference = None
        if letter in _DIFFERENCES:
            difference = _as_number(path, _DIFFERENCES[letter] + text)
            values.append((values[-1] if values else before) + difference)
        elif letter is not None:
            values.append(_as_number(path, _SQUEEZED.get(letter, "x") + text))
        else:
            values.append(float(token["plain"]) if token["plain"] else math.nan)
    return values, difference is not None


def _repeat_value(
    path: Path, values: list[float], difference: float | None, times: float
) -> list[float]:
    if not values or not 0 <= times <= _MOST_POINTS:
        raise UnreadableFileError(f"{path.name}: a repetition in its data is damaged. {_DAMAGE}")
    step = difference or 0.0
    return [values[-1] + step * number for number in range(1, int(times) + 1)]


def _as_number(path: Path, text: str) -> float:
    if not _is_number(text):
        raise UnreadableFileError(f"{path.name}: {text[:20]!r} in its data is no number. {_DAMAGE}")
    return float(text)


def _parse_number(block: Mapping[str, str], name: str, missing: float) -> float:
    text = block.get(name, "").replace(",", ".")
    return float(text) if _is_number(text) else missing


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
