"""Intervals of one spectrum's noise, made wider by the noise of measured components.

Profiles and replicas hold a component fixed. What its noise adds is normal and apart from theirs:
either half of an interval grows by it in quadrature.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.result import OF_COMPONENTS
from fitting.data.series import FloatArray
from fitting.models.model import Model
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import Quantity, values_of

_NORMAL = 1.96


def widen_by_components(
    blocks: Iterable[IntervalBlock],
    result: xr.Dataset,
    model: Model,
    quantities: Sequence[Quantity],
) -> Iterator[IntervalBlock]:
    """The blocks with intervals that know the noise of measured components.

    Lower ends stay at zero or above.
    """
    if OF_COMPONENTS not in result:
        yield from blocks
        return
    best = values_of(result, model, quantities)
    reach = _NORMAL * _errors_of_components(result, model, quantities)
    for block in blocks:
        rows = block.spectra
        low, high = best[rows] - block.low95, block.high95 - best[rows]
        yield replace(
            block,
            low95=np.maximum(best[rows] - np.hypot(low, reach[rows]), 0.0),
            high95=best[rows] + np.hypot(high, reach[rows]),
        )


def _errors_of_components(
    result: xr.Dataset, model: Model, quantities: Sequence[Quantity]
) -> FloatArray:
    """Standard errors by that noise alone, shape (n, q)."""
    covariance = result[OF_COMPONENTS].values
    variance = np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0)
    alone = result.assign(
        covariance=result["covariance"].copy(data=covariance),
        stderr=result["stderr"].copy(data=np.sqrt(variance)),
    )
    areas = species_areas(alone, model)
    return np.nan_to_num(np.stack([one.estimate(areas).stderr for one in quantities], axis=1))
