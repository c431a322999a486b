"""Options about Raman band areas: what they are related to, and what they stand for."""

from argparse import ArgumentParser, Namespace

from fitting.quantities.band_ratios import BandOptions


def add_raman_arguments(parser: ArgumentParser) -> None:
    """The arguments about band ratios."""
    add = parser.add_argument
    add("--internal-band", default="", metavar="PEAK", help='Raman, such as "PS4 428"')
    add("--cross-section", action="append", default=[], metavar="SPECIES=VALUE±ERR",
        help="Raman, repeatable, relative to one another: gives mole ratios")  # fmt: skip


def band_options_of(options: Namespace) -> BandOptions:
    """What the options say.

    Raises
    ------
    RecipeError
        If a cross section cannot be read.
    """
    return BandOptions(options.internal_band, tuple(options.cross_section))
