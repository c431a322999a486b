"""Figures of a project in a form a journal takes: SVG with text as text, and PNG.

For every fitted region: stacked fits with components, background and residuals; the species along
the voltage; and the series as a map. Drawn with the object interface of matplotlib, without a
display and without changing its global state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from fitting.output.figures.style import (
    SpeciesLabels,
    make_settings,
    render_figure,
    save_figure,
)
from fitting.output.region_names import name_file
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.projects.project_record import laid_record
from fitting.quantities.detection import Detection
from fitting.quantities.region_detection import find_detection
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue

__all__ = ["FIGURES", "draw_figure", "region_figures", "write_figures", "write_spectrum_figure"]

FIGURES = ("fits", "species", "species_time", "map")
"""Names of the figures of a region."""


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
    style = project.figure_style
    order = style.order or project.order
    for region, analysis in project.analyses.items():
        series = (prepared or {}).get(region)
        laid, seen = laid_record(project, region), (detections or {}).get(region)
        made = region_figures(
            analysis, known, series, laid, detection=seen, order=order, style=style
        )
        for name, figure in made.items():
            yield from save_figure(figure, folder / f"{name_file(region)}_{name}", style)
    with rc_context(make_settings(style)):
        drift = charge_drift_figure(project)
    if drift is not None:
        yield from save_figure(drift, folder / "charge_shifts", style)


def region_figures(
    analysis: Analysis,
    catalogue: Catalogue,
    prepared: xr.Dataset | None = None,
    laid: LaidRecord | None = None,
    *,
    detection: Detection | None = None,
    order: Order = "",
    style: FigureStyle | None = None,
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
    style
        How they look; the usual one if left out.
    """
    if analysis.result is None:
        return {}
    series = prepared_series(analysis) if prepared is None else prepared
    seen = detection or find_detection(analysis, series)
    figures = {
        name: draw_figure(
            name, analysis, catalogue, series, laid, detection=seen, order=order, style=style
        )
        for name in FIGURES
    }
    return {name: figure for name, figure in figures.items() if figure is not None}


def draw_figure(
    name: str,
    analysis: Analysis,
    catalogue: Catalogue,
    prepared: xr.Dataset,
    laid: LaidRecord | None = None,
    *,
    detection: Detection | None = None,
    order: Order = "",
    style: FigureStyle | None = None,
) -> Figure | None:
    """One of ``FIGURES``, as ``region_figures`` gives it; ``None`` where there is none to show."""
    result = analysis.result
    if result is None or (name == "species_time" and laid is None):
        return None
    chosen = style or FigureStyle()
    labels = SpeciesLabels(catalogue, analysis.region, chosen)
    with rc_context(make_settings(chosen)):
        if name == "fits":
            return fits_figure(analysis, prepared, result, labels, order)
        if name == "map":
            return map_figure(analysis, prepared, order, chosen)
        return species_figure(
            analysis, result, labels, laid, "time" if name == "species_time" else "",
            detection=detection or find_detection(analysis, prepared), order=order,
        )  # fmt: skip


def write_spectrum_figure(
    analysis: Analysis,
    spectrum: int,
    path: Path,
    catalogue: Catalogue | None = None,
    style: FigureStyle | None = None,
) -> bool:
    """Write the fit of one spectrum as SVG, PDF, PNG or TIFF; false if it is not fitted.

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
    # the numbers of a series are not those of one of its spectra
    chosen = replace(style or FigureStyle(), spectra={})
    labels = SpeciesLabels(catalogue or bundled_catalogue(), analysis.region, chosen)
    try:
        with rc_context(make_settings(chosen)):
            figure = fits_figure(alone, series, result, labels)
        if figure is not None:
            write_whole(path, render_figure(figure, path.suffix[1:].lower(), chosen))
    except (OSError, ValueError) as error:
        raise ThioscopeError(
            f"{path}: cannot be written ({error}). Choose another folder, or .svg, .pdf, .png or "
            ".tiff."
        ) from error
    return figure is not None
