"""How one region is treated: steps, model and options; as JSON both ways.

What the window saves is what the command line takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fitting.data.errors import RecipeError, ThioscopeError
from fitting.data.json_fields import check_fields, from_json, parse_json, to_json
from fitting.data.program import program_version
from fitting.data.whole_file import write_whole
from fitting.fits.each import FitOptions
from fitting.models.line_shapes.measured import MeasuredShape
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.preprocessing.steps import Step, step_from_json, step_to_json
from fitting.projects.figure_style import FigureStyle, style_from_json, style_to_json
from fitting.quantities.band_ratios import BandOptions
from fitting.quantities.quantification import (
    Quantification,
    quantification_from_json,
    quantification_to_json,
)
from fitting.referencing.charge_reference import ChargeReference
from fitting.selection.candidates import SpeciesChoice

_FORMAT = "thioscope_recipe"
_VERSION = 1
_PROGRAM = "program"
"""Which program wrote the recipe; for the reader, and not asked for."""
_QUANTIFICATION = "quantification"
_COMPARISONS = "comparisons"
_FIGURE_STYLE = "figure_style"
_FIELDS = (
    _FORMAT, _PROGRAM, "charge_reference", _QUANTIFICATION, _COMPARISONS, _FIGURE_STYLE, "regions"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps, model and options for one region."""

    model: Model
    steps: tuple[Step, ...] = ()
    options: FitOptions = field(default_factory=FitOptions)
    choice: SpeciesChoice | None = None
    """Choose the species once for the series; ``None`` to fit those of the model."""
    bands: BandOptions = field(default_factory=BandOptions)
    """What Raman band areas are related to."""
    groups: tuple[str, ...] = ()
    """Sums of species and their ratios, such as "SOx = sulfite + sulfate"; a fit does not depend
    on them."""


@dataclass(frozen=True, slots=True)
class RecipeBook:
    """The recipes of several regions, and what holds for all of them."""

    recipes: Mapping[str, Recipe]
    charge_reference: ChargeReference | None = None
    quantification: Quantification = field(default_factory=Quantification)
    """How areas become atomic percent."""
    comparisons: tuple[str, ...] = ()
    """Samples or states whose difference is tabulated, such as "bare - coated"."""
    figure_style: FigureStyle = field(default_factory=FigureStyle)
    """How figures look."""


def write_recipes(book: RecipeBook, path: Path) -> None:
    """Write the recipes as a JSON file."""
    text = json.dumps(recipes_to_json(book), indent=2) + "\n"
    write_whole(path, text.encode("utf-8"))


def read_recipes(path: Path) -> RecipeBook:
    """Read a JSON file of recipes.

    Raises
    ------
    RecipeError
        If it cannot be read, is no JSON, or names a field, step or option that does not exist.
    """
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"{path.name}: not a JSON file ({error}).") from error
    return recipes_from_json(data, path.name)


def recipes_to_json(book: RecipeBook) -> dict[str, Any]:
    """The recipes as plain JSON values."""
    reference, chosen = book.charge_reference, quantification_to_json(book.quantification)
    style = style_to_json(book.figure_style)
    return {
        _FORMAT: _VERSION,
        _PROGRAM: program_version(),
        "charge_reference": to_json(reference) if reference else None,
        **({_QUANTIFICATION: chosen} if chosen else {}),
        **({_COMPARISONS: list(book.comparisons)} if book.comparisons else {}),
        **({_FIGURE_STYLE: style} if style else {}),
        "regions": {region: recipe_to_json(recipe) for region, recipe in book.recipes.items()},
    }


def recipes_from_json(data: Any, where: str) -> RecipeBook:
    """The recipes from plain JSON values; ``where`` begins every message."""
    if not isinstance(data, Mapping) or data.get(_FORMAT) != _VERSION:
        raise RecipeError(
            f"{where}: not a recipe of this program; it would begin with "
            f'{{"{_FORMAT}": {_VERSION}, "regions": ...}}.'
        )
    regions = data.get("regions")
    if not isinstance(regions, Mapping):
        raise RecipeError(f"{where}: regions must be an object with a recipe for each region.")
    unknown = [name for name in data if name not in _FIELDS]
    if unknown:
        raise RecipeError(f"{where}: there is no field {unknown[0]!r}.")
    reference = data.get("charge_reference")
    return RecipeBook(
        recipes={
            region: recipe_from_json(recipe, f"{where}: {region}")
            for region, recipe in regions.items()
        },
        charge_reference=from_json(ChargeReference, reference, f"{where}: charge_reference")
        if reference is not None
        else None,
        quantification=quantification_from_json(
            data.get(_QUANTIFICATION, {}), f"{where}: {_QUANTIFICATION}"
        ),
        comparisons=_read_texts(data.get(_COMPARISONS, []), f"{where}: {_COMPARISONS}"),
        figure_style=style_from_json(data.get(_FIGURE_STYLE, {}), f"{where}: {_FIGURE_STYLE}"),
    )


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """One recipe as plain JSON values."""
    return {
        "steps": [step_to_json(step) for step in recipe.steps],
        "model": to_json(recipe.model),
        "options": to_json(recipe.options),
        **(
            {"choice": {"criterion": recipe.choice.criterion, **to_json(recipe.choice)}}
            if recipe.choice
            else {}
        ),
        **({"bands": to_json(recipe.bands)} if recipe.bands != BandOptions() else {}),
        **({"groups": list(recipe.groups)} if recipe.groups else {}),
    }


def recipe_from_json(data: Any, where: str) -> Recipe:
    """One recipe from plain JSON values; ``where`` begins every message."""
    check_fields(Recipe, data, where)
    return Recipe(
        model=model_from_json(data["model"], f"{where}: model"),
        steps=tuple(
            step_from_json(step, f"{where}: step {number}")
            for number, step in enumerate(_expect_list(data.get("steps", []), f"{where}: steps"), 1)
        ),
        options=from_json(FitOptions, data.get("options", {}), f"{where}: options"),
        choice=from_json(SpeciesChoice, data["choice"], f"{where}: choice")
        if data.get("choice") is not None
        else None,
        bands=from_json(BandOptions, data.get("bands", {}), f"{where}: bands"),
        groups=_read_texts(data.get("groups", []), f"{where}: groups"),
    )


def model_from_json(data: Any, where: str) -> Model:
    """A model from plain JSON values; ``where`` begins every message."""
    check_fields(Model, data, where)
    try:
        return Model(
            peaks=tuple(
                _peak_from_json(peak, f"{where}: peak {number}")
                for number, peak in enumerate(_expect_list(data["peaks"], f"{where}: peaks"), 1)
            ),
            background=_background_from_json(data["background"], f"{where}: background"),
            ties=tuple(
                from_json(Tie, tie, f"{where}: tie {number}")
                for number, tie in enumerate(
                    _expect_list(data.get("ties", []), f"{where}: ties"), 1
                )
            ),
        )
    except RecipeError:
        raise
    except ThioscopeError as error:
        raise RecipeError(f"{where}: {error}") from error


def _peak_from_json(data: Any, where: str) -> Peak:
    check_fields(Peak, data, where)
    changed = {**data, "parameters": _parameters_from_json(data["parameters"], where)}
    if data.get("measured") is not None:
        changed["measured"] = from_json(MeasuredShape, data["measured"], f"{where}: measured")
    return from_json(Peak, changed, where)


def _background_from_json(data: Any, where: str) -> Background:
    check_fields(Background, data, where)
    parameters = _parameters_from_json(data["parameters"], where)
    return from_json(Background, {**data, "parameters": parameters}, where)


def _parameters_from_json(data: Any, where: str) -> dict[str, Parameter]:
    if not isinstance(data, Mapping):
        raise RecipeError(f"{where}: parameters must be an object with an entry for each.")
    return {name: from_json(Parameter, entry, f"{where}: {name}") for name, entry in data.items()}


def _read_texts(data: Any, where: str) -> tuple[str, ...]:
    texts = _expect_list(data, where)
    for text in texts:
        if not isinstance(text, str):
            raise RecipeError(f"{where}: expected texts, found {text!r}.")
    return tuple(texts)


def _expect_list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise RecipeError(f"{where}: expected a list, found {data!r}.")
    return data
