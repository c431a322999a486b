"""Frozen dataclasses to JSON and back; a misspelt field is an error that names it."""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from fitting.data.errors import RecipeError
from fitting.data.plain_text import cut_message

T = TypeVar("T")
_LONGEST_INT = 18
"""Signs of a whole number that every machine can hold."""


def to_json(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists; infinite bounds and defaults are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            entry.name: to_json(getattr(value, entry.name))
            for entry in fields(value)
            if not _is_left_out(getattr(value, entry.name), entry.default)
        }
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def parse_json(text: str) -> Any:
    """The value that a JSON text says.

    Raises
    ------
    ValueError
        If it is no JSON, says a field twice, or has a number out of the range of the machine.
    """
    return json.loads(
        text, object_pairs_hook=_refuse_twice, parse_int=_parse_int, parse_float=_parse_float
    )


def from_json(kind: type[T], data: Any, where: str) -> T:
    """Build a dataclass with plain fields from a JSON object.

    Raises
    ------
    RecipeError
        If ``data`` is no object, or a field is unknown, missing or of the wrong type.
    """
    check_fields(kind, data, where)
    values = {
        entry.name: _convert_value(data[entry.name], str(entry.type), f"{where}: {entry.name}")
        for entry in fields(kind)  # type: ignore[arg-type]
        if entry.name in data
    }
    try:
        return kind(**values)
    except ValueError as error:
        raise RecipeError(f"{where}: {error}") from error


def check_fields(kind: type, data: Any, where: str) -> None:
    """Raise ``RecipeError`` unless ``data`` is an object with the fields of the dataclass."""
    if not isinstance(data, Mapping):
        raise RecipeError(f"{where}: expected an object with named fields, found {data!r}.")
    known = [entry.name for entry in fields(kind)]
    for name in data:
        if name not in known:
            close = get_close_matches(str(name), known, 1)
            hint = f"Did you mean {close[0]!r}?" if close else f"It has: {', '.join(known)}."
            raise RecipeError(f"{where}: there is no field {name!r}. {hint}")
    for entry in fields(kind):
        is_required = entry.default is MISSING and entry.default_factory is MISSING
        if is_required and entry.name not in data:
            raise RecipeError(f"{where}: the field {entry.name!r} is missing.")


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            first, second = (cut_message(repr(one), 80) for one in (found[name], value))
            raise ValueError(
                f"the field {name!r} stands twice in one object, as {first} and as {second}; keep "
                "one of them"
            )
        found[name] = value
    return found


def _parse_int(text: str) -> int:
    if len(text) > _LONGEST_INT:
        raise ValueError(f"the number {cut_message(text, 40)} is out of range")
    return int(text)


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {cut_message(text, 40)} is out of range")
    return value


def _is_left_out(value: Any, default: Any) -> bool:
    return (isinstance(value, float) and math.isinf(value)) or (
        default is not MISSING and bool(value == default)
    )


def _convert_value(value: Any, declared: str, where: str) -> Any:
    """The value as its declared type; a list becomes a tuple."""
    expected = _plain_types(declared)
    if isinstance(value, list) and not expected:
        return tuple(value)
    if float in expected and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if expected and (not isinstance(value, expected) or _is_stray_bool(value, expected)):
        raise RecipeError(f"{where}: {value!r} is not of the type {declared}.")
    return value


def _plain_types(declared: str) -> tuple[type, ...]:
    """The builtin types a declaration names, or none where it is more than that."""
    names: dict[str, type] = {"float": float, "int": int, "bool": bool, "str": str}
    names["None"] = type(None)
    parts = [part.strip() for part in declared.removeprefix("<class '").rstrip("'>").split("|")]
    return tuple(names[part] for part in parts) if all(p in names for p in parts) else ()


def _is_stray_bool(value: Any, expected: tuple[type, ...]) -> bool:
    return isinstance(value, bool) and bool not in expected
