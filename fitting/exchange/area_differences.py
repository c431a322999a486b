"""How much areas depend on what has no exact counterpart: fitted to the data against as stored."""

from collections.abc import Mapping

import numpy as np

from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.exchange.taken_series import TakenSeries
from fitting.fits.measured import Measured, take_measured
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Model
from fitting.models.parameters import follow_ties
from fitting.projects.project import prepared_series


def find_area_differences(taken: TakenSeries, spectrum: int) -> Mapping[str, float]:
    """For each peak, its area that fits the data best minus the stored one, over all areas.

    Positions, widths and shapes stay as they are, and areas that follow others do.
    """
    analysis = taken.analysis
    assert analysis.result is not None
    series = prepared_series(analysis).isel({SPECTRUM: [spectrum]})
    function = compile_model(analysis.model, series[axis_of(series)].values)
    value = analysis.result["value"].values[[spectrum]]
    data = take_measured(series, analysis.model)
    stored = {
        peak.name: float(value[0, rows.area])
        for peak, rows in zip(analysis.model.peaks, function.peaks, strict=True)
    }
    factors = _best_factors(analysis.model, function, data, value)
    whole = sum(stored.values()) or 1.0
    return {name: (factors[name] - 1.0) * area / whole for name, area in stored.items()}


def _best_factors(
    model: Model, function: ModelFunction, data: Measured, value: FloatArray
) -> dict[str, float]:
    """What the areas of each peak are to be multiplied by."""
    ties = {tie.target: tie for tie in model.ties}
    roots = [follow_ties(f"{peak.name}.area", ties)[0] for peak in model.peaks]
    groups = list(dict.fromkeys(roots))
    seen = data.is_seen[0]
    curves = function.curves(value, data.offsets).components[0][:, seen]
    weight = 1.0 / data.sigma[0, seen]
    columns = np.array(
        [
            sum(curve for curve, root in zip(curves, roots, strict=True) if root == group)
            for group in groups
        ]
    )
    rest = (data.intensity - data.static)[0, seen]
    filled = np.flatnonzero(np.any(columns > 0.0, axis=1))
    found = np.ones(len(groups))
    found[filled] = np.linalg.lstsq((columns[filled] * weight).T, rest * weight, rcond=1e-8)[0]
    return {
        peak.name: float(found[groups.index(root)])
        for peak, root in zip(model.peaks, roots, strict=True)
    }
