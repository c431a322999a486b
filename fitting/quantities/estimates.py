"""All that is estimated of a fitted region, as one table: whoever shows numbers formats this one.

It is a Dataset over ``spectrum`` and ``quantity``, such as "fraction PS4", "ratio polysulfide /
PS4" or "position PS4 428", in the order of the series, with a variable for every field of
``found.Found`` and the ``unit`` of every quantity. The coordinates of the series stay.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.result import QUANTITY
from fitting.data.series import SPECTRUM
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.found import OF_SHAPE, FittedRegion, Found, find_quantity
from fitting.quantities.listed import list_quantities
from fitting.quantities.quantify import species_names
from fitting.quantities.quantity import PeakQuantity, Quantity
from fitting.quantities.region_detection import find_detection
from fitting.quantities.units import unit_of_kind


def estimates(analysis: Analysis, prepared: xr.Dataset | None = None) -> xr.Dataset:
    """Everything that is estimated of a fitted region.

    Parameters
    ----------
    prepared
        The series as it was fitted, if it is at hand; else the recipe's steps are applied.

    Raises
    ------
    RecipeError
        If the region is not fitted.
    """
    if analysis.result is None:
        raise RecipeError(f"{analysis.region}: fit it first; estimates are those of a fit.")
    detection = find_detection(analysis, prepared)
    quantities = list_quantities(analysis, left_out_species(analysis, detection))
    return find_estimates(analysis, quantities, detection)


def find_estimates(
    analysis: Analysis,
    quantities: Sequence[Quantity | PeakQuantity],
    detection: Detection | None = None,
) -> xr.Dataset:
    """Some quantities of a fitted region.

    Parameters
    ----------
    detection
        Which species are seen; without it nothing is said of that, and there are no limits.
    """
    shaped = [
        one.peak for one in quantities if isinstance(one, PeakQuantity) and one.kind in OF_SHAPE
    ]
    region = FittedRegion.of(analysis, detection, dict.fromkeys(shaped))
    found = [find_quantity(region, one) for one in quantities]
    count, series = analysis.series.sizes[SPECTRUM], analysis.series
    variables = {
        part.name: (
            (SPECTRUM, QUANTITY),
            np.stack([getattr(one, part.name) for one in found], axis=1)
            if found
            else np.full((count, 0), np.nan),
        )
        for part in fields(Found)
    }
    coordinates = {name: one for name, one in series.coords.items() if one.dims == (SPECTRUM,)}
    return xr.Dataset(
        variables,
        coords={
            **coordinates,
            SPECTRUM: np.arange(count),
            QUANTITY: [one.name for one in quantities],
            "kind": (QUANTITY, [one.kind for one in quantities]),
            "unit": (QUANTITY, [unit_of_kind(analysis, one.kind) for one in quantities]),
        },
        attrs={"region": analysis.region},
    )


def left_out_species(analysis: Analysis, detection: Detection | None) -> tuple[str, ...]:
    """Species that were weighed and are not in the model."""
    own = species_names(analysis.model)
    names = () if detection is None else detection.names
    return tuple(name for name in names if name not in own)
