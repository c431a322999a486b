"""The same series fitted on a cluster of this machine's threads."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.commands.main import run_command
from fitting.data.errors import RecipeError
from fitting.data.result import empty_result, with_blocks
from fitting.data.series import SHIFT, SPECTRUM, make_series
from fitting.fits.each import FitOptions, fit_all_spectra
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.pipeline import cluster
from fitting.pipeline.cluster import connect_to_cluster, fit_on_cluster, fit_with
from fitting.simulation.example import write_example
from fitting.solvers.engine import prepare_compiled

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


pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@needs_dask
@pytest.mark.parametrize("chunks", [None, 16])
def test_cluster_gives_what_one_machine_gives(
    series: xr.Dataset, scheduler: str, chunks: int | None
) -> None:
    given = series if chunks is None else series.chunk({SPECTRUM: chunks})
    blocks = list(fit_on_cluster(given, MODEL, OPTIONS, scheduler))
    found = with_blocks(empty_result(series, MODEL, 5), blocks)
    xr.testing.assert_identical(found, fit_all_spectra(series, MODEL, OPTIONS))


@needs_dask
def test_a_long_series_gives_the_same_numbers_in_its_last_piece_too(
    series: xr.Dataset, scheduler: str
) -> None:
    long = xr.concat([series] * 4, SPECTRUM, combine_attrs="override")
    prepare_compiled().exception()
    blocks = list(fit_on_cluster(long, MODEL, FitOptions(), scheduler))
    found = with_blocks(empty_result(long, MODEL, 5), blocks)
    xr.testing.assert_identical(found, fit_all_spectra(long, MODEL, FitOptions()))


@needs_dask
def test_cancelling_leaves_nothing_waiting_on_the_cluster(
    series: xr.Dataset, scheduler: str
) -> None:
    with closing(connect_to_cluster(scheduler)) as client:
        blocks = fit_with(client, series, MODEL, replace(OPTIONS, block_size=1))
        next(blocks)
        blocks.close()
        client.wait_for_workers(1)
        assert client.futures == {}


@needs_dask
def test_lost_worker_costs_nothing(series: xr.Dataset) -> None:
    from distributed import LocalCluster, Nanny

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, worker_class=Nanny
    ) as cluster:
        blocks = []
        options = replace(OPTIONS, block_size=1)
        for block in fit_on_cluster(series, MODEL, options, cluster.scheduler_address):
            if not blocks:
                cluster.workers[0].process.process.kill()
            blocks.append(block)
    found = with_blocks(empty_result(series, MODEL, 5), blocks)
    assert len(blocks) == series.sizes[SPECTRUM]
    xr.testing.assert_identical(found, fit_all_spectra(series, MODEL, options))


@needs_dask
def test_command_line_fits_on_a_cluster_what_it_fits_without(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = write_example(tmp_path / "example")
    common = ["fit", str(example), "--region", "raman", "--quiet", "--quick", "--json"]
    assert run_command([*common, "--out", str(tmp_path / "here")]) in (0, 1)
    assert run_command([*common, "--out", str(tmp_path / "there"), "--scheduler", scheduler]) in (
        0,
        1,
    )
    for name in ("peaks.csv", "species.csv", "spectra.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


@needs_dask
def test_address_without_a_scheduler_is_named_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    words = ["fit", "nothing.txt", "--out", str(tmp_path / "out"), "--scheduler"]
    assert run_command([*words, "tcp://127.0.0.1:9"]) == 2
    assert "No scheduler answers at 'tcp://127.0.0.1:9'" in capsys.readouterr().err
    assert run_command([*words, "nonsense://x"]) == 2
    assert "No scheduler answers at 'nonsense://x'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@needs_dask
def test_scheduler_without_workers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as empty,
        pytest.raises(RecipeError, match="has no workers"),
    ):
        connect_to_cluster(empty.scheduler_address)


@needs_dask
def test_worker_of_another_version_is_named(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter(("0.0.1", "0.0.1"))
    monkeypatch.setattr(cluster, "version", lambda _: next(versions, "0.0.2"))
    with pytest.raises(RecipeError, match="Install the same version on both"):
        connect_to_cluster(scheduler)


def test_missing_extra_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["fit", "nothing.txt", "--out", str(tmp_path / "out")]
    assert run_command([*words, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "install distributed" in capsys.readouterr().err


@needs_dask
@pytest.mark.parametrize(
    "options",
    [
        replace(OPTIONS, seed_from="previous"),
        replace(OPTIONS, seed_from="neighbours"),
        replace(OPTIONS, share=("position",)),
    ],
    ids=lambda one: one.seed_from + ",".join(one.share),
)
def test_what_needs_the_whole_series_is_one_task_of_it(
    series: xr.Dataset, scheduler: str, options: FitOptions
) -> None:
    short = series.isel({SPECTRUM: slice(6)})
    blocks = list(fit_on_cluster(short, MODEL, options, scheduler))
    found = with_blocks(empty_result(short, MODEL, 5), blocks)
    xr.testing.assert_identical(found, fit_all_spectra(short, MODEL, options))
