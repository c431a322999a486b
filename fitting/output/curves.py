"""Data, fit, background, components and residual as columns, a table for every region.

One row is one measured point of one spectrum, as it was fitted: after the steps of the recipe, the
axis with its offset. Components are peaks without the background under them.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import xarray as xr
import xlsxwriter

from fitting.data.order import order_rows, spectrum_numbers
from fitting.data.program import program_version
from fitting.data.result import is_fitted
from fitting.data.series import AXES, SPECTRUM, FloatArray, axis_of, axis_values, get_column
from fitting.data.whole_file import whole_file
from fitting.models.function import compile_model, series_curves
from fitting.output.region_names import name_file
from fitting.output.tables.csv_text import csv_lines, csv_text
from fitting.output.tables.workbook import LARGEST_SHEET, fill_table
from fitting.projects.project import Analysis, Project, prepared_series

CURVES_FOLDER = "curves"
CURVES_BOOK = "curves.xlsx"
_LARGEST_BOOK = 300_000
"""Rows of all regions up to which there is a workbook: beyond, none opens it in a minute."""
_WHICH = ("spectrum", "sample", "voltage_V", "cycle", "branch", "time_s")
_STATE = ("sample", "voltage", "cycle", "branch", "time")
_PARTS = ("intensity", "sigma", "fit", "fit_stderr", "background", "residual")
_UNITS = {"eV": "eV", "1/cm": "per_cm"}

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CurveColumns:
    """The curves of one spectrum; m points each."""

    x: FloatArray
    intensity: FloatArray
    sigma: FloatArray
    total: FloatArray
    """Background and all peaks; nan where nothing is fitted."""
    stderr: FloatArray
    """Standard error of ``total`` by the covariance of the fit: 1.96 of it is the 95 % band."""
    background: FloatArray
    components: FloatArray
    """Each peak without the background, shape (k, m)."""

    @property
    def residual(self) -> FloatArray:
        return self.intensity - self.total


def curve_headings(analysis: Analysis, *, has_spectrum: bool = True) -> list[str]:
    """Names of the columns; those that say which spectrum it is are left out on request."""
    axis = AXES[axis_of(analysis.series)]
    x = f"{axis.name}_{_UNITS.get(axis.unit, axis.unit)}"
    peaks = [f"component_{peak.name}" for peak in analysis.model.peaks]
    return [*(_WHICH if has_spectrum else ()), x, *_PARTS, *peaks]


def find_curves(analysis: Analysis, prepared: xr.Dataset, spectrum: int) -> CurveColumns:
    """The curves of one spectrum by its fit; without one, the data alone.

    Parameters
    ----------
    prepared
        The series with the steps of the recipe applied.
    """
    x = axis_values(prepared.isel({SPECTRUM: [spectrum]}))[0]
    data = {name: prepared[name].values[spectrum].astype(float) for name in ("intensity", "sigma")}
    result, model = analysis.result, analysis.model
    none = np.full(x.size, np.nan)
    if result is None or not is_fitted(result)[spectrum]:
        empty = np.full((len(model.peaks), x.size), np.nan)
        return CurveColumns(x, data["intensity"], data["sigma"], none, none, none, empty)
    values = result["value"].values[[spectrum]]
    curves = series_curves(prepared, model, values, np.array([spectrum]))
    function = compile_model(model, prepared[axis_of(prepared)].values)
    offsets = prepared["axis_offset"].values[[spectrum]]
    slopes = function.value_and_jacobian(values, offsets)[1][0]
    covariance = np.nan_to_num(result["covariance"].values[spectrum])
    variance = np.einsum("pm,pq,qm->m", slopes, covariance, slopes)
    return CurveColumns(
        x,
        data["intensity"],
        data["sigma"],
        curves.total[0],
        np.sqrt(np.maximum(variance, 0.0)),
        curves.background[0],
        curves.components[0],
    )


def list_points(curves: CurveColumns) -> Iterator[Row]:
    """The points of one spectrum that were measured, without the columns that say which it is."""
    columns = [
        curves.x,
        curves.intensity,
        curves.sigma,
        curves.total,
        curves.stderr,
        curves.background,
        curves.residual,
        *curves.components,
    ]
    measured = np.isfinite(curves.intensity)
    for row in np.stack([column[measured] for column in columns], axis=1).tolist():
        yield tuple(row)


def write_curves(project: Project, folder: Path) -> Iterator[Path]:
    """Write ``curves/REGION.csv`` for every fitted region, and a workbook if they are not many."""
    fitted = [one for one in project.analyses.values() if one.result is not None]
    prepared = {one.region: prepared_series(one) for one in fitted}
    place = folder / CURVES_FOLDER
    if fitted:
        place.mkdir(parents=True, exist_ok=True)
    for one in fitted:
        path = place / f"{name_file(one.region)}.csv"
        _write_csv(one, prepared[one.region], project, path)
        yield path
    points = sum(int(np.isfinite(each["intensity"].values).sum()) for each in prepared.values())
    if fitted and points <= min(_LARGEST_BOOK, LARGEST_SHEET):
        yield _write_book(fitted, prepared, project, place / CURVES_BOOK)


def _write_csv(analysis: Analysis, prepared: xr.Dataset, project: Project, path: Path) -> None:
    """Spectrum by spectrum: a long series is larger than what one holds in memory."""
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        stream.write(csv_text(curve_headings(analysis), ()))
        for rows in _iterate_spectra(analysis, prepared, project):
            stream.write(csv_lines(rows))


def _write_book(
    fitted: Sequence[Analysis], prepared: dict[str, xr.Dataset], project: Project, path: Path
) -> Path:
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"author": program_version()})
        bold = book.add_format({"bold": True})
        for number, one in enumerate(fitted, 1):
            sheet = book.add_worksheet(_name_sheet(one.region, number))
            rows = chain.from_iterable(_iterate_spectra(one, prepared[one.region], project))
            fill_table(sheet, curve_headings(one), rows, bold)
    with whole_file(path) as part:
        part.write_bytes(stream.getvalue())
    return path


def _iterate_spectra(
    analysis: Analysis, prepared: xr.Dataset, project: Project
) -> Iterator[list[Row]]:
    """The rows of one spectrum after the other, in the order of the project."""
    numbers = spectrum_numbers(analysis.series)
    columns = [get_column(analysis.series, name) for name in _STATE]
    for spectrum in order_rows(analysis.series, project.order):
        cells = (column[spectrum] for column in columns)
        state = tuple(cell if isinstance(cell, str) else float(cell) for cell in cells)
        which = (int(numbers[spectrum]), *state)
        points = list_points(find_curves(analysis, prepared, int(spectrum)))
        yield [(*which, *row) for row in points]


def _name_sheet(region: str, number: int) -> str:
    """A name that a workbook takes, and no other sheet has."""
    allowed = "".join("_" if sign in "[]:*?/\\'" else sign for sign in region)
    return f"{number} {allowed}"[:31]
