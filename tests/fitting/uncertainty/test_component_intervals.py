"""Intervals of profiles and replicas with the noise of measured components."""

import numpy as np
import xarray as xr

from fitting.data.result import OF_COMPONENTS, empty_result, with_blocks
from fitting.data.series import ENERGY, make_series
from fitting.fits.block import unfitted_block
from fitting.models.from_library import model_from_species
from fitting.models.model import parameter_names
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantity import Quantity
from fitting.uncertainty.component_intervals import widen_by_components

MODEL = model_from_species("S 2p", ("PS4", "polysulfide"))
AREA = (Quantity("area", ("PS4",)),)
BLOCK = IntervalBlock(np.array([0]), np.array([[94.0]]), np.array([[108.0]]))


def test_either_half_grows_in_quadrature() -> None:
    result = _result()
    names = list(parameter_names(MODEL))
    covariance = np.zeros(result["covariance"].shape)
    covariance[0, names.index("PS4.area"), names.index("PS4.area")] = (8.0 / 1.96) ** 2
    noisy = result.assign({OF_COMPONENTS: (result["covariance"].dims, covariance)})
    found = next(iter(widen_by_components([BLOCK], noisy, MODEL, AREA)))
    np.testing.assert_allclose(found.low95, 100.0 - np.hypot(6.0, 8.0))
    np.testing.assert_allclose(found.high95, 100.0 + np.hypot(8.0, 8.0))


def test_without_measured_components_nothing_changes() -> None:
    assert list(widen_by_components([BLOCK], _result(), MODEL, AREA)) == [BLOCK]


def _result() -> xr.Dataset:
    """Areas of 100 that are known to 3."""
    grid = np.arange(158.0, 172.0, 0.5)
    series = make_series(
        ENERGY, grid, np.ones(grid.size), region="S 2p", sigma=1.0, noise="estimated"
    )
    size = len(parameter_names(MODEL))
    block = unfitted_block(size, np.array([grid.size]), [""])
    block.value[:], block.covariance[:], block.status[:] = 100.0, 9.0 * np.eye(size), 1
    return with_blocks(empty_result(series, MODEL, size), [block])
