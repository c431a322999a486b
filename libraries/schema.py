"""Which fields a library file may have, and a check of their names and types.

The check reports every problem and hands back what is sound, so that the contents can still be
checked beside it.
"""

import difflib
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from libraries.errors import LibraryError

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchemaFinding:
    """One thing that is wrong with a library."""

    file: str
    where: str
    """The entry, such as "species PS4, position 2"; empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.where, self.message) if part)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field holds: the name of a type in ``_TYPES``, or of a table in ``FIELDS``."""

    kind: str
    is_required: bool = False
    is_list: bool = False
    """An array of such tables."""


def _require_kind(kind: str, *, is_list: bool = False) -> FieldRule:
    return FieldRule(kind, is_required=True, is_list=is_list)


_TEXT, _NUMBER, _FLAG, _RANGE = map(FieldRule, ("text", "number", "flag", "range"))

FIELDS: Mapping[str, Mapping[str, FieldRule]] = {
    "library": {
        "name": _require_kind("text"),
        "technique": _require_kind("text"),
        "region": _require_kind("text"),
        "unit": _require_kind("text"),
        "window": _require_kind("range"),
        "note": _TEXT,
        "core_level": FieldRule("core_level"),
        "position_rule": _require_kind("position_rule"),
        "sources": FieldRule("sources"),
        "species": FieldRule("species", is_list=True),
        "model": FieldRule("model", is_list=True),
        "interference": FieldRule("interference", is_list=True),
    },
    "core_level": {
        "separation": _require_kind("number"),
        "area_ratio": _require_kind("number"),
        "separation_source": _require_kind("text"),
        "area_ratio_source": _require_kind("text"),
        "note": _TEXT,
    },
    "position_rule": {
        "margin": _require_kind("number"),
        "minimum_half_width": _require_kind("number"),
    },
    "source": {
        "citation": _require_kind("text"),
        "doi": _TEXT,
        "instrument_xps": _TEXT,
        "instrument_raman": _TEXT,
        "energy_reference": _TEXT,
        "note": _TEXT,
    },
    "species": {
        "id": _require_kind("text"),
        "name": _require_kind("text"),
        "label": _TEXT,
        "unpositioned": _FLAG,
        "not_separable_from": FieldRule("texts"),
        "includes": FieldRule("texts"),
        "disputed": _TEXT,
        "fwhm": FieldRule("parameter"),
        "note": _TEXT,
        "position": FieldRule("position", is_list=True),
        "band": FieldRule("band", is_list=True),
    },
    "band": {
        "name": _require_kind("text"),
        "strongest": _FLAG,
        "relative_strength": _NUMBER,
        "strength_source": _TEXT,
        "shared_with": FieldRule("texts"),
        "fwhm": FieldRule("parameter"),
        "note": _TEXT,
        "position": FieldRule("position", is_list=True),
    },
    "position": {
        "source": _require_kind("text"),
        "unit": _TEXT,
        "value": _NUMBER,
        "partner": _NUMBER,
        "region": _RANGE,
        "laser": _NUMBER,
        "sample": _TEXT,
        "condition": _TEXT,
        "label": _TEXT,
        "note": _TEXT,
        "reference_sample": _FLAG,
        "conflicts": _TEXT,
        "seen": _TEXT,
        "original": _TEXT,
        "energy_reference": _TEXT,
    },
    "interference": {
        "element": _require_kind("text"),
        "line": _require_kind("text"),
        "value": _NUMBER,
        "region": _RANGE,
        "strength": _NUMBER,
        "source": _require_kind("text"),
        "seen": _require_kind("text"),
        "note": _TEXT,
    },
    "model": {
        "name": _require_kind("text"),
        "default": _FLAG,
        "weighed": _FLAG,
        "species": _require_kind("texts"),
        "line_shape": _require_kind("text"),
        "background": _require_kind("text"),
        "crop": _require_kind("range"),
        "fwhm": _require_kind("parameter"),
        "width_groups": FieldRule("groups"),
        "tie": FieldRule("tie", is_list=True),
        "note": _TEXT,
    },
    "parameter": {
        "start": _require_kind("number"),
        "min": _require_kind("number"),
        "max": _require_kind("number"),
        "vary": _FLAG,
    },
    "tie": {
        "target": _require_kind("text"),
        "source": _require_kind("text"),
        "factor": _NUMBER,
        "offset": _NUMBER,
    },
}


def read_tables(path: Path) -> Table:
    """The tables of a TOML file.

    Raises
    ------
    LibraryError
        If the file cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise LibraryError(f"{path.name}: cannot be read ({reason}).") from error
    except UnicodeDecodeError as error:
        raise LibraryError(f"{path.name}: not UTF-8 text; save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LibraryError(f"{path.name}: not a TOML file: {error}.") from error


def sound_library(data: Table, file: str) -> tuple[Table | None, list[SchemaFinding]]:
    """What is sound of a library file, and what is wrong with its fields.

    A field of the wrong type is left out; an entry that lacks a required field too. ``None`` if
    the file as a whole lacks one.
    """
    findings: list[SchemaFinding] = []

    def report(where: str, message: str) -> None:
        findings.append(SchemaFinding(file, where, message))

    return _sound_table("library", data, "", report), findings


def sound_sources(data: Table, file: str) -> tuple[Table, list[SchemaFinding]]:
    """What is sound of a file of sources, and what is wrong with its fields."""
    findings: list[SchemaFinding] = []
    sound = _sound_sources(data, "", lambda *at: findings.append(SchemaFinding(file, *at)))
    return sound, findings


def is_shape(name: str, value: object) -> bool:
    """Whether a field of a model is a shape parameter of its lines; each line shape has its own."""
    return name not in FIELDS["model"] and isinstance(value, dict)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint at the nearest known name, or at all of them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names)}."


_Report = Callable[[str, str], None]


def _sound_table(kind: str, data: Table, where: str, report: _Report) -> Table | None:
    fields = FIELDS[kind]
    sound: Table = {}
    for name, value in data.items():
        if kind == "model" and is_shape(name, value):
            sound[name] = _sound_field(name, FieldRule("parameter"), value, where, report)
            continue
        if name not in fields:
            report(where, f"there is no field {name!r}. {did_you_mean(name, fields)}")
            continue
        content = _sound_field(name, fields[name], value, where, report)
        if content is not None:
            sound[name] = content
    missing = [name for name, rule in fields.items() if rule.is_required and name not in data]
    for name in missing:
        report(where, f"the field {name!r} is missing.")
    lost = [name for name, rule in fields.items() if rule.is_required and name not in sound]
    return None if lost else sound


def _sound_field(name: str, rule: FieldRule, value: Any, where: str, report: _Report) -> Any:
    if rule.kind == "sources":
        return _sound_sources(value, where, report)
    if rule.is_list:
        return _sound_list(rule.kind, value, where, report)
    if rule.kind in FIELDS:
        if not isinstance(value, dict):
            report(where, f"{name!r} must be a table.")
            return None
        return _sound_table(rule.kind, value, _join_names(where, name), report)
    is_right, wanted = _TYPES[rule.kind]
    if not is_right(value):
        report(where, f"{name!r} must be {wanted}, not {value!r}.")
        return None
    return value


def _sound_sources(value: Any, where: str, report: _Report) -> dict[str, Table]:
    if not isinstance(value, dict):
        report(where, "'sources' must hold one table for each source: [sources.KEY].")
        return {}
    sound = {}
    for key, source in value.items():
        if not isinstance(source, dict):
            report(f"source {key}", f"must be a table: [sources.{key}].")
        elif table := _sound_table("source", source, f"source {key}", report):
            sound[key] = table
    return sound


def _sound_list(kind: str, value: Any, where: str, report: _Report) -> list[Table] | None:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        report(where, f"{kind!r} must be a list of tables: [[{kind}]].")
        return None
    found = [
        _sound_table(kind, entry, _join_names(where, entry_name(kind, entry, number)), report)
        for number, entry in enumerate(value, 1)
    ]
    return [entry for entry in found if entry is not None]


def entry_name(kind: str, entry: Table, number: int) -> str:
    """How messages name an entry of a list: by its id or name, else by its number."""
    name = entry.get("id", entry.get("name"))
    return f"{kind} {name}" if isinstance(name, str) and name else f"{kind} {number}"


def _join_names(where: str, name: str) -> str:
    return f"{where}, {name}" if where else name


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_number(end) for end in value)
        and value[0] < value[1]
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


_TYPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda value: isinstance(value, str) and bool(value.strip()), "text"),
    "number": (_is_number, "a number"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "range": (_is_range, "two numbers, the lower first"),
    "texts": (_are_texts, "a list of texts"),
    "groups": (
        lambda value: isinstance(value, list) and all(_are_texts(group) for group in value),
        "a list of lists of species or peaks",
    ),
}
