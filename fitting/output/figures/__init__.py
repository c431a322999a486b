"""Figures of a project in a form a journal takes: SVG with text as text, and PNG.

For every fitted region: stacked fits with components, background and residuals; the species along
the voltage; and the series as a map. Drawn with the object interface of matplotlib, without a
display and without changing its global state.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import xarray as xr
from matplotlib import rc_context
from matplotlib.figure import Figure

from fitting.data.errors import ThioscopeError
from fitting.data.order import Order
from fitting.data.series import SPECTRUM
from fitting.data.whole_file import write_whole
from fitting.electrochemistry.cell_curves import LaidRecord
from fitting.output.figures.charge_drift import charge_drift_figure
from fitting.output.figures.fits import fits_figure
from fitting.output.figures.series_map import map_figure
from fitting.output.figures.species_plot import species_figure
from fitting.output.figures.style import STYLE, SpeciesLabels, figure_metadata, save_figure
from fitting.output.region_names import name_file
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.projects.project_record import laid_record
from fitting.quantities.detection import Detection
from fitting.quantities.region_detection import find_detection
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue

__all__ = ["region_figures", "write_figures", "write_spectrum_figure"]


def write_figures(
    project: Project,
    folder: Path,
    catalogue: Catalogue | None = None,
    *,
    prepared: Mapping[str, xr.Dataset] | None = None,
    detections: Mapping[str, Detection] | None = None,
) -> Iterator[Path]:
    """Write the figures of every fitted region; yields each path after it is written.

    Parameters
    ----------
    catalogue
        Libraries that say how species are written; the bundled ones if left out.
    prepared, detections
        The series as they were fitted, and which species are seen in them, by region, if they are
        at hand.
    """
    known = catalogue or bundled_catalogue()
    folder.mkdir(parents=True, exist_ok=True)
    for region, analysis in project.analyses.items():
        series = (prepared or {}).get(region)
        laid, seen = laid_record(project, region), (detections or {}).get(region)
        made = region_figures(analysis, known, series, laid, detection=seen, order=project.order)
        for name, figure in made.items():
            yield from save_figure(figure, folder / f"{name_file(region)}_{name}")
    with rc_context(STYLE):
        drift = charge_drift_figure(project)
    if drift is not None:
        yield from save_figure(drift, folder / "charge_shifts")


def region_figures(
    analysis: Analysis,
    catalogue: Catalogue,
    prepared: xr.Dataset | None = None,
    laid: LaidRecord | None = None,
    *,
    detection: Detection | None = None,
    order: Order = "",
) -> Mapping[str, Figure]:
    """The figures of one region by name; those that there is nothing to show for are left out.

    Parameters
    ----------
    laid
        The cell's record, shown below the species on their axis.
    detection
        Which species are seen, if that is known already.
    order
        In which the spectra are shown.
    """
    if analysis.result is None:
        return {}
    series = prepared_series(analysis) if prepared is None else prepared
    labels = SpeciesLabels(catalogue, analysis.region)
    draw_species = partial(
        species_figure, analysis, analysis.result, labels, laid,
        detection=detection or find_detection(analysis, series), order=order,
    )  # fmt: skip
    with rc_context(STYLE):
        figures = {
            "fits": fits_figure(analysis, series, analysis.result, labels, order),
            "species": draw_species(),
            "species_time": draw_species("time") if laid is not None else None,
            "map": map_figure(analysis, series, order),
        }
    return {name: figure for name, figure in figures.items() if figure is not None}


def write_spectrum_figure(
    analysis: Analysis, spectrum: int, path: Path, catalogue: Catalogue | None = None
) -> bool:
    """Write the fit of one spectrum as SVG, PDF or PNG; false if it is not fitted.

    Raises
    ------
    ThioscopeError
        If the file cannot be written or is of another kind.
    """
    if analysis.result is None:
        return False
    row = {SPECTRUM: [spectrum]}
    # steps may look at the neighbours, so that all of the series is prepared
    series, result = prepared_series(analysis).isel(row), analysis.result.isel(row)
    alone = replace(analysis, series=analysis.series.isel(row), result=result)
    labels = SpeciesLabels(catalogue or bundled_catalogue(), analysis.region)
    try:
        with rc_context(STYLE):
            figure = fits_figure(alone, series, result, labels)
            if figure is not None:
                kind, stream = path.suffix[1:].lower(), io.BytesIO()
                figure.savefig(stream, format=kind, metadata=figure_metadata(kind))
                write_whole(path, stream.getvalue())
    except (OSError, ValueError) as error:
        raise ThioscopeError(
            f"{path}: cannot be written ({error}). Choose another folder, or .svg, .pdf or .png."
        ) from error
    return figure is not None
