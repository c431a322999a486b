"""Everything a project leaves on the disk: tables, figures, report, recipes, the project itself."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import cut_message
from fitting.output.curves import write_curves
from fitting.output.figures import write_figures
from fitting.output.figures.impedance import impedance_figures
from fitting.output.figures.style import save_figure
from fitting.output.manifest import read_manifest
from fitting.output.nexus import NEXUS_FILE, write_nexus
from fitting.output.placing import Tell, is_interrupted, place_files, repair_folder, stage_files
from fitting.output.plug_ins import EXPORTS, Export
from fitting.output.report.page import write_report
from fitting.output.tables.project_tables import (
    Tables,
    find_detections,
    make_tables,
    write_tables,
)
from fitting.output.tables.workbook import write_workbook
from fitting.output.vamas import VAMAS_FILE, write_vamas
from fitting.pipeline.result_files import FIGURES_FOLDER, PROJECT_FILE, RECIPE_FILE
from fitting.projects.project import Project, book_of, prepared_series
from fitting.projects.recipe import write_recipes
from fitting.saving.project_file import save_project
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Raise ``ThioscopeError`` if the folder cannot take an export, or holds files to be kept."""
    if folder.exists() and not folder.is_dir():
        raise ThioscopeError(f"{folder}: this is a file. Name a folder to write to.")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        if is_interrupted(folder):
            raise ThioscopeError(
                f"{folder}: an export into this folder was interrupted while its files were put in "
                f"place. Finish it with: thioscope check --repair {folder}"
            )
        raise ThioscopeError(
            f"{folder}: the folder is not empty. Name another one, or say --overwrite."
        )


def export_project(
    project: Project,
    folder: Path,
    catalogue: Catalogue | None = None,
    *,
    nexus: bool = False,
    curves: bool = False,
    vamas: bool = False,
    is_partial: bool = False,
    tell: Tell = lambda _: None,
) -> Iterator[Path]:
    """Write everything into the folder; yields each file as it is made.

    The files are put in place together after the last of them was made, and those of an export
    before that are not among them are taken away; other files are left alone. Whoever stops
    iterating leaves the folder as it was.

    Parameters
    ----------
    catalogue
        Libraries that the models came from; the bundled ones if left out.
    nexus
        Write data and fit as NeXus as well.
    curves
        Write data, fit, components and residual of every spectrum as columns as well.
    vamas
        Write spectra and fit as VAMAS for CasaXPS as well.
    is_partial
        Whether the analysis was interrupted, which the manifest says.
    tell
        Gets a sentence for every file that could not be made or put in its place.

    Raises
    ------
    ThioscopeError
        If the folder cannot be written.
    """
    also = [name for name, is_asked in ((NEXUS_FILE, nexus), (VAMAS_FILE, vamas)) if is_asked]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        repair_folder(folder)
        with stage_files(folder) as staged:
            # what cannot be made again comes first
            save_project(project, staged / PROJECT_FILE)
            yield folder / PROJECT_FILE
            try:
                made = _make_files(project, staged, catalogue, also, tell, curves=curves)
                for path in made:
                    yield folder / path.relative_to(staged)
            except (OSError, MemoryError, KeyboardInterrupt):
                # the work is in the project, all else can be made of it again
                _keep_only_project(staged)
                place_files(staged, folder, is_partial=True, tell=tell)
                raise
            place_files(staged, folder, is_partial=is_partial, tell=tell)
    except OSError as error:
        raise ThioscopeError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error


def exported_files(folder: Path) -> list[Path]:
    """The files of the last export into the folder, under the names that they have there."""
    manifest = read_manifest(folder)
    return [folder / name for name in manifest.files] if manifest else []


def _keep_only_project(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != PROJECT_FILE:
            path.unlink(missing_ok=True)


def _make_files(
    project: Project,
    folder: Path,
    catalogue: Catalogue | None,
    also: Sequence[str],
    tell: Tell,
    *,
    curves: bool,
) -> Iterator[Path]:
    """All but the project; what trips in one kind of them does not stop the others.

    Parameters
    ----------
    also
        Names of the files that are written where they are asked for.
    """

    def write_recipe() -> Iterator[Path]:
        write_recipes(book_of(project), folder / RECIPE_FILE)
        yield folder / RECIPE_FILE

    def write_entries() -> Iterator[Path]:
        yield write_nexus(project, folder / NEXUS_FILE)

    def write_blocks() -> Iterator[Path]:
        write_vamas(project, folder / VAMAS_FILE)
        yield folder / VAMAS_FILE

    yield from _contain(write_recipe, "the recipe", tell)
    if NEXUS_FILE in also:
        yield from _contain(write_entries, "the NeXus file", tell)
    if VAMAS_FILE in also:
        yield from _contain(write_blocks, "the VAMAS file", tell)
    yield from _contain(lambda: _make_results(project, folder, catalogue, tell), "the tables", tell)
    if curves:
        yield from _contain(lambda: write_curves(project, folder), "the curves", tell)


def _make_results(
    project: Project, folder: Path, catalogue: Catalogue | None, tell: Tell
) -> Iterator[Path]:
    known = catalogue or bundled_catalogue()
    prepared = {
        region: prepared_series(analysis)
        for region, analysis in project.analyses.items()
        if analysis.result is not None
    }
    fitted = [project.analyses[region] for region in prepared]
    seen = find_detections(fitted, prepared)
    tables = make_tables(project, catalogue, prepared=prepared, detections=seen)
    drawn: list[Path] = []

    def write_book() -> Iterator[Path]:
        yield write_workbook(tables, project, folder)

    def draw() -> Iterator[Path]:
        place = folder / FIGURES_FOLDER
        for path in write_figures(project, place, known, prepared=prepared, detections=seen):
            drawn.append(path)
            yield path
        for name, figure in impedance_figures(project.impedance, tables["species"]).items():
            for path in save_figure(figure, place / name, project.figure_style):
                drawn.append(path)
                yield path

    def write_page() -> Iterator[Path]:
        return write_report(project, tables, folder, drawn, known, prepared=prepared)

    yield from write_tables(tables, folder)
    yield from _contain(write_book, "the workbook", tell)
    yield from _contain(draw, "figures", tell)
    yield from _contain(write_page, "the report", tell)
    for one in EXPORTS.values():
        yield from _contain(partial(_write_export, one, project, tables, folder), one.name, tell)


def _write_export(one: Export, project: Project, tables: Tables, folder: Path) -> Iterator[Path]:
    """What a plug-in writes; a file outside of the folder would be of no analysis."""
    for path in one.write_files(project, tables, folder):
        path.relative_to(folder)
        yield path


def _contain(make: Callable[[], Iterator[Path]], what: str, tell: Tell) -> Iterator[Path]:
    """One kind of output: what trips in it is said, and the others are made all the same."""
    try:
        yield from make()
    except (OSError, MemoryError):
        # no disk for one, none for the others
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of one output
        tell(
            f"{what}: could not be made ({type(error).__name__}: {cut_message(str(error), 200)}); "
            "all else was written. Please report this line together with the project file."
        )
