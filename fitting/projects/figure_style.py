"""How the figures of a project look in print: size, type, colours, and what is drawn."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from fitting.data.errors import RecipeError
from fitting.data.json_fields import from_json, parse_json, to_json
from fitting.data.order import Order, check_order
from fitting.data.whole_file import write_whole

COLUMN_WIDTHS: Mapping[str, float] = {
    "one column": 89.0,
    "one and a half columns": 136.0,
    "two columns": 183.0,
}
"""Widths that journals print (mm), those of Nature; others differ by a few millimetres."""
FURTHER_FORMATS = ("pdf", "tiff")
"""What can be written beside SVG and PNG, which always are."""
_WIDTHS, _SIZES, _DOTS, _COUNTS = (40.0, 400.0), (5.0, 14.0), (72, 2400), (1, 30)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class FigureStyle:
    """What is chosen for figures; as it stands, one column of a journal."""

    width: float = COLUMN_WIDTHS["one column"]
    """Of the whole figure (mm)."""
    font: str = ""
    """Family of the type; Arial or the like if left out."""
    font_size: float = 7.0
    """Of labels (points); numbers at ticks and the legend are a seventh smaller."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """Of species, as "#rrggbb"; those left out keep theirs."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What species are called in the legend; those left out are called as the library does."""
    spectra: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of regions, the numbers of the spectra whose fits are stacked, from the top."""
    most_spectra: int = 5
    """How many fits are stacked where none are chosen: the first, the last and some between."""
    order: Order = ""
    """In which spectra are drawn; that of the project if left out."""
    has_legend: bool = True
    has_labels: bool = True
    """Whether each stacked fit says which spectrum it is of."""
    has_residual: bool = True
    formats: tuple[str, ...] = ()
    """Of ``FURTHER_FORMATS``."""
    dots_per_inch: int = 400
    """Of PNG and TIFF."""

    def __post_init__(self) -> None:
        _check_range("width", self.width, _WIDTHS, " mm")
        _check_range("font_size", self.font_size, _SIZES, " points")
        _check_range("dots_per_inch", self.dots_per_inch, _DOTS, "")
        _check_range("most_spectra", self.most_spectra, _COUNTS, "")
        check_order(self.order)
        _check_species(self)
        if not isinstance(self.formats, tuple):
            raise RecipeError(f'formats is {self.formats!r}; it must be a list such as ["pdf"].')
        for one in self.formats:
            if one not in FURTHER_FORMATS:
                raise RecipeError(
                    f"There is no format {one!r}. SVG and PNG are written always; choose further "
                    f"ones of: {', '.join(FURTHER_FORMATS)}."
                )


def style_to_json(style: FigureStyle) -> dict[str, Any]:
    """What differs from the usual style, as plain JSON values."""
    usual, values = FigureStyle(), to_json(style)
    names = [one.name for one in fields(style)]
    chosen = [name for name in names if getattr(style, name) != getattr(usual, name)]
    return {name: values[name] for name in chosen}


def style_from_json(data: Any, where: str) -> FigureStyle:
    """A style from plain JSON values; ``where`` begins every message.

    Raises
    ------
    RecipeError
        If a field does not exist or is out of its range.
    """
    if isinstance(data, Mapping) and isinstance(data.get("spectra"), Mapping):
        chosen = data["spectra"].items()
        spectra = {region: _read_numbers(found, where) for region, found in chosen}
        data = {**data, "spectra": spectra}
    try:
        return from_json(FigureStyle, data, where)
    except RecipeError as error:
        said = str(error)
        raise RecipeError(said if said.startswith(where) else f"{where}: {said}") from error


def read_style(path: Path) -> FigureStyle:
    """A style from a JSON file.

    Raises
    ------
    RecipeError
        If it cannot be read, or is no style.
    """
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"{path.name}: not a JSON file ({error}).") from error
    return style_from_json(data, path.name)


def write_style(style: FigureStyle, path: Path) -> None:
    """Write the style as a JSON file."""
    text = json.dumps(style_to_json(style), indent=2, ensure_ascii=False) + "\n"
    write_whole(path, text.encode("utf-8"))


def _read_numbers(found: Any, where: str) -> tuple[int, ...]:
    is_list = isinstance(found, list | tuple)
    if not is_list or not all(type(one) is int and one >= 0 for one in found):
        raise RecipeError(f"{where}: spectra are numbers such as [0, 12], not {found!r}.")
    return tuple(found)


def _check_species(style: FigureStyle) -> None:
    for name in ("colours", "names", "spectra"):
        if not isinstance(getattr(style, name), Mapping):
            raise RecipeError(f"{name} must be an object, with an entry for each name.")
    for species, colour in style.colours.items():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise RecipeError(f'The colour of {species} is {colour!r}; write it as "#1f5fbf".')
    for species, name in style.names.items():
        if not isinstance(name, str):
            raise RecipeError(f"The name of {species} is {name!r}; it must be a text.")


def _check_range(name: str, value: float, limits: tuple[float, float], unit: str) -> None:
    low, high = limits
    if not low <= value <= high:
        raise RecipeError(f"{name} is {value:g}{unit}; it must be {low:g} to {high:g}{unit}.")
