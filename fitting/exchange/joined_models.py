"""The models of several spectra as one that holds all of them.

It has every peak that any of them has, told apart by name, line shape and what is fixed of it.
Bounds are the widest of all; a tie is kept if all that have its peak agree in it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

from fitting.models.model import Background, Model, Parameter, Peak, Tie

_Key = tuple[str, str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class JoinedModels:
    """One model, and how each spectrum's parameters are called in it."""

    model: Model
    names: Mapping[int, Mapping[str, str]]
    """By spectrum: names of its peaks in the joined model, by those in its own."""
    left_out: tuple[int, ...]
    """Spectra with another background than most."""
    loosened: tuple[str, ...]
    """Parameters whose ties the spectra do not agree in, and which are free."""


def join_models(models: Mapping[int, Model]) -> JoinedModels:
    """Join the models of spectra, by their index."""
    background, left_out = _find_background(models)
    kept = {row: model for row, model in models.items() if row not in left_out}
    peaks, names = _join_peaks(kept)
    ties, loosened = _join_ties(kept, names)
    return JoinedModels(Model(peaks, background, ties), names, left_out, loosened)


def rename_parameter(name: str, peaks: Mapping[str, str]) -> str:
    """The full name of a parameter whose peak has another name."""
    owner, _, short = name.partition(".")
    return f"{peaks.get(owner, owner)}.{short}"


def _find_background(models: Mapping[int, Model]) -> tuple[Background, tuple[int, ...]]:
    shown = {row: _describe_background(model.background) for row, model in models.items()}
    most, _ = Counter(shown.values()).most_common(1)[0]
    having = [row for row, words in shown.items() if words == most]
    return models[having[0]].background, tuple(row for row in models if row not in having)


def _describe_background(background: Background) -> tuple[object, ...]:
    values = ((name, one.value) for name, one in background.parameters.items())
    return (background.kind, *sorted(values))


def _join_peaks(
    models: Mapping[int, Model],
) -> tuple[tuple[Peak, ...], dict[int, dict[str, str]]]:
    joined: dict[str, Peak] = {}
    called: dict[_Key, str] = {}
    names: dict[int, dict[str, str]] = {}
    for row, model in models.items():
        names[row] = {}
        for peak in model.peaks:
            key = _key_of(peak)
            if key not in called:
                called[key] = _free_name(peak.name, joined)
                joined[called[key]] = replace(peak, name=called[key])
            name = names[row][peak.name] = called[key]
            joined[name] = replace(joined[name], parameters=_widen(joined[name], peak))
    return tuple(joined.values()), names


def _key_of(peak: Peak) -> _Key:
    fixed = {
        name: round(one.value, 9)
        for name, one in peak.parameters.items()
        if name not in ("area", "position", "fwhm")
    }
    return peak.name, peak.line_shape, tuple(sorted(fixed.items()))


def _free_name(name: str, taken: Mapping[str, Peak]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _widen(peak: Peak, other: Peak) -> dict[str, Parameter]:
    return {
        name: Parameter(
            one.value,
            min(one.min, other.parameters[name].min),
            max(one.max, other.parameters[name].max),
            one.vary or other.parameters[name].vary,
        )
        for name, one in peak.parameters.items()
    }


def _join_ties(
    models: Mapping[int, Model], names: Mapping[int, Mapping[str, str]]
) -> tuple[tuple[Tie, ...], tuple[str, ...]]:
    found: dict[str, list[Tie]] = {}
    having = Counter(name for called in names.values() for name in called.values())
    for row, model in models.items():
        for tie in model.ties:
            renamed = replace(
                tie,
                target=rename_parameter(tie.target, names[row]),
                source=rename_parameter(tie.source, names[row]),
            )
            found.setdefault(renamed.target, []).append(renamed)
    kept = {
        target: ties[0]
        for target, ties in found.items()
        if len(ties) == having[target.partition(".")[0]] and _agree(ties)
    }
    return tuple(kept.values()), tuple(name for name in found if name not in kept)


def _agree(ties: Sequence[Tie]) -> bool:
    first = ties[0]
    return all(
        tie.source == first.source
        and isclose(tie.factor, first.factor, rel_tol=1e-6)
        and isclose(tie.offset, first.offset, abs_tol=1e-6)
        for tie in ties
    )
