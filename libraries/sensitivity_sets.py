"""Relative sensitivity factors: by which an area is divided to compare elements.

A set is a CSV file with the columns ``core_level,factor,main_line,partner_line`` (the last two may
be empty) and, if the angular distribution is known, ``asymmetry``. Lines before it that begin with
``#`` hold ``name``, ``source``, ``note``, ``photon_energy`` (eV), ``escape_depth`` and
``transmission`` as ``# key: text``. A factor is for both lines of a doublet together.
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
_ASYMMETRY = "asymmetry"
_SAME_SOURCE = 5.0
"""Photon energies (eV) of one X-ray line, as instruments state it."""
_ROUNDING = 0.01
"""The factor of a doublet agrees with the sum of its lines within this part."""

_INCLUDED = "included"
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "escape_depth": (_INCLUDED, "separate"),
    "transmission": (_INCLUDED, "separate", "1/KE"),
}
"""What a set can say of what its factors hold."""


@dataclass(frozen=True, slots=True)
class SensitivityFactor:
    """Relative sensitivity of one core level."""

    core_level: str
    total: float
    """Of the whole core level, both lines of a doublet together."""
    main_line: float | None = None
    partner_line: float | None = None
    asymmetry: float | None = None
    """Parameter beta of the angular distribution, -1 to 2; ``None`` where the set has none."""


@dataclass(frozen=True, slots=True)
class SensitivitySet:
    """Factors that belong together."""

    name: str
    source: str
    """Key of the source, or the user's own words."""
    factors: Mapping[str, SensitivityFactor]
    note: str = ""
    photon_energy: float = math.nan
    """That the factors are of (eV); nan where they do not say it."""
    escape_depth: str = _INCLUDED
    """Whether the factors hold how deep electrons of each energy come from."""
    transmission: str = _INCLUDED
    """"separate": areas are to be divided by the analyser's transmission; "1/KE": the factors hold
    one that goes as 1/KE, so that areas are to be divided by transmission x KE."""

    def __post_init__(self) -> None:
        for key, known in _KNOWN.items():
            if getattr(self, key) not in known:
                raise LibraryError(
                    f"{key} cannot be {getattr(self, key)!r}. Say one of: {', '.join(known)}."
                )

    def factor(self, core_level: str) -> float:
        """Factor of a core level, both lines of a doublet together."""
        if core_level not in self.factors:
            raise LibraryError(
                f"The sensitivity set {self.name} has no factor for {core_level}. "
                f"{did_you_mean(core_level, self.factors)} A CSV file of your own can add it."
            )
        return self.factors[core_level].total

    def asymmetry(self, core_level: str) -> float | None:
        """Parameter beta of a core level's angular distribution; 2 for s levels, whoever asks."""
        if core_level.endswith("s"):
            return 2.0
        found = self.factors.get(core_level)
        return None if found is None else found.asymmetry

    def is_for(self, photon_energy: float) -> bool:
        """Whether the factors are those of a photon energy (eV); yes where one is not known."""
        return not abs(self.photon_energy - photon_energy) > _SAME_SOURCE


DEFAULT_SET = "Scofield Al Ka"


def sensitivity_set(name: str = DEFAULT_SET) -> SensitivitySet:
    """A bundled set by its name."""
    found = _load_bundled()
    if name not in found:
        raise LibraryError(f"There is no sensitivity set {name!r}. {did_you_mean(name, found)}")
    return found[name]


def default_set(photon_energy: float) -> SensitivitySet:
    """The set that is taken where none is asked for: the first bundled one of the photon energy.

    Cross sections come before measured factors, which are those of one kind of instrument.
    """
    fitting = [one for one in _load_bundled().values() if one.is_for(photon_energy)]
    fitting.sort(key=lambda one: not one.name.startswith("Scofield"))
    return fitting[0] if fitting else sensitivity_set()


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
    columns = tuple(next(csv.reader([numbered[0][1]]))) if numbered else ()
    if columns not in (_COLUMNS, (*_COLUMNS, _ASYMMETRY)):
        raise LibraryError(
            f"{path.name}: the first line must be {','.join(_COLUMNS)}, with {_ASYMMETRY} as a "
            "fifth column where it is known."
        )
    factors: dict[str, SensitivityFactor] = {}
    for number, line in numbered[1:]:
        entry = _parse_factor(line, f"{path.name}: line {number}", len(columns))
        if entry.core_level in factors:
            raise LibraryError(f"{path.name}: line {number}: {entry.core_level} stands twice.")
        factors[entry.core_level] = entry
    if not factors:
        raise LibraryError(f"{path.name}: holds no factor.")
    return _make_set(head, factors, path)


def _make_set(
    head: Mapping[str, str], factors: Mapping[str, SensitivityFactor], path: Path
) -> SensitivitySet:
    energy = head.get("photon_energy", "")
    try:
        return SensitivitySet(
            head.get("name", path.stem),
            head.get("source", path.name),
            factors,
            head.get("note", ""),
            _parse_number(energy, f"{path.name}: photon_energy") if energy else math.nan,
            head.get("escape_depth", _INCLUDED),
            head.get("transmission", _INCLUDED),
        )
    except LibraryError as error:
        told = str(error)
        raise LibraryError(told if path.name in told else f"{path.name}: {told}") from error


@cache
def _load_bundled() -> dict[str, SensitivitySet]:
    sets = [load_sensitivity_set(path) for path in sorted(_FOLDER.glob("*.csv"))]
    return {each.name: each for each in sets}


def _read_head(comments: list[str]) -> dict[str, str]:
    pairs = [comment.lstrip("# ").partition(":") for comment in comments]
    return {key.strip(): text.strip() for key, colon, text in pairs if colon}


def _parse_factor(line: str, where: str, columns: int) -> SensitivityFactor:
    cells = [cell.strip() for cell in next(csv.reader([line]))]
    cells += [""] * (columns - len(cells))
    if len(cells) > columns or not cells[0]:
        raise LibraryError(f"{where}: needs {','.join(_COLUMNS)}, not {line!r}.")
    total = _parse_number(cells[1], where)
    main, partner = (_parse_number(cell, where) if cell else None for cell in cells[2:4])
    if main and partner and abs(main + partner - total) > _ROUNDING * total:
        raise LibraryError(
            f"{where}: the lines {main:g} and {partner:g} of {cells[0]} do not add up to {total:g}."
        )
    asymmetry = _parse_asymmetry(cells[4], where) if cells[4:] and cells[4] else None
    return SensitivityFactor(cells[0], total, main, partner, asymmetry)


def _parse_number(text: str, where: str) -> float:
    value = _read_number(text)
    if not (math.isfinite(value) and value > 0):
        raise LibraryError(f"{where}: {text!r} is no positive number.")
    return value


def _parse_asymmetry(text: str, where: str) -> float:
    value = _read_number(text)
    if not -1 <= value <= 2:
        raise LibraryError(f"{where}: {text!r} is no asymmetry parameter, which is -1 to 2.")
    return value


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
