"""Line shapes of unit area with their analytic derivatives, vectorised by broadcasting.

Each is one ``LineShape`` in a module of its own. A package may offer more by entry points of the
group ``thioscope.line_shapes``, each naming a ``LineShape``.
"""

from fitting.data.plug_ins import Offer
from fitting.models.line_shapes.doniach_sunjic import DONIACH_SUNJIC
from fitting.models.line_shapes.doniach_sunjic_gauss import DONIACH_SUNJIC_GAUSS
from fitting.models.line_shapes.double_lorentzian import DOUBLE_LORENTZIAN
from fitting.models.line_shapes.exponential_tail import EXPONENTIAL_TAIL
from fitting.models.line_shapes.gaussian import GAUSSIAN
from fitting.models.line_shapes.gl_product import GL_PRODUCT
from fitting.models.line_shapes.la import LA
from fitting.models.line_shapes.lf import LF
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.lorentzian import LORENTZIAN
from fitting.models.line_shapes.pseudo_voigt import PSEUDO_VOIGT
from fitting.models.line_shapes.sgl_sum import SGL_SUM
from fitting.models.line_shapes.soundness import find_faults
from fitting.models.line_shapes.voigt import VOIGT

__all__ = ["LINE_SHAPES", "FloatArray", "LineShape"]

LINE_SHAPES: Offer[LineShape] = Offer(
    "thioscope.line_shapes",
    (
        GAUSSIAN,
        LORENTZIAN,
        PSEUDO_VOIGT,
        SGL_SUM,
        GL_PRODUCT,
        VOIGT,
        DONIACH_SUNJIC,
        DONIACH_SUNJIC_GAUSS,
        LA,
        LF,
        DOUBLE_LORENTZIAN,
        EXPONENTIAL_TAIL,
    ),
    LineShape,
    find_faults,
)
"""Every line shape by its name, in the order of the window's menu."""
