"""What is inferred about a file, and from what: a fixed order of evidence for each quantity.

The file's own words come first, then what the user answered, then the neighbours in the folder, and
last the range of the numbers. Lower evidence never overrules higher. What the numbers alone tell is
a guess, and is said to be one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

import xarray as xr

from fitting.data.series import with_warnings

_ATTRIBUTE = "evidence"
Value = TypeVar("Value")
Context = TypeVar("Context")


class Source(IntEnum):
    """Where evidence comes from; the lower number counts more."""

    FILE = 1
    ANSWER = 2
    NEIGHBOURS = 3
    NUMBERS = 4


SOURCE_WORDS: Mapping[Source, str] = {
    Source.FILE: "the file's own words",
    Source.ANSWER: "your answer",
    Source.NEIGHBOURS: "the folder",
    Source.NUMBERS: "the numbers",
}


@dataclass(frozen=True, slots=True)
class Evidence(Generic[Value]):
    """A value, and what tells it."""

    source: Source
    value: Value
    words: str
    """What tells it, such as "the heading of the axis"."""

    @property
    def is_guess(self) -> bool:
        """Whether nothing but the numbers tells it."""
        return self.source is Source.NUMBERS


@dataclass(frozen=True, slots=True)
class Clue(Generic[Context, Value]):
    """One place to look at."""

    source: Source
    words: str
    find: Callable[[Context], Value | None]
    """What it tells, ``None`` if nothing."""


@dataclass(frozen=True, slots=True)
class Inference(Generic[Context, Value]):
    """How one quantity is inferred: the clues in the order in which they count."""

    quantity: str
    clues: tuple[Clue[Context, Value], ...]
    otherwise: str
    """What is done where no clue tells anything, for the guide."""

    def __post_init__(self) -> None:
        sources = [clue.source for clue in self.clues]
        if sources != sorted(sources):
            raise ValueError(f"{self.quantity}: a clue stands after one that counts less.")


def decide(inference: Inference[Context, Value], context: Context) -> Evidence[Value] | None:
    """The first clue that tells something."""
    for clue in inference.clues:
        value = clue.find(context)
        if value is not None:
            return Evidence(clue.source, value, clue.words)
    return None


def with_evidence(series: xr.Dataset, found: Mapping[str, Evidence[str] | None]) -> xr.Dataset:
    """The series with what its quantities were told by; guesses become warnings too."""
    known = {quantity: evidence for quantity, evidence in found.items() if evidence is not None}
    plain = {
        quantity: {"source": evidence.source.name, "value": evidence.value, "words": evidence.words}
        for quantity, evidence in known.items()
    }
    told = with_warnings(series, describe_guesses(known))
    return told.assign_attrs({_ATTRIBUTE: json.dumps(plain)})


def describe_guesses(found: Mapping[str, Evidence[str] | None]) -> list[str]:
    """A sentence for each quantity that the file does not tell itself."""
    sentences = []
    for quantity, evidence in found.items():
        if evidence is None or evidence.source < Source.NEIGHBOURS:
            continue
        kind = "a guess from " if evidence.is_guess else "the file does not say it, but "
        ending = "" if evidence.is_guess else (" do" if evidence.words.endswith("it") else " does")
        sentences.append(
            f"The {quantity} is taken as {evidence.value}: {kind}{evidence.words}{ending}."
        )
    return sentences


def evidence_of(series: xr.Dataset) -> dict[str, Evidence[str]]:
    """What told the quantities of a series; empty where its format states them."""
    plain = json.loads(series.attrs.get(_ATTRIBUTE, "{}"))
    return {
        quantity: Evidence(Source[entry["source"]], entry["value"], entry["words"])
        for quantity, entry in plain.items()
    }
