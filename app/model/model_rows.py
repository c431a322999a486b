"""What the model table shows, worked out from the document; no widget here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.document import View
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM
from fitting.data.techniques import technique_of
from fitting.models.from_library import start_value_origins
from fitting.models.model import BACKGROUND, Model, Parameter, Peak, Tie, parameter_names
from fitting.models.parameter_kinds import kinds_of_model
from fitting.projects.project import Analysis
from fitting.quantities.quantify import parameter_estimates
from fitting.quantities.units import unit_after_steps
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter."""

    name: str
    """Full name, such as "PS4.position"."""
    parameter: Parameter
    tie: Tie | None
    value: float
    """As fitted; nan if it is not."""
    stderr: float
    is_current: bool
    """Whether the value is of the model as it is now."""
    origin: str
    """Where the start value comes from, as a sentence."""
    step: float
    """Size of one step by key or wheel; 0 for one that suits the number."""
    unit: str
    said: str
    """What the parameter says of its peak; the meaning is that with its unit."""

    @property
    def short(self) -> str:
        """The name within its peak."""
        return self.name.rpartition(".")[2]

    @property
    def meaning(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.name}: {self.said}{unit}" if self.said else f"{self.name}{unit}"


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """A peak, or the background, with its parameters."""

    name: str
    title: str
    species: str
    """Empty for the background."""
    lines: tuple[Line, ...]


def groups_of(
    analysis: Analysis | None, view: View, catalogue: Catalogue
) -> tuple[ModelGroup, ...]:
    """The peaks of the model, in its order, then the background."""
    if analysis is None or view.spectrum >= analysis.series.sizes[SPECTRUM]:
        return ()
    model = analysis.recipe.model
    reader = _Reader(analysis, view.spectrum)
    groups = [
        ModelGroup(
            peak.name,
            _make_title(analysis.region, peak, catalogue),
            peak.species,
            tuple(
                reader.lines(
                    peak.name, peak.parameters, _describe_origin(analysis.region, peak, catalogue)
                )
            ),
        )
        for peak in model.peaks
    ]
    lines = tuple(reader.lines(BACKGROUND, model.background.parameters, ""))
    return (*groups, ModelGroup(BACKGROUND, "Background", "", lines))


class _Reader:
    """Looks up tie, fitted value and unit of the parameters of one spectrum."""

    def __init__(self, analysis: Analysis, spectrum: int) -> None:
        technique = technique_of(analysis.series)
        self._steps = {"position": technique.position_step, "fwhm": technique.width_step}
        self._axis_unit = technique.axis.unit
        self._intensity_unit = unit_after_steps(analysis.series, analysis.recipe.steps)
        self._ties = {tie.target: tie for tie in analysis.recipe.model.ties}
        self._is_current = analysis.is_current
        self._fitted = _collect_fitted(analysis, spectrum)
        self._kinds = kinds_of_model(analysis.recipe.model)

    def lines(self, owner: str, parameters: Mapping[str, Parameter], origin: str) -> Iterator[Line]:
        for short, parameter in parameters.items():
            name = f"{owner}.{short}"
            value, stderr = self._fitted.get(name, (np.nan, np.nan))
            yield Line(
                name,
                parameter,
                self._ties.get(name),
                value,
                stderr,
                self._is_current,
                origin if short == "position" else "",
                self._steps.get(short, 0.0),
                self._unit(name),
                self._kinds[name].meaning,
            )

    def _unit(self, name: str) -> str:
        """Of what the parameter's kind is given in; nothing where its meaning says it."""
        return {
            "area": f"{self._intensity_unit} × {self._axis_unit}",
            "intensity": self._intensity_unit,
            "intensity/axis": f"{self._intensity_unit} / {self._axis_unit}",
            "axis": self._axis_unit,
        }.get(self._kinds[name].unit, "")


def _collect_fitted(analysis: Analysis, spectrum: int) -> Mapping[str, tuple[float, float]]:
    """Value and standard error of every parameter of the last fit."""
    if analysis.result is None:
        return {}
    model: Model = analysis.model
    value, stderr = parameter_estimates(analysis.result.isel({SPECTRUM: [spectrum]}), model)
    pairs = zip(map(_same_nan, value[0]), map(_same_nan, stderr[0]), strict=True)
    return dict(zip(parameter_names(model), pairs, strict=True))


def _same_nan(number: float) -> float:
    """The number; one and the same nan for all that are not known, so that lines compare equal."""
    return np.nan if np.isnan(number) else float(number)


def _make_title(region: str, peak: Peak, catalogue: Catalogue) -> str:
    label = _make_label(region, peak.species, catalogue)
    named = [peak.name] if label in ("", peak.name) else [peak.name, label]
    return "   ".join(named)


def _make_label(region: str, species: str, catalogue: Catalogue) -> str:
    try:
        return catalogue.find_species(region, species)[1].label
    except LibraryError:
        return ""


def _describe_origin(region: str, peak: Peak, catalogue: Catalogue) -> str:
    try:
        return start_value_origins(region, peak.species, catalogue).get(peak.name, "")
    except (LibraryError, ThioscopeError):
        return ""
