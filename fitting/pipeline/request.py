"""What a user asks for: the same words whoever takes them, command line, window or notebook."""

from dataclasses import dataclass, field
from pathlib import Path

from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK, Clock
from fitting.electrochemistry.side_table import SideTable
from fitting.impedance.analysis import ImpedanceRecipe
from fitting.pipeline.propose import Choices
from fitting.projects.figure_style import FigureStyle
from fitting.projects.recipe import RecipeBook
from fitting.quantities.quantification import Quantification
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.records import PotentialRecord


@dataclass(frozen=True, slots=True)
class VoltageFile:
    """A file that tells voltages, already read, and how they are taken from it."""

    path: Path | None = None
    source: SideTable | PotentialRecord | None = None
    scale: VoltageScale = LITHIUM
    clock: Clock = DEFAULT_CLOCK


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What the user says of the files; what is left out is told by them, or by the library."""

    choices: Choices = field(default_factory=Choices)
    voltages: VoltageFile = field(default_factory=VoltageFile)
    charge_reference: str | None = None
    """"C 1s=284.8", "PS4=161.5" or "none"; C 1s, where it was measured, if left out."""
    quantification: Quantification | None = None
    """How areas become atomic percent; as the recipes or the project say if left out."""
    figure_style: FigureStyle | None = None
    """How figures look; what the recipe or the project says if left out."""
    comparisons: tuple[str, ...] = ()
    """Samples or states whose difference is tabulated, beside those of recipes and project."""
    book: RecipeBook | None = None
    """Recipes of a file; their charge reference stands where none is asked for."""
    reading: ReadOptions = DEFAULT
    step: float | None = None
    """Bring unlike grids onto this one (eV or 1/cm)."""
    impedance: ImpedanceRecipe = field(default_factory=ImpedanceRecipe)
    """What is asked of impedance spectra."""
    replaces: bool = False
    """Whether a file takes the place of what a file of its name held before, as where an
    instrument writes a file anew."""
