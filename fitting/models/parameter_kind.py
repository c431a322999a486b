"""What a kind of parameter is: its start, its limits, and what it is called everywhere."""

from dataclasses import dataclass
from math import inf
from typing import Literal

Unit = Literal["", "axis", "intensity", "area", "intensity/axis", "eV^2", "1/eV^2"]
"""What a number is given in; the first four as the series has them."""


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """One kind of parameter, such as the width, wherever it occurs."""

    name: str
    """Within its peak, such as "mixing"."""
    singular: str
    """What a report calls it: "Lorentzian fraction"."""
    plural: str
    meaning: str
    """What it says of a peak, as a hint in the window."""
    start: float = 0.0
    """Where a model starts that says nothing else."""
    low: float = -inf
    high: float = inf
    """Bounds where a model says nothing else."""
    varies: bool = True
    limits: tuple[float, float] = (-inf, inf)
    """Beyond these it has no meaning, whatever bounds a model gives it."""
    unit: Unit = ""
    is_linear: bool = False
    """Whether the model is linear in it, together with all others of which that is said: the fit
    finds its scale, from a start that says nothing, for each spectrum by itself."""
    sharing: str = ""
    """What it means that spectra have it in common, where that wants more than its name."""
    symbol: str = ""
    """In a formula."""

    @property
    def words_of_sharing(self) -> str:
        """What it means that spectra have it in common, as a sentence without a stop."""
        return self.sharing or f"Each line has the same {self.singular} in all spectra"


AREA = ParameterKind(
    "area",
    "area",
    "areas",
    "integral over the axis, both lines of a doublet included",
    start=1.0,
    low=0.0,
    unit="area",
    is_linear=True,
)
POSITION = ParameterKind(
    "position",
    "position",
    "positions",
    "centre of the main line",
    unit="axis",
    sharing="Each line lies at the same place in all spectra. Refer energies to one line first",
)
FWHM = ParameterKind(
    "fwhm",
    "width",
    "widths",
    "full width at half maximum of each line",
    limits=(1e-3, inf),
    unit="axis",
    sharing="Each line is as wide in all spectra",
)
SEPARATION = ParameterKind(
    "separation",
    "doublet separation",
    "doublet separations",
    "partner minus main line",
    low=0.0,
    varies=False,
    unit="axis",
    sharing="The two lines of a doublet lie as far apart in all spectra",
)
AREA_RATIO = ParameterKind(
    "area_ratio",
    "doublet area ratio",
    "doublet area ratios",
    "area of the partner over that of the main line",
    low=0.0,
    high=1.0,
    varies=False,
    limits=(0.0, inf),
    sharing="The two lines of a doublet have the same ratio of areas in all spectra",
)
PEAK_KINDS = (AREA, POSITION, FWHM)
"""What every peak has, before its shape parameters."""
DOUBLET_KINDS = (SEPARATION, AREA_RATIO)
"""What a doublet has after them."""
