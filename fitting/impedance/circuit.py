"""Circuits as text: ``R-(R|Q)-(R|Q)-W``; ``-`` is in series, ``|`` in parallel.

An element is its letters (R, C, Q, L, W, Wo, Ws, G) and, where wanted, a name of its own: ``R0``,
``R_SE``. Elements without a name are numbered: what stands in series gets 0, the groups in parallel
count from 1 in their order, so that R1, Q1 and their time constant belong together. ``p(R1,CPE1)``
and ``CPE`` are understood as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fitting.data.errors import ThioscopeError
from fitting.impedance.elements import ELEMENT_KINDS


class CircuitError(ThioscopeError):
    """A text that is no circuit."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element."""

    letter: str
    label: str

    @property
    def name(self) -> str:
        return f"{self.letter}{self.label}"


@dataclass(frozen=True, slots=True)
class InSeries:
    """Parts one after the other: their impedances add up."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class InParallel:
    """Parts side by side: their admittances add up."""

    parts: tuple["Part", ...]


Part = Element | InSeries | InParallel


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit."""

    root: InSeries

    @property
    def text(self) -> str:
        """The circuit with the names of all elements."""
        return _write_part(self.root, is_outer=True)

    @property
    def elements(self) -> tuple[Element, ...]:
        return tuple(_iterate_elements(self.root))


_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<mark>[-|()+,]))")
_SPELLINGS = (("‖", "|"), ("∥", "|"), ("||", "|"), ("–", "-"), ("−", "-"), ("+", "-"))
_LETTERS = re.compile(r"(?P<letter>CPE|Wo|Ws|[RCQLWG])(?P<label>_?[A-Za-z0-9_]*)")
_DEEPEST = 20


def parse_circuit(text: str) -> Circuit:
    """The circuit that a text states.

    Raises
    ------
    CircuitError
        If it states none; the message says where it ends to be one.
    """
    for spelling, mark in _SPELLINGS:
        text = text.replace(spelling, mark)
    tokens = _split_tokens(text)
    root, rest = _parse_series(tokens, text, 0)
    if rest:
        raise _syntax_error(text, f"{rest[0]!r} stands where the circuit should end")
    series = root if isinstance(root, InSeries) else InSeries((root,))
    circuit = Circuit(_number_elements(series))
    names = [element.name for element in circuit.elements]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _syntax_error(text, f"it holds {twice} twice")
    return circuit


def _split_tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _syntax_error(text, f"{text[place:].strip()[:1]!r} belongs to no circuit")
        tokens.append(match["name"] or match["mark"])
        place = match.end()
    return tokens


def _parse_series(tokens: list[str], text: str, depth: int) -> tuple[Part, list[str]]:
    parts, rest = [], tokens
    while True:
        part, rest = _parse_parallel(rest, text, depth)
        parts.append(part)
        if not rest or rest[0] != "-":
            return (parts[0] if len(parts) == 1 else InSeries(tuple(parts))), rest
        rest = rest[1:]


def _parse_parallel(tokens: list[str], text: str, depth: int) -> tuple[Part, list[str]]:
    parts, rest = [], tokens
    while True:
        part, rest = _parse_single(rest, text, depth)
        parts.append(part)
        if not rest or rest[0] != "|":
            return (parts[0] if len(parts) == 1 else InParallel(tuple(parts))), rest
        rest = rest[1:]


def _parse_single(tokens: list[str], text: str, depth: int) -> tuple[Part, list[str]]:
    if depth > _DEEPEST:
        raise _syntax_error(text, f"it is nested more than {_DEEPEST} deep")
    if not tokens:
        raise _syntax_error(text, "it ends where an element should follow")
    if tokens[:2] == ["p", "("]:
        return _parse_list(tokens[2:], text, depth)
    if tokens[0] == "(":
        part, rest = _parse_series(tokens[1:], text, depth + 1)
        return part, _expect_close(rest, text)
    match = _LETTERS.fullmatch(tokens[0])
    if match is None:
        raise _syntax_error(text, f"{tokens[0]!r} is no element")
    letter = "Q" if match["letter"] == "CPE" else match["letter"]
    return Element(letter, match["label"]), tokens[1:]


def _parse_list(tokens: list[str], text: str, depth: int) -> tuple[Part, list[str]]:
    """What stands within ``p( , )``."""
    parts, rest = [], [",", *tokens]
    while rest and rest[0] == ",":
        part, rest = _parse_series(rest[1:], text, depth + 1)
        parts.append(part)
    return InParallel(tuple(parts)), _expect_close(rest, text)


def _expect_close(tokens: list[str], text: str) -> list[str]:
    if not tokens or tokens[0] != ")":
        raise _syntax_error(text, "a bracket is not closed")
    return tokens[1:]


def _syntax_error(text: str, what: str) -> CircuitError:
    known = ", ".join(f"{letter} {kind.meaning}" for letter, kind in ELEMENT_KINDS.items())
    return CircuitError(
        f"{text!r} is no circuit: {what}. Write elements ({known}) with - in series and | in "
        "parallel, as in R-(R|Q)-(R|Q)-W."
    )


def _number_elements(root: InSeries) -> InSeries:
    """Give a number to every element without a label: 0 in series, else that of its group."""
    taken = {element.name for element in _iterate_elements(root)}

    def name_element(element: Element, number: int) -> Element:
        if element.label:
            return element
        while f"{element.letter}{number}" in taken:
            number += 1
        taken.add(f"{element.letter}{number}")
        return Element(element.letter, str(number))

    def name_part(part: Part, number: int) -> Part:
        if isinstance(part, Element):
            return name_element(part, number)
        return type(part)(tuple(name_part(inner, number) for inner in part.parts))

    named, group = [], 0
    for part in root.parts:
        group += not isinstance(part, Element)
        named.append(name_part(part, 0 if isinstance(part, Element) else group))
    return InSeries(tuple(named))


def _iterate_elements(part: Part) -> Iterator[Element]:
    if isinstance(part, Element):
        yield part
        return
    for inner in part.parts:
        yield from _iterate_elements(inner)


def _write_part(part: Part, *, is_outer: bool = False) -> str:
    if isinstance(part, Element):
        return part.name
    mark = "-" if isinstance(part, InSeries) else "|"
    text = mark.join(_write_part(inner) for inner in part.parts)
    return text if is_outer else f"({text})"
