"""The options that say how errors are found."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from fitting.fits.options import FitOptions, Uncertainty
from fitting.projects.recipe import Recipe

_FIELDS = ("uncertainty", "replicas", "seed", "other_backgrounds")


def add_uncertainty_arguments(parser: ArgumentParser) -> None:
    """How the intervals of shares and ratios are found."""
    add = parser.add_argument
    add("--uncertainty", choices=get_args(Uncertainty), help="of shares and ratios; covariance")
    add("--replicas", type=int, metavar="N", help=f"of a bootstrap; {FitOptions().replicas}")
    add("--seed", type=int, metavar="N", help="of a bootstrap; the same seed, the same numbers")
    add(
        "--other-backgrounds",
        metavar="A,B",
        help="fit with these too; what changes is the systematic error",
    )
    add_quick_argument(parser)


def add_quick_argument(parser: ArgumentParser) -> None:
    """Whether to leave out what takes longest."""
    parser.add_argument(
        "--quick",
        action="store_true",
        help="without the models that give the model error: statistical errors only",
    )


def with_asked_uncertainty(given: FitOptions, options: Namespace) -> FitOptions:
    """The fit options, with what the command line says of errors."""
    asked = {name: getattr(options, name) for name in _FIELDS}
    if asked["other_backgrounds"] is not None:
        names = asked["other_backgrounds"].split(",")
        asked["other_backgrounds"] = tuple(name.strip() for name in names if name.strip())
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if options.quick:
        changes["family"] = ()
    return replace(given, **changes)


def uncertain_as_asked(recipes: Mapping[str, Recipe], options: Namespace) -> Mapping[str, Recipe]:
    """The recipes of a file, with what the command line says of errors."""
    return {
        region: replace(recipe, options=with_asked_uncertainty(recipe.options, options))
        for region, recipe in recipes.items()
    }
