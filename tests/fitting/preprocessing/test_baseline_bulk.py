"""Baselines of long series by the compiled engine, against pybaselines one by one."""

import sys
from types import ModuleType

import numpy as np
import pytest
from pybaselines import Baseline

from fitting.data.series import FloatArray
from fitting.preprocessing import baseline as one_by_one
from fitting.preprocessing.baseline import SubtractBaseline, baselines_of
from fitting.preprocessing.baseline_bulk import bulk_baselines, is_bulk_ready
from fitting.solvers.engine import FEW_SPECTRA, prepare_compiled

pytest.importorskip("numba", reason="the compiled engine needs the extra [fast]")

SHIFTS = np.arange(100.0, 700.0)
METHODS = ("asls", "arpls")


@pytest.fixture(scope="module", autouse=True)
def kernel() -> ModuleType:
    prepare_compiled().result()
    from fitting.solvers.compiled import baselines

    return baselines


def _measured(count: int, seed: int = 3) -> FloatArray:
    """Bands of random height on a curved fluorescence of random height."""
    rng = np.random.default_rng(seed)
    curve = np.exp(-(((SHIFTS - 250.0) / 400.0) ** 2))
    bands = np.exp(-(((SHIFTS[:, None] - (203.0, 428.0, 577.0)) / 7.0) ** 2))
    expected = 400.0 + rng.uniform(10.0, 5e4, (count, 1)) * curve
    expected += rng.uniform(0.0, 2e4, (count, 3)) @ bands.T
    return rng.poisson(expected).astype(float)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lam", [1e3, 1e6])
def test_baselines_are_those_of_pybaselines(method: str, lam: float) -> None:
    counts = _measured(100)
    found, is_settled, has_failed = bulk_baselines(counts, method, lam, 0.01, 200)
    assert is_settled.all()
    assert not has_failed.any()
    setting = {"p": 0.01} if method == "asls" else {}
    for row, spectrum in zip(found, counts, strict=True):
        expected, _ = getattr(Baseline(SHIFTS), method)(spectrum, lam=lam, max_iter=200, **setting)
        # Both solve equations with a condition number of lam / p or so.
        np.testing.assert_allclose(row, expected, rtol=2e-8)


@pytest.mark.parametrize("method", METHODS)
def test_a_baseline_does_not_depend_on_what_else_is_smoothed(
    kernel: ModuleType, method: str
) -> None:
    kind = kernel.ASLS if method == "asls" else kernel.ARPLS
    counts = _measured(150)
    found, _ = kernel.smooth_baselines(counts, kind, 1e6, 0.01, 200)
    for rows in (slice(0, 1), slice(20, 90), slice(149, None), slice(None, None, -1)):
        part, _ = kernel.smooth_baselines(counts[rows], kind, 1e6, 0.01, 200)
        assert np.array_equal(part, found[rows])


def test_gaps_and_empty_spectra_are_handled_as_in_short_series() -> None:
    counts = _measured(FEW_SPECTRA)
    counts[1, 300:306] = np.nan
    counts[2] = np.nan
    counts[3] = 7.0
    for method in METHODS:
        step = SubtractBaseline(method)
        found, _ = baselines_of(SHIFTS, counts, step)
        expected, _ = baselines_of(SHIFTS, counts[:8], step)
        np.testing.assert_allclose(found[:8], expected, rtol=1e-7, atol=1e-7)


def test_as_many_do_not_settle_as_with_pybaselines() -> None:
    counts = _measured(FEW_SPECTRA)
    # Without noise nothing lies below the curve in the end; asls flips few points for ever.
    counts[:20] = 500.0 + SHIFTS + 1e3 * np.exp(-(((SHIFTS - 400.0) / 30.0) ** 2))
    for method in METHODS:
        step = SubtractBaseline(method)
        _, troubled = baselines_of(SHIFTS, counts, step)
        _, expected = baselines_of(SHIFTS, counts[:100], step)
        assert troubled == expected


def test_one_that_cannot_be_smoothed_is_told_and_leaves_the_others_alone(
    kernel: ModuleType,
) -> None:
    counts = _measured(40)
    expected, _ = kernel.smooth_baselines(counts, kernel.ARPLS, 1e6, 0.01, 200)
    counts[11, 5] = np.inf
    found, ending = kernel.smooth_baselines(counts, kernel.ARPLS, 1e6, 0.01, 200)
    assert np.flatnonzero(ending == kernel.FAILED).tolist() == [11]
    others = np.arange(40) != 11
    assert np.array_equal(found[others], expected[others])


def test_what_the_kernel_gives_up_is_left_to_pybaselines(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = _measured(FEW_SPECTRA)

    def give_up_one(*given: object) -> tuple[FloatArray, ...]:
        found, is_settled, has_failed = bulk_baselines(*given)  # type: ignore[arg-type]
        found[4], is_settled[4], has_failed[4] = np.nan, False, True
        return found, is_settled, has_failed

    expected, _ = baselines_of(SHIFTS, counts, SubtractBaseline())
    monkeypatch.setattr(one_by_one, "bulk_baselines", give_up_one)
    found, troubled = baselines_of(SHIFTS, counts, SubtractBaseline())
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert troubled == 0


def test_short_series_and_other_methods_stay_with_pybaselines() -> None:
    assert not is_bulk_ready("arpls", FEW_SPECTRA - 1)
    assert not is_bulk_ready("airpls", FEW_SPECTRA)
    assert is_bulk_ready("arpls", FEW_SPECTRA)


def test_pybaselines_begins_while_the_kernel_gets_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = _measured(FEW_SPECTRA + 50)
    expected, _ = baselines_of(SHIFTS, counts, SubtractBaseline())
    answers = iter((False, False, True))
    monkeypatch.setattr(one_by_one, "is_bulk_ready", lambda *_: next(answers))
    found, troubled = baselines_of(SHIFTS, counts, SubtractBaseline())
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert troubled == 0


def test_where_the_kernel_finds_all_pybaselines_is_not_even_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pybaselines", None)
    _, troubled = baselines_of(SHIFTS, _measured(FEW_SPECTRA), SubtractBaseline())
    assert troubled == 0
