"""What the rules of the audit look at, put together once for a region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import AXES, FloatArray, axis_of
from fitting.models.model import Model, Peak, parameter_names
from fitting.models.parameters import AffineParameters, resolve_ties
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.quantify import Areas, BoolArray, parameter_estimates, peak_areas
from libraries.catalogue import Catalogue
from libraries.species import CoreLevel, Library, Species
from libraries.start_values import positions_that_count, start_value

DETECTION_LIMIT = 2.0
"""Area in standard errors; what else a smaller peak looks like says nothing."""
_BOUND_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule has to say, about one spectrum or about all of them."""

    message: str
    spectrum: int | None = None
    """Index into the series."""
    parameter: str = ""
    """Full name of the parameter it is about, if it is about one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fitted region as the rules see it."""

    analysis: Analysis
    series: xr.Dataset
    """As it was fitted: the recipe's steps applied."""
    model: Model
    result: xr.Dataset
    fitted: BoolArray
    """Shape (n,)."""
    value: FloatArray
    """All parameters, shape (n, p)."""
    stderr: FloatArray
    resolved: AffineParameters
    at_bound: BoolArray
    """Whether each free parameter ended at a bound, shape (n, f)."""
    areas: Areas
    """Of the peaks."""
    species: Mapping[str, tuple[Library, Species]]
    """What the libraries know of the model's species."""
    core_level: CoreLevel | None
    catalogue: Catalogue
    detection: Detection | None = None
    """Which species are seen, if that is known already."""

    @property
    def unit(self) -> str:
        """Of the axis."""
        return AXES[axis_of(self.series)].unit

    def parameter(self, peak: Peak, name: str) -> FloatArray:
        """Values of one parameter of a peak, shape (n,)."""
        return np.asarray(self.value[:, parameter_names(self.model).index(f"{peak.name}.{name}")])

    def parameter_stderr(self, peak: Peak, name: str) -> FloatArray:
        """Standard errors of one parameter of a peak, shape (n,)."""
        return np.asarray(self.stderr[:, parameter_names(self.model).index(f"{peak.name}.{name}")])

    def is_free(self, peak: Peak, name: str) -> bool:
        return f"{peak.name}.{name}" in self.resolved.free

    def places_of(self, names: Sequence[str]) -> Iterator[tuple[str, float]]:
        """Where the libraries expect the lines of some species, each with its species."""
        for name in names:
            library, species = self.catalogue.find_species(self.analysis.region, name)
            for band in species.bands:
                if positions_that_count(band):
                    yield name, start_value(library, species, band).value

    def present_peaks(self) -> Iterator[tuple[Peak, BoolArray]]:
        """Every peak, and in which fitted spectra it is above its detection limit; shape (n,)."""
        limit = DETECTION_LIMIT * np.nan_to_num(self.areas.stderr)
        for column, peak in enumerate(self.model.peaks):
            yield peak, self.fitted & (self.areas.value[:, column] > limit[:, column])


def collect_evidence(
    analysis: Analysis,
    series: xr.Dataset,
    result: xr.Dataset,
    catalogue: Catalogue,
    detection: Detection | None = None,
) -> Evidence:
    """The evidence about one region; ``series`` is as it was fitted."""
    model = analysis.model
    resolved = resolve_ties(model)
    value, stderr = parameter_estimates(result, model)
    columns = [resolved.names.index(name) for name in resolved.free]
    return Evidence(
        analysis=analysis,
        series=series,
        model=model,
        result=result,
        fitted=is_fitted(result),
        value=value,
        stderr=stderr,
        resolved=resolved,
        at_bound=_at_bound(value[:, columns], resolved),
        areas=peak_areas(result, model),
        species=_known_species(model, analysis.region, catalogue),
        core_level=_core_level(analysis.region, catalogue),
        catalogue=catalogue,
        detection=detection,
    )


def spectra_where(mask: BoolArray) -> list[int]:
    """Indices of the spectra for which the mask holds."""
    return [int(index) for index in np.flatnonzero(mask)]


def _at_bound(free: FloatArray, resolved: AffineParameters) -> BoolArray:
    lower, upper = resolved.lower, resolved.upper
    with np.errstate(invalid="ignore"):
        span = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
        slack = _BOUND_TOLERANCE * span
        return np.asarray((free <= lower + slack) | (free >= upper - slack), dtype=bool)


def _known_species(
    model: Model, region: str, catalogue: Catalogue
) -> dict[str, tuple[Library, Species]]:
    if region not in catalogue.regions():
        return {}
    known = {species.id for species in catalogue.species(region)}
    wanted = dict.fromkeys(peak.species for peak in model.peaks)
    return {name: catalogue.find_species(region, name) for name in wanted if name in known}


def _core_level(region: str, catalogue: Catalogue) -> CoreLevel | None:
    return catalogue.core_level(region) if region in catalogue.regions() else None
