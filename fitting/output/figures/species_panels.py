"""One panel of the figure of species: shares or ratios with their errors, and upper limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.path import Path
from numpy.typing import NDArray

from fitting.data.result import QUANTITY
from fitting.data.series import FloatArray
from fitting.output.figures.along import Along
from fitting.output.figures.style import SpeciesLabels
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.estimates import find_estimates, left_out_species
from fitting.quantities.listed import species_quantities
from fitting.quantities.quantify import REFERENCE_SPECIES, BoolArray, Estimate, species_names
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.quantities.species_onsets import iterate_branches
from fitting.quantities.upper_limits import bound_ratio

DISCHARGE = "discharge"
_MOST_MARKERS = 60
"""Longer branches are drawn as a line with a band of one standard error."""
_GROUP = 0.8
"""Width of the bars of one sample together, in distances of samples."""
ARROW = Path(
    [(-0.5, 0), (0.5, 0), (0, 0), (0, -1), (-0.3, -0.6), (0, -1), (0.3, -0.6)],
    [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO],
)
"""A bar at the limit, and an arrow down from it."""
_ARROW_SIZE, _SMALL_ARROW_SIZE = 11.0, 6.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A quantity of one species in every spectrum."""

    estimate: Estimate
    limit: FloatArray
    """Below which it is, at 95 %, where the species is not detected; nan elsewhere."""

    @property
    def is_limit(self) -> BoolArray:
        return np.isfinite(self.limit)

    @property
    def seen(self) -> FloatArray:
        """The values of spectra in which the species is detected; nan elsewhere."""
        return np.where(self.is_limit, np.nan, self.estimate.value)


Panel = Mapping[str, Shown]
"""What is drawn of every species."""


def species_panels(
    analysis: Analysis, labels: SpeciesLabels, detection: Detection | None = None
) -> Mapping[str, Panel]:
    """What is drawn, from the top, by the label of its axis."""
    left_out = left_out_species(analysis, detection)
    found = find_estimates(analysis, species_quantities(analysis, left_out), detection)
    own = species_names(analysis.model)
    names = (*own, *left_out)
    panels = {
        "Share of the area (%)": {name: _select_shown(found, fraction_of(name)) for name in names}
    }
    if REFERENCE_SPECIES in own:
        panels[f"Area ratio to {labels.label(REFERENCE_SPECIES)}"] = {
            name: _select_shown(found, ratio_of(name, REFERENCE_SPECIES))
            for name in names
            if name != REFERENCE_SPECIES
        }
    return panels


def draw_panel(
    axes: Axes, along: Along, result: xr.Dataset, panel: Panel, labels: SpeciesLabels
) -> None:
    """Draw all species of a panel."""
    if along.names:
        _draw_bars(axes, along, panel, labels)
    else:
        _draw_branches(axes, along, result, panel, labels)
    _limit_axes(axes, list(panel.values()))


def _select_shown(found: xr.Dataset, quantity: Quantity) -> Shown:
    one = found.sel({QUANTITY: quantity.name})
    estimate = Estimate(*(one[name].values for name in ("value", "stderr", "low95", "high95")))
    limit = one["upper95"].values
    return Shown(bound_ratio(estimate) if quantity.kind == "ratio" else estimate, limit)


def _draw_bars(axes: Axes, along: Along, panel: Panel, labels: SpeciesLabels) -> None:
    """The species of every sample beside one another."""
    width = _GROUP / len(panel)
    for number, (species, shown) in enumerate(panel.items()):
        place = along.place + (number - 0.5 * (len(panel) - 1)) * width
        error = np.where(np.isfinite(shown.seen), shown.estimate.stderr, np.nan)
        axes.bar(
            place, np.nan_to_num(shown.seen), 0.9 * width, yerr=error, color=labels.colour(species),
            error_kw={"elinewidth": 0.7, "capsize": 1.2, "capthick": 0.7}, zorder=2,
        )  # fmt: skip
        _draw_limits(axes, place, shown, np.flatnonzero(shown.is_limit), labels.colour(species))


def _draw_branches(
    axes: Axes, along: Along, result: xr.Dataset, panel: Panel, labels: SpeciesLabels
) -> None:
    for species, shown in panel.items():
        for _, branch, chosen in iterate_branches(result):
            known = chosen & np.isfinite(along.place)
            known &= np.isfinite(shown.seen) | shown.is_limit
            order = np.flatnonzero(known)[np.argsort(along.place[known], kind="stable")]
            line = (
                along.place[order],
                # nan, where a line ends because nothing is detected
                shown.seen[order],
                np.nan_to_num(shown.estimate.stderr[order]),
            )
            draw = _draw_points if order.size <= _MOST_MARKERS else _draw_band
            draw(axes, line, labels.colour(species), branch == DISCHARGE)
            limited = order[shown.is_limit[order]]
            _draw_limits(axes, along.place, shown, limited, labels.colour(species))


_Line = tuple[FloatArray, FloatArray, FloatArray]
"""Place, value and standard error."""


def _draw_points(axes: Axes, line: _Line, colour: str, is_discharge: bool) -> None:
    place, value, error = line
    axes.errorbar(
        place, value, yerr=error, fmt="s" if is_discharge else "o", ms=3.0, lw=0.7, mew=0.7,
        ls="--" if is_discharge else "-", color=colour, mfc="white" if is_discharge else colour,
        elinewidth=0.7, capsize=1.2, capthick=0.7, zorder=3,
    )  # fmt: skip


def _draw_band(axes: Axes, line: _Line, colour: str, is_discharge: bool) -> None:
    place, value, error = line
    axes.fill_between(place, value - error, value + error, color=colour, alpha=0.3, lw=0, zorder=2)
    axes.plot(place, value, color=colour, lw=0.7, ls="--" if is_discharge else "-", zorder=3)


def _draw_limits(
    axes: Axes, place: FloatArray, shown: Shown, spectra: NDArray[np.int_], colour: str
) -> None:
    size = _ARROW_SIZE if len(spectra) <= _MOST_MARKERS else _SMALL_ARROW_SIZE
    if len(spectra):
        axes.plot(
            place[spectra], shown.limit[spectra], ls="none", marker=ARROW, ms=size, mew=0.7,
            mfc="none", mec=colour, zorder=3,
        )  # fmt: skip


def _limit_axes(axes: Axes, drawn: Sequence[Shown]) -> None:
    """Room above for the onsets; error bars of what is hardly there do not set the scale."""
    low, high = axes.get_ylim()
    seen, limits = ([getattr(one, name) for one in drawn] for name in ("seen", "limit"))
    highest, limit = (float(np.fmax.reduce(np.ravel(one), initial=0.0)) for one in (seen, limits))
    highest = max(highest, min(limit, 2.0 * highest or np.inf))
    top = min(high, 1.5 * highest) if highest > 0 else high
    bottom = max(low, -0.15 * top)
    if limit > 0:
        # arrows of low limits are seen whole
        bottom = min(bottom, -0.1 * top)
    axes.set_ylim(bottom, top + 0.1 * (top - bottom))
