"""Relative sensitivity factors: by which an area is divided to compare elements.

A set is a CSV file with the columns ``core_level,factor,main_line,partner_line`` (the last two may
be empty). Lines before it that begin with ``#`` hold ``name``, ``source`` and ``note`` as
``# key: text``. A factor is for both lines of a doublet together.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from libraries.errors import LibraryError
from libraries.schema import did_you_mean

_FOLDER = Path(__file__).parent / "sensitivity"
_COLUMNS = ("core_level", "factor", "main_line", "partner_line")
_ROUNDING = 0.01
"""The factor of a doublet agrees with the sum of its lines within this part."""


@dataclass(frozen=True, slots=True)
class SensitivityFactor:
    """Relative sensitivity of one core level."""

    core_level: str
    total: float
    """Of the whole core level, both lines of a doublet together."""
    main_line: float | None = None
    partner_line: float | None = None


@dataclass(frozen=True, slots=True)
class SensitivitySet:
    """Factors that belong together."""

    name: str
    source: str
    """Key of the source, or the user's own words."""
    factors: Mapping[str, SensitivityFactor]
    note: str = ""

    def factor(self, core_level: str) -> float:
        """Factor of a core level, both lines of a doublet together."""
        if core_level not in self.factors:
            raise LibraryError(
                f"The sensitivity set {self.name} has no factor for {core_level}. "
                f"{did_you_mean(core_level, self.factors)} A CSV file of your own can add it."
            )
        return self.factors[core_level].total


DEFAULT_SET = "Scofield Al Ka"


def sensitivity_set(name: str = DEFAULT_SET) -> SensitivitySet:
    """A bundled set by its name."""
    found = _load_bundled()
    if name not in found:
        raise LibraryError(f"There is no sensitivity set {name!r}. {did_you_mean(name, found)}")
    return found[name]


def sensitivity_set_names() -> tuple[str, ...]:
    """Names of the bundled sets."""
    return tuple(_load_bundled())


def load_sensitivity_set(path: Path) -> SensitivitySet:
    """Read a set from a CSV file; its name is the file's where the file gives none.

    Raises
    ------
    LibraryError
        If the file cannot be read or is wrong; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise LibraryError(f"{path.name}: cannot be read ({reason}).") from error
    except UnicodeDecodeError as error:
        raise LibraryError(f"{path.name}: not UTF-8 text; save it as UTF-8.") from error
    head = _read_head([line for line in lines if line.startswith("#")])
    numbered = [
        (number, line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    if not numbered or tuple(next(csv.reader([numbered[0][1]]))) != _COLUMNS:
        raise LibraryError(f"{path.name}: the first line must be {','.join(_COLUMNS)}.")
    factors: dict[str, SensitivityFactor] = {}
    for number, line in numbered[1:]:
        entry = _parse_factor(line, f"{path.name}: line {number}")
        if entry.core_level in factors:
            raise LibraryError(f"{path.name}: line {number}: {entry.core_level} stands twice.")
        factors[entry.core_level] = entry
    if not factors:
        raise LibraryError(f"{path.name}: holds no factor.")
    return SensitivitySet(
        head.get("name", path.stem), head.get("source", path.name), factors, head.get("note", "")
    )


@cache
def _load_bundled() -> dict[str, SensitivitySet]:
    sets = [load_sensitivity_set(path) for path in sorted(_FOLDER.glob("*.csv"))]
    return {each.name: each for each in sets}


def _read_head(comments: list[str]) -> dict[str, str]:
    pairs = [comment.lstrip("# ").partition(":") for comment in comments]
    return {key.strip(): text.strip() for key, colon, text in pairs if colon}


def _parse_factor(line: str, where: str) -> SensitivityFactor:
    cells = [cell.strip() for cell in next(csv.reader([line]))]
    cells += [""] * (len(_COLUMNS) - len(cells))
    if len(cells) > len(_COLUMNS) or not cells[0]:
        raise LibraryError(f"{where}: needs {','.join(_COLUMNS)}, not {line!r}.")
    total = _parse_number(cells[1], where)
    main, partner = (_parse_number(cell, where) if cell else None for cell in cells[2:])
    if main and partner and abs(main + partner - total) > _ROUNDING * total:
        raise LibraryError(
            f"{where}: the lines {main:g} and {partner:g} of {cells[0]} do not add up to {total:g}."
        )
    return SensitivityFactor(cells[0], total, main, partner)


def _parse_number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise LibraryError(f"{where}: {text!r} is no positive number.")
    return value
