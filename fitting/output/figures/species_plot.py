"""Species along the series: shares and ratios with error bars, charge and discharge told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, sin
from typing import Literal

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from fitting.data.order import Order
from fitting.data.result import is_fitted
from fitting.electrochemistry.cell_curves import LaidRecord
from fitting.output.figures.along import MOST_LEVEL_NAMES, Along, choose_axis
from fitting.output.figures.cell_panel import cell_panel, draw_cell
from fitting.output.figures.species_panels import ARROW, DISCHARGE, draw_panel, species_panels
from fitting.output.figures.style import (
    SpeciesLabels,
    legend_columns,
    new_figure,
    small_type,
)
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.quantify import species_names
from fitting.quantities.species_onsets import SpeciesOnset, iterate_branches, species_onsets

_LEFT, _RIGHT, _BOTTOM, _PANEL, _GAP = 13.5, 2.5, 9.5, 42.0, 3.0
_CELL_PANEL = 26.0
_NAME_LINE, _NAME_LETTER = 3.0, 1.25
"""Height of a name of a sample, and width of a letter."""
_LABEL = 3.8
"""From the edge of the page to the label of the vertical axis."""
_LEGEND_LINE, _LEGEND_MARGIN = 3.05, 2.4
"""Heights and margins (mm)."""
_SLANT = 60.0
"""Angle of the names where there are more (degrees)."""


def species_figure(
    analysis: Analysis,
    result: xr.Dataset,
    labels: SpeciesLabels,
    laid: LaidRecord | None = None,
    kind: str = "",
    *,
    detection: Detection | None = None,
    order: Order = "",
) -> Figure | None:
    """Shares of the species and their ratios to the electrolyte's; ``None`` for one species.

    A species that is not detected is drawn as an arrow from the limit that it is below.

    Parameters
    ----------
    laid
        The cell's record, which is shown below on the same axis.
    kind
        What the species are drawn along; left out, what the series was measured along. ``None`` is
        returned if the spectra do not have it.
    detection
        Of the species of the model, and of those that were weighed and left out.
    order
        Of the spectra where they stand beside one another.
    """
    names = detection.names if detection is not None else species_names(analysis.model)
    if len(names) < 2 or not is_fitted(result).any():
        return None
    along = choose_axis(analysis, kind, order)
    if along is None:
        return None
    panels = species_panels(analysis, labels, detection)
    cell = cell_panel(laid, along.kind) if laid is not None else ()
    onsets = species_onsets(result, analysis.model) if along.kind == "voltage" else []
    has_limits = any(shown.is_limit.any() for panel in panels.values() for shown in panel.values())
    handles = _legend_handles(names, labels, result, along)
    handles += [_Marker(ARROW, 9.0, "none", True).handle("below (95 %)", "black")] * has_limits
    handles += [_Marker("v", 3.0, "-").handle("onset, 95 %", "black")] * bool(onsets)
    columns = legend_columns([str(handle.get_label()) for handle in handles], labels.room)
    top = _LEGEND_LINE * -(-len(handles) // columns) + _LEGEND_MARGIN
    bottom = _room_below(along)
    heights = [_PANEL] * len(panels) + ([_CELL_PANEL] if cell else [])
    height = bottom + sum(heights) + _GAP * (len(heights) - 1) + top
    figure = new_figure(labels.room, height, labels.style)
    drawn = _add_panels(figure, heights, bottom, (labels.room, height))
    for axes, (title, panel) in zip(drawn, panels.items(), strict=False):
        draw_panel(axes, along, result, panel, labels)
        axes.set_ylabel(title)
        _place_label(axes, labels.room)
    _finish_figure(drawn, along)
    _mark_onsets(drawn[0], onsets, labels)
    if cell:
        draw_cell(drawn[-1], cell)
        _place_label(drawn[-1], labels.room)
    figure.legend(
        handles=handles, loc="upper left", ncols=columns, borderaxespad=0.0, borderpad=0.0,
        labelspacing=0.35, bbox_to_anchor=(_LEFT / labels.room, 1 - 1.2 / height),
    )  # fmt: skip
    return figure


def _legend_handles(
    names: Sequence[str],
    labels: SpeciesLabels,
    result: xr.Dataset,
    along: Along,
) -> list[Line2D]:
    marker = _Marker("s", 4.0, "none") if along.names else _Marker("o", 3.0, "-")
    handles = [marker.handle(labels.label(name), labels.colour(name)) for name in names]
    if not along.names and len({branch for _, branch, _ in iterate_branches(result)}) > 1:
        handles.append(_Marker("o", 3.0, "-").handle("charge", "black"))
        handles.append(_Marker("s", 3.0, "--", is_open=True).handle(DISCHARGE, "black"))
    return handles


@dataclass(frozen=True, slots=True)
class _Marker:
    """How a legend shows a line."""

    sign: Literal["o", "s", "v"] | Path
    size: float
    line: Literal["-", "--", "none"]
    is_open: bool = False

    def handle(self, label: str, colour: str) -> Line2D:
        return Line2D(
            [], [], marker=self.sign, ms=self.size, ls=self.line, lw=0.7, mew=0.7, color=colour,
            mfc="white" if self.is_open else colour, label=label,
        )  # fmt: skip


def _room_below(along: Along) -> float:
    if not along.names:
        return _BOTTOM
    if len(along.names) > MOST_LEVEL_NAMES:
        return 4.0 + _NAME_LETTER * max(map(len, along.names)) * sin(radians(_SLANT))
    return 2.0 + _NAME_LINE * max(name.count("\n") + 1 for name in along.names)


def _place_label(axes: Axes, room: float) -> None:
    axes.yaxis.set_label_coords((_LABEL - _LEFT) / (room - _LEFT - _RIGHT), 0.5)


def _add_panels(
    figure: Figure, heights: Sequence[float], bottom: float, size: tuple[float, float]
) -> list[Axes]:
    """Panels of these heights (mm) from the top; ``size`` is that of the figure."""
    room, height = size
    left, width = _LEFT / room, 1.0 - (_LEFT + _RIGHT) / room
    drawn: list[Axes] = []
    for row, own in enumerate(heights):
        lower = bottom + sum(below + _GAP for below in heights[row + 1 :])
        place = (left, lower / height, width, own / height)
        drawn.append(figure.add_axes(place, sharex=drawn[0] if drawn else None))
    return drawn


def _finish_figure(drawn: Sequence[Axes], along: Along) -> None:
    for axes in drawn:
        axes.axhline(0.0, color="#bbbbbb", lw=0.5, zorder=0)
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.tick_params(axis="x", which="both", labelbottom=False)
    last = drawn[-1]
    last.tick_params(axis="x", which="both", labelbottom=True)
    if not along.names:
        last.set_xlabel(along.label)
        return
    last.set_xlim(-0.55, len(along.names) - 0.45)
    for axes in drawn:
        axes.tick_params(axis="x", which="minor", length=0)
    slanted = len(along.names) > MOST_LEVEL_NAMES
    last.set_xticks(
        range(len(along.names)), along.names, rotation=_SLANT if slanted else 0,
        ha="right" if slanted else "center", va="top" if not slanted else "center_baseline",
        rotation_mode="anchor" if slanted else "default", fontsize=small_type(),
    )  # fmt: skip


def _mark_onsets(axes: Axes, found: Sequence[SpeciesOnset], labels: SpeciesLabels) -> None:
    """The onset of every species at the top of the panel, with its 95 % interval."""
    transform, limits = axes.get_xaxis_transform(), axes.get_xlim()
    for row, one in enumerate(one for one in found if np.isfinite(one.onset.potential)):
        height = 0.965 - 0.035 * row
        low = one.onset.low95 if np.isfinite(one.onset.low95) else limits[0]
        high = one.onset.high95 if np.isfinite(one.onset.high95) else limits[1]
        axes.plot(
            [low, one.onset.potential, high], [height] * 3, lw=0.8, marker="v", ms=3.0,
            markevery=[1], color=labels.colour(one.species), transform=transform, zorder=4,
        )  # fmt: skip
    axes.set_xlim(limits)
