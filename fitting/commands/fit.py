"""``thioscope fit``: files and folders to tables, figures and a project."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from fitting.commands.acquisition_option import add_acquisition_argument, stated_settings
from fitting.commands.cell_options import add_cell_arguments, voltage_file_of
from fitting.commands.cluster_option import add_cluster_argument, fitting_on
from fitting.commands.impedance_options import (
    add_impedance_arguments,
    has_impedance_results,
    impedance_recipe_of,
    is_impedance_complete,
    say_unfitted_impedance,
    summarise_impedance,
)
from fitting.commands.quantity_options import add_quantity_arguments, quantification_of
from fitting.commands.raman_options import add_raman_arguments, band_options_of
from fitting.commands.read import add_reading_arguments, print_table, reading_options
from fitting.commands.share_options import (
    add_share_arguments,
    shared_as_asked,
    with_asked_sharing,
)
from fitting.commands.uncertainty_options import (
    add_uncertainty_arguments,
    uncertain_as_asked,
    with_asked_uncertainty,
)
from fitting.commands.writing import say_problem, write_results
from fitting.data.order import ORDERS
from fitting.data.plain_text import cut_message
from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, get_column
from fitting.electrochemistry.attach import is_untold
from fitting.fits.options import FitOptions, Seed
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.parameter_kinds import offered_kinds
from fitting.output.export import check_folder
from fitting.output.nexus import NEXUS_FILE, describe_placeholders
from fitting.output.vamas import VAMAS_FILE
from fitting.pipeline.components import read_component
from fitting.pipeline.kept_project import KeptProject
from fitting.pipeline.progress import show_progress
from fitting.pipeline.propose import NO_BASELINE, Choices
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.run import run_request
from fitting.preprocessing.baseline import BASELINES
from fitting.projects.figure_style import read_style
from fitting.projects.outcomes import WITHOUT_PEAKS, list_left_out, tell_outcomes
from fitting.projects.project import Analysis, Project
from fitting.projects.provenance import count_by_status
from fitting.projects.recipe import RecipeBook, read_recipes
from fitting.quantities.quantify import find_fractions, species_areas
from libraries.catalogue import Catalogue
from libraries.loader import catalogue

_NOTHING_READABLE = 2
_INTERRUPTED = "The analysis was interrupted: what was not fitted by then is missing."


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH")
    add("--out", required=True, type=Path, metavar="DIR")
    add("--region", action="append", default=[], metavar="NAME", help='such as "S 2p" or raman')
    add("--model", metavar="NAME|FILE", help="a named model, or a recipe file (JSON)")
    add("--species", default="", metavar="A,B,C", help="build the model from these species")
    add("--library", action="append", default=[], type=Path, metavar="FILE.toml")
    add("--charge-reference", metavar="SPEC", help='"C 1s=284.8", "PS4=161.5" or none')
    add(
        "--component",
        action="append",
        default=[],
        metavar="SPECIES=FILE[:REGION[:NUMBER]]",
        help="a measured spectrum in place of the lines of a species; see the page on it",
    )
    add("--background", choices=tuple(BACKGROUNDS), help="XPS; default: the model's")
    add("--baseline", choices=(*BASELINES, NO_BASELINE), default=None, help="Raman")
    add("--resample", type=float, metavar="STEP", help="bring unlike grids onto one step")
    add("--select", choices=("bic",), help="choose the species once for the series")
    add_quantity_arguments(parser)
    add("--take-fit", action="store_true", help="the fit that a file stores is the result")
    add("--refit", action="store_true", help="take the stored fit's model, and fit it")
    add_raman_arguments(parser)
    add_impedance_arguments(parser)
    add_share_arguments(parser)
    add_uncertainty_arguments(parser)
    add("--seed-from", choices=get_args(Seed), default="library")
    add("--workers", type=int, default=0, metavar="N")
    add("--order", choices=ORDERS, default="", help="of the spectra in tables and figures")
    add("--figure-style", type=Path, metavar="FILE", help="how figures look (JSON)")
    add("--nexus", action="store_true", help=f"also {NEXUS_FILE}: data and fit as NeXus (HDF5)")
    add("--curves", action="store_true", help="also data, fit and components as columns (curves/)")
    add("--vamas", action="store_true", help=f"also {VAMAS_FILE}: data and fit for CasaXPS")
    add("--overwrite", action="store_true", help="write into a DIR that is not empty")
    add("--quiet", action="store_true", help="no progress bars")
    add("--json", action="store_true", help="one JSON object on standard output")
    add_acquisition_argument(parser)
    add_cell_arguments(parser)
    add_cluster_argument(parser)
    add_reading_arguments(parser)


def run(options: Namespace) -> int:
    """Read, fit and write; the exit code of the contract."""
    check_folder(options.out, overwrite=options.overwrite)
    # what is stated wrongly is said before anything is fitted
    stated = stated_settings(options)
    libraries, kept = catalogue(options.library, offered_kinds()), KeptProject()
    is_partial = False
    try:
        with fitting_on(options.scheduler) as solve:
            events = run_request(options.paths, _read_request(options, libraries), libraries, solve)
            for event in show_progress(events, quiet=options.quiet):
                kept.take(event)
    except KeyboardInterrupt:
        if not _has_results(kept.project):
            raise
        is_partial = True
        say_problem("stopped; what is done is written, and marked as partial.")
    if not _has_results(kept.project):
        _say_unread(kept.project)
        _say_unfitted(kept.project)
        print("thioscope: nothing to fit was found; nothing is written.", file=sys.stderr)
        return _NOTHING_READABLE
    fitted = replace(kept.project, acquisition=stated)
    return _write_and_summarise(fitted, libraries, options, is_partial=is_partial)


def _has_results(project: Project) -> bool:
    has_spectra = any(one.result is not None for one in project.analyses.values())
    return has_spectra or has_impedance_results(project)


def _write_and_summarise(
    fitted: Project, libraries: Catalogue, options: Namespace, *, is_partial: bool
) -> int:
    """Write everything and print a summary."""
    notes = (*fitted.notes, _INTERRUPTED) if is_partial else fitted.notes
    fitted = replace(fitted, order=options.order, notes=notes)
    written = write_results(
        fitted,
        options.out,
        libraries,
        nexus=options.nexus,
        curves=options.curves,
        vamas=options.vamas,
        is_partial=is_partial,
    )
    hints = describe_placeholders(fitted) if options.nexus else ()
    for note in (*fitted.notes, *hints):
        print(f"note: {cut_message(note)}", file=sys.stderr)
    _say_unread(fitted)
    _say_unfitted(fitted)
    say_unfitted_impedance(fitted)
    if options.json:
        print(json.dumps(_summarise(fitted, written.files), indent=2))
    else:
        _print_summary(fitted, written.files)
    return 0 if _is_complete(fitted, options.region) and written.is_whole and not is_partial else 1


def _read_request(options: Namespace, libraries: Catalogue) -> AnalysisRequest:
    """What the command line says of the files."""
    book = _recipe_book(options)
    return AnalysisRequest(
        choices=_read_choices(options, book or RecipeBook({}), libraries),
        voltages=voltage_file_of(options),
        charge_reference=options.charge_reference,
        quantification=quantification_of(options, book),
        comparisons=tuple(options.compare),
        figure_style=read_style(options.figure_style) if options.figure_style else None,
        book=book,
        reading=reading_options(options, libraries),
        step=options.resample,
        impedance=impedance_recipe_of(options),
    )


def _recipe_book(options: Namespace) -> RecipeBook | None:
    """The recipes, if ``--model`` names a file of them."""
    if options.model and options.model.lower().endswith(".json"):
        return read_recipes(Path(options.model))
    return None


def _read_choices(options: Namespace, book: RecipeBook, libraries: Catalogue) -> Choices:
    given = FitOptions(seed_from=options.seed_from, workers=options.workers)
    # a file of recipes has options of its own
    given = given if book.recipes else with_asked_sharing(given, options)
    reading = reading_options(options, libraries)
    return Choices(
        components=tuple(read_component(text, reading) for text in options.component),
        regions=tuple(options.region) or tuple(book.recipes),
        model=None if book.recipes else options.model,
        species=tuple(name.strip() for name in options.species.split(",") if name.strip()),
        background=options.background,
        baseline=options.baseline or Choices().baseline,
        options=with_asked_uncertainty(given, options),
        recipes=uncertain_as_asked(shared_as_asked(book.recipes, options), options),
        bands=band_options_of(options),
        groups=tuple(options.group),
        select=options.select is not None,
        takes_fits=options.take_fit or options.refit,
        refits=options.refit,
    )


def _say_unread(project: Project) -> None:
    for reason in dict.fromkeys(entry.reason for entry in project.unread):
        say_problem(reason)


def _say_unfitted(project: Project) -> None:
    """A line for every spectrum without a fit, and one for a region of which nothing was asked."""
    for region, analysis in project.analyses.items():
        count = analysis.series.sizes[SPECTRUM]
        if not analysis.has_peaks:
            print(f"note: {region} ({count} spectra): {WITHOUT_PEAKS}", file=sys.stderr)
            continue
        sources, told = get_column(analysis.series, "source"), tell_outcomes(analysis)
        for index in np.flatnonzero(~_find_fitted(analysis)):
            say_problem(f"{sources[index]}, {region}, spectrum {index}: {told[index]}")


def _find_fitted(analysis: Analysis) -> NDArray[np.bool_]:
    if analysis.result is None:
        return np.zeros(analysis.series.sizes[SPECTRUM], dtype=bool)
    return is_fitted(analysis.result)


def _is_complete(project: Project, asked: Sequence[str]) -> bool:
    """Whether all that was asked for was read and fitted; of other regions nothing was."""
    every = project.analyses.values()
    wanted = [one for one in every if one.has_peaks or one.region in asked]
    is_told = not any(is_untold(one.series).any() for one in wanted)
    is_whole = is_told and not project.unread and is_impedance_complete(project)
    return is_whole and all(_find_fitted(one).all() for one in wanted)


def _summarise(project: Project, written: Sequence[Path]) -> dict[str, Any]:
    return {
        "written": [str(path) for path in written],
        "regions": {
            region: dict(_count_by_status(analysis))
            for region, analysis in project.analyses.items()
        },
        **_summarise_resistances(project),
        "unread": [
            {"file": entry.source, "reason": entry.reason} for entry in list_left_out(project)
        ],
        "notes": list(project.notes),
    }


def _summarise_resistances(project: Project) -> dict[str, Any]:
    rows = list(summarise_impedance(project))
    return {"impedance": {quantity: span for _, quantity, span, _ in rows}} if rows else {}


def _count_by_status(analysis: Analysis) -> Iterator[tuple[str, int]]:
    yield "spectra", analysis.series.sizes[SPECTRUM]
    for status, count in count_by_status(analysis).items():
        yield status.name.lower(), count


def _print_summary(project: Project, written: Sequence[Path]) -> None:
    for path in written:
        print(path)
    print()
    rows: list[tuple[str, str, str, str]] = []
    for region, analysis in project.analyses.items():
        if analysis.result is None:
            continue
        areas = species_areas(analysis.result, analysis.model)
        share, _ = find_fractions(areas)
        counts = ", ".join(f"{count} {name}" for name, count in _count_by_status(analysis))
        for index, species in enumerate(areas.names):
            percent = share[np.isfinite(share[:, index]), index]
            span = f"{percent.min():.1f} to {percent.max():.1f} %" if percent.size else "not fitted"
            rows.append((region, species, span, counts if index == 0 else ""))
    print_table(rows, ("region", "species", "share of the region's area", "spectra"))
    resistances = list(summarise_impedance(project))
    if resistances:
        if rows:
            print()
        print_table(resistances, ("technique", "quantity", "range", "spectra"))
