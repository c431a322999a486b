"""The recipe an analyst would begin with: from the region, the library and what was asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.series import axis_values
from fitting.data.techniques import Technique, technique_of
from fitting.fits.each import FitOptions
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.from_library import (
    model_from_library,
    named_model_of_species,
    starting_background,
)
from fitting.models.model import Model
from fitting.pipeline.components import Component, with_components
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.baseline import SubtractBaseline
from fitting.preprocessing.intensity import RemoveSpikes
from fitting.preprocessing.saturation import MaskSaturation, saturated_points
from fitting.preprocessing.steps import Step
from fitting.projects.recipe import Recipe
from fitting.quantities.band_ratios import BandOptions, check_bands
from fitting.quantities.groups import check_groups, groups_for
from fitting.quantities.quantify import species_names
from fitting.referencing.charge_reference import ChargeReference
from fitting.selection.candidates import SpeciesChoice
from libraries.catalogue import Catalogue
from libraries.species import NamedModel

NO_BASELINE = "none"
DEFAULT_BASELINE = "arpls"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user asks for; what is left out is the library's default."""

    regions: tuple[str, ...] = ()
    """Only these; empty for every region the library knows a model for."""
    model: str | None = None
    """A named model, for the region it is of."""
    species: tuple[str, ...] = ()
    """Build the models of these instead, each region of those that it knows."""
    background: str | None = None
    """Kind of background: one that follows a baseline is for Raman, any other for XPS."""
    baseline: str = DEFAULT_BASELINE
    """Raman baseline: a method of ``SubtractBaseline`` or "none"."""
    options: FitOptions = field(default_factory=FitOptions)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    """Recipes that go before all of the above, by region."""
    bands: BandOptions = field(default_factory=BandOptions)
    """What Raman band areas are related to."""
    groups: tuple[str, ...] = ()
    """Sums of species and their ratios; each region takes those of which it has all species."""
    select: bool = False
    """Choose the species once for every series, among those above or the library's."""
    takes_fits: bool = False
    """Take over the fits that the files store, where they do; all of the above is for others."""
    refits: bool = False
    """Fit the models that were taken over to the data."""
    components: tuple[Component, ...] = ()
    """Measured spectra that stand for species, each in the regions that it is of."""


def propose_recipe(
    series: xr.Dataset, catalogue: Catalogue, choices: Choices | None = None
) -> Recipe | None:
    """A recipe for the series; ``None`` if its region is not asked for or has no model.

    Raises
    ------
    LibraryError, ModelError
        If a model or species that was asked for does not exist.
    """
    wanted = choices or Choices()
    recipe = _propose_lines(series, catalogue, wanted)
    if recipe is None:
        return None
    return with_components(recipe, str(series.attrs["region"]), wanted.components)


def begin_without_peaks(series: xr.Dataset, choices: Choices | None = None) -> Recipe:
    """A recipe for what nothing is known of: an analyst may give it peaks."""
    kind = "polynomial" if technique_of(series).has_baseline else "shirley"
    return Recipe(Model((), starting_background(kind)), (), (choices or Choices()).options)


def propose_charge_reference(series: Iterable[xr.Dataset]) -> ChargeReference | None:
    """The default reference where its region was measured, else none."""
    default = ChargeReference()
    measured = {one.attrs["region"] for one in series}
    return default if default.region in measured else None


def check_regions(choices: Choices, catalogue: Catalogue) -> None:
    """Raise ``RecipeError`` if a region was asked for that no library or recipe knows."""
    if choices.takes_fits:
        # a file may store the fit of any region
        return
    known = {*catalogue.regions(), *choices.recipes}
    for region in choices.regions:
        if region not in known:
            raise RecipeError(
                f"There is no region {region!r} in the libraries. "
                f"Choose one of: {', '.join(sorted(known))}."
            )


def _propose_lines(series: xr.Dataset, catalogue: Catalogue, wanted: Choices) -> Recipe | None:
    region = str(series.attrs["region"])
    if wanted.regions and region not in wanted.regions:
        return None
    choice = None
    if wanted.select:
        choice = SpeciesChoice(among=_species_of_region(region, catalogue, wanted))
    if region in wanted.recipes:
        given = wanted.recipes[region]
        grouped = _with_groups(given, wanted.groups, region, catalogue)
        return replace(grouped, choice=given.choice or choice)
    named = _named_model(series, catalogue, wanted)
    if named is None:
        return None
    technique = technique_of(series)
    background = wanted.background if _is_meant(wanted.background, technique) else None
    model = model_from_library(named, catalogue, background=background)
    crop = _crop_within(series, named)
    masks = (MaskSaturation(),) if saturated_points(series).any() else ()
    steps: tuple[Step, ...] = (crop, *masks)
    if technique.has_baseline:
        steps = (*steps, *_raman_steps(wanted.baseline))
    recipe = Recipe(model, steps, wanted.options, choice)
    recipe = _with_groups(recipe, wanted.groups, region, catalogue)
    if not technique.has_bands:
        return recipe
    check_bands(wanted.bands, model)
    return replace(recipe, bands=wanted.bands)


def _with_groups(
    recipe: Recipe, groups: Sequence[str], region: str, catalogue: Catalogue
) -> Recipe:
    """Return the recipe with those of some groups that are of its region."""
    listed = catalogue.species(region) if region in catalogue.regions() else ()
    known = (*species_names(recipe.model), *(one.id for one in listed))
    own = groups_for(groups, known, species_names(recipe.model))
    return replace(recipe, groups=tuple(dict.fromkeys((*recipe.groups, *own))))


def _is_meant(background: str | None, technique: Technique) -> bool:
    """Whether a background that was asked for is one for spectra of the technique."""
    kind = BACKGROUNDS.get(background) if background else None
    return kind is None or kind.follows_baseline == technique.has_baseline


def check_species(choices: Choices, catalogue: Catalogue) -> None:
    """Raise ``RecipeError`` if a species or group was asked for that no region in question has."""
    regions = choices.regions or catalogue.regions()
    asked = [region for region in regions if region in catalogue.regions()]
    known = {one.id for region in asked for one in catalogue.species(region)}
    check_groups(
        choices.groups, [[one.id for one in catalogue.species(region)] for region in asked]
    )
    unknown = [name for name in choices.species if name not in known]
    if unknown:
        where = f" for {', '.join(asked)}" if choices.regions else ""
        raise RecipeError(
            f"The libraries know no species {', '.join(map(repr, unknown))}{where}. "
            f"Choose among: {', '.join(sorted(known))}."
        )


def _named_model(series: xr.Dataset, catalogue: Catalogue, wanted: Choices) -> NamedModel | None:
    region = str(series.attrs["region"])
    if region not in catalogue.regions():
        return None
    if wanted.species:
        of_region = _species_of_region(region, catalogue, wanted)
        return named_model_of_species(region, of_region, catalogue) if of_region else None
    if wanted.model:
        named = catalogue.model(wanted.model)
        return named if named.region == region else None
    defaults = [model for model in catalogue.models(region) if model.is_default]
    if not defaults:
        return None
    return _within_reach(series, defaults[-1], catalogue.models(region))


def _within_reach(
    series: xr.Dataset, default: NamedModel, models: Sequence[NamedModel]
) -> NamedModel:
    """The default; where it lies outside what was measured, the model that is most within it."""
    positions = axis_values(series)
    low, high = float(positions.min()), float(positions.max())

    def overlap(model: NamedModel) -> float:
        return min(high, model.crop[1]) - max(low, model.crop[0])

    if overlap(default) > 0:
        return default
    best = max((model for model in models if model.species), key=overlap)
    return best if overlap(best) > 0 else default


def _species_of_region(region: str, catalogue: Catalogue, wanted: Choices) -> tuple[str, ...]:
    """Those asked for that the region knows, in the order they were asked for."""
    known = {species.id for species in catalogue.species(region)}
    return tuple(name for name in wanted.species if name in known)


def _crop_within(series: xr.Dataset, named: NamedModel) -> CropAxis:
    """The model's range, as far as any of the spectra reaches; all of it where none does."""
    positions = axis_values(series)
    low, high = named.crop
    inside = (max(low, float(positions.min())), min(high, float(positions.max())))
    low, high = inside if inside[0] < inside[1] else named.crop
    return CropAxis(float(np.round(low, 4)), float(np.round(high, 4)))


def _raman_steps(baseline: str) -> tuple[Step, ...]:
    if baseline == NO_BASELINE:
        return (RemoveSpikes(),)
    return (RemoveSpikes(), SubtractBaseline(method=baseline))
