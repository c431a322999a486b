"""The whole way in a script or notebook: load, fit, look, tabulate, write."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
from matplotlib.figure import Figure

from fitting.analyse import Reading, find_files, fit_project, prepare, read_files, with_voltages
from fitting.commands.progress import shown
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK
from fitting.electrochemistry.records import PotentialRecord
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.errors import ThioscopeError
from fitting.figures import region_figures
from fitting.model import Model
from fitting.preprocessing.charge_reference import parse_charge_reference
from fitting.project import Project, with_analysis
from fitting.propose import Choices, propose_charge_reference, propose_recipe
from fitting.saving.export import check_folder, export_project
from fitting.selection.apply import choose_where_asked
from fitting.series import SPECTRUM
from fitting.tables.project_tables import make_tables
from fitting.uncertainty.analysis import with_uncertainty
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
    given = Path(voltage) if voltage else None
    source = read_voltage_source(given) if given else None
    files = [
        path
        for path in find_files(Path(path) for path in named)
        if given is None or path.resolve() != given.resolve()
    ]
    parts = shown(read_files(files), "reading", len(files), unit="files")
    reading = with_voltages(sum(parts, Reading()), source)
    known = catalogue or bundled_catalogue()
    reference = (
        propose_charge_reference(reading.series)
        if charge_reference is None
        else parse_charge_reference(charge_reference, known)
    )
    propose = partial(propose_recipe, catalogue=known, choices=choices)
    project = prepare(reading, propose, reference, catalogue=known)
    if not project.analyses:
        reasons = " ".join(entry.reason for entry in project.unread) or "No file was found."
        raise ThioscopeError(f"There is nothing to fit. {reasons}")
    if isinstance(source, PotentialRecord):
        return replace(project, cell=AttachedRecord(source, DEFAULT_CLOCK))
    return project


def with_model(project: Project, region: str, model: Model) -> Project:
    """Return the project with another model for a region; its next fit is of that one."""
    analysis = project.analyses[_known(project, region)]
    recipe = replace(analysis.recipe, model=model)
    return with_analysis(project, replace(analysis, recipe=recipe))


def fit(project: Project, *, catalogue: Catalogue | None = None) -> Project:
    """Return the project with every region fitted as its recipe says, while a bar shows progress.

    That includes the choice of species before the fit, and intervals after it, where asked for.

    Parameters
    ----------
    catalogue
        Libraries to choose species from; the bundled ones if left out.
    """
    spectra = {region: one.series.sizes[SPECTRUM] for region, one in project.analyses.items()}
    chosen = choose_where_asked(
        project,
        catalogue or bundled_catalogue(),
        lambda region, sets: shown(sets, f"weighing {region}", None, unit="sets"),
    )
    fitted = fit_project(
        chosen,
        lambda region, blocks: shown(blocks, f"fitting {region}", spectra[region], unit="spectra"),
    )
    return with_uncertainty(
        fitted,
        lambda region, blocks: shown(
            blocks, f"intervals of {region}", spectra[region], unit="spectra"
        ),
    )


def draw(project: Project, region: str, name: str = "fits") -> Drawing:
    """A figure of one fitted region: "fits", "species" or "map".

    Raises
    ------
    ThioscopeError
        If the region is not fitted, or has no such figure.
    """
    figures = region_figures(project.analyses[_known(project, region)], bundled_catalogue())
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


def _known(project: Project, region: str) -> str:
    if region not in project.analyses:
        regions = ", ".join(project.analyses)
        raise ThioscopeError(f"The project has no region {region!r}. It has: {regions}.")
    return region
