"""The options about what follows from areas: atomic percent, groups of species, differences."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from fitting.projects.recipe import RecipeBook
from fitting.quantities.escape_depth import ESCAPE_DEPTHS
from fitting.quantities.quantification import Quantification, check_depth
from libraries.materials import DEFAULT_MATERIAL, material_names
from libraries.sensitivity_sets import load_sensitivity_set


def add_quantity_arguments(parser: ArgumentParser) -> None:
    """The arguments about atomic percent, groups and differences."""
    add = parser.add_argument
    add(
        "--group",
        action="append",
        default=[],
        metavar="SUM",
        help='repeatable: "SOx = sulfite + sulfate", "polysulfide + sulfur / PS4"',
    )
    add(
        "--compare",
        action="append",
        default=[],
        metavar="A - B",
        help='repeatable: "bare - coated", "bare @ 4.3 - bare @ 2.8"',
    )
    add("--sensitivity", metavar="NAME|FILE.csv", help="factors of atomic percent; Scofield")
    add(
        "--escape-depth",
        choices=tuple(ESCAPE_DEPTHS),
        help="of electrons, for factors that do not hold it; TPP-2M",
    )
    add(
        "--material",
        metavar="NAME",
        help=f"that electrons come through: {', '.join(material_names())}; {DEFAULT_MATERIAL}",
    )
    add(
        "--analyser-angle",
        type=float,
        metavar="DEG",
        help="between X-rays and analyser; without it no angular term",
    )


def quantification_of(options: Namespace, book: RecipeBook | None) -> Quantification | None:
    """What the options say, over what a file of recipes says; ``None`` if they say nothing.

    Raises
    ------
    LibraryError, RecipeError
        If a set, material or escape depth does not exist, or an own set cannot be read.
    """
    given = Quantification() if book is None else book.quantification
    chosen = given
    if options.sensitivity and options.sensitivity.lower().endswith(".csv"):
        chosen = replace(chosen, own_set=load_sensitivity_set(Path(options.sensitivity)))
    elif options.sensitivity:
        chosen = replace(chosen, sensitivity=options.sensitivity, own_set=None)
    if options.escape_depth:
        chosen = replace(chosen, escape_depth=options.escape_depth)
    if options.material:
        chosen = replace(chosen, material=options.material)
    if options.analyser_angle is not None:
        chosen = replace(chosen, angle=options.analyser_angle)
    check_depth(chosen)
    return None if chosen == given else chosen
