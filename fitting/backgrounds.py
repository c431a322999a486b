"""Backgrounds of XPS spectra: part of the model, so that their uncertainty is in the areas."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackgroundKind:
    """A background: the parameters the model gives it and how it is computed."""

    name: str
    parameters: tuple[str, ...]
    is_static: bool
    """Computed once from the data between the ends of the range, and not varied in the fit."""


BACKGROUNDS: Mapping[str, BackgroundKind] = {
    kind.name: kind
    for kind in (
        BackgroundKind("none", (), False),
        BackgroundKind("linear", ("offset", "slope"), False),
        BackgroundKind("shirley", ("offset", "slope", "factor"), False),
        BackgroundKind("tougaard", ("offset", "slope", "factor", "C"), False),
        BackgroundKind("shirley-static", (), True),
        BackgroundKind("tougaard-static", ("C",), True),
    )
}
