"""The choice of species as a step of an analysis: before the fit, recorded with the recipe."""

from collections.abc import Iterator
from dataclasses import replace

from fitting.data.series import axis_of
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis
from fitting.selection.candidates import Selection, SpeciesChoice
from fitting.selection.limits import with_limits
from fitting.selection.search import weigh_species
from fitting.selection.species_subset import considered_species, full_model, with_only
from libraries.catalogue import Catalogue


def possible_species(analysis: Analysis, catalogue: Catalogue) -> tuple[str, ...]:
    """The species that are weighed for a region where the user names none."""
    prepared = apply_steps(analysis.series, analysis.recipe.steps)
    grid = prepared[axis_of(prepared)].values
    limits = float(grid[0]), float(grid[-1])
    return considered_species(analysis.region, analysis.recipe.model, catalogue, limits)


def weigh_analysis(analysis: Analysis, catalogue: Catalogue) -> Iterator[Selection]:
    """Weigh sets of species as the recipe says; the selection so far after every set.

    The last one has the shares from which on the species would be chosen that were not.

    Raises
    ------
    LibraryError, ModelError, SeriesError
        If a species cannot be put in a model, or nothing can be fitted.
    """
    recipe = analysis.recipe
    among = (recipe.choice or SpeciesChoice()).among or possible_species(analysis, catalogue)
    model = full_model(analysis.region, recipe.model, among, catalogue)
    prepared = apply_steps(analysis.series, recipe.steps)
    for selection in weigh_species(prepared, model, recipe.options):
        yield selection
    yield with_limits(prepared, selection, recipe.options)


def with_selection(
    analysis: Analysis, selection: Selection, species: tuple[str, ...] | None = None
) -> Analysis:
    """The analysis with the chosen species in its recipe, or with others that were weighed.

    With others the recipe asks for a choice no more: who follows it would choose otherwise.
    """
    model = with_only(selection.considered, species or selection.chosen)
    is_chosen = not species or set(species) == set(selection.chosen)
    choice = (analysis.recipe.choice or SpeciesChoice()) if is_chosen else None
    recipe = replace(analysis.recipe, model=model, choice=choice)
    return replace(analysis, recipe=recipe, selection=selection)


def has_to_choose(analysis: Analysis) -> bool:
    """Whether the recipe asks for a choice of species that has not been made yet."""
    return analysis.recipe.choice is not None and analysis.selection is None


def describe_selection(region: str, selection: Selection) -> str:
    """What was chosen, and by how much, as a note."""
    candidates = selection.candidates
    if len(candidates) == 1:
        return f"{region}: only {', '.join(selection.chosen)} was weighed, and is fitted."
    return (
        f"{region}: the series supports {', '.join(selection.chosen)} "
        f"(BIC lower by {selection.delta(candidates[1]):.1f} than for "
        f"{', '.join(candidates[1].species)})."
    )
