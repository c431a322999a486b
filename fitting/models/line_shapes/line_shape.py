"""What a line shape is: one frozen object with its formula, parameters, words and sources.

Every shape is written in reduced form: ``g(z, *shape)`` of unit area over ``z``, the distance from
the maximum in half widths at half maximum, so that ``f(x) = 2 / fwhm * g(2 * (x - position) /
fwhm)`` has its maximum at ``position`` and the full width ``fwhm`` at half of it, whatever the
shape. A line whose tail has no finite area says over which window it is normalised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fitting.models.parameter_kind import ParameterKind

FloatArray = NDArray[np.float64]

LN2 = float(np.log(2.0))

MIXING = ParameterKind(
    "mixing",
    "Lorentzian fraction",
    "Lorentzian fractions",
    "Lorentzian fraction, 0 Gaussian to 1 Lorentzian",
    start=0.3,
    low=0.0,
    high=1.0,
    limits=(0.0, 1.0),
    symbol="m",
)


@dataclass(frozen=True, slots=True)
class LineShape:
    """A line shape: what the model names, the solver evaluates, and window and report tell."""

    name: str
    label: str
    """In the window."""
    words: str
    """In a report, after "drawn as": "Voigt lines"."""
    formula: str
    """Of ``g(z)``, as the page on line shapes has it."""
    source: str
    """Where the formula is from."""
    reduced: Callable[..., FloatArray]
    """``reduced(z, *shape)``: unit area over z."""
    reduced_derivatives: Callable[..., tuple[FloatArray, ...]]
    """The same, then its derivatives by z and by each shape parameter."""
    reduced_second_derivatives: Callable[..., tuple[FloatArray | None, ...]] | None = None
    """``(z, known, *shape)``, where ``known`` is what ``reduced_derivatives`` gives: the second
    derivatives by z; by z and each shape parameter; by each pair of them, (0, 0), (1, 0), (1, 1)
    and so on; ``None`` for what is zero. Without them fits take a few steps more."""
    parameters: tuple[ParameterKind, ...] = ()
    """Beside position and fwhm, in the order of the functions' arguments."""
    elsewhere: str = ""
    """What other programs call it."""
    note: str = ""
    """What a user should know, as sentences."""
    has_unit_area: bool = True
    """Whether the area is finite; if not, ``note`` says what it is normalised to."""
    is_linear_in_shape: bool = False
    """Whether it is linear in its shape parameters, so that bounds catch no fit."""
    is_steep: bool = False
    """Whether the slope by its one shape parameter, a mixing, is zero at 0 and has no limit at 1:
    see ``mixing_transform``."""
    cost: float = 1.0
    """Time at one point over that of a Gaussian."""
    compiled: Literal["", "gaussian", "lorentzian", "pseudo-voigt"] = ""
    """Its form in the compiled engine; without one, numpy fits."""

    @property
    def shape_parameters(self) -> tuple[str, ...]:
        """Names of the parameters beside position and fwhm."""
        return tuple(kind.name for kind in self.parameters)

    @property
    def shape_bounds(self) -> tuple[tuple[float, float], ...]:
        """Widest sensible bounds of each shape parameter."""
        return tuple(kind.limits for kind in self.parameters)

    def profile(
        self, x: FloatArray, position: FloatArray, fwhm: FloatArray, *shape: FloatArray
    ) -> FloatArray:
        """The line of unit area.

        Parameters
        ----------
        x : shape (..., m)
        position, fwhm, shape : shape (..., 1)
            In the unit of ``x``; the shape parameters have none.
        """
        scale = 2.0 / fwhm
        return scale * self.reduced(scale * (x - position), *shape)

    def derivatives(
        self, x: FloatArray, position: FloatArray, fwhm: FloatArray, *shape: FloatArray
    ) -> tuple[FloatArray, ...]:
        """The profile, then its derivatives by position, fwhm and each shape parameter."""
        scale = 2.0 / fwhm
        z = scale * (x - position)
        value, by_z, *by_shape = self.reduced_derivatives(z, *shape)
        return (
            scale * value,
            -scale * scale * by_z,
            -scale / fwhm * (value + z * by_z),
            *(scale * slope for slope in by_shape),
        )
