"""The options that ask for a joint fit."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace

from fitting.data.errors import RecipeError
from fitting.fits.options import GROUPINGS, FitOptions
from fitting.models.parameter_kinds import shared_kinds
from fitting.projects.recipe import Recipe


def add_share_arguments(parser: ArgumentParser) -> None:
    """What spectra have in common, and in which groups."""
    add = parser.add_argument
    add("--share", default="", metavar="A,B,C", help=f"joint fit; of: {', '.join(shared_kinds())}")
    add("--share-by", default="", metavar="A,B", help=f"groups; of: {', '.join(GROUPINGS)}")


def with_asked_sharing(given: FitOptions, options: Namespace) -> FitOptions:
    """The fit options, with what the command line says of joint fits.

    Raises
    ------
    RecipeError
        If there is nothing to share in the groups that are asked for.
    """
    share = _split_names(options.share) or given.share
    share_by = _split_names(options.share_by) or given.share_by
    if share_by and not share:
        raise RecipeError(
            "--share-by makes groups of a joint fit. Say with --share what is shared."
        )
    return replace(given, share=share, share_by=share_by)


def shared_as_asked(recipes: Mapping[str, Recipe], options: Namespace) -> Mapping[str, Recipe]:
    """The recipes of a file; what the command line says of sharing goes before what they say."""
    if not (options.share or options.share_by):
        return recipes
    return {region: _share_as_asked(recipe, options) for region, recipe in recipes.items()}


def _share_as_asked(recipe: Recipe, options: Namespace) -> Recipe:
    # a recipe of single fits may start from neighbours, which a joint fit does not have
    begun = replace(recipe.options, share=(), seed_from=options.seed_from)
    return replace(
        recipe,
        options=with_asked_sharing(replace(begun, share=recipe.options.share), options),
    )


def _split_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
