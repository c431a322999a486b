"""The compiled engine behind the same interface as every other solver."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.compiled.arrays import (
    GAUSSIAN,
    LORENTZIAN,
    PSEUDO_VOIGT,
    IntArray,
    KernelPlan,
    KernelResult,
    make_workspace,
)
from fitting.solvers.compiled.fit import fit_spectra
from fitting.solvers.numpy.parameter_layout import ABSENT, PeakPlan, Plan, make_plan
from fitting.solvers.spectra import Solution, Spectra

KINDS = {"gaussian": GAUSSIAN, "lorentzian": LORENTZIAN, "pseudo-voigt": PSEUDO_VOIGT}
_LARGEST_CHUNK = 16
_CHUNKS_PER_THREAD = 4
_LANES = 8
"""Points of one cache line, and of the widest instructions."""
_OWNED: tuple[Literal["C"], Literal["W"]] = ("C", "W")


def solve_compiled(
    function: ModelFunction, spectra: Spectra, max_evaluations: int, threads: int | None = None
) -> Solution:
    """Fit spectra of one model with the compiled kernel, in ``threads`` (default: all cores)."""
    plan = make_plan(function)
    order = np.argsort(~plan.is_linear, kind="stable")
    kernel_plan = _kernel_plan(plan, order)
    result = _empty_result(len(spectra.start), plan.free_count)
    intensity, weight = _pad_rows(spectra.intensity), _pad_rows(spectra.weight)
    offsets, start = _own_copy(spectra.offsets), _own_copy(spectra.start[:, order])

    def fit(first: int, last: int) -> None:
        part = slice(first, last)
        fit_spectra(
            kernel_plan,
            make_workspace(kernel_plan),
            intensity[part],
            weight[part],
            offsets[part],
            start[part],
            max_evaluations,
            _take_part(result, part),
        )

    _run_chunks(fit, len(spectra.start), threads or os.cpu_count() or 1)
    back = np.argsort(order)
    return Solution(
        free=result.free[:, back],
        covariance=result.covariance[:, back][:, :, back],
        chi_square=result.chi_square,
        at_bound=result.at_bound[:, back],
        undetermined=result.undetermined[:, back],
        entangled=result.entangled[:, back],
        converged=result.converged,
        evaluations=result.evaluations,
    )


def _run_chunks(fit: Callable[[int, int], None], count: int, threads: int) -> None:
    """Fit chunk after chunk, in as many threads as there is work for."""
    if threads == 1 or count <= threads:
        fit(0, count)
        return
    size = min(_LARGEST_CHUNK, -(-count // (_CHUNKS_PER_THREAD * threads)))
    edges = range(0, count, size)
    with ThreadPoolExecutor(min(threads, len(edges))) as pool:
        for done in [pool.submit(fit, at, min(at + size, count)) for at in edges]:
            done.result()


def _kernel_plan(plan: Plan, order: IntArray) -> KernelPlan:
    """The plan as arrays, the free parameters in the kernel's order."""
    place = np.full(plan.free_count + 1, ABSENT)
    place[order] = np.arange(plan.free_count)
    lines = [
        (index, part)
        for index, peak in enumerate(plan.peaks)
        for part in range(1 if peak.separation == ABSENT else 2)
    ]
    positions = _pad_rows(plan.positions[None])[0]
    positions[plan.positions.size :] = plan.positions[-1]
    return KernelPlan(
        positions=positions,
        half_steps=0.5 * np.diff(positions),
        peaks=np.array([_peak_row(peak) for peak in plan.peaks], dtype=np.int64).reshape(-1, 7),
        lines=np.array(lines, dtype=np.int64).reshape(-1, 2),
        level_rows=np.array(plan.level_rows, dtype=np.int64),
        level=_pad_rows(plan.level),
        factor_row=plan.scattering_rows[0] if plan.scattering_rows else ABSENT,
        source=place[plan.source].astype(np.int64),
        factor=_own_copy(plan.factor),
        constant=_own_copy(plan.affine.constant),
        lower=_own_copy(plan.affine.lower[order]),
        upper=_own_copy(plan.affine.upper[order]),
        nonnegative=np.require(plan.nonnegative, requirements=_OWNED),
        reach=_trust_region(plan, place),
        reach_part=_own_copy(plan.reach.part),
    )


def _trust_region(plan: Plan, place: IntArray) -> IntArray:
    """Rows of the limits to a step, shape (r, 2)."""
    return np.stack([place[plan.reach.free], plan.reach.fwhm], axis=1).astype(np.int64)


def _pad_rows(values: FloatArray) -> FloatArray:
    """Rows of an odd number of whole cache lines; the points added weigh nothing.

    Rows of an even number displace one another in the cache, most of all those of a power of two.
    """
    count, points = values.shape
    lanes = -(-points // _LANES) | 1
    padded = np.zeros((count, _LANES * lanes))
    padded[:, :points] = values
    return padded


def _own_copy(values: FloatArray) -> FloatArray:
    """As the kernel was compiled for: other layouts would be compiled anew, in the fit."""
    return np.require(values, dtype=float, requirements=_OWNED)


def _peak_row(peak: PeakPlan) -> tuple[int, ...]:
    mixing = peak.shape_rows[0] if peak.shape_rows else ABSENT
    kind = KINDS[peak.shape.compiled]
    return (
        kind,
        peak.area,
        peak.position,
        peak.fwhm,
        mixing,
        peak.separation,
        peak.area_ratio,
    )


def _take_part(result: KernelResult, part: slice) -> KernelResult:
    return KernelResult(
        result.free[part],
        result.chi_square[part],
        result.covariance[part],
        result.at_bound[part],
        result.undetermined[part],
        result.entangled[part],
        result.converged[part],
        result.evaluations[part],
    )


def _empty_result(count: int, free: int) -> KernelResult:
    return KernelResult(
        free=np.zeros((count, free)),
        chi_square=np.zeros(count),
        covariance=np.zeros((count, free, free)),
        at_bound=np.zeros((count, free), dtype=bool),
        undetermined=np.zeros((count, free), dtype=bool),
        entangled=np.zeros((count, free), dtype=bool),
        converged=np.zeros(count, dtype=bool),
        evaluations=np.zeros(count, dtype=np.int64),
    )
