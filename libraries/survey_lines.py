"""Where the lines of all elements lie in a survey: core levels, and Auger lines in their way."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One core level as a survey shows it."""

    element: str
    core_level: str
    """Such as "2p"."""
    low: float
    """Between these its main line lies in compounds (eV)."""
    high: float
    separation: float
    """Of the weaker line of a doublet (eV); 0 where it is none, or closer than a survey shows."""
    is_minor: bool
    """Whether it is too weak to name an element: it explains counts alone."""
    source: str

    @property
    def name(self) -> str:
        """Such as "S 2p"."""
        return f"{self.element} {self.core_level}"


@dataclass(frozen=True, slots=True)
class AugerLine:
    """A group of Auger lines: they lie at one kinetic energy, whatever the X-rays."""

    element: str
    transition: str
    kinetic_energy: float
    """Of the highest of them (eV), from memory; they name no element, they explain counts."""
    reach: float
    """How far below it the others lie (eV)."""


@cache
def survey_lines() -> tuple[SurveyLine, ...]:
    """All core levels."""
    return tuple(
        SurveyLine(
            element,
            level,
            float(low),
            float(high),
            float(separation or 0.0),
            role == "minor",
            source,
        )
        for element, level, low, high, separation, role, source in _read_rows("survey_lines.csv")
    )


@cache
def auger_lines() -> tuple[AugerLine, ...]:
    """All groups of Auger lines."""
    return tuple(
        AugerLine(element, transition, float(energy), float(reach))
        for element, transition, energy, reach in _read_rows("auger_lines.csv")
    )


def lines_of(element: str) -> tuple[SurveyLine, ...]:
    """The core levels of one element."""
    return tuple(line for line in survey_lines() if line.element == element)


def _read_rows(name: str) -> Iterator[list[str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from [row for row in csv.reader(file) if row][1:]
