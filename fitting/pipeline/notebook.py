"""The whole way in a script or notebook: load, fit, look, tabulate, write."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
from matplotlib.figure import Figure

from fitting.data.errors import ThioscopeError
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.models.model import Model
from fitting.output.export import check_folder, export_project
from fitting.output.figures import region_figures
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.progress import show_progress
from fitting.pipeline.propose import Choices
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.pipeline.run import open_files, run_project
from fitting.projects.project import Project, with_analysis
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue

PathLike = str | Path


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that a notebook shows by itself."""

    figure: Figure

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=150)
        return stream.getvalue()


def load(
    paths: PathLike | Iterable[PathLike],
    *,
    voltage: PathLike | None = None,
    charge_reference: str | None = None,
    choices: Choices | None = None,
    catalogue: Catalogue | None = None,
) -> Project:
    """Read files and folders and propose a model for every region.

    Parameters
    ----------
    voltage
        A side table or a potentiostat record.
    charge_reference
        "C 1s=284.8", "PS4=161.5" or "none"; C 1s, where it was measured, if left out.
    choices
        Regions, models, species or baseline other than the library's defaults.
    catalogue
        Libraries to take the models from; the bundled ones if left out.

    Raises
    ------
    ThioscopeError
        If nothing in the files can be fitted. A file that cannot be read does not stop the others:
        it is in ``project.unread`` with its reason.
    """
    named = [paths] if isinstance(paths, str | Path) else list(paths)
    request = AnalysisRequest(choices or Choices(), _voltage_file(voltage), charge_reference)
    events = open_files(map(Path, named), request, catalogue or bundled_catalogue())
    project = keep_events(Project(), show_progress(events))
    has_peaks = any(one.has_peaks for one in project.analyses.values())
    if not has_peaks and project.impedance is None:
        reasons = " ".join(entry.reason for entry in project.unread) or "No file was found."
        raise ThioscopeError(f"There is nothing to fit. {reasons}")
    return project


def with_model(project: Project, region: str, model: Model) -> Project:
    """Return the project with another model for a region; its next fit is of that one.

    Its recipe asks for no choice of species then.
    """
    analysis = project.analyses[_region_of(project, region)]
    recipe = replace(analysis.recipe, model=model, choice=None)
    return with_analysis(project, replace(analysis, recipe=recipe))


def fit(project: Project, *, catalogue: Catalogue | None = None) -> Project:
    """Return the project with every region fitted as its recipe says, while a bar shows progress.

    That includes the choice of species before the fit, and intervals after it, where asked for.

    Parameters
    ----------
    catalogue
        Libraries to choose species from; the bundled ones if left out.
    """
    events = run_project(project, catalogue or bundled_catalogue())
    return keep_events(project, show_progress(events))


def draw(project: Project, region: str, name: str = "fits") -> Drawing:
    """A figure of one fitted region: "fits", "species" or "map".

    Raises
    ------
    ThioscopeError
        If the region is not fitted, or has no such figure.
    """
    figures = region_figures(project.analyses[_region_of(project, region)], bundled_catalogue())
    if name not in figures:
        having = ", ".join(figures) or "none, because it is not fitted"
        raise ThioscopeError(f"{region} has no figure {name!r}. It has: {having}.")
    return Drawing(figures[name])


def tabulate(project: Project) -> Mapping[str, pd.DataFrame]:
    """All tables by name: spectra, peaks, species, ratios, atomic_percent, onsets, audit."""
    return make_tables(project)


def write(project: Project, folder: PathLike, *, overwrite: bool = False) -> Sequence[Path]:
    """Write tables, figures, report, recipes and the project; the paths written.

    Raises
    ------
    ThioscopeError
        If the folder is not empty and is not to be overwritten, or cannot be written.
    """
    check_folder(Path(folder), overwrite=overwrite)
    return list(export_project(project, Path(folder)))


def _voltage_file(path: PathLike | None) -> VoltageFile:
    return VoltageFile(Path(path), read_voltage_source(Path(path))) if path else VoltageFile()


def _region_of(project: Project, region: str) -> str:
    if region not in project.analyses:
        regions = ", ".join(project.analyses)
        raise ThioscopeError(f"The project has no region {region!r}. It has: {regions}.")
    return region
