"""Tougaard backgrounds, co-fitted or from the data between the ends.

S. Tougaard, Surf. Interface Anal. 25 (1997) 137: the cross section ``B T / (C + T^2)^2`` of the
energy loss T, with B 2866 eV^2 and C 1643 eV^2 where it is universal; with three
parameters ``B T / ((C - T^2)^2 + D T^2)``, 551 and 436 eV^2 for polymers. Held against an exported
"U 3 Tougaard" of CasaXPS (C 551, D 436, gap 3 eV), the curve is met to 7e-5 of the peak's height.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from fitting.models.backgrounds.background import ENDS, BackgroundKind, FloatArray, between_ends
from fitting.models.backgrounds.straight import STEADY, straight_curves
from fitting.models.parameter_kind import ParameterKind

Kernel = Callable[[FloatArray, FloatArray], FloatArray]
"""Cross section of an energy loss (eV) for a C (eV^2)."""

_EVEN_TOLERANCE = 1e-3
"""Steps that differ by this part are even enough for a fast convolution."""


@dataclass(frozen=True, slots=True)
class TougaardScattering:
    """The profile convolved with ``T / (C + T^2)^2`` of the energy loss T."""

    positions: FloatArray
    """Binding energies, ascending, shape (m,)."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:
        return self._convolved(profiles, shape[:, 0], _cross_section)

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:
        return self._convolved(profile[:, None, :], shape[:, 0], _cross_section_slope)

    def _convolved(self, profiles: FloatArray, C: FloatArray, kernel: Kernel) -> FloatArray:
        """Profiles (b, r, m) convolved with the kernel of each spectrum's C, shape (b,)."""
        weighted = profiles * _trapezoid_weights(self.positions)
        if _is_even(self.positions):
            # loads long, and other backgrounds do without
            from scipy.fft import irfft, next_fast_len, rfft

            length = next_fast_len(2 * self.positions.size, real=True)
            kernels = kernel(self.positions - self.positions[0], C[:, None])[:, None, :]
            whole = irfft(rfft(weighted, length) * rfft(kernels, length), length)
            return np.asarray(whole[..., : self.positions.size])
        loss = np.maximum(self.positions[:, None] - self.positions[None, :], 0.0)
        return np.stack([part @ kernel(loss, c).T for part, c in zip(weighted, C, strict=True)])


def _compute_tougaard(
    positions: FloatArray, intensity: FloatArray, low: FloatArray, high: FloatArray, C: float
) -> FloatArray:
    """Static two-parameter Tougaard background ("U 2 Tougaard" in CasaXPS), shape (b, m).

    ``B(x) = low + B integral T / (C + T^2)^2 (data(x - T) - low) dT``, with B such that the
    background meets the data at the high binding energy end. Nan where no B does.
    """
    profile = (intensity - low)[:, None, :]
    shape = np.full((len(intensity), 1), C)
    scattered = TougaardScattering(positions).spread(profile, shape)[:, 0, :]
    total = scattered[:, -1:]
    return np.asarray(low + (high - low) * scattered / np.where(total > 0, total, np.nan))


def _compute_with_gap(
    positions: FloatArray,
    intensity: FloatArray,
    low: FloatArray,
    high: FloatArray,
    **cross_section: float,
) -> FloatArray:
    """Static Tougaard background of a cross section with a gap, shape (b, m)."""
    C, D, gap = (cross_section[name] for name in ("C", "D", "gap"))
    loss = np.maximum(positions[:, None] - positions[None, :], 0.0)
    kernel = np.where(loss >= gap, loss / ((C - loss * loss) ** 2 + D * loss * loss), 0.0)
    scattered = ((intensity - low) * _trapezoid_weights(positions)) @ kernel.T
    total = scattered[:, -1:]
    return np.asarray(low + (high - low) * scattered / np.where(total > 0, total, np.nan))


compute_tougaard = between_ends(_compute_tougaard)


def _trapezoid_weights(positions: FloatArray) -> FloatArray:
    weights = np.zeros_like(positions)
    steps = 0.5 * np.diff(positions)
    weights[1:] += steps
    weights[:-1] += steps
    return weights


def _is_even(positions: FloatArray) -> bool:
    steps = np.diff(positions)
    return bool(np.ptp(steps) <= _EVEN_TOLERANCE * steps.mean())


def _cross_section(loss: FloatArray, C: FloatArray) -> FloatArray:
    return np.asarray(loss / (C + loss * loss) ** 2)


def _cross_section_slope(loss: FloatArray, C: FloatArray) -> FloatArray:
    return np.asarray(-2.0 * loss / (C + loss * loss) ** 3)


_SOURCE = "S. Tougaard, Surf. Interface Anal. 25 (1997) 137"
_FACTOR = ParameterKind(
    "factor",
    "factor of the background",
    "background factors",
    "B of the cross section (eV²), which scatters a part of a peak into the background",
    start=2866.0,
    low=0.0,
    unit="eV^2",
    sharing="All spectra scatter the same part of a peak into the background behind it",
)
_C = ParameterKind(
    "C",
    "C of the background",
    "C of the background",
    "parameter of the universal cross section (eV²)",
    start=1643.0,
    low=0.0,
    varies=False,
    limits=(1.0, inf),
    unit="eV^2",
    sharing="All spectra have the same energy losses in a Tougaard background",
    symbol="C",
)
_D = replace(
    _C,
    name="D",
    singular="D of the background",
    plural="D of the background",
    meaning="parameter of the three-parameter cross section (eV²)",
    start=436.0,
    limits=(0.0, inf),
    symbol="D",
)
_GAP = replace(
    _D,
    name="gap",
    singular="gap of the background",
    plural="gaps of the background",
    meaning="smallest energy loss (eV): the band gap of an insulator",
    start=0.0,
    unit="axis",
    symbol="T0",
)
TOUGAARD = BackgroundKind(
    "tougaard",
    "Tougaard",
    "A two-parameter Tougaard background was fitted together with the lines.",
    "offset + factor · lines convolved with `T / (C + T²)²`, T the energy loss",
    source=f"{_SOURCE} (`C` is 1643 eV² in the universal cross section)",
    level=STEADY,
    level_curves=straight_curves,
    scattering_parameters=(_FACTOR, _C),
    scattering=TougaardScattering,
    techniques=("xps",),
)
TOUGAARD_STATIC = BackgroundKind(
    "tougaard-static",
    "Tougaard, static",
    "A two-parameter Tougaard background was subtracted before the fit; its error is not in the "
    "areas.",
    "the same cross section on the data; B such that it meets them at the high end",
    source=_SOURCE,
    scattering_parameters=(_C,),
    optional=(ENDS,),
    static=compute_tougaard,
    techniques=("xps",),
)
TOUGAARD_GAP_STATIC = BackgroundKind(
    "tougaard-gap-static",
    "Tougaard with a gap, static",
    "A three-parameter Tougaard background with a gap was subtracted before the fit; its error is "
    "not in the areas.",
    "`B T / ((C - T²)² + D T²)` from the loss `gap` on; B such that it meets the data at the high "
    "end",
    source=_SOURCE,
    scattering_parameters=(replace(_C, start=551.0), _D, _GAP),
    optional=(ENDS,),
    static=between_ends(_compute_with_gap),
    techniques=("xps",),
)
