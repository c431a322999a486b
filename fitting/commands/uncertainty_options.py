"""The options that say how errors are found, and the part of a run that finds them."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from fitting.commands.progress import shown
from fitting.fits.options import FitOptions, Uncertainty
from fitting.project import Project
from fitting.recipe import Recipe
from fitting.series import SPECTRUM
from fitting.uncertainty.analysis import with_uncertainty
from fitting.uncertainty.intervals import IntervalBlock

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


def with_asked_uncertainty(given: FitOptions, options: Namespace) -> FitOptions:
    """The fit options, with what the command line says of errors."""
    asked = {name: getattr(options, name) for name in _FIELDS}
    if asked["other_backgrounds"] is not None:
        names = asked["other_backgrounds"].split(",")
        asked["other_backgrounds"] = tuple(name.strip() for name in names if name.strip())
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    return replace(given, **changes)


def uncertain_as_asked(recipes: Mapping[str, Recipe], options: Namespace) -> Mapping[str, Recipe]:
    """The recipes of a file, with what the command line says of errors."""
    return {
        region: replace(recipe, options=with_asked_uncertainty(recipe.options, options))
        for region, recipe in recipes.items()
    }


def find_uncertainty(project: Project, options: Namespace) -> Project:
    """Find the intervals and systematic errors that the recipes ask for."""
    return with_uncertainty(project, partial(_with_progress, project, quiet=options.quiet))


def _with_progress(
    project: Project, region: str, blocks: Iterator[IntervalBlock], *, quiet: bool
) -> Iterable[IntervalBlock]:
    total = project.analyses[region].series.sizes[SPECTRUM]
    return shown(blocks, f"intervals of {region}", total, quiet=quiet, unit="spectra")
