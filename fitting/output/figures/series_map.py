"""The series as a map: intensity over the spectral axis and the voltage."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fitting.data.depth import depth_label
from fitting.data.order import Order, order_drawn, order_rows
from fitting.data.series import ENERGY, FloatArray, axis_of, axis_values, get_column
from fitting.output.figures.style import (
    TickFormatter,
    axis_label,
    find_room,
    intensity_unit,
    new_figure,
)
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Analysis

FEWEST_SPECTRA = 5
_MOST_ROWS = 500
_HEIGHT = 68.0
_LEFT, _RIGHT, _BOTTOM, _TOP = 12.5, 2.5, 9.5, 3.6
_SIDE, _SIDE_GAP, _BAR, _BAR_GAP = 13.0, 3.0, 2.5, 1.5
_BAR_LABELS = 11.0
"""Sizes (mm)."""
_GAMMA = 0.6
"""Exponent of the colour scale: weak bands show beside strong ones."""
_CLIPPED = (0.005, 0.995)
"""Quantiles of the intensity between which colours change."""


def map_figure(
    analysis: Analysis, series: xr.Dataset, order: Order = "", style: FigureStyle | None = None
) -> Figure | None:
    """The map of a series of some spectra; ``None`` if there are too few."""
    if series.sizes["spectrum"] < FEWEST_SPECTRA:
        return None
    rows = _order_rows(analysis, order)
    room = find_room(style or FigureStyle())
    figure = new_figure(room, _HEIGHT, style)
    side = _SIDE + _SIDE_GAP if rows.needs_voltage else 0.0
    width = room - _LEFT - _RIGHT - side - _BAR_GAP - _BAR - _BAR_LABELS
    axes = _add_axes(figure, _LEFT / room, width / room)
    _draw_map(figure, axes, series, rows, ((_LEFT + width + side + _BAR_GAP) / room, _BAR / room))
    axes.set_xlabel(axis_label(series))
    axes.set_ylabel(rows.label)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=not rows.is_voltage))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    if not rows.is_voltage:
        axes.tick_params(axis="y", which="minor", length=0)
    if rows.needs_voltage:
        place = (_LEFT + width + _SIDE_GAP) / room
        _draw_voltage(_add_axes(figure, place, _SIDE / room), axes, rows)
    return figure


@dataclass(frozen=True, slots=True)
class _Rows:
    """The spectra from the bottom of the map to its top."""

    order: NDArray[np.int_]
    place: FloatArray
    """Voltage or depth of each, or its place in the order of time; ascending."""
    voltage: FloatArray
    is_voltage: bool
    """Whether ``place`` is the voltage."""
    label: str

    @property
    def needs_voltage(self) -> bool:
        """Whether the voltage is to be drawn beside the map."""
        return not self.is_voltage and bool(np.isfinite(self.voltage).any())


def _order_rows(analysis: Analysis, chosen: Order = "") -> _Rows:
    """By voltage where it rises along one branch, by depth, by time, or by branch and voltage."""
    series = analysis.series
    voltage = get_column(series, "voltage").astype(float)
    branch = get_column(series, "branch").astype(str)
    if chosen:
        order = order_drawn(series, chosen)
        return _Rows(order, np.arange(1.0 * order.size), voltage[order], False, "Spectrum")
    order = order_rows(series)
    spread = np.diff(voltage[order])
    if np.isfinite(voltage).all() and (spread > 0).all() and len({*branch} - {""}) <= 1:
        return _Rows(order, voltage[order], voltage[order], True, "Voltage (V vs Li⁺/Li)")
    depth = get_column(series, "depth").astype(float)
    if np.isfinite(depth).all() and np.unique(depth).size == depth.size > 1:
        order = np.argsort(depth)
        return _Rows(order, depth[order], voltage[order], False, depth_label(series))
    order = order_drawn(series)
    places = np.arange(order.size, dtype=float)
    return _Rows(order, places, voltage[order], False, "Spectrum")


def _add_axes(figure: Figure, left: float, width: float) -> Axes:
    """Axes between these parts of the width of the figure."""
    height = _HEIGHT - _BOTTOM - _TOP
    return figure.add_axes((left, _BOTTOM / _HEIGHT, width, height / _HEIGHT))


def _draw_map(
    figure: Figure, axes: Axes, series: xr.Dataset, rows: _Rows, bar_place: tuple[float, float]
) -> None:
    """``bar_place`` are left end and width of the colour scale, as parts of the width."""
    shown = np.unique(np.linspace(0, rows.order.size - 1, _MOST_ROWS).round().astype(int))
    x, intensity = _on_one_axis(series, rows.order[shown])
    known = intensity[np.isfinite(intensity)]
    low, high = np.quantile(known, _CLIPPED)
    mesh = axes.pcolormesh(
        _edges_of_cells(x), _edges_of_cells(rows.place[shown]), intensity, cmap="viridis",
        norm=PowerNorm(_GAMMA, vmin=low, vmax=high), rasterized=True,
    )  # fmt: skip
    axes.set_facecolor("#e6e6e6")
    axes.set_xlim((x[-1], x[0]) if axis_of(series) == ENERGY else (x[0], x[-1]))
    bar = figure.colorbar(mesh, cax=_add_axes(figure, *bar_place), format=TickFormatter())
    bar.set_label(f"Intensity ({intensity_unit(series)})")
    bar.outline.set_linewidth(0.6)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5))
    bar.ax.ticklabel_format(axis="y", scilimits=(-2, 4))


def _on_one_axis(series: xr.Dataset, spectra: NDArray[np.int_]) -> tuple[FloatArray, FloatArray]:
    """For drawing only: the spectra on the axis of the first, shape (m,) and (k, m)."""
    axis, counts = axis_values(series), series["intensity"].values
    x = axis[spectra[0]]
    drawn = np.full((spectra.size, x.size), np.nan)
    for row, spectrum in enumerate(spectra):
        measured = np.isfinite(counts[spectrum])
        if measured.any():
            drawn[row] = np.interp(
                x, axis[spectrum][measured], counts[spectrum][measured], left=np.nan, right=np.nan
            )
    return x, drawn


def _edges_of_cells(centres: FloatArray) -> FloatArray:
    """Edges of cells around ascending centres, shape (k + 1,)."""
    middle = 0.5 * (centres[1:] + centres[:-1])
    first, last = 2 * centres[0] - middle[0], 2 * centres[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])


def _draw_voltage(axes: Axes, beside: Axes, rows: _Rows) -> None:
    """The voltage of every row, beside the map."""
    axes.set_ylim(beside.get_ylim())
    axes.plot(rows.voltage, rows.place, color="black", lw=0.8, marker="o", ms=1.2)
    axes.tick_params(axis="y", which="both", labelleft=False, length=0)
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.set_xlabel("V vs Li⁺/Li")
