"""How a series is fitted: choices that travel with the recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from fitting.data.errors import RecipeError
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.parameter_kinds import shared_kinds
from fitting.solvers.engine import Engine

Seed = Literal["library", "previous", "neighbours"]
Weights = Literal["model", "data"]
Uncertainty = Literal["covariance", "profile", "bootstrap"]
FAMILY = (
    "width",
    "mixing",
    "tail",
    "charging",
    "split",
    "separation",
    "background",
    "species",
    "unknown",
    "absence",
    "measured",
)
"""What the models of a family may give up: see ``fitting.uncertainty.model_family``."""
GROUPINGS = ("sample", "source", "branch", "cycle", "voltage", "depth")
"""Coordinates of a series that spectra with common parameters may be grouped by."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a series is fitted; what is fitted is the model."""

    seed_from: Seed = "library"
    """Start from the model's start values; from the last spectrum that converged; or from the
    library first, and then again from the neighbours on both sides, the lowest minimum kept."""
    weights: Weights = "model"
    """For counted data: variance from the fitted model, or from each measured count. The second
    pulls areas down where counts are few. Other data keep the sigma of the series."""
    block_size: int = 32
    """Spectra solved together: the unit of progress and of cancelling. One if each starts from the
    one before."""
    engine: Engine = "auto"
    """"auto", "compiled" (numba), "numpy", or "lmfit": the reference, hundreds of times slower.
    They agree within a thousandth of a standard error."""
    max_evaluations: int = 2000
    """Evaluations of the model after which a spectrum is given up."""
    workers: int = 0
    """Threads to solve with; 0 for as many as there are processors."""
    share: tuple[str, ...] = ()
    """Kinds of parameters that have one value for all spectra: the joint fit. See
    ``shared_kinds``; kinds that a model does not have, or does not vary, say nothing."""
    share_by: tuple[str, ...] = ()
    """Share only among spectra that agree in these coordinates, such as "sample"; see
    ``GROUPINGS``."""
    uncertainty: Uncertainty = "covariance"
    """How the 95 % intervals of shares and ratios are found, once the fit is done."""
    replicas: int = 1000
    """Replicas of each spectrum in a bootstrap."""
    seed: int = 0
    """What the replicas are drawn from: the same number gives the same intervals."""
    other_backgrounds: tuple[str, ...] = ()
    """Kinds of background to fit again with; how far shares and ratios move is their systematic
    error."""
    family: tuple[str, ...] = FAMILY
    """What the fitted model takes for granted and other models, which could be defended as well, do
    not: how far shares and ratios move among them is their model error. Empty for none: then
    errors are statistical only."""

    def __post_init__(self) -> None:
        for name, kind in _CLOSED_CHOICES.items():
            _check_known(name, [getattr(self, name)], get_args(kind))
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise RecipeError(f"{name} is {getattr(self, name)}; it must be {least} or more.")
        for name, known in _known_names().items():
            given = getattr(self, name)
            if not isinstance(given, tuple):
                raise RecipeError(f"{name} is {given!r}; it must be a list of names.")
            _check_known(name, given, known)
        if self.share and self.seed_from != "library":
            raise RecipeError(
                f"seed_from is {self.seed_from}, but a joint fit solves all spectra together. "
                "Choose seed_from library, or share nothing."
            )


_CLOSED_CHOICES = {
    "seed_from": Seed,
    "weights": Weights,
    "engine": Engine,
    "uncertainty": Uncertainty,
}
_LEAST = {"block_size": 1, "max_evaluations": 1, "workers": 0, "replicas": 20, "seed": 0}


def _known_names() -> Mapping[str, Sequence[str]]:
    """What a list of names may hold, by the option."""
    return {
        "share": tuple(shared_kinds()),
        "share_by": GROUPINGS,
        "other_backgrounds": tuple(BACKGROUNDS),
        "family": FAMILY,
    }


def _check_known(name: str, given: Sequence[object], known: Sequence[str]) -> None:
    for value in given:
        if value not in known:
            raise RecipeError(f"{name} is {value!r}. Choose one of: {', '.join(known)}.")
