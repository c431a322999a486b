"""How the statistical and the model error of a value are put together; nowhere else."""

import numpy as np
from scipy.special import ndtri

from fitting.data.series import FloatArray
from fitting.quantities.quantify import Estimate

_REACH = float(ndtri(0.975))
"""Standard errors in half a 95 % interval of a normal error."""


def widen_by_model(
    estimate: Estimate,
    model_error: FloatArray,
    *,
    floor: float = -np.inf,
    ceiling: float = np.inf,
) -> Estimate:
    """The estimate with the total interval: statistical and model error in quadrature.

    On each side of the value ``total^2 = statistical^2 + (1.96 model)^2``: the two are taken as
    independent and the model error as normal. The standard error stays statistical. Where the
    model error is nan, the statistical interval is the total one; where there is no statistical
    interval, there is no total one.

    Parameters
    ----------
    model_error
        One standard deviation, in the unit of the value, shape (n,).
    floor, ceiling
        What the value cannot be below or above.
    """
    known = np.isfinite(model_error)
    model = np.where(known, _REACH * model_error, 0.0)
    with np.errstate(invalid="ignore"):
        below = np.maximum(estimate.value - estimate.low95, 0.0)
        above = np.maximum(estimate.high95 - estimate.value, 0.0)
        low = np.maximum(estimate.value - np.hypot(below, model), floor)
        high = np.minimum(estimate.value + np.hypot(above, model), ceiling)
    return Estimate(
        estimate.value,
        estimate.stderr,
        np.where(known, low, estimate.low95),
        np.where(known, high, estimate.high95),
    )
