"""A project's recipes as a Python script that repeats the fit and writes the same tables."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from math import inf, isinf
from pathlib import Path
from typing import Any

from fitting.data.program import program_version
from fitting.projects.project import Project

_WIDTH = 96
_INDENT = "    "


def python_script(project: Project, path: Path) -> str:
    """The script; it takes the spectra from the project file at ``path``.

    Every step, start value, bound and tie stands in it, to be changed by hand.
    """
    recipes = {region: analysis.recipe for region, analysis in project.analyses.items()}
    imports = _import_lines(recipes)
    return "\n".join(
        [
            f'"""Repeat a fit of {program_version()}: '
            'every step, start value, bound and tie is below."""',
            "",
            "from dataclasses import replace",
            *(["from math import inf"] if "inf" in _special_names(recipes) else []),
            "from pathlib import Path",
            "",
            *imports,
            "",
            f"PROJECT = Path({str(path.absolute())!r})",
            'RESULTS = Path("results")',
            "",
            f"RECIPES = {_write_value(recipes)}",
            "",
            "project = open_project(PROJECT)",
            "analyses = {",
            "    region: replace(analysis, recipe=RECIPES[region])",
            "    for region, analysis in project.analyses.items()",
            "}",
            "fitted = fit(replace(project, analyses=analyses))",
            "for file in export_project(fitted, RESULTS):",
            "    print(file)",
            "",
        ]
    )


def _import_lines(recipes: object) -> list[str]:
    """One line per module that the script takes something from, in order."""
    needed = {
        "fitting.pipeline.notebook": {"fit"},
        "fitting.output.export": {"export_project"},
        "fitting.saving.project_file": {"open_project"},
    }
    for kind in _iterate_classes(recipes):
        needed.setdefault(kind.__module__, set()).add(kind.__name__)
    return [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(needed.items())
    ]


def _iterate_classes(value: object) -> Iterator[type]:
    """The class of every dataclass in a value."""
    if is_dataclass(value):
        yield type(value)
    for part in _parts_of_value(value):
        yield from _iterate_classes(part)


def _special_names(value: object) -> set[str]:
    """ "inf" if an infinite number occurs."""
    found = {"inf"} if isinstance(value, float) and isinf(value) else set()
    return found.union(*(_special_names(part) for part in _parts_of_value(value)))


def _parts_of_value(value: object) -> list[Any]:
    if is_dataclass(value):
        return list(_stated_fields(value).values())
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, tuple | list) else []


def _stated_fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that are not at their default."""
    return {
        field.name: getattr(value, field.name)
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    }


def _write_value(value: Any, indent: str = "") -> str:
    """Python for a value, on one line if it fits."""
    if is_dataclass(value):
        items = [
            f"{name}={_write_value(part, indent + _INDENT)}"
            for name, part in _stated_fields(value).items()
        ]
        return _write_bracketed(f"{type(value).__name__}(", items, ")", indent)
    if isinstance(value, Mapping):
        pairs = [f"{key!r}: {_write_value(part, indent + _INDENT)}" for key, part in value.items()]
        return _write_bracketed("{", pairs, "}", indent)
    if isinstance(value, tuple | list):
        parts = [_write_value(part, indent + _INDENT) for part in value]
        return _write_bracketed("(", [*parts, ""] if len(parts) == 1 else parts, ")", indent)
    if isinstance(value, float) and isinf(value):
        return "inf" if value == inf else "-inf"
    return repr(value)


def _write_bracketed(begin: str, items: list[str], end: str, indent: str) -> str:
    line = begin + ", ".join(items).removesuffix(" ") + end
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    inner = indent + _INDENT
    return begin + "".join(f"\n{inner}{item}," for item in items if item) + f"\n{indent}{end}"
