"""What is fitted, as frozen descriptions: peaks, a background, ties. Nothing here computes.

A parameter's full name is ``"<peak>.<parameter>"`` or ``"background.<parameter>"``. Every peak has
``area`` (integral over the axis of the whole peak, both lines of a doublet included), ``position``
(of the main line) and ``fwhm`` (of each line), the shape parameters of its line shape (``mixing``
or ``asymmetry``), and, if it is a doublet, ``separation`` and ``area_ratio``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf, isnan

from fitting.data.errors import ModelError
from fitting.data.html_text import html_table
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.line_shapes import LINE_SHAPES, LineShape
from fitting.models.line_shapes.measured import MEASURED, MeasuredShape, measured_line_shape
from fitting.models.parameter_kind import DOUBLET_KINDS, PEAK_KINDS, ParameterKind

BACKGROUND = "background"
DOUBLET_PARAMETERS = tuple(kind.name for kind in DOUBLET_KINDS)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a model before the fit."""

    value: float
    """Start value."""
    min: float = -inf
    max: float = inf
    vary: bool = True

    def __post_init__(self) -> None:
        if isnan(self.value) or not self.min <= self.value <= self.max:
            raise ModelError(
                f"The start value {self.value:g} lies outside its bounds "
                f"{self.min:g} to {self.max:g}."
            )
        if self.vary and self.min == self.max:
            object.__setattr__(self, "vary", False)


@dataclass(frozen=True, slots=True)
class Peak:
    """What is fitted for one species: a single line, or a spin-orbit doublet."""

    name: str
    species: str
    """Id of the library entry, such as "PS4"."""
    line_shape: str
    parameters: Mapping[str, Parameter]
    measured: MeasuredShape | None = None
    """The spectrum that is its shape, where the line shape is "measured"."""

    def __post_init__(self) -> None:
        if not self.name or "." in self.name or self.name == BACKGROUND:
            raise ModelError(f"{self.name!r} cannot name a peak: use a name without a dot.")
        if (self.line_shape == MEASURED) != (self.measured is not None):
            raise ModelError(
                f"{self.name}: a measured spectrum and the line shape {MEASURED!r} go together."
            )
        if self.line_shape not in LINE_SHAPES and self.measured is None:
            raise ModelError(
                f"{self.name}: there is no line shape {self.line_shape!r}. "
                f"{LINE_SHAPES.describe_unknown()}"
            )
        wanted = (
            *(kind.name for kind in PEAK_KINDS),
            *self.shape.shape_parameters,
        )
        _check_names(self.name, self.parameters, wanted, optional=DOUBLET_PARAMETERS)
        if ("separation" in self.parameters) != ("area_ratio" in self.parameters):
            raise ModelError(f"{self.name}: a doublet needs both separation and area_ratio.")

    @property
    def shape(self) -> LineShape:
        """What its lines look like."""
        if self.measured is not None:
            return measured_line_shape(self.measured)
        return LINE_SHAPES[self.line_shape]

    @property
    def is_doublet(self) -> bool:
        return "separation" in self.parameters


@dataclass(frozen=True, slots=True)
class Background:
    """The inelastic background (XPS), or what is left of the baseline (Raman)."""

    kind: str
    parameters: Mapping[str, Parameter]

    def __post_init__(self) -> None:
        if self.kind not in BACKGROUNDS:
            raise ModelError(
                f"There is no background {self.kind!r}. {BACKGROUNDS.describe_unknown()}"
            )
        kind = BACKGROUNDS[self.kind]
        _check_names(
            BACKGROUND, self.parameters, kind.parameters, optional=kind.optional_parameters
        )


@dataclass(frozen=True, slots=True)
class Tie:
    """``target = factor * source + offset``; both are full parameter names."""

    target: str
    source: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """Peaks on a background, with ties between their parameters."""

    peaks: tuple[Peak, ...]
    background: Background
    ties: tuple[Tie, ...] = ()

    def __post_init__(self) -> None:
        names = [peak.name for peak in self.peaks]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ModelError(f"Two peaks are named {', '.join(sorted(twice))}; names must differ.")
        _check_ties(self)

    def peak(self, name: str) -> Peak:
        """The peak of that name."""
        for peak in self.peaks:
            if peak.name == name:
                return peak
        raise ModelError(
            f"The model has no peak {name!r}. It has: {', '.join(p.name for p in self.peaks)}."
        )

    def _repr_html_(self) -> str:
        """The parameters as a table, for notebooks."""
        ties = {tie.target: f"{tie.factor:g} × {tie.source} + {tie.offset:g}" for tie in self.ties}
        rows = [
            (name, one.value, one.min, one.max, ties.get(name) or ("" if one.vary else "fixed"))
            for name, one in self.parameters()
        ]
        return html_table(("parameter", "start", "min", "max", "fixed or tied"), rows)

    def parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its full name, peak after peak, the background last."""
        for peak in self.peaks:
            for name, parameter in peak.parameters.items():
                yield f"{peak.name}.{name}", parameter
        for name, parameter in self.background.parameters.items():
            yield f"{BACKGROUND}.{name}", parameter


def peaks_of_lines(model: Model) -> tuple[Peak, ...]:
    """The peaks that are lines of a shape with a formula: all but measured spectra."""
    return tuple(peak for peak in model.peaks if peak.measured is None)


def parameter_names(model: Model) -> tuple[str, ...]:
    """Full names of all parameters: the order of every parameter array."""
    return tuple(name for name, _ in model.parameters())


def starting_parameter(kind: ParameterKind) -> Parameter:
    """A parameter of a kind where nothing else is said."""
    return Parameter(kind.start, kind.low, kind.high, kind.varies)


def with_parameter(model: Model, name: str, **changes: float | bool) -> Model:
    """Return the model with fields of one parameter changed, such as ``value=161.5``."""
    old = _holder_of(model, name).parameters[name.partition(".")[2]]
    return _with_parameter_put(model, name, replace(old, **changes))  # type: ignore[arg-type]


def with_peak(model: Model, peak: Peak) -> Model:
    """Return the model with the peak added, or put in the place of its namesake."""
    if any(old.name == peak.name for old in model.peaks):
        peaks = tuple(peak if old.name == peak.name else old for old in model.peaks)
    else:
        peaks = (*model.peaks, peak)
    return replace(model, peaks=peaks)


def without_peak(model: Model, name: str) -> Model:
    """Return the model without that peak.

    What followed a parameter of it goes on following: either what that parameter followed itself,
    or the first of its followers, which takes its place with its start value and limits.
    """
    model.peak(name)
    while (tie := next(_ties_to_peak(model, name), None)) is not None:
        model = _hand_on(model, tie)
    return replace(
        model,
        peaks=tuple(peak for peak in model.peaks if peak.name != name),
        ties=tuple(tie for tie in model.ties if _owner_of(tie.target) != name),
    )


def _holder_of(model: Model, name: str) -> Peak | Background:
    owner, _, short = name.partition(".")
    holder: Peak | Background = model.background if owner == BACKGROUND else model.peak(owner)
    if short not in holder.parameters:
        raise ModelError(f"The model has no parameter {name!r}.")
    return holder


def _with_parameter_put(model: Model, name: str, parameter: Parameter) -> Model:
    holder = _holder_of(model, name)
    changed = {**holder.parameters, name.partition(".")[2]: parameter}
    if isinstance(holder, Background):
        return replace(model, background=replace(holder, parameters=changed))
    return with_peak(model, replace(holder, parameters=changed))


def _ties_to_peak(model: Model, name: str) -> Iterator[Tie]:
    """The ties by which something else follows a peak."""
    for tie in model.ties:
        if _owner_of(tie.source) == name != _owner_of(tie.target):
            yield tie


def _hand_on(model: Model, tie: Tie) -> Model:
    """The model in which the target of the tie does not follow its source any more."""
    others = tuple(other for other in model.ties if other is not tie)
    above = next((other for other in others if other.target == tie.source), None)
    if above is not None:
        factor, offset = tie.factor * above.factor, tie.factor * above.offset + tie.offset
        return replace(model, ties=(*others, Tie(tie.target, above.source, factor, offset)))
    inherited = _inherit(replace(model, ties=others), tie)
    if not tie.factor:
        return inherited
    moved = [_beside(other, tie) if other.source == tie.source else other for other in others]
    return replace(inherited, ties=tuple(moved))


def _inherit(model: Model, tie: Tie) -> Model:
    """The model whose target starts, ends and varies as the source that it followed."""
    known = dict(model.parameters())
    old, own = known[tie.source], known[tie.target]
    value, *ends = (tie.factor * end + tie.offset if tie.factor else tie.offset
                    for end in (old.value, old.min, old.max))  # fmt: skip
    low, high = max(min(ends), own.min), min(max(ends), own.max)
    if not low <= value <= high:
        low, high = min(ends), max(ends)
    changed = Parameter(value, low, high, old.vary and tie.factor != 0.0)
    return _with_parameter_put(model, tie.target, changed)


def _beside(tie: Tie, heir: Tie) -> Tie:
    """The tie to another that followed the same source."""
    factor = tie.factor / heir.factor
    return Tie(tie.target, heir.target, factor, tie.offset - factor * heir.offset)


def _owner_of(parameter: str) -> str:
    return parameter.partition(".")[0]


def _check_names(
    owner: str,
    given: Mapping[str, Parameter],
    wanted: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> None:
    missing = [name for name in wanted if name not in given]
    unknown = [name for name in given if name not in wanted and name not in optional]
    if missing:
        raise ModelError(f"{owner}: the parameter {', '.join(missing)} is missing.")
    if unknown:
        raise ModelError(
            f"{owner}: there is no parameter {', '.join(unknown)}. "
            f"It takes: {', '.join(wanted + optional)}."
        )


def _check_ties(model: Model) -> None:
    known = dict(model.parameters())
    sources: dict[str, str] = {}
    for tie in model.ties:
        for name in (tie.target, tie.source):
            if name not in known:
                raise ModelError(
                    f"The tie {tie.target} = {tie.source} names no parameter {name!r}."
                )
        if tie.target in sources:
            raise ModelError(f"{tie.target} is tied twice; a parameter follows one other.")
        sources[tie.target] = tie.source
    for name in sources:
        seen = {name}
        while name in sources:
            name = sources[name]
            if name in seen:
                raise ModelError(f"The ties of {', '.join(sorted(seen))} run in a circle.")
            seen.add(name)
