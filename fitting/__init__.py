"""Read, fit and quantify spectra; needs no window.

The names that a script or notebook begins with are taken from here; each is loaded when it is first
used, so that ``import fitting`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fitting.fits.options import FitOptions
    from fitting.models.from_library import model_from_library, model_from_species
    from fitting.models.model import Background, Model, Parameter, Peak, Tie, with_parameter
    from fitting.pipeline.notebook import Drawing, draw, fit, load, tabulate, with_model, write
    from fitting.projects.project import Project
    from fitting.quantities.estimates import estimates
    from fitting.saving.project_file import open_project, save_project
    from libraries.loader import catalogue

_HOMES = {
    "fitting.fits.options": ("FitOptions",),
    "fitting.models.model": ("Background", "Model", "Parameter", "Peak", "Tie", "with_parameter"),
    "fitting.models.from_library": ("model_from_library", "model_from_species"),
    "fitting.pipeline.notebook": (
        "Drawing",
        "draw",
        "fit",
        "load",
        "tabulate",
        "with_model",
        "write",
    ),
    "fitting.projects.project": ("Project",),
    "fitting.quantities.estimates": ("estimates",),
    "fitting.saving.project_file": ("open_project", "save_project"),
    "libraries.loader": ("catalogue",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Background",
    "Drawing",
    "FitOptions",
    "Model",
    "Parameter",
    "Peak",
    "Project",
    "Tie",
    "catalogue",
    "draw",
    "estimates",
    "fit",
    "load",
    "model_from_library",
    "model_from_species",
    "open_project",
    "save_project",
    "tabulate",
    "with_model",
    "with_parameter",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'fitting' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
