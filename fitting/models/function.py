"""The model as a function of its parameters: values, components and analytic derivatives.

Everything is evaluated for several spectra at once, on one grid with an offset for each spectrum,
as the series has it.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import ModelError
from fitting.data.series import BASELINE, SPECTRUM, FloatArray, axis_of
from fitting.models.backgrounds import (
    BACKGROUNDS,
    BackgroundKind,
    Scattering,
    level_curves,
    static_background,
)
from fitting.models.line_shapes import LineShape
from fitting.models.line_shapes.measured import MeasuredShape
from fitting.models.model import BACKGROUND, Model, Peak, parameter_names
from fitting.models.parameter_kinds import kinds_of_model
from fitting.models.parameters import AffineParameters, resolve_ties

_FOLLOWED = 1000.0
"""Widest range (1/cm) over which a polynomial or spline has the bends of a fluorescence."""


@dataclass(frozen=True, slots=True)
class PeakRows:
    """Where the parameters of one peak stand among all parameters."""

    line_shape: LineShape
    area: int
    position: int
    fwhm: int
    shape: tuple[int, ...]
    doublet: tuple[int, int] | None
    """Rows of separation and area ratio."""
    measured: MeasuredShape | None = None
    """The spectrum that is its shape, if one is."""


@dataclass(frozen=True, slots=True)
class Curves:
    """What a model looks like over the series' grid."""

    total: FloatArray
    """Shape (b, m)."""
    components: FloatArray
    """Each peak without the background, shape (b, k, m)."""
    background: FloatArray
    """Shape (b, m)."""


@dataclass(frozen=True, slots=True)
class ModelFunction:
    """A model on a grid.

    ``parameters`` are all p parameters of b spectra in the order of ``parameter_names``, shape
    (b, p); ``offsets`` is what is added to the grid for each spectrum, shape (b,), or 0. A static
    background depends on the data and is not part of it: see ``static_background_of``.
    """

    background: BackgroundKind
    positions: FloatArray
    """Shape (m,)."""
    affine: AffineParameters
    """All parameters from the free ones."""
    peaks: tuple[PeakRows, ...]
    level_rows: tuple[int, ...]
    """Rows of the parameters of the background's level."""
    level: FloatArray
    """What they multiply, shape (l, m)."""
    scattering_rows: tuple[int, ...]
    """Rows of the scattering's factor and shape parameters."""
    scattering: Scattering | None
    linear_free: NDArray[np.bool_]
    """Free parameters that the model is linear in, all of them together, shape (f,)."""

    def value(self, parameters: FloatArray, offsets: FloatArray | float = 0.0) -> FloatArray:
        """The model, shape (b, m)."""
        return self.curves(parameters, offsets).total

    def curves(self, parameters: FloatArray, offsets: FloatArray | float = 0.0) -> Curves:
        """The model and its parts."""
        x = self._axis(len(parameters), offsets)
        components = np.empty((len(parameters), len(self.peaks), self.positions.size))
        for index, peak in enumerate(self.peaks):
            components[:, index] = _evaluate_peak(peak, x, parameters)
        peaks = components.sum(axis=1)
        background = self._unscattered(parameters)
        if self.scattering is not None:
            factor, shape = self._scattering_parameters(parameters)
            background += factor * self.scattering.spread(peaks[:, None], shape)[:, 0]
        return Curves(peaks + background, components, background)

    def unit_peak(
        self, peak: PeakRows, parameters: FloatArray, offsets: FloatArray | float = 0.0
    ) -> FloatArray:
        """One peak at unit area with what it scatters, shape (b, m)."""
        x = self._axis(len(parameters), offsets)
        lines = peak.line_shape.profile(x[:, None], *_line_arguments(peak, parameters))
        shares = _line_areas(peak, parameters, area=np.ones((len(parameters), 1, 1)))
        profile = np.asarray(np.sum(shares * lines, axis=1))
        if self.scattering is not None:
            factor, shape = self._scattering_parameters(parameters)
            profile += factor * self.scattering.spread(profile[:, None], shape)[:, 0]
        return profile

    def value_and_jacobian(
        self, parameters: FloatArray, offsets: FloatArray | float = 0.0
    ) -> tuple[FloatArray, FloatArray]:
        """The model (b, m) and its derivatives by all parameters (b, p, m)."""
        x = self._axis(len(parameters), offsets)
        rows = np.zeros((*parameters.shape, self.positions.size))
        for peak in self.peaks:
            _fill_rows(rows, peak, x, parameters)
        value = self._sum_of_peaks(parameters, rows) + self._unscattered(parameters)
        rows[:, self.level_rows] = self.level
        if self.scattering is not None:
            value += self._add_scattering(self.scattering, parameters, rows)
        return value, rows

    def free_jacobian(self, jacobian: FloatArray) -> FloatArray:
        """Derivatives by the free parameters (b, f, m) from those by all (b, p, m)."""
        matrix = self.affine.matrix
        free = np.zeros((len(jacobian), matrix.shape[1], jacobian.shape[2]))
        for row, column in np.argwhere(matrix):
            free[:, column] += matrix[row, column] * jacobian[:, row]
        return free

    def scattered(self, curves: FloatArray, parameters: FloatArray) -> FloatArray:
        """What curves of shape (b, k, m) leave behind them as peaks do."""
        if self.scattering is None:
            return np.zeros_like(curves)
        factor, shape = self._scattering_parameters(parameters)
        return np.asarray(factor[:, :, None] * self.scattering.spread(curves, shape))

    def _axis(self, count: int, offsets: FloatArray | float) -> FloatArray:
        shift = np.broadcast_to(np.asarray(offsets, dtype=float), (count,))
        return np.asarray(self.positions + shift[:, None])

    def _unscattered(self, parameters: FloatArray) -> FloatArray:
        """The level of the background, shape (b, m)."""
        return np.asarray(parameters[:, self.level_rows] @ self.level)

    def _sum_of_peaks(self, parameters: FloatArray, rows: FloatArray) -> FloatArray:
        """Peaks, or what they scatter, from the rows of their areas: shape (b, m)."""
        areas = [peak.area for peak in self.peaks]
        return np.asarray(np.einsum("bk,bkm->bm", parameters[:, areas], rows[:, areas]))

    def _add_scattering(
        self, scattering: Scattering, parameters: FloatArray, rows: FloatArray
    ) -> FloatArray:
        """Complete the rows of the peaks and fill those of the scattering; the scattered part."""
        factor, shape = self._scattering_parameters(parameters)
        factor_row, *shape_rows = self.scattering_rows
        of_peaks = rows[:, : min(self.level_rows)]
        peaks = self._sum_of_peaks(parameters, of_peaks)
        scattered = scattering.spread(of_peaks, shape)
        of_peaks += factor[:, :, None] * scattered
        rows[:, factor_row] = self._sum_of_peaks(parameters, scattered)
        rows[:, shape_rows] = factor[:, :, None] * scattering.spread_slopes(peaks, shape)
        return np.asarray(factor * rows[:, factor_row])

    def _scattering_parameters(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        factor, *shape = self.scattering_rows
        return parameters[:, factor, None], parameters[:, shape]


def compile_model(model: Model, positions: FloatArray) -> ModelFunction:
    """The model as a function on a grid.

    Parameters
    ----------
    positions : shape (m,)
        Binding energies (eV) or Raman shifts (1/cm), ascending, without the offset of a spectrum.

    Raises
    ------
    ModelError
        If the ties cannot be resolved, or a parameter of a static background varies.
    """
    affine = resolve_ties(model)
    kind = BACKGROUNDS[model.background.kind]
    row_of = {name: row for row, name in enumerate(parameter_names(model))}
    rows = tuple(row_of[f"{BACKGROUND}.{name}"] for name in kind.parameters)
    level = level_curves(kind.name, np.asarray(positions, dtype=float))
    if kind.is_static and np.any(affine.matrix[list(rows)]):
        raise ModelError(
            f"The background {kind.name} is computed from the data: fix its parameters "
            f"({', '.join(kind.parameters)}), or take a co-fitted background."
        )
    kinds = kinds_of_model(model)
    linear = np.array([kinds[name].is_linear for name in affine.names], dtype=bool)
    return ModelFunction(
        background=kind,
        positions=np.asarray(positions, dtype=float),
        affine=affine,
        peaks=tuple(_peak_rows(peak, row_of) for peak in model.peaks),
        level_rows=rows[: len(level)],
        level=level,
        scattering_rows=() if kind.scattering is None else rows[len(level) :],
        scattering=None if kind.scattering is None else kind.scattering(positions),
        linear_free=~np.any(affine.matrix[~linear] != 0, axis=0),
    )


def static_background_of(model: Model, series: xr.Dataset) -> FloatArray:
    """What is subtracted from the data before the fit, shape (n, m); zero if nothing is.

    A baseline that the model's background follows is added again.

    Parameters
    ----------
    series
        As it is fitted: with the steps of the recipe applied.
    """
    kind = BACKGROUNDS[model.background.kind]
    intensity = np.asarray(series["intensity"].values, dtype=float)
    if is_baseline_followed(model, series):
        return -np.asarray(series[BASELINE].values, dtype=float)
    if not kind.is_static:
        return np.zeros_like(intensity)
    parameters = {name: parameter.value for name, parameter in model.background.parameters.items()}
    return static_background(kind.name, series[axis_of(series)].values, intensity, **parameters)


def is_baseline_followed(model: Model, series: xr.Dataset) -> bool:
    """Whether a baseline was subtracted that the fit takes back, to follow it by the background.

    A subtracted one takes wings of the bands and follows the noise, which no error of the fit would
    know. Over a wide range the background could be too stiff for it, and it stays subtracted.
    """
    grid = series[axis_of(series)].values
    follows = BACKGROUNDS[model.background.kind].follows_baseline
    return follows and BASELINE in series and float(grid[-1] - grid[0]) <= _FOLLOWED


def series_curves(
    series: xr.Dataset, model: Model, parameters: FloatArray, spectra: NDArray[np.int_]
) -> Curves:
    """The model over the grid of some spectra of a series, static background included.

    Parameters
    ----------
    parameters : shape (b, p)
        All parameters of these spectra, such as the result's ``value``.
    spectra : shape (b,)
        Their indices.
    """
    positions = series[axis_of(series)].values
    function = compile_model(model, positions)
    curves = function.curves(parameters, series["axis_offset"].values[spectra])
    under = static_background_of(model, series.isel({SPECTRUM: spectra}))
    return Curves(curves.total + under, curves.components, curves.background + under)


def _peak_rows(peak: Peak, row_of: dict[str, int]) -> PeakRows:
    line_shape = peak.shape

    def row(name: str) -> int:
        return row_of[f"{peak.name}.{name}"]

    return PeakRows(
        line_shape=line_shape,
        area=row("area"),
        position=row("position"),
        fwhm=row("fwhm"),
        shape=tuple(row(name) for name in line_shape.shape_parameters),
        measured=peak.measured,
        doublet=(row("separation"), row("area_ratio")) if peak.is_doublet else None,
    )


def _evaluate_peak(peak: PeakRows, x: FloatArray, parameters: FloatArray) -> FloatArray:
    """The peak, shape (b, m)."""
    position, fwhm, *shape = _line_arguments(peak, parameters)
    lines = peak.line_shape.profile(x[:, None], position, fwhm, *shape)
    return np.asarray(np.sum(_line_areas(peak, parameters) * lines, axis=1))


def _fill_rows(rows: FloatArray, peak: PeakRows, x: FloatArray, parameters: FloatArray) -> None:
    """Derivatives by the parameters of one peak; that by its area is the unit-area peak."""
    position, fwhm, *shape = _line_arguments(peak, parameters)
    slopes = peak.line_shape.derivatives(x[:, None], position, fwhm, *shape)
    area = parameters[:, peak.area, None]
    areas = _line_areas(peak, parameters)
    profile, by_position = slopes[:2]
    for row, slope in zip((peak.position, peak.fwhm, *peak.shape), slopes[1:], strict=True):
        rows[:, row] = np.sum(areas * slope, axis=1)
    if peak.doublet is None:
        rows[:, peak.area] = profile[:, 0]
        return
    separation, ratio = peak.doublet
    weight = 1.0 / (1.0 + parameters[:, ratio, None])
    difference = profile[:, 1] - profile[:, 0]
    rows[:, peak.area] = profile[:, 1] - weight * difference
    rows[:, separation] = areas[:, 1] * by_position[:, 1]
    rows[:, ratio] = area * weight * weight * difference


def _line_arguments(peak: PeakRows, parameters: FloatArray) -> list[FloatArray]:
    """Position, fwhm and shape parameters of the one or two lines, shape (b, 1 or 2, 1)."""
    position = parameters[:, peak.position, None, None]
    if peak.doublet is not None:
        separation = parameters[:, peak.doublet[0], None, None]
        position = np.concatenate([position, position + separation], axis=1)
    return [position, *(parameters[:, row, None, None] for row in (peak.fwhm, *peak.shape))]


def _line_areas(
    peak: PeakRows, parameters: FloatArray, area: FloatArray | None = None
) -> FloatArray:
    """Areas of the one or two lines, shape (b, 1 or 2, 1); of the whole peak ``area`` if given."""
    if area is None:
        area = parameters[:, peak.area, None, None]
    if peak.doublet is None:
        return area
    ratio = parameters[:, peak.doublet[1], None, None]
    main = area / (1.0 + ratio)
    return np.concatenate([main, ratio * main], axis=1)
