"""Sums of species, and ratios of such sums, as an analyst names them.

``SOx = sulfite + sulfate`` is the share of a sum in the total area of its region,
``polysulfide + sulfur / PS4`` a ratio of sums. The name before ``=`` can be left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fitting.data.errors import RecipeError
from fitting.models.model import Model
from fitting.projects.project import Analysis
from fitting.quantities.quantify import species_names
from fitting.quantities.quantity import Quantity, tabulated_quantities

_FORM = 'Write "SOx = sulfite + sulfate" for a share, or "polysulfide + sulfur / PS4" for a ratio.'


@dataclass(frozen=True, slots=True)
class Group:
    """One sum of species, or a ratio of two."""

    name: str
    """As the analyst calls it; the sum itself if left out."""
    quantity: Quantity
    missing: tuple[str, ...] = ()
    """Species of the sum that are not in the model: they count as nothing."""


def parse_group(text: str) -> Group:
    """A group from what was written.

    Raises
    ------
    RecipeError
        If it names no species, or one on both sides of a ratio.
    """
    named, equals, sums = text.rpartition("=")
    above, slash, below = sums.partition("/")
    numerator, denominator = _split_sum(above), _split_sum(below)
    twice = set(numerator) & set(denominator)
    is_broken = not numerator or bool(slash) != bool(denominator) or "/" in below
    if is_broken or (equals and not named.strip()):
        raise RecipeError(f"{text!r} is no group of species. {_FORM}")
    if twice:
        raise RecipeError(f"{text!r}: {min(twice)} cannot stand on both sides of a ratio.")
    quantity = Quantity("ratio" if slash else "fraction", numerator, denominator)
    return Group(named.strip() or quantity.words, quantity)


def groups_of(analysis: Analysis) -> tuple[Group, ...]:
    """The groups of a region's recipe, as far as the model has their species.

    Species that a choice by the data has left out count as nothing, which the group says. Without
    any species of a side there is no such group.
    """
    return tuple(_within_model(map(parse_group, analysis.recipe.groups), analysis.model))


def stored_quantities(analysis: Analysis) -> tuple[Quantity, ...]:
    """What intervals and model errors are found of: what the tables show, and the groups."""
    wanted = (
        *tabulated_quantities(analysis.model),
        *(group.quantity for group in groups_of(analysis)),
    )
    return tuple({one.name: one for one in wanted}.values())


def groups_for(
    texts: Iterable[str], known: Sequence[str], fitted: Sequence[str]
) -> tuple[str, ...]:
    """Those of some groups that a region can have.

    Parameters
    ----------
    known
        All species of the region.
    fitted
        Those of its model: it must have one of each side.

    Raises
    ------
    RecipeError
        If one of them cannot be read.
    """
    return tuple(
        text
        for text in texts
        if _is_known(parse_group(text), known) and _has_sides(parse_group(text), fitted)
    )


def check_groups(texts: Iterable[str], known: Iterable[Sequence[str]]) -> None:
    """Raise ``RecipeError`` if a group is one of no region.

    Parameters
    ----------
    known
        The species of each region.
    """
    regions = [tuple(names) for names in known]
    for text in texts:
        if not any(_is_known(parse_group(text), names) for names in regions):
            raise RecipeError(
                f"{text!r}: no region has all of these species. There are: "
                f"{'; '.join(', '.join(names) for names in regions)}."
            )


def _split_sum(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split("+") if part.strip()))


def _is_known(group: Group, known: Sequence[str]) -> bool:
    return {*group.quantity.species, *group.quantity.relative_to} <= set(known)


def _has_sides(group: Group, fitted: Sequence[str]) -> bool:
    sides = [side for side in (group.quantity.species, group.quantity.relative_to) if side]
    return all(set(side) & set(fitted) for side in sides)


def _within_model(groups: Iterable[Group], model: Model) -> Iterable[Group]:
    names = species_names(model)
    for group in groups:
        quantity = group.quantity
        above = tuple(one for one in quantity.species if one in names)
        below = tuple(one for one in quantity.relative_to if one in names)
        missing = {*quantity.species, *quantity.relative_to} - {*above, *below}
        if above and (below or not quantity.relative_to):
            within = Quantity(quantity.kind, above, below)
            yield replace(group, quantity=within, missing=tuple(sorted(missing)))
