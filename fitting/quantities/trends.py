"""One estimate as a trend: in the order of a coordinate, such as the voltage."""

import numpy as np
import xarray as xr

from fitting.data.result import QUANTITY
from fitting.data.series import SPECTRUM

ALONG = "along"


def make_trend(found: xr.Dataset, quantity: str, along: str = "voltage") -> xr.Dataset:
    """One quantity of a table of estimates along a coordinate.

    Parameters
    ----------
    found
        See ``fitting.quantities.estimates``.
    quantity
        Its name there, such as "ratio polysulfide / PS4".
    along
        Coordinate of the series, such as "voltage", "time", "cycle" or "depth".

    Returns
    -------
    Dataset over ``spectrum``
        The variables of the estimate in the order of the coordinate, which is the coordinate
        ``along``; the others stay. Without a coordinate of that name it is nan.
    """
    trend = found.sel({QUANTITY: quantity})
    count = trend.sizes[SPECTRUM]
    place = trend[along].values.astype(float) if along in trend.coords else np.full(count, np.nan)
    unit = str(trend["unit"].values)
    trend = trend.assign_coords({ALONG: (SPECTRUM, place)})
    trend = trend.assign_attrs(long_name=quantity, units=unit, along=along)
    return trend.isel({SPECTRUM: np.argsort(place, kind="stable")})
