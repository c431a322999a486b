"""Figures of impedance spectra: Nyquist with the fits, and resistances beside the species."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from matplotlib import colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fitting.data.series import SPECTRUM, FloatArray, get_column
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.impedance.estimates import ImpedanceEstimate, list_estimates
from fitting.impedance.series import ComplexArray, impedances_of
from fitting.output.figures.style import (
    SINGLE_COLUMN,
    STYLE,
    choose_representative,
    escape_formula,
    new_figure,
    spectrum_title,
)

_HEIGHT, _SPECIES_HEIGHT = 66.0, 48.0
"""mm."""
_PLACE = (0.17, 0.17, 0.79, 0.78)
_SHAPE = _PLACE[3] * _HEIGHT / (_PLACE[2] * SINGLE_COLUMN)
"""Height of the Nyquist plot over its width."""
_MARGIN = 0.05
_MOST_SPECTRA, _MOST_SPECIES = 8, 5
_HOUR = 3600.0
_LABELS = {"voltage": "Voltage (V vs Li⁺/Li)", "cycle": "Cycle", "time": "Time (h)"}
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_MARKERS = "osD^v<>p"


@dataclass(frozen=True, slots=True)
class ImpedanceAxis:
    """What resistances are drawn along."""

    kind: str
    """A coordinate, or "spectrum"."""
    place: FloatArray
    label: str


def impedance_figures(
    analysis: ImpedanceAnalysis | None, species: pd.DataFrame | None = None
) -> Mapping[str, Figure]:
    """The figures of the impedance spectra by name; none where there is no fit.

    Parameters
    ----------
    species
        The table of species, whose shares are drawn below the resistances on their axis.
    """
    if analysis is None or analysis.result is None:
        return {}
    with rc_context(STYLE):
        figures = {"impedance_nyquist": _draw_nyquist(analysis)}
        trend = _draw_trend(analysis, species)
        return figures if trend is None else {**figures, "impedance_resistances": trend}


def choose_impedance_axis(analysis: ImpedanceAnalysis) -> ImpedanceAxis:
    """The coordinate with the most different values; the number of the spectrum if none has any."""
    best, most = ImpedanceAxis("spectrum", np.empty(0), "Impedance spectrum"), 1
    for kind, label in _LABELS.items():
        values = get_column(analysis.series, kind).astype(float)
        different = len(np.unique(values[np.isfinite(values)].round(4)))
        if different > most:
            scale = _HOUR if kind == "time" else 1.0
            best, most = ImpedanceAxis(kind, values / scale, label), different
    if best.kind == "spectrum":
        count = analysis.series.sizes[SPECTRUM]
        return ImpedanceAxis(best.kind, np.arange(float(count)), best.label)
    return best


def _draw_nyquist(analysis: ImpedanceAnalysis) -> Figure:
    """Some spectra with their fits, both axes to one scale."""
    assert analysis.result is not None
    axis = choose_impedance_axis(analysis)
    rows = choose_representative(np.argsort(axis.place, kind="stable"), _MOST_SPECTRA)
    _, impedance = impedances_of(analysis.series)
    fit = analysis.result["fit_real"].values + 1j * analysis.result["fit_imaginary"].values
    figure = new_figure(SINGLE_COLUMN, _HEIGHT)
    axes = figure.add_axes(_PLACE)
    shades = colormaps["viridis"](np.linspace(0, 0.85, len(rows)))
    for row, shade in zip(rows, shades, strict=True):
        label = _name_place(analysis, axis, int(row))
        axes.plot(impedance[row].real, -impedance[row].imag, "o", ms=1.8, mew=0, color=shade,
                  label=label)  # fmt: skip
        axes.plot(fit[row].real, -fit[row].imag, "-", lw=0.7, color=shade)
    unit = str(analysis.series.attrs["unit"]).replace("Ohm", "Ω").replace("cm2", "cm²")
    axes.set_xlabel(f"Z′ ({unit})")
    axes.set_ylabel(f"−Z″ ({unit})")
    _share_scale(axes, impedance[rows], _SHAPE)
    axes.legend(loc="best", handlelength=0.8)
    return figure


def _share_scale(axes: Axes, impedance: ComplexArray, shape: float) -> None:
    """Limits such that an ohm is as long on both axes, the data low in the plot."""
    known = impedance[np.isfinite(impedance)]
    left, right = float(known.real.min()), float(known.real.max())
    low, high = min(0.0, float(-known.imag.max())), float(-known.imag.min())
    width = (1 + 2 * _MARGIN) * max(right - left, (high - low) / shape, 1e-12)
    axes.set_xlim(0.5 * (left + right) - 0.5 * width, 0.5 * (left + right) + 0.5 * width)
    bottom = low - _MARGIN * width * shape
    axes.set_ylim(bottom, bottom + width * shape)


def _name_place(analysis: ImpedanceAnalysis, axis: ImpedanceAxis, row: int) -> str:
    value = axis.place[row]
    samples = set(get_column(analysis.series, "sample").astype(str))
    if axis.kind == "spectrum" or len(samples) > 1 or not np.isfinite(value):
        return spectrum_title(analysis.series, row)
    return {"voltage": f"{value:.2f} V", "cycle": f"cycle {value:.0f}"}.get(
        axis.kind, f"{value:.3g} h"
    )


def _draw_trend(analysis: ImpedanceAnalysis, species: pd.DataFrame | None) -> Figure | None:
    axis = choose_impedance_axis(analysis)
    if axis.place.size < 2:
        return None
    shares = _find_shares(axis, species)
    height = _HEIGHT + (_SPECIES_HEIGHT if shares else 0.0)
    figure = new_figure(SINGLE_COLUMN, height)
    grid = figure.add_gridspec(
        2 if shares else 1, 1, height_ratios=[_HEIGHT, _SPECIES_HEIGHT] if shares else [1],
        left=0.17, right=0.97, top=0.97, bottom=11.5 / height, hspace=0.08,
    )  # fmt: skip
    above = figure.add_subplot(grid[0])
    _draw_resistances(above, analysis, axis)
    last = above
    if shares:
        last = figure.add_subplot(grid[1], sharex=above)
        above.tick_params(labelbottom=False)
        for (name, places, values, errors), colour in zip(shares, _COLOURS, strict=False):
            last.errorbar(places, values, yerr=errors, fmt="o-", ms=2.6, lw=0.7, color=colour,
                          label=escape_formula(name))  # fmt: skip
        last.set_ylabel("Share of the area (%)")
        last.legend(loc="best", ncols=2)
    last.set_xlabel(axis.label)
    return figure


def _draw_resistances(axes: Axes, analysis: ImpedanceAnalysis, axis: ImpedanceAxis) -> None:
    samples = get_column(analysis.series, "sample").astype(str)
    names = list(dict.fromkeys(samples))
    by_quantity: dict[tuple[str, str], list[ImpedanceEstimate]] = {}
    for one in list_estimates(analysis):
        if one.quantity.startswith("R") and one.quantity != "R_total":
            by_quantity.setdefault((one.quantity, samples[one.spectrum]), []).append(one)
    quantities = list(dict.fromkeys(quantity for quantity, _ in by_quantity))
    for (quantity, sample), found in by_quantity.items():
        order = sorted(found, key=lambda one: axis.place[one.spectrum])
        label = quantity if len(names) == 1 else f"{quantity}, {sample}"
        value = np.array([one.value for one in order])
        ends = np.array([[one.low, one.high] for one in order])
        # an interval without an end has no bar on that side
        reach = np.abs(np.where(np.isfinite(ends), ends, value[:, None]) - value[:, None]).T
        axes.errorbar(
            [axis.place[one.spectrum] for one in order], value, yerr=reach, ms=2.8, lw=0.7,
            fmt=f"{_MARKERS[names.index(sample) % len(_MARKERS)]}-", label=escape_formula(label),
            color=_COLOURS[quantities.index(quantity) % len(_COLOURS)],
        )  # fmt: skip
    values = [one.value for found in by_quantity.values() for one in found if one.value > 0]
    if values and max(values) > 30 * min(values):
        axes.set_yscale("log")
    unit = str(analysis.series.attrs["unit"]).replace("Ohm", "Ω").replace("cm2", "cm²")
    axes.set_ylabel(f"Resistance ({unit})")
    axes.legend(loc="best", ncols=2)


_Share = tuple[str, FloatArray, FloatArray, FloatArray]


def _find_shares(axis: ImpedanceAxis, species: pd.DataFrame | None) -> Sequence[_Share]:
    """The species that change most, along the same axis as the resistances."""
    column = {"voltage": "voltage_V", "cycle": "cycle", "time": "time_s"}.get(axis.kind)
    if species is None or column is None or not len(species):
        return []
    found = sorted(_iterate_shares(axis, species, column), key=lambda one: -np.ptp(one[2]))
    return found[:_MOST_SPECIES]


def _iterate_shares(axis: ImpedanceAxis, species: pd.DataFrame, column: str) -> Iterator[_Share]:
    scale = _HOUR if axis.kind == "time" else 1.0
    for (region, name), rows in species.groupby(["region", "species"], sort=False):
        known = rows[rows[column].notna() & rows["fraction_percent"].notna()].sort_values(column)
        if known[column].nunique() > 1:
            place, value, error = (
                known[one].to_numpy(dtype=float)
                for one in (column, "fraction_percent", "fraction_stderr")
            )
            yield f"{name}, {region}", place / scale, value, np.nan_to_num(error)
