"""What the noise of measured components adds to the errors of a fit.

A table that is off by a curve moves the fitted parameters by what a least-squares fit of that curve
gives: the covariance of the table becomes one of the parameters. Spectra that are fitted together
share what is off, so that shared parameters are moved by all of them at once.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitting.data.result import FittedBlock
from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction, PeakRows
from fitting.models.line_shapes.measured import MeasuredShape, measured_noise
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import make_block, make_evaluator
from fitting.solvers.numpy.minimise import free_covariance
from fitting.solvers.numpy.parameter_layout import make_plan
from fitting.solvers.numpy.products import compute_gram
from fitting.solvers.spectra import Solution, Spectra


def with_component_noise(
    block: FittedBlock,
    rows: NDArray[np.int_],
    function: ModelFunction,
    spectra: Spectra,
    solution: Solution,
    shared: BoolArray | None = None,
) -> FittedBlock:
    """Return the block with the noise of measured components in the errors of the solved rows.

    Parameters
    ----------
    spectra
        With the weights that the solution has.
    shared : shape (f,)
        Parameters that all of the spectra have in common; none if left out.
    """
    if not any(peak.measured is not None and peak.measured.noise for peak in function.peaks):
        return block
    found = _covariance_of_components(function, spectra, solution, shared)
    added = np.zeros_like(block.covariance)
    added[rows] = function.affine.expand_covariance(found)
    return replace(block, covariance=block.covariance + added, of_components=added)


def _covariance_of_components(
    function: ModelFunction, spectra: Spectra, solution: Solution, shared: BoolArray | None
) -> FloatArray:
    """Of the free parameters, shape (b, f, f)."""
    evaluator = make_evaluator(make_plan(function))
    block = make_block(Spectra(spectra.intensity, spectra.weight, spectra.offsets, solution.free))
    with np.errstate(all="ignore"):
        jacobian = evaluator.jacobian(block, evaluator.trial(block, solution.free))
    held = solution.at_bound | solution.undetermined | solution.entangled
    normal = compute_gram(jacobian)
    total = np.zeros_like(solution.covariance)
    parameters = function.affine.expand(solution.free)
    for peak in function.peaks:
        if peak.measured is None or not peak.measured.noise:
            continue
        curves = _moved_model(function, peak, peak.measured, parameters, spectra.offsets)
        pull = np.matmul(jacobian, (curves * spectra.weight[:, None]).transpose(0, 2, 1))
        moved = _solve_moves(normal, pull, held, shared)
        total += np.matmul(moved, moved.transpose(0, 2, 1))
    return total


def _moved_model(
    function: ModelFunction,
    peak: PeakRows,
    measured: MeasuredShape,
    parameters: FloatArray,
    offsets: FloatArray,
) -> FloatArray:
    """How each curve of the noise moves the model, shape (b, k, m)."""
    scale = 2.0 / parameters[:, peak.fwhm, None]
    x = function.positions + offsets[:, None]
    noise = measured_noise(measured, scale * (x - parameters[:, peak.position, None]))
    curves = noise.transpose(0, 2, 1) * (parameters[:, peak.area, None] * scale)[:, None]
    return curves + function.scattered(curves, parameters)


def _solve_moves(
    normal: FloatArray, pull: FloatArray, held: BoolArray, shared: BoolArray | None
) -> FloatArray:
    """What each pull moves, shape (b, f, k), own parameters eliminated before shared ones."""
    if shared is None or not shared.any():
        return np.asarray(np.matmul(free_covariance(normal, held)[0], pull))
    own = ~shared
    inverse = free_covariance(normal[:, own][:, :, own], held[:, own])[0]
    border = normal[:, own][:, :, shared]
    taken = np.matmul(inverse, border)
    core = normal[:, shared][:, :, shared] - np.matmul(border.transpose(0, 2, 1), taken)
    right = pull[:, shared] - np.matmul(taken.transpose(0, 2, 1), pull[:, own])
    of_shared = free_covariance(core.sum(axis=0)[None], held[:1, shared])[0][0]
    moved = np.zeros_like(pull)
    moved[:, shared] = of_shared @ right.sum(axis=0)
    moved[:, own] = np.matmul(inverse, pull[:, own] - np.matmul(border, moved[:, shared]))
    return moved
