"""The grammar of VAMAS files (ISO 14976): bytes to a header and its blocks, nothing interpreted.

A file is one value per line, told apart by position alone: a header, then blocks of 40 numbered
parts and their ordinates. Which parts are there depends on the experiment mode and the technique;
a list in the header can leave parts out of every block but the first, whose values then hold on.
What follows the first damaged line cannot be placed; complete blocks before it are kept.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.spectra.vamas_lines import Lines
from fitting.readers.spectra.vamas_parts import PARTS, TEXTS

FORMAT_IDENTIFIER = "VAMAS Surface Chemical Analysis Standard Data Transfer Format"


@dataclass(frozen=True, slots=True)
class BlockQuantity:
    """A labelled value: an experimental variable or an additional numerical parameter."""

    label: str
    unit: str
    value: float
    """nan where it is not known."""


@dataclass(frozen=True, slots=True)
class Abscissa:
    """The regular axis of a block."""

    label: str
    unit: str
    start: float
    increment: float


@dataclass(frozen=True, slots=True)
class Ordinate:
    """One column of numbers of a block; in an irregular scan the first is the axis."""

    label: str
    unit: str
    values: FloatArray


@dataclass(frozen=True, slots=True)
class VamasHeader:
    """What holds for all blocks."""

    institution: str
    instrument: str
    operator: str
    experiment: str
    comment: tuple[str, ...]
    experiment_mode: str
    scan_mode: str
    variables: tuple[tuple[str, str], ...]
    """Label and unit of the experimental variables."""
    later_parts: frozenset[int]
    """Numbers of the parts that blocks after the first have."""
    future_lines: int
    """Lines per block that a later edition of the standard may define."""
    blocks: int
    """How many blocks the file announces."""


@dataclass(frozen=True, slots=True)
class VamasBlock:
    """One block: a spectrum with its parameters."""

    number: int
    """Counts from 1."""
    name: str
    sample: str
    parameters: Mapping[str, float | str]
    """The parts with a fixed number of lines, by the names of ``PARTS``; nan if not known."""
    comment: tuple[str, ...]
    variables: tuple[BlockQuantity, ...]
    additional: tuple[BlockQuantity, ...]
    abscissa: Abscissa | None
    ordinates: tuple[Ordinate, ...]

    def number_of(self, parameter: str) -> float:
        """A numerical parameter; nan where the block does not have it."""
        value = self.parameters.get(parameter, math.nan)
        return value if isinstance(value, float) else math.nan

    def text_of(self, parameter: str) -> str:
        """A text parameter; empty where the block does not have it."""
        return str(self.parameters.get(parameter, ""))


@dataclass(frozen=True, slots=True)
class VamasFile:
    """The header, the complete blocks, and what is wrong with the rest."""

    header: VamasHeader
    blocks: tuple[VamasBlock, ...]
    damage: str
    """A sentence, or empty."""


def is_vamas(head: bytes) -> bool:
    """Whether a file that begins like this is a VAMAS file."""
    return head.lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(FORMAT_IDENTIFIER.encode())


def parse_vamas(file_name: str, content: bytes) -> VamasFile:
    """Take a VAMAS file apart.

    Raises
    ------
    UnreadableFileError
        If not even one block is complete.
    """
    lines = Lines(file_name, content)
    header = _read_header(lines)
    blocks: list[VamasBlock] = []
    damage = ""
    while len(blocks) < header.blocks and not damage:
        if lines.at_terminator():
            damage = (
                f"{file_name} announces {header.blocks} blocks but ends after {len(blocks)}; "
                "these were read."
            )
            break
        try:
            blocks.append(_read_block(lines, header, blocks))
        except UnreadableFileError as error:
            if not blocks:
                raise
            damage = f"{error} The {len(blocks)} block(s) before were read."
    if not blocks:
        raise UnreadableFileError(
            f"{file_name}: the VAMAS file holds no blocks, so no spectrum. Export it again."
        )
    return VamasFile(header, tuple(blocks), damage)


def _read_header(lines: Lines) -> VamasHeader:
    lines.text("the format identifier")
    institution, instrument, operator, experiment = lines.texts(4, "an identifier")
    comment = lines.texts(lines.count("the number of comment lines"), "a comment line")
    experiment_mode = lines.text("the experiment mode").upper()
    scan_mode = lines.text("the scan mode").upper()
    if experiment_mode in {"MAP", "MAPDP", "NORM", "SDP"}:
        lines.number("the number of spectral regions")
    if experiment_mode in {"MAP", "MAPDP"}:
        lines.texts(3, "the size of the map")
    variables = tuple(
        (lines.text("a variable's label"), lines.text("a variable's unit"))
        for _ in range(lines.count("the number of experimental variables"))
    )
    later_parts = _read_later_parts(lines)
    lines.texts(lines.count("the number of manually entered items"), "a manually entered item")
    future_entries = lines.count("the number of future upgrade experiment entries")
    future_lines = lines.count("the number of future upgrade block entries")
    lines.texts(future_entries, "a future upgrade experiment entry")
    return VamasHeader(
        institution=institution,
        instrument=instrument,
        operator=operator,
        experiment=experiment,
        comment=comment,
        experiment_mode=experiment_mode,
        scan_mode=scan_mode,
        variables=variables,
        later_parts=later_parts,
        future_lines=future_lines,
        blocks=lines.count("the number of blocks"),
    )


def _read_later_parts(lines: Lines) -> frozenset[int]:
    """The parts blocks after the first have: a positive count lists them, a negative the others."""
    count = lines.count("the number of entries in the inclusion or exclusion list", lowest=-40)
    listed = frozenset(
        lines.count("a number of the inclusion or exclusion list") for _ in range(abs(count))
    )
    every = frozenset(range(1, 41))
    return listed if count > 0 else every - listed


def _read_block(lines: Lines, header: VamasHeader, earlier: Sequence[VamasBlock]) -> VamasBlock:
    number = len(earlier) + 1
    lines.place = f"block {number}"
    name = lines.text("the block identifier")
    lines.place = f"block {number} ({name!r})"
    draft: dict[str, Any] = _inherit_values(earlier[0]) if earlier else {"parameters": {}}
    draft.update(number=number, name=name, sample=lines.text("the sample identifier"))
    for part in range(1, 41):
        if not earlier or part in header.later_parts:
            _read_part(part, lines, header, draft)
    lines.texts(header.future_lines, "a future upgrade block entry")
    columns = draft.pop("columns")
    return VamasBlock(**draft, ordinates=_read_ordinates(lines, columns))


def _inherit_values(first: VamasBlock) -> dict[str, Any]:
    return {
        "parameters": dict(first.parameters),
        "comment": first.comment,
        "variables": first.variables,
        "additional": first.additional,
        "abscissa": first.abscissa,
        "columns": tuple((ordinate.label, ordinate.unit) for ordinate in first.ordinates),
    }


def _read_part(part: int, lines: Lines, header: VamasHeader, draft: dict[str, Any]) -> None:
    if part in _LISTS:
        _LISTS[part](lines, header, draft)
        return
    names, applies = PARTS[part]
    parameters = draft["parameters"]
    if applies(header.experiment_mode, parameters.get("technique", "")):
        for name in names:
            read = lines.text if name in TEXTS else lines.number
            parameters[name] = read(f"the {name}")


def _read_comment(lines: Lines, _header: VamasHeader, draft: dict[str, Any]) -> None:
    draft["comment"] = lines.texts(lines.count("the number of comment lines"), "a comment line")


def _read_variables(lines: Lines, header: VamasHeader, draft: dict[str, Any]) -> None:
    draft["variables"] = tuple(
        BlockQuantity(label, unit, lines.number(f"the value of {label!r}"))
        for label, unit in header.variables
    )


def _read_abscissa(lines: Lines, header: VamasHeader, draft: dict[str, Any]) -> None:
    draft["abscissa"] = None
    if header.scan_mode == "REGULAR":
        draft["abscissa"] = Abscissa(
            lines.text("the abscissa label"),
            lines.text("the abscissa unit"),
            lines.number("the start of the abscissa"),
            lines.number("the increment of the abscissa"),
        )


def _read_columns(lines: Lines, _header: VamasHeader, draft: dict[str, Any]) -> None:
    count = lines.count("the number of corresponding variables")
    draft["columns"] = tuple(
        (lines.text("the label of a variable"), lines.text("the unit of a variable"))
        for _ in range(count)
    )


def _read_additional(lines: Lines, _header: VamasHeader, draft: dict[str, Any]) -> None:
    draft["additional"] = tuple(
        BlockQuantity(
            lines.text("the label of a parameter"),
            lines.text("the unit of a parameter"),
            lines.number("the value of a parameter"),
        )
        for _ in range(lines.count("the number of additional parameters"))
    )


def _read_ordinates(lines: Lines, columns: tuple[tuple[str, str], ...]) -> tuple[Ordinate, ...]:
    count = lines.count("the number of ordinate values")
    if not columns or count % len(columns):
        raise lines.error(
            f"{count} ordinate values cannot be shared out to {len(columns)} variable(s)"
        )
    lines.texts(2 * len(columns), "the smallest or largest ordinate value")
    table = lines.numbers(count, "an ordinate value").reshape(-1, len(columns))
    return tuple(
        Ordinate(label, unit, np.ascontiguousarray(table[:, index]))
        for index, (label, unit) in enumerate(columns)
    )


_LISTS: Mapping[int, Callable[[Lines, VamasHeader, dict[str, Any]], None]] = {
    8: _read_comment,
    11: _read_variables,
    31: _read_abscissa,
    32: _read_columns,
    40: _read_additional,
}
"""Parts whose number of lines the file tells."""
