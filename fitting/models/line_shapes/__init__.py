"""Line shapes of unit area with their analytic derivatives, vectorised by broadcasting.

Every shape is written in reduced form: ``g(z, *shape)`` of unit area over ``z``, the distance from
the maximum in half widths at half maximum, so that ``f(x) = 2 / fwhm * g(2 * (x - position) /
fwhm)`` has its maximum at ``position`` and the full width ``fwhm`` at half of it, whatever the
shape. The one exception is the Doniach-Sunjic line, whose tail has no finite area: see there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fitting.models.line_shapes.asymmetric import doniach_sunjic, doniach_sunjic_derivatives
from fitting.models.line_shapes.convolution import voigt, voigt_derivatives
from fitting.models.line_shapes.products import gl_product, gl_product_derivatives
from fitting.models.line_shapes.sums import (
    FloatArray,
    gaussian,
    gaussian_derivatives,
    lorentzian,
    lorentzian_derivatives,
    pseudo_voigt,
    pseudo_voigt_derivatives,
)

__all__ = ["LINE_SHAPES", "FloatArray", "LineShape"]


@dataclass(frozen=True, slots=True)
class LineShape:
    """A line shape: what the model names and the solver evaluates."""

    name: str
    shape_parameters: tuple[str, ...]
    """Parameters beside position and fwhm, in the order of the functions' arguments."""
    shape_bounds: tuple[tuple[float, float], ...]
    """Widest sensible bounds of each shape parameter."""
    reduced: Callable[..., FloatArray]
    """``reduced(z, *shape)``: unit area over z."""
    reduced_derivatives: Callable[..., tuple[FloatArray, ...]]
    """The same, then its derivatives by z and by each shape parameter."""

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


LINE_SHAPES: Mapping[str, LineShape] = {
    shape.name: shape
    for shape in (
        LineShape("gaussian", (), (), gaussian, gaussian_derivatives),
        LineShape("lorentzian", (), (), lorentzian, lorentzian_derivatives),
        LineShape(
            "pseudo-voigt", ("mixing",), ((0.0, 1.0),), pseudo_voigt, pseudo_voigt_derivatives
        ),
        LineShape("gl-product", ("mixing",), ((0.0, 1.0),), gl_product, gl_product_derivatives),
        LineShape("voigt", ("mixing",), ((0.0, 1.0),), voigt, voigt_derivatives),
        LineShape(
            "doniach-sunjic",
            ("asymmetry",),
            ((0.0, 0.5),),
            doniach_sunjic,
            doniach_sunjic_derivatives,
        ),
    )
}
