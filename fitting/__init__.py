"""Read, fit and quantify spectra; needs no window.

The names that a script or notebook begins with are taken from here; each is loaded when it is first
used, so that ``import fitting`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fitting.data.errors import (
        ModelError,
        ProjectFileError,
        RecipeError,
        SeriesError,
        ThioscopeError,
        UnreadableFileError,
        VoltageError,
    )
    from fitting.data.series import make_series
    from fitting.fits.each import fit_series
    from fitting.fits.options import FitOptions
    from fitting.models.from_library import model_from_library, model_from_species
    from fitting.models.model import Background, Model, Parameter, Peak, Tie, with_parameter
    from fitting.pipeline.arrays import fit_arrays
    from fitting.pipeline.cluster import fit_on_cluster
    from fitting.pipeline.notebook import Drawing, draw, fit, load, tabulate, with_model, write
    from fitting.pipeline.propose import Choices
    from fitting.projects.project import Analysis, Project, prepared_series
    from fitting.projects.recipe import Recipe, RecipeBook, read_recipes, write_recipes
    from fitting.quantities.estimates import estimates
    from fitting.quantities.quantification import Quantification
    from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
    from fitting.quantities.shared_covariance import average_of, difference_of
    from fitting.readers.options import ReadOptions
    from fitting.readers.records import RecordFile, RecordFormat, read_record
    from fitting.readers.spectra import read_spectra
    from fitting.referencing.charge_reference import ChargeReference
    from fitting.saving.project_file import open_project, save_project
    from libraries.loader import catalogue

HOMES = {
    "fitting.data.errors": (
        "ModelError",
        "ProjectFileError",
        "RecipeError",
        "SeriesError",
        "ThioscopeError",
        "UnreadableFileError",
        "VoltageError",
    ),
    "fitting.data.series": ("make_series",),
    "fitting.fits.each": ("fit_series",),
    "fitting.fits.options": ("FitOptions",),
    "fitting.models.from_library": (
        "model_from_library",
        "model_from_species",
    ),
    "fitting.models.model": (
        "Background",
        "Model",
        "Parameter",
        "Peak",
        "Tie",
        "with_parameter",
    ),
    "fitting.pipeline.arrays": ("fit_arrays",),
    "fitting.pipeline.cluster": ("fit_on_cluster",),
    "fitting.pipeline.notebook": (
        "Drawing",
        "draw",
        "fit",
        "load",
        "tabulate",
        "with_model",
        "write",
    ),
    "fitting.pipeline.propose": ("Choices",),
    "fitting.projects.project": (
        "Analysis",
        "Project",
        "prepared_series",
    ),
    "fitting.projects.recipe": (
        "Recipe",
        "RecipeBook",
        "read_recipes",
        "write_recipes",
    ),
    "fitting.quantities.estimates": ("estimates",),
    "fitting.quantities.quantification": ("Quantification",),
    "fitting.quantities.quantity": (
        "Quantity",
        "fraction_of",
        "ratio_of",
    ),
    "fitting.quantities.shared_covariance": (
        "average_of",
        "difference_of",
    ),
    "fitting.readers.options": ("ReadOptions",),
    "fitting.readers.records": (
        "RecordFile",
        "RecordFormat",
        "read_record",
    ),
    "fitting.readers.spectra": ("read_spectra",),
    "fitting.referencing.charge_reference": ("ChargeReference",),
    "fitting.saving.project_file": (
        "open_project",
        "save_project",
    ),
    "libraries.loader": ("catalogue",),
}
"""Where each name lives."""
_HOME_OF = {name: home for home, names in HOMES.items() for name in names}

__all__ = [
    "Analysis",
    "Background",
    "ChargeReference",
    "Choices",
    "Drawing",
    "FitOptions",
    "Model",
    "ModelError",
    "Parameter",
    "Peak",
    "Project",
    "ProjectFileError",
    "Quantification",
    "Quantity",
    "ReadOptions",
    "Recipe",
    "RecipeBook",
    "RecipeError",
    "RecordFile",
    "RecordFormat",
    "SeriesError",
    "ThioscopeError",
    "Tie",
    "UnreadableFileError",
    "VoltageError",
    "average_of",
    "catalogue",
    "difference_of",
    "draw",
    "estimates",
    "fit",
    "fit_arrays",
    "fit_on_cluster",
    "fit_series",
    "fraction_of",
    "load",
    "make_series",
    "model_from_library",
    "model_from_species",
    "open_project",
    "prepared_series",
    "ratio_of",
    "read_recipes",
    "read_record",
    "read_spectra",
    "save_project",
    "tabulate",
    "with_model",
    "with_parameter",
    "write",
    "write_recipes",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'fitting' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
