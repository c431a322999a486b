"""Stacked fits: data, components, background, envelope and residuals of representative spectra."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fitting.data.grids import own_points
from fitting.data.order import Order, order_drawn, spectrum_numbers
from fitting.data.result import is_fitted
from fitting.data.series import ENERGY, FloatArray, axis_of, axis_values
from fitting.models.function import Curves, series_curves
from fitting.models.model import Model
from fitting.output.figures.style import (
    GREY,
    SpeciesLabels,
    axis_label,
    choose_representative,
    intensity_unit,
    legend_columns,
    new_figure,
    small_type,
    spectrum_title,
)
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Analysis

_PANEL, _RESIDUAL, _GAP = 30.0, 8.0, 2.5
_LEFT, _RIGHT, _BOTTOM = 14.5, 4.0, 9.5
_LEGEND_LINE, _LEGEND_MARGIN, _TOP = 3.05, 2.4, 1.5
"""Heights and margins (mm)."""
_VISIBLE = 0.004
"""Part of the range of a panel above which a component is drawn."""
_CLEAR = 0.09
"""Part of the range at the bottom of a panel without ticks, where those of the residuals begin."""
_RESIDUAL_RANGE = 5.0
"""Half the range of the residual panels, in standard deviations."""


def fits_figure(
    analysis: Analysis,
    series: xr.Dataset,
    result: xr.Dataset,
    labels: SpeciesLabels,
    order: Order = "",
) -> Figure | None:
    """The fits of the first, the last and some spectra between; ``None`` if none is fitted."""
    shown = _choose_spectra(analysis, result, labels.style, order)
    if not shown.size or not analysis.model.peaks:
        return None
    room, style = labels.room, labels.style
    curves = series_curves(series, analysis.model, result["value"].values[shown], shown)
    species = list(dict.fromkeys(peak.species for peak in analysis.model.peaks))
    handles = _legend_handles(labels, species)
    columns = legend_columns([str(handle.get_label()) for handle in handles], room)
    top = _LEGEND_LINE * -(-len(handles) // columns) + _LEGEND_MARGIN if style.has_legend else _TOP
    below = _RESIDUAL if style.has_residual else 0.0
    height = _BOTTOM + len(shown) * (_PANEL + below + _GAP) - _GAP + top
    figure = new_figure(room, height, style)
    panels = _make_panels(figure, len(shown), _Page(room, height, top, below))
    scale, unit = _choose_scale(series, shown)
    drawn = [
        _take_spectrum(series, curves, row, int(spectrum), scale)
        for row, spectrum in enumerate(shown)
    ]
    for (main, residual), one, spectrum in zip(panels, drawn, shown, strict=True):
        _draw_fit(main, one, analysis.model, labels)
        if residual is not None:
            _draw_residual(residual, one)
        if style.has_labels:
            title = spectrum_title(analysis.series, int(spectrum))
            small = small_type()
            main.set_title(title, fontsize=small, loc="left", x=0.02, y=1.0, pad=-1.35 * small)
    limits = min(one.x[0] for one in drawn), max(one.x[-1] for one in drawn)
    _finish_panels(figure, panels, series, limits, (unit, room))
    if style.has_legend:
        figure.legend(
            handles=handles, loc="upper left", ncols=columns, borderaxespad=0.0, borderpad=0.0,
            labelspacing=0.35, bbox_to_anchor=(_LEFT / room, 1 - 1.2 / height),
        )  # fmt: skip
    return figure


def _choose_spectra(
    analysis: Analysis, result: xr.Dataset, style: FigureStyle, order: Order
) -> NDArray[np.int_]:
    """The fitted ones among those chosen by their numbers; else representative ones."""
    drawn_order = order_drawn(analysis.series, order)
    fitted = drawn_order[is_fitted(result)[drawn_order]]
    chosen = style.spectra.get(analysis.region, ())
    if not chosen:
        return choose_representative(fitted, style.most_spectra)
    numbers = spectrum_numbers(analysis.series)
    return np.array([row for one in chosen for row in fitted if numbers[row] == one], dtype=int)


@dataclass(frozen=True, slots=True)
class _Page:
    """Lengths (mm) of a figure."""

    room: float
    """Its width."""
    height: float
    top: float
    """Above the panels."""
    below: float
    """Height of the residuals; 0 for none."""


_Panels = Sequence[tuple[Axes, Axes | None]]
"""Of every spectrum those of fit and residuals, which may be left out."""


def _make_panels(figure: Figure, count: int, page: _Page) -> _Panels:
    """Axes for fit and residuals of every spectrum, from the top, all with one energy axis."""
    panels: list[tuple[Axes, Axes | None]] = []
    left, width = _LEFT / page.room, 1.0 - (_LEFT + _RIGHT) / page.room
    height, below = page.height, page.below
    for row in range(count):
        upper = height - page.top - row * (_PANEL + below + _GAP)
        first = panels[0][0] if panels else None
        main = figure.add_axes(
            (left, (upper - _PANEL) / height, width, _PANEL / height), sharex=first
        )
        place = (left, (upper - _PANEL - below) / height, width, below / height)
        panels.append((main, figure.add_axes(place, sharex=main) if below else None))
    return panels


def _choose_scale(series: xr.Dataset, shown: NDArray[np.int_]) -> tuple[float, str]:
    """What intensities are divided by, and the unit that is then printed."""
    highest = float(np.nanmax(np.abs(series["intensity"].values[shown])))
    power = 3 * int(np.floor(np.log10(highest) / 3)) if highest > 0 else 0
    unit = intensity_unit(series)
    if power <= 0 or highest < 1e4:
        return 1.0, unit
    return 10.0**power, f"10{_format_superscript(power)} {unit}"


def _format_superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


@dataclass(frozen=True, slots=True)
class _Spectrum:
    """One spectrum with its fit, between its first and its last measured point."""

    x: FloatArray
    intensity: FloatArray
    background: FloatArray
    components: FloatArray
    """Shape (k, m)."""
    total: FloatArray
    residual: FloatArray
    """In standard deviations."""


def _take_spectrum(
    series: xr.Dataset, curves: Curves, row: int, spectrum: int, scale: float
) -> _Spectrum:
    """``row`` of the curves is the fit of ``spectrum``; intensities are divided by ``scale``."""
    counts, sigma = (series[name].values[spectrum] for name in ("intensity", "sigma"))
    measured = np.flatnonzero(np.isfinite(counts))
    between = np.arange(measured[0], measured[-1] + 1)
    seen = between[own_points(series)[spectrum, between]]
    return _Spectrum(
        axis_values(series)[spectrum, seen],
        counts[seen] / scale,
        curves.background[row, seen] / scale,
        curves.components[row][:, seen] / scale,
        curves.total[row, seen] / scale,
        ((counts - curves.total[row]) / sigma)[seen],
    )


def _draw_fit(axes: Axes, one: _Spectrum, model: Model, labels: SpeciesLabels) -> None:
    values = np.concatenate([one.intensity[np.isfinite(one.intensity)], one.background])
    low = float(values.min())
    span = float(np.ptp(values)) or abs(low) or 1.0
    axes.plot(one.x, one.intensity, "o", ms=1.5, mfc="none", mec=GREY, mew=0.35, zorder=2)
    axes.plot(one.x, one.background, color=GREY, lw=0.7, ls=(0, (4, 2)), zorder=3)
    for peak, part in zip(model.peaks, one.components, strict=True):
        visible = part > _VISIBLE * span
        top, colour = one.background + part, labels.colour(peak.species)
        axes.fill_between(
            one.x, one.background, top, where=visible, color=colour, alpha=0.3, lw=0, zorder=1
        )
        axes.plot(one.x, np.where(visible, top, np.nan), color=colour, lw=0.8, zorder=3)
    axes.plot(one.x, one.total, color="black", lw=0.9, zorder=4)
    bottom, top_end = low - 0.05 * span, low + 1.22 * span
    ticks = MaxNLocator(4).tick_values(bottom, top_end)
    axes.set_yticks([tick for tick in ticks if bottom + _CLEAR * span < tick < top_end])
    axes.set_ylim(bottom, top_end)


def _draw_residual(axes: Axes, one: _Spectrum) -> None:
    reach = max(_RESIDUAL_RANGE, 1.1 * float(np.nanquantile(np.abs(one.residual), 0.99)))
    axes.axhspan(-2, 2, color="#e6e6e6", lw=0, zorder=0)
    axes.plot(one.x, one.residual, color="black", lw=0.5, zorder=2)
    axes.set_ylim(-reach, reach)
    tick = 4 if reach < 8 else int(0.6 * reach)
    axes.set_yticks([-tick, 0, tick])


def _finish_panels(
    figure: Figure,
    panels: _Panels,
    series: xr.Dataset,
    limits: tuple[float, float],
    said: tuple[str, float],
) -> None:
    """Limits, ticks and labels of all panels; ``said`` are unit and width of the figure (mm)."""
    (low, high), (unit, room) = limits, said
    panels[0][0].xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    panels[0][0].set_xlim((high, low) if axis_of(series) == ENERGY else (low, high))
    for main, residual in panels:
        main.tick_params(axis="y", which="minor", length=0)
        if residual is None:
            main.tick_params(axis="x", which="both", labelbottom=False)
            continue
        main.tick_params(axis="x", which="both", labelbottom=False, length=0)
        residual.tick_params(axis="x", which="both", labelbottom=False)
        residual.tick_params(axis="y", which="minor", length=0)
        residual.set_ylabel("res. / σ", fontsize=small_type())
        residual.yaxis.set_label_coords((7.4 - _LEFT) / (room - _LEFT - _RIGHT), 0.5)
    last = panels[-1][1] or panels[-1][0]
    last.tick_params(axis="x", which="both", labelbottom=True)
    last.set_xlabel(axis_label(series))
    middle = (panels[0][0].get_position().y1 + last.get_position().y0) / 2
    figure.text(
        1.5 / room, middle, f"Intensity ({unit})", rotation=90,
        ha="left", va="center",
    )  # fmt: skip


def _legend_handles(labels: SpeciesLabels, species: Sequence[str]) -> list[Line2D | Patch]:
    handles: list[Line2D | Patch] = [
        Line2D([], [], marker="o", ls="", ms=2.5, mfc="none", mec=GREY, mew=0.5, label="data"),
        Line2D([], [], color="black", lw=0.9, label="fit"),
        Line2D([], [], color=GREY, lw=0.7, ls=(0, (4, 2)), label="background"),
    ]
    for name in species:
        colour = labels.colour(name)
        handles.append(
            Patch(facecolor=f"{colour}4d", edgecolor=colour, lw=0.8, label=labels.label(name))
        )
    return handles
