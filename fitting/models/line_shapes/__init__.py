"""Line shapes of unit area with their analytic derivatives, vectorised by broadcasting.

Each is one ``LineShape`` in a module of its own. A package may offer more by entry points of the
group ``thioscope.line_shapes``, each naming a ``LineShape``.
"""

from fitting.data.plug_ins import Offer
from fitting.models.line_shapes.doniach_sunjic import DONIACH_SUNJIC
from fitting.models.line_shapes.gaussian import GAUSSIAN
from fitting.models.line_shapes.gl_product import GL_PRODUCT
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.lorentzian import LORENTZIAN
from fitting.models.line_shapes.pseudo_voigt import PSEUDO_VOIGT
from fitting.models.line_shapes.soundness import find_faults
from fitting.models.line_shapes.voigt import VOIGT

__all__ = ["LINE_SHAPES", "FloatArray", "LineShape"]

LINE_SHAPES: Offer[LineShape] = Offer(
    "thioscope.line_shapes",
    (GAUSSIAN, LORENTZIAN, PSEUDO_VOIGT, GL_PRODUCT, VOIGT, DONIACH_SUNJIC),
    LineShape,
    find_faults,
)
"""Every line shape by its name, in the order of the window's menu."""
