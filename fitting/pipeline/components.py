"""Measured spectra that were asked for as components: read, measured, put into a recipe's model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.series import SPECTRUM
from fitting.fits.measured_component import component_of, measure_component, with_component
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import read_spectra


@dataclass(frozen=True, slots=True)
class Component:
    """A spectrum that stands for a species."""

    species: str
    """Its peaks in the model give way; a name that no library has is one of the user's own."""
    series: tuple[xr.Dataset, ...]
    """Of the file, one of each region that is meant."""
    spectrum: int = 0


def read_component(text: str, options: ReadOptions = DEFAULT) -> Component:
    """The component that a text like ``PS4=pristine.vms:S 2p:0`` says.

    Region and number may be left out: then it is one for every region of the file, and the file has
    one spectrum of each.

    Raises
    ------
    RecipeError
        If the text is not like that, or the file does not have what it names.
    UnreadableFileError
        If the file cannot be read.
    """
    species, _, rest = text.partition("=")
    path, region, number = _split_place(rest.strip())
    if not species.strip() or not path:
        raise RecipeError(
            f"{text!r} names no component. Write species and file, such as PS4=pristine.vms, or "
            'with region and number of the spectrum, PS4=pristine.vms:"S 2p":0.'
        )
    found = read_spectra(Path(path), options)
    wanted = tuple(one for one in found if region in ("", one.attrs["region"]))
    if not wanted:
        known = ", ".join(dict.fromkeys(str(one.attrs["region"]) for one in found))
        raise RecipeError(f"{path} has no region {region!r}. It has: {known}.")
    return Component(species.strip(), wanted, _check_number(path, wanted, number))


def with_components(recipe: Recipe, region: str, components: Sequence[Component]) -> Recipe:
    """Return the recipe with those components that are of the region in its model.

    Raises
    ------
    ModelError
        If the background below a spectrum cannot be found.
    """
    for component in components:
        for series in component.series:
            if series.attrs["region"] == region:
                prepared = apply_steps(series, recipe.steps)
                shape = measure_component(prepared, recipe.model, component.spectrum)
                peak = component_of(shape, component.species)
                recipe = replace(recipe, model=with_component(recipe.model, peak))
    return recipe


def measured_from(analysis: Analysis, spectrum: int, species: str) -> Recipe:
    """The recipe of a region with one of its own spectra in place of a species."""
    rows = {SPECTRUM: [spectrum]}
    component = Component(species, (analysis.series.isel(rows),))
    return with_components(analysis.recipe, analysis.region, [component])


def _split_place(text: str) -> tuple[str, str, str]:
    """Path, region and number; a colon of the path, as after a drive, separates nothing."""
    parts = text.split(":")
    if len(parts) > 1 and len(parts[0]) == 1 and parts[1][:1] in ("/", "\\"):
        parts = [":".join(parts[:2]), *parts[2:]]
    number = parts.pop() if len(parts) > 1 and parts[-1].strip().isdigit() else ""
    region = parts.pop() if len(parts) > 1 else ""
    return ":".join(parts), region.strip().strip('"'), number.strip()


def _check_number(path: str, series: Sequence[xr.Dataset], number: str) -> int:
    """The spectrum that is meant; each of the series has to have it, and no other unless named."""
    for one in series:
        count = one.sizes[SPECTRUM]
        if (number and int(number) >= count) or (not number and count > 1):
            raise RecipeError(
                f"{path} has {count} spectra of {one.attrs['region']}. Name one of them by its "
                f"number from 0, such as {path}:{one.attrs['region']}:0."
            )
    return int(number or 0)
