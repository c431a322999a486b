"""``thioscope demo``: the bundled example, the whole way; its data are simulated."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fitting.commands import fit
from fitting.commands.uncertainty_options import add_quick_argument
from fitting.output.export import check_folder
from fitting.simulation.example import write_example

_EXAMPLE = "simulated-example"


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("--out", type=Path, default=Path("thioscope-demo"), metavar="DIR", help="%(default)s")
    add("--overwrite", action="store_true", help="write into a DIR that is not empty")
    add_quick_argument(parser)
    add("--quiet", action="store_true", help="no progress bars")
    add("--json", action="store_true", help="one JSON object on standard output")


def run(options: Namespace) -> int:
    """Write the simulated example, fit it, and write tables and figures."""
    check_folder(options.out, overwrite=options.overwrite)
    spectra = write_example(options.out / _EXAMPLE)
    parser = ArgumentParser()
    fit.add_arguments(parser)
    switches = [f"--{name}" for name in ("quick", "quiet", "json") if getattr(options, name)]
    return fit.run(
        parser.parse_args([str(spectra), "--out", str(options.out), "--overwrite", *switches])
    )
