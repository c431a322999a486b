"""Options about impedance spectra, and what is said of their fits."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

import numpy as np

from fitting.commands.writing import say_problem
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM, get_column
from fitting.impedance.analysis import FITTED, ImpedanceRecipe, find_fitted
from fitting.impedance.estimates import list_estimates
from fitting.impedance.named_circuits import NAMED_CIRCUITS, find_circuit
from fitting.impedance.quantities import Geometry
from fitting.projects.project import Project


def add_impedance_arguments(parser: ArgumentParser) -> None:
    """The arguments about circuits and pellets."""
    add = parser.add_argument
    known = ", ".join(NAMED_CIRCUITS)
    add("--circuit", default="", metavar="TEXT|NAME",
        help=f"of impedance spectra: R-(R|Q)-(R|Q)-W, or one of {known}; "
        "default: the number of arcs is chosen by evidence")  # fmt: skip
    add("--share-exponents", action="store_true",
        help="exponents are common to all impedance spectra of a sample")  # fmt: skip
    add("--area", type=float, default=np.nan, metavar="CM2", help="of the pellet, for conductivity")
    add("--thickness", type=float, default=np.nan, metavar="CM", help="of the pellet, likewise")


def impedance_recipe_of(options: Namespace) -> ImpedanceRecipe:
    """What the command line asks of impedance spectra.

    Raises
    ------
    ThioscopeError
        If the circuit is none, or a length is not positive.
    """
    if options.circuit:
        find_circuit(options.circuit)
    for name in ("area", "thickness"):
        value = getattr(options, name)
        if not np.isnan(value) and not 0 < value < np.inf:
            raise ThioscopeError(f"--{name} {value:g}: it has to be a positive number.")
    return ImpedanceRecipe(
        options.circuit, options.share_exponents, Geometry(options.area, options.thickness)
    )


def has_impedance_results(project: Project) -> bool:
    """Whether there are fitted impedance spectra."""
    return project.impedance is not None and project.impedance.result is not None


def is_impedance_complete(project: Project) -> bool:
    """Whether every impedance spectrum is fitted."""
    if project.impedance is None:
        return True
    result = project.impedance.result
    return result is not None and bool(find_fitted(result).all())


def say_unfitted_impedance(project: Project) -> None:
    """Name every impedance spectrum that has no fit, with the reason."""
    if project.impedance is None or project.impedance.result is None:
        return
    result = project.impedance.result
    sources = get_column(project.impedance.series, "source")
    for row in np.flatnonzero(~find_fitted(result)):
        message = result["message"].values[row]
        say_problem(f"{sources[row]}, impedance, spectrum {row}: {message}")


def summarise_impedance(project: Project) -> Iterator[tuple[str, str, str, str]]:
    """Rows of the summary: every resistance with its range over the spectra."""
    analysis = project.impedance
    if analysis is None or analysis.result is None:
        return
    found: dict[str, list[tuple[float, str]]] = {}
    for one in list_estimates(analysis):
        is_shown = one.quantity.startswith("R") or one.quantity == "conductivity"
        if is_shown and one.status == FITTED:
            found.setdefault(one.quantity, []).append((one.value, one.unit))
    count = f"{analysis.series.sizes[SPECTRUM]} spectra"
    for place, (quantity, values) in enumerate(found.items()):
        low, high = min(values)[0], max(values)[0]
        span = f"{low:.4g}" if len(values) == 1 else f"{low:.4g} to {high:.4g}"
        yield "impedance", quantity, f"{span} {values[0][1]}", count if place == 0 else ""
