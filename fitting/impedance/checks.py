"""What is wrong with impedance spectra and their fits, as findings with a severity."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import xarray as xr
from scipy.special import fdtrc

from fitting.data.series import SPECTRUM, get_column
from fitting.impedance.analysis import FITTED, ImpedanceAnalysis, find_fitted
from fitting.impedance.circuit import parse_circuit
from fitting.impedance.circuit_fit import CircuitFit, fit_circuit
from fitting.impedance.circuit_function import compile_circuit
from fitting.impedance.estimates import (
    AT_BOUND,
    NOT_DETERMINED,
    ImpedanceEstimate,
    fit_of_rows,
    list_estimates,
)
from fitting.impedance.evidence import find_bic
from fitting.impedance.kramers_kronig import count_amounts, score_likeness
from fitting.impedance.least_squares import weigh_sweeps
from fitting.impedance.series import ComplexArray, impedances_of, sweep_of

MISFIT = 4.0
"""Standard deviations by which neighbouring residuals are alike."""
RAREST_SCATTER = 1e-4
"""Probability of the scatter below which a circuit does not follow a spectrum."""
SMALLEST_MISFIT = 0.002
"""Residuals over the modulus that no analyser is better than."""
CLOSEST_ARCS = 5.0
"""Ratio of time constants below which two arcs are not resolved by usual data."""
FASTEST_CHANGE = 0.05
"""Relative change of the impedance within one sweep, estimated from the next sweep."""
STRONG_EVIDENCE = 10.0
"""Difference of the criterion that is very strong (Kass and Raftery, JASA 1995, 90, 773)."""


@dataclass(frozen=True, slots=True)
class ImpedanceFinding:
    """What a rule found."""

    rule: str
    severity: Literal["info", "warning", "error"]
    message: str
    spectrum: int | None = None
    """``None`` if it holds for the series."""


def check_impedance(analysis: ImpedanceAnalysis) -> list[ImpedanceFinding]:
    """All findings of an analysis that has a result."""
    if analysis.result is None:
        return []
    estimates = list_estimates(analysis)
    return [
        *_find_failed(analysis.result),
        *_find_invalid(analysis.result),
        *_find_misfit(analysis.series, analysis.result),
        *_find_bounds(estimates),
        *_find_undetermined(estimates),
        *_find_close_arcs(estimates),
        *_find_surplus_arcs(analysis),
        *_find_drift(analysis.series),
    ]


def _find_failed(result: xr.Dataset) -> Iterator[ImpedanceFinding]:
    for row, message in enumerate(result["message"].values.astype(str)):
        if message:
            is_fitted = result["status"].values[row] == FITTED
            severity: Literal["warning", "error"] = "warning" if is_fitted else "error"
            yield ImpedanceFinding("impedance-fit", severity, message, row)


def _find_invalid(result: xr.Dataset) -> Iterator[ImpedanceFinding]:
    parts = [result[f"kramers_kronig_{name}"].values for name in ("real", "imaginary")]
    valid = result["kramers_kronig_valid"].values
    for row in np.flatnonzero(valid == 0):
        largest = 100 * max(float(np.nanmax(np.abs(part[row]))) for part in parts)
        yield ImpedanceFinding(
            "impedance-kramers-kronig",
            "warning",
            f"No linear, steady cell gives this spectrum: it departs from the Kramers-Kronig "
            f"relations by up to {largest:.1f} % of the modulus. The cell changed during the "
            "sweep, the amplitude was too large, or the instrument was at its limit; do not trust "
            "resistances from it.",
            int(row),
        )


def _find_misfit(series: xr.Dataset, result: xr.Dataset) -> Iterator[ImpedanceFinding]:
    """Steady spectra that their circuit does not follow.

    Told by residuals that are alike from point to point, or, where points are too far apart for
    that, by a scatter that is more than what any sum of relaxations leaves (F test).
    """
    is_sound = result["kramers_kronig_valid"].values == 1
    is_sound &= find_fitted(result)
    _, measured = impedances_of(series)
    fit = result["fit_real"].values + 1j * result["fit_imaginary"].values
    for row in np.flatnonzero(is_sound):
        known = np.isfinite(fit[row])
        rest = (measured[row] - fit[row])[known] / np.abs(measured[row][known])
        size = float(np.sqrt(np.mean(np.abs(rest) ** 2) / 2))
        if size > SMALLEST_MISFIT and (
            score_likeness(rest.real, rest.imag) > MISFIT
            or _probability_of_scatter(series, result, int(row), rest) < RAREST_SCATTER
        ):
            yield ImpedanceFinding(
                "model-impedance-misfit",
                "warning",
                f"The circuit {result['circuit'].values[row]} does not follow this spectrum: its "
                f"residuals ({100 * size:.1f} % of the modulus) are more than scatter. Errors and "
                "intervals are of this circuit and do not hold; choose another.",
                int(row),
            )


def _probability_of_scatter(
    series: xr.Dataset, result: xr.Dataset, row: int, rest: ComplexArray
) -> float:
    """Of residuals as large beside those of the Kramers-Kronig test, if the circuit is true."""
    frequency, _ = sweep_of(series, row)
    parts = (result[f"kramers_kronig_{name}"].values[row] for name in ("real", "imaginary"))
    least = float(sum(np.nansum(part**2) for part in parts))
    fitted = int(np.isfinite(result["theta"].values[row]).sum())
    possible = count_amounts(frequency)
    left = 2 * frequency.size - possible
    if possible <= fitted or left < 1 or least <= 0:
        return 1.0
    excess = (float(np.sum(np.abs(rest) ** 2)) - least) / (possible - fitted)
    return float(fdtrc(possible - fitted, left, max(excess, 0.0) / (least / left)))


def _find_bounds(estimates: list[ImpedanceEstimate]) -> Iterator[ImpedanceFinding]:
    for one in estimates:
        # an exponent of 1 is a capacitor, which is physics and no fault
        if one.status == AT_BOUND and not (one.unit == "1" and one.value > 0.999):
            yield ImpedanceFinding(
                "impedance-at-bound",
                "warning",
                f"{one.quantity} ends at its bound ({one.value:.3g} {one.unit}): its element is "
                "not in these data. Choose a circuit without it.",
                one.spectrum,
            )


def _find_undetermined(estimates: list[ImpedanceEstimate]) -> Iterator[ImpedanceFinding]:
    for one in estimates:
        if one.status == NOT_DETERMINED and one.quantity.startswith("R"):
            upper = f"{one.high:.3g}" if np.isfinite(one.high) else "no upper end"
            yield ImpedanceFinding(
                "impedance-not-determined",
                "warning",
                f"{one.quantity} = {one.value:.3g} {one.unit} is not determined: its 95 % interval "
                f"is {one.low:.3g} to {upper}.",
                one.spectrum,
            )


def _find_close_arcs(estimates: list[ImpedanceEstimate]) -> Iterator[ImpedanceFinding]:
    times: dict[int, list[ImpedanceEstimate]] = {}
    for one in estimates:
        if one.quantity.startswith("tau") and one.unit == "s":
            times.setdefault(one.spectrum, []).append(one)
    for spectrum, arcs in times.items():
        ordered = sorted(arcs, key=lambda one: one.value)
        for first, second in pairwise(ordered):
            ratio = second.value / first.value
            if ratio < CLOSEST_ARCS:
                yield ImpedanceFinding(
                    "impedance-close-arcs",
                    "warning",
                    f"{first.quantity} and {second.quantity} differ by a factor of {ratio:.1f} "
                    "only: what one arc has more, the other has less. Their sum is better known "
                    "than each.",
                    spectrum,
                )


def _find_surplus_arcs(analysis: ImpedanceAnalysis) -> Iterator[ImpedanceFinding]:
    """Circuits with an arc that the data do not support."""
    assert analysis.result is not None
    if not analysis.recipe.circuit:
        return
    circuits = analysis.result["circuit"].values.astype(str)
    is_fitted = find_fitted(analysis.result)
    for circuit in dict.fromkeys(circuits[is_fitted]):
        rows = np.flatnonzero((circuits == circuit) & is_fitted)
        fitted = fit_of_rows(analysis, circuit, rows)
        simpler = _fit_with_fewer_arcs(analysis, fitted, rows)
        if simpler is None:
            continue
        gain = find_bic(fitted) - find_bic(simpler)
        for row, more in zip(rows, gain, strict=True):
            if more > STRONG_EVIDENCE:
                yield ImpedanceFinding(
                    "impedance-surplus-arc",
                    "warning",
                    f"The circuit {circuit} has more arcs than this spectrum supports: with one "
                    f"arc fewer the evidence is better by {more:.0f} (BIC).",
                    int(row),
                )


def _fit_with_fewer_arcs(
    analysis: ImpedanceAnalysis, fitted: CircuitFit, rows: np.ndarray
) -> CircuitFit | None:
    """The fit without the arc of the smallest resistance, typically; ``None`` for one arc."""
    arcs = [block for block in fitted.function.series_blocks if block.is_arc]
    if len(arcs) < 2:
        return None
    smallest = min(arcs, key=lambda block: float(np.median(fitted.theta[:, block.first])))
    gone = "|".join(element.name for element in smallest.elements)
    text = "-".join(part for part in fitted.function.circuit.text.split("-") if part != f"({gone})")
    frequency, impedance = impedances_of(analysis.series.isel({SPECTRUM: rows}))
    return fit_circuit(compile_circuit(parse_circuit(text)), weigh_sweeps(frequency, impedance))


def _find_drift(series: xr.Dataset) -> Iterator[ImpedanceFinding]:
    """Sweeps within which the cell changed, told by what it changed until the next sweep."""
    started = get_column(series, "started").astype(float)
    exposure = get_column(series, "exposure").astype(float)
    samples = get_column(series, "sample").astype(str)
    size = np.nanmax(np.hypot(series["real"].values, series["imaginary"].values), axis=1)
    for sample in dict.fromkeys(samples):
        rows = np.flatnonzero((samples == sample) & np.isfinite(started) & (exposure > 0))
        rows = rows[np.argsort(started[rows])]
        for row, after in pairwise(rows):
            passed = started[after] - started[row]
            change = abs(size[after] / size[row] - 1) * exposure[row] / passed if passed > 0 else 0
            if change > FASTEST_CHANGE:
                yield ImpedanceFinding(
                    "impedance-drift",
                    "warning",
                    f"The cell changes by about {100 * change:.0f} % within this sweep of "
                    f"{exposure[row]:.0f} s, as told by the next one. Its slow and fast points "
                    "are of different cells.",
                    int(row),
                )
