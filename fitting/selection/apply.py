"""The choice of species as a step of an analysis: before the fit, recorded with the recipe."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from fitting.data.errors import ModelError, SeriesError
from fitting.data.series import axis_of
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis, Project
from fitting.selection.candidates import Selection, SpeciesChoice
from fitting.selection.limits import with_limits
from fitting.selection.search import weigh_species
from fitting.selection.species_subset import considered_species, full_model, with_only
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError

Collect = Callable[[str, Iterator[Selection]], Iterable[Selection]]


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
    """The analysis with the chosen species in its recipe, or with others that were weighed."""
    model = with_only(selection.considered, species or selection.chosen)
    choice = analysis.recipe.choice or SpeciesChoice()
    recipe = replace(analysis.recipe, model=model, choice=choice)
    return replace(analysis, recipe=recipe, selection=selection)


def choose_where_asked(project: Project, catalogue: Catalogue, collect: Collect) -> Project:
    """Choose the species of every region whose recipe asks for it.

    ``collect`` gets the region's name and its selections, such as to show the progress. Where
    nothing can be chosen, the model stays as it was, with a note.
    """
    analyses, notes = dict(project.analyses), list(project.notes)
    for region, analysis in project.analyses.items():
        if analysis.recipe.choice is None:
            continue
        try:
            *_, selection = collect(region, weigh_analysis(analysis, catalogue))
        except (LibraryError, ModelError, SeriesError) as error:
            notes.append(f"{region}: the species could not be chosen. {error}")
            continue
        analyses[region] = with_selection(analysis, selection)
        notes.append(_describe_selection(region, selection))
    return replace(project, analyses=analyses, notes=tuple(notes))


def _describe_selection(region: str, selection: Selection) -> str:
    candidates = selection.candidates
    if len(candidates) == 1:
        return f"{region}: only {', '.join(selection.chosen)} was weighed, and is fitted."
    return (
        f"{region}: the series supports {', '.join(selection.chosen)} "
        f"(BIC lower by {selection.delta(candidates[1]):.1f} than for "
        f"{', '.join(candidates[1].species)})."
    )
