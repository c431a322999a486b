"""The same series fitted on a cluster of this machine's threads."""

import importlib.util

import numpy as np
import pytest
import xarray as xr

from fitting.cluster import fit_on_cluster
from fitting.errors import RecipeError
from fitting.fit_series import FitOptions, fit
from fitting.model import Background, Model, Parameter, Peak
from fitting.result import empty_result, with_blocks
from fitting.series import SHIFT, make_series

MODEL = Model(
    (
        Peak(
            "band",
            "PS4",
            "gaussian",
            {
                "area": Parameter(100.0, 0.0),
                "position": Parameter(425.0, 415.0, 435.0),
                "fwhm": Parameter(12.0, 5.0, 30.0),
            },
        ),
    ),
    Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)}),
)
OPTIONS = FitOptions(engine="numpy", block_size=4)
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="dask.distributed is not installed"
)


@pytest.fixture
def series() -> xr.Dataset:
    rng = np.random.default_rng(4)
    shift = np.linspace(380.0, 470.0, 91)
    expected = 40.0 + 300.0 * np.exp(-0.5 * ((shift - 425.5) / 5.0) ** 2)
    counts = rng.poisson(np.tile(expected, (70, 1))).astype(float)
    sigma = np.sqrt(np.maximum(counts, 1.0))
    return make_series(SHIFT, shift, counts, region="Raman", sigma=sigma, noise="poisson")


@needs_dask
@pytest.mark.filterwarnings("ignore")
def test_cluster_gives_what_one_machine_gives(series: xr.Dataset) -> None:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        blocks = list(fit_on_cluster(series, MODEL, OPTIONS, cluster.scheduler_address))
    found = with_blocks(empty_result(series, MODEL, 5), blocks)
    xr.testing.assert_allclose(found, fit(series, MODEL, OPTIONS))


@needs_dask
def test_silent_address_is_named(series: xr.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(RecipeError, match=r"No scheduler answers at 'tcp://127.0.0.1:9'"):
        list(fit_on_cluster(series, MODEL, OPTIONS, "tcp://127.0.0.1:9"))


def test_seeding_from_the_spectrum_before_is_refused(series: xr.Dataset) -> None:
    with pytest.raises(RecipeError, match="seed_from library"):
        list(fit_on_cluster(series, MODEL, FitOptions(seed_from="previous"), "tcp://x:1"))
