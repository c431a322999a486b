"""What the cell did, below the species of a figure and on their axis."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from fitting.electrochemistry.cell_curves import (
    CellCurve,
    LaidRecord,
    cell_curves,
    cell_quantities,
)
from fitting.output.figures.style import GREY, small_type
from libraries.voltammetry import voltammetry_features

_SECONDS_PER_HOUR = 3600.0
_TITLES = {
    "V vs Li+/Li": "E (V vs Li⁺/Li)",
    "mA": "Current (mA)",
    "mA h/V": "dQ/dV (mA h/V)",
}
_MOST_POINTS = 4000
"""More points of one curve only make the file large."""
_ROOM = 0.06


def cell_panel(laid: LaidRecord, along: str) -> Sequence[CellCurve]:
    """The curves to show along this axis, the times in hours; none if the record has none."""
    quantities = cell_quantities(laid, along)
    if not quantities:
        return ()
    return [_thin_curve(curve, along) for curve in cell_curves(laid, along, quantities[0])]


def draw_cell(axes: Axes, curves: Sequence[CellCurve]) -> None:
    """Draw the curves, within the part of the axis that the species above take."""
    ends = axes.get_xlim()
    for curve in curves:
        is_discharge = curve.branch == "discharge"
        axes.plot(
            curve.x, curve.y, lw=0.7, color="black", ls="--" if is_discharge else "-", zorder=3,
            alpha=0.75,
        )  # fmt: skip
    axes.set_ylabel(_TITLES[curves[0].unit])
    notes = list(dict.fromkeys(curve.note for curve in curves if curve.note))
    if curves[0].unit == "mA h/V":
        notes.append(_mark_features(axes))
    if notes:
        axes.text(
            0.02, 0.96, "; ".join(notes), transform=axes.transAxes, fontsize=small_type(), va="top",
            color=GREY,
        )  # fmt: skip
    _limit_axis(axes, curves, *ends)


def _mark_features(axes: Axes) -> str:
    """Mark where sources saw the oxidation begin and peak; returns who they are."""
    for feature in voltammetry_features():
        style = "-" if feature.kind == "oxidation onset" else ":"
        axes.axvline(feature.voltage, lw=0.5, ls=style, color=GREY, zorder=1)
    sources = dict.fromkeys(feature.source for feature in voltammetry_features())
    return f"lines: oxidation in {', '.join(sources)}"


def _limit_axis(axes: Axes, curves: Sequence[CellCurve], low: float, high: float) -> None:
    """Show all of the curves that lies between these ends of the axis."""
    axes.set_xlim(low, high)
    seen = [curve.y[(curve.x >= low) & (curve.x <= high)] for curve in curves]
    values = np.concatenate(seen) if seen else np.empty(0)
    values = values[np.isfinite(values)]
    if values.size:
        room = _ROOM * (float(np.ptp(values)) or 1.0)
        # the note stands above the curves
        top = 4 * room if any(curve.note for curve in curves) else room
        axes.set_ylim(float(values.min()) - room, float(values.max()) + top)


def _thin_curve(curve: CellCurve, along: str) -> CellCurve:
    every = max(1, -(-curve.x.size // _MOST_POINTS))
    scale = _SECONDS_PER_HOUR if along == "time" else 1.0
    x, y = curve.x[::every] / scale, curve.y[::every]
    return CellCurve(x, y, curve.unit, curve.branch, curve.cycle, curve.note)
