"""``thioscope watch``: a folder during a measurement, fitted spectrum by spectrum."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.commands.cell_options import add_cell_arguments, clock_of, voltage_file_of
from fitting.commands.read import add_reading_arguments, reading_options
from fitting.commands.uncertainty_options import add_quick_argument
from fitting.commands.writing import Troubles, say_problem, write_results
from fitting.data.errors import ThioscopeError, UnreadableFileError
from fitting.data.plain_text import escape_controls
from fitting.data.result import Status
from fitting.data.series import get_column, source_names
from fitting.electrochemistry.attach import is_untold
from fitting.models.parameter_kinds import offered_kinds
from fitting.output.export import check_folder
from fitting.output.tables.project_tables import make_tables, write_tables
from fitting.pipeline.events import Rows
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.live.watch import Patience, watch_folder
from fitting.pipeline.propose import Choices, check_regions
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.result_files import PROJECT_FILE
from fitting.pipeline.run import find_errors, run_project
from fitting.projects.outcomes import list_left_out
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.projects.recipe import read_recipes
from fitting.projects.unread import Unread
from fitting.quantities.quantify import find_fractions, species_areas
from fitting.readers.boundary import contain_faults
from fitting.readers.options import ReadOptions
from fitting.saving.project_file import open_project, save_project
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as load_catalogue

_NOTHING_CAME = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="where the instrument writes")
    add("--out", required=True, type=Path, metavar="DIR", help="tables, figures and project")
    add("--recipe", type=Path, metavar="FILE", help="recipe.json, or a project to go on with")
    add("--region", action="append", default=[], metavar="NAME", help='such as "S 2p" or raman')
    add("--library", action="append", default=[], type=Path, metavar="FILE.toml")
    add("--charge-reference", metavar="SPEC", help='"C 1s=284.8", "PS4=161.5" or none')
    add("--once", action="store_true", help="end when all that is there has been read")
    add("--stop-after", type=float, metavar="S", help="end when nothing has come for so long")
    add("--interval", type=float, default=Patience().interval, metavar="S",
        help="between two looks at the folder (%(default)s s)")  # fmt: skip
    add("--settled", type=float, default=Patience().settled, metavar="S",
        help="a file is read when it has not changed for so long (%(default)s s)")  # fmt: skip
    add("--overwrite", action="store_true", help="write into a DIR that is not empty")
    add_quick_argument(parser)
    add("--quiet", action="store_true", help="no line for every file")
    add_cell_arguments(parser)
    add_reading_arguments(parser)


def run(
    options: Namespace,
    *,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Watch until interrupted or as long as the options say; then write everything.

    0 if all that came was read, 1 if some was not, 2 if nothing came.

    Parameters
    ----------
    now, sleep
        The clock (s) and how to wait for it.
    """
    if not options.folder.is_dir():
        raise ThioscopeError(f"{options.folder}: not a folder. Name the one to be watched.")
    check_folder(options.out, overwrite=options.overwrite)
    clock_of(options)
    watch = _begin_watch(options)
    try:
        for reading in _iterate_readings(options, watch.request.reading, now, sleep):
            watch = _take_reading(watch, reading, options)
    except KeyboardInterrupt:
        print("thioscope: stopped watching.", file=sys.stderr)
    project, weighs = watch.project, not options.quick
    for analysis in project.analyses.values():
        project = keep_events(project, find_errors(analysis, watch.catalogue, weighs_models=weighs))
    if not project.analyses:
        print("thioscope: no spectrum came; nothing is written.", file=sys.stderr)
        return _NOTHING_CAME
    written = write_results(project, options.out, watch.catalogue)
    for path in written.files:
        print(path)
    # tables that could not be written before are written by now
    has_voltages = options.voltage is None or _voltage_name(options) not in watch.troubles.standing
    untold = any(is_untold(one.series).any() for one in project.analyses.values())
    is_done = written.is_whole and has_voltages and not untold and not list_left_out(project)
    return 0 if is_done else 1


@dataclass(frozen=True, slots=True)
class _Watch:
    """What a watch goes by, and what it has so far."""

    project: Project
    catalogue: Catalogue
    request: AnalysisRequest
    record_time: int = 0
    """When the file that tells the voltages was last written to (ns)."""
    troubles: Troubles = field(default_factory=Troubles)
    """What does not work just now."""


def _begin_watch(options: Namespace) -> _Watch:
    libraries = load_catalogue(options.library, offered_kinds())
    project, book = Project(), None
    if options.recipe is not None and options.recipe.suffix == ".thio":
        project = open_project(options.recipe)
    elif options.recipe is not None:
        book = read_recipes(options.recipe)
    request = AnalysisRequest(
        choices=Choices(
            regions=tuple(options.region), recipes={} if book is None else book.recipes
        ),
        charge_reference=options.charge_reference,
        book=book,
        reading=reading_options(options, libraries),
        replaces=True,
    )
    check_regions(request.choices, libraries)
    return _Watch(project, libraries, request)


def _iterate_readings(
    options: Namespace,
    reading_as: ReadOptions,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Reading]:
    """What comes, until nothing has come for as long as the options say."""
    patience = Patience(interval=options.interval, settled=options.settled)
    longest = options.stop_after
    if options.once:
        longest = options.settled + 2 * options.interval
    last = now()
    found = watch_folder(
        options.folder, reading_as, patience, ignored=options.out, now=now, sleep=sleep
    )
    for reading in found:
        if reading is not None:
            yield reading
            last = now()
        elif longest is not None and now() - last > longest:
            return


def _take_reading(watch: _Watch, reading: Reading, options: Namespace) -> _Watch:
    """The watch with a reading added and fitted, and the tables written."""
    watch = _with_voltage_file(watch, options)
    try:
        with contain_faults(_path_of(reading, options)):
            prepared = grow_project(watch.project, reading, watch.catalogue, watch.request)
            events = run_project(
                prepared.project, watch.catalogue, prepared.to_fit, weighs_models=False
            )
            project = keep_events(prepared.project, events)
    except UnreadableFileError as error:
        parts = _split_reading(reading)
        if len(parts) > 1:
            # only what trips the program is left out
            for part in parts:
                watch = _take_reading(watch, part, options)
            return watch
        say_problem(str(error))
        entry = Unread(_path_of(reading, options).name, str(error))
        project = replace(watch.project, unread=(*watch.project.unread, entry))
        return replace(watch, project=project)
    if not options.quiet:
        _tell_of_reading(project, prepared.to_fit, reading)
    if project.analyses:
        _keep_so_far(watch, project, options.out)
    return replace(watch, project=project)


def _keep_so_far(watch: _Watch, project: Project, folder: Path) -> None:
    """Write project and tables; one that cannot be written now is tried again with the next."""
    tables = make_tables(project, watch.catalogue)
    for name, table in tables.items():
        with watch.troubles.survive(f"the table {name}.csv"):
            folder.mkdir(parents=True, exist_ok=True)
            list(write_tables({name: table}, folder))
    with watch.troubles.survive("the project"):
        save_project(project, folder / PROJECT_FILE)


def _split_reading(reading: Reading) -> list[Reading]:
    """The reading file by file; what could not be read comes with the first."""
    files: dict[str, list[xr.Dataset]] = {}
    for one in reading.series:
        files.setdefault(" ".join(source_names(one)), []).append(one)
    parts = [Reading(series=tuple(group)) for group in files.values()]
    return [replace(reading, series=parts[0].series), *parts[1:]] if parts else [reading]


def _path_of(reading: Reading, options: Namespace) -> Path:
    """The file that a reading is of, as it is named."""
    names = [name for one in reading.series for name in source_names(one)]
    folder: Path = options.folder
    return folder / (names[0] if names else "")


def _voltage_name(options: Namespace) -> str:
    return escape_controls(options.voltage.name)


def _with_voltage_file(watch: _Watch, options: Namespace) -> _Watch:
    """With the file that tells the voltages as it is by now: it grows as well."""
    if options.voltage is None:
        return watch
    try:
        written = options.voltage.stat().st_mtime_ns
    except OSError:
        # said by whoever reads it
        written = -1
    if written == watch.record_time:
        return watch
    with watch.troubles.survive(_voltage_name(options)):
        request = replace(watch.request, voltages=voltage_file_of(options))
        return replace(watch, request=request, record_time=written)
    return watch


def _tell_of_reading(project: Project, fitted: Rows, reading: Reading) -> None:
    """A line for every spectrum that was fitted, and for what could not be read."""
    for entry in reading.unread:
        say_problem(entry.reason)
    for region, rows in fitted.items():
        analysis = project.analyses[region]
        if analysis.result is None:
            continue
        areas = species_areas(analysis.result, analysis.model)
        share, _ = find_fractions(areas)
        for row in rows:
            voltage = float(get_column(analysis.series, "voltage")[row])
            words = [str(get_column(analysis.series, "source")[row]), region]
            words += [f"{voltage:.3f} V"] if np.isfinite(voltage) else []
            words += [Status(int(analysis.result["status"].values[row])).name.lower()]
            words += [
                f"{name} {percent:.1f} %"
                for name, percent in zip(areas.names, share[row], strict=True)
                if np.isfinite(percent)
            ]
            print("  ".join(words), flush=True)
