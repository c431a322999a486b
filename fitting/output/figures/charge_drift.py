"""The charge shift of every sample along the series: whether the reference drifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fitting.data.series import FloatArray
from fitting.output.figures.style import escape_formula, find_room, new_figure, small_type
from fitting.projects.project import Project
from fitting.quantities.quantify import BoolArray
from fitting.referencing.charge_drift import DriftPoint, charge_drift
from fitting.referencing.mixed_references import kept_reference

_HEIGHT, _LEGEND_LINE = 52.0, 3.4
"""mm."""
_FEWEST = 2
_MOST_NAMES = 12
_MOST_MARKERS = 60
_SECONDS_PER_HOUR = 3600.0
_OTHER = "#9a5b00"
"""What is referred to another line than most."""


def charge_drift_figure(project: Project) -> Figure | None:
    """Shifts with their errors along voltage, time or depth, else by sample.

    States that are referred to another line than most, or to none, stand apart in colour and
    legend. ``None`` for less than two states with a shift.
    """
    points = charge_drift(project)
    if sum(bool(np.isfinite(point.stderr)) for point in points) < _FEWEST:
        return None
    along = _choose_axis(points)
    references = list(dict.fromkeys(point.reference for point in points))
    kept = kept_reference([point.reference for point in points])
    references.sort(key=lambda one: one != kept)
    room, style = _LEGEND_LINE * len(references) / _HEIGHT, project.figure_style
    figure = new_figure(find_room(style), _HEIGHT, style)
    axes = figure.add_axes((0.19, 0.24, 0.77, 0.74 - room))
    for reference in references:
        chosen = np.array([point.reference == reference for point in points])
        colour = "black" if reference == kept else _OTHER
        for is_discharge in (False, True):
            branch = np.array([point.branch == "discharge" for point in points]) == is_discharge
            _draw_branch(axes, points, along.place, chosen & branch, colour)
    handles = [_legend_handle(axes, one, "black" if one == kept else _OTHER) for one in references]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.17, 0.995), borderaxespad=0.0,
        labelspacing=0.25, fontsize=small_type(),
    )  # fmt: skip
    _finish_axes(axes, along)
    return figure


@dataclass(frozen=True, slots=True)
class _Along:
    place: FloatArray
    label: str
    names: tuple[str, ...] = ()
    """Names of the places 0, 1, 2 ..., where they are samples."""


def _choose_axis(points: Sequence[DriftPoint]) -> _Along:
    """The first of voltage, time and depth that all have, and that tells them apart."""
    branches = [point.branch for point in points]
    for values, label in (
        ([point.voltage for point in points], "Voltage (V vs Li⁺/Li)"),
        ([point.time / _SECONDS_PER_HOUR for point in points], "Time (h)"),
        ([point.depth for point in points], "Depth"),
    ):
        is_known = bool(np.isfinite(values).all())
        if is_known and len(set(zip(values, branches, strict=True))) == len(points):
            return _Along(np.array(values), label)
    place = np.arange(len(points), dtype=float)
    if len(points) > _MOST_NAMES:
        return _Along(place, "Sample")
    return _Along(place, "", tuple(point.sample for point in points))


def _draw_branch(
    axes: Axes, points: Sequence[DriftPoint], place: FloatArray, chosen: BoolArray, colour: str
) -> None:
    """One way of the series; a line with a band where there are many of one sample."""
    rows = np.flatnonzero(chosen)[np.argsort(place[chosen], kind="stable")]
    if not rows.size:
        return
    x = place[rows]
    value, error = (
        np.array([getattr(points[row], name) for row in rows]) for name in ("value", "stderr")
    )
    error = np.nan_to_num(error)
    is_discharge = points[rows[0]].branch == "discharge"
    style: Literal["--", "-", "none"] = "--" if is_discharge else "-"
    if len({points[row].sample for row in rows}) == rows.size:
        # different samples are no course of one
        style = "none"
    if rows.size > _MOST_MARKERS and style != "none":
        axes.fill_between(x, value - error, value + error, color=colour, alpha=0.3, lw=0)
        axes.plot(x, value, color=colour, lw=0.7, ls=style)
        return
    axes.errorbar(
        x, value, yerr=error, fmt="s" if is_discharge else "o", ls=style, ms=3.0, lw=0.7, mew=0.7,
        color=colour, mfc="white" if is_discharge else colour, elinewidth=0.7, capsize=1.2,
        capthick=0.7,
    )  # fmt: skip


def _legend_handle(axes: Axes, reference: str, colour: str) -> Line2D:
    return axes.plot([], [], "o", ms=3.0, color=colour, label=escape_formula(reference))[0]


def _finish_axes(axes: Axes, along: _Along) -> None:
    axes.axhline(0.0, color="#bbbbbb", lw=0.5, zorder=0)
    axes.set_ylabel("Charge shift (eV)")
    if along.names:
        axes.set_xticks(
            range(len(along.names)), [escape_formula(name) for name in along.names], rotation=20
        )
    else:
        axes.set_xlabel(along.label)
