"""Everything a project leaves on the disk: tables, figures, report, recipes, the project itself."""

from collections.abc import Iterator
from pathlib import Path

from fitting.data.errors import ThioscopeError
from fitting.output.figures import write_figures
from fitting.output.report.page import write_report
from fitting.output.tables.project_tables import find_detections, make_tables, write_tables
from fitting.output.tables.workbook import write_workbook
from fitting.pipeline.analyse import recipes_of
from fitting.pipeline.files import FIGURES_FOLDER, PROJECT_FILE, RECIPE_FILE
from fitting.projects.project import Project, prepared_series
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.saving.project_file import save_project
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Raise ``ThioscopeError`` if the folder cannot take an export, or holds files to be kept."""
    if folder.exists() and not folder.is_dir():
        raise ThioscopeError(f"{folder}: this is a file. Name a folder to write to.")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise ThioscopeError(
            f"{folder}: the folder is not empty. Name another one, or say --overwrite."
        )


def export_project(
    project: Project, folder: Path, catalogue: Catalogue | None = None
) -> Iterator[Path]:
    """Write everything into the folder; yields each file after it is written.

    Parameters
    ----------
    catalogue
        Libraries that the models came from; the bundled ones if left out.

    Raises
    ------
    ThioscopeError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        prepared = {
            region: prepared_series(analysis)
            for region, analysis in project.analyses.items()
            if analysis.result is not None
        }
        fitted = [project.analyses[region] for region in prepared]
        seen = find_detections(fitted, prepared)
        tables = make_tables(project, catalogue, prepared=prepared, detections=seen)
        yield from write_tables(tables, folder)
        yield write_workbook(tables, project, folder)
        figures = write_figures(
            project, folder / FIGURES_FOLDER, catalogue, prepared=prepared, detections=seen
        )
        drawn = []
        for figure in figures:
            drawn.append(figure)
            yield figure
        known = catalogue or bundled_catalogue()
        yield from write_report(project, tables, folder, drawn, known, prepared=prepared)
        recipe_file = folder / RECIPE_FILE
        write_recipes(RecipeBook(recipes_of(project), project.charge_reference), recipe_file)
        yield recipe_file
        save_project(project, folder / PROJECT_FILE)
        yield folder / PROJECT_FILE
    except OSError as error:
        raise ThioscopeError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error
