"""The plan of a fit: where each number of a model goes in the arrays of the batched engine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.backgrounds import Scattering
from fitting.models.function import ModelFunction, PeakRows
from fitting.models.line_shapes import LineShape
from fitting.models.parameters import AffineParameters
from fitting.solvers.rules import FWHM_REACH, POSITION_REACH, SHAPE_REACH

ABSENT = -1


@dataclass(frozen=True, slots=True)
class PeakPlan:
    """Where one peak finds its parameters among all of the model's."""

    shape: LineShape
    area: int
    position: int
    fwhm: int
    shape_rows: tuple[int, ...]
    separation: int
    """``ABSENT`` for a single line."""
    area_ratio: int
    """``ABSENT`` for a single line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the engine needs to know of a model on a grid."""

    positions: FloatArray
    """Without the offset of a spectrum, shape (m,)."""
    affine: AffineParameters
    peaks: tuple[PeakPlan, ...]
    level_rows: tuple[int, ...]
    """Rows of the parameters of the background's level."""
    level: FloatArray
    """What they multiply, shape (l, m)."""
    scattering_rows: tuple[int, ...]
    """Factor and shape of the scattering, if the background has one."""
    scattering: Scattering | None
    source: NDArray[np.int_]
    """The free parameter that each parameter follows, shape (p,); ``ABSENT`` if it is constant."""
    factor: FloatArray
    """``parameter = factor * free + constant``, shape (p,)."""
    is_linear: NDArray[np.bool_]
    """Free parameters the model is linear in, and that are bounded by nothing or by zero."""
    nonnegative: NDArray[np.bool_]
    """Of the linear ones, those that must not be negative."""
    is_steep: NDArray[np.bool_]
    """Free parameters that their bounds would catch: see ``mixing_transform``."""
    reach: "Reach"

    @property
    def free_count(self) -> int:
        return len(self.affine.free)

    def varies(self, row: int) -> bool:
        """Whether that parameter follows a free one."""
        return row != ABSENT and self.source[row] != ABSENT


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one step can be trusted; a free parameter may have several limits, or none."""

    free: NDArray[np.int_]
    """The free parameter that a limit is of, shape (r,)."""
    fwhm: NDArray[np.int_]
    """Row of the width that the limit is a part of; ``ABSENT`` if it is absolute."""
    part: FloatArray

    def of(self, parameters: FloatArray, free_count: int) -> FloatArray:
        """The longest steps from all parameters (b, p), shape (b, f)."""
        longest = np.full((len(parameters), free_count), np.inf)
        for free, row, part in zip(self.free, self.fwhm, self.part, strict=True):
            limit = part if row == ABSENT else part * parameters[:, row]
            longest[:, free] = np.minimum(longest[:, free], limit)
        return longest


def make_plan(function: ModelFunction) -> Plan:
    """Find out where the parameters of a model go, and what it is linear in."""
    affine = function.affine
    source, factor = np.full(len(affine.names), ABSENT), np.zeros(len(affine.names))
    rows, columns = np.nonzero(affine.matrix)
    source[rows], factor[rows] = columns, affine.matrix[rows, columns]
    is_linear = function.linear_free & np.isposinf(affine.upper)
    is_linear &= np.isneginf(affine.lower) | (affine.lower == 0.0)
    peaks = tuple(_peak_plan(peak) for peak in function.peaks)
    return Plan(
        positions=function.positions,
        affine=affine,
        peaks=peaks,
        level_rows=function.level_rows,
        level=function.level,
        scattering_rows=function.scattering_rows,
        scattering=function.scattering,
        source=source,
        factor=factor,
        is_linear=is_linear,
        nonnegative=(affine.lower == 0.0)[is_linear],
        is_steep=_is_steep(function),
        reach=_make_reach(peaks, source, factor),
    )


def _make_reach(peaks: tuple[PeakPlan, ...], source: NDArray[np.int_], factor: FloatArray) -> Reach:
    limits: list[tuple[int, int, float]] = []
    for peak in peaks:
        limits += [(row, peak.fwhm, POSITION_REACH) for row in (peak.position, peak.separation)]
        limits.append((peak.fwhm, peak.fwhm, FWHM_REACH))
        for row, (low, high) in zip(peak.shape_rows, peak.shape.shape_bounds, strict=True):
            limits.append((row, ABSENT, SHAPE_REACH * (high - low)))
    limits = [limit for limit in limits if limit[0] != ABSENT and source[limit[0]] != ABSENT]
    rows = np.array([row for row, _, _ in limits], dtype=int)
    return Reach(
        free=source[rows],
        fwhm=np.array([fwhm for _, fwhm, _ in limits], dtype=int),
        part=np.array([part for _, _, part in limits], dtype=float) / np.abs(factor[rows]),
    )


def _is_steep(function: ModelFunction) -> NDArray[np.bool_]:
    rows = [row for peak in function.peaks if peak.line_shape.is_steep for row in peak.shape]
    return np.asarray(function.affine.matrix[rows].any(axis=0))


def _peak_plan(peak: PeakRows) -> PeakPlan:
    separation, area_ratio = peak.doublet or (ABSENT, ABSENT)
    return PeakPlan(
        shape=peak.line_shape,
        area=peak.area,
        position=peak.position,
        fwhm=peak.fwhm,
        shape_rows=peak.shape,
        separation=separation,
        area_ratio=area_ratio,
    )
