"""What a choice of species gave: the sets that were weighed, as frozen values."""

from dataclasses import dataclass, replace
from typing import Any

from fitting.data.errors import RecipeError
from fitting.data.json_fields import check_fields, from_json, to_json
from fitting.models.model import Model

CRITERION = "bic"


@dataclass(frozen=True, slots=True)
class SpeciesChoice:
    """That the species of a series are chosen before it is fitted, and among which."""

    criterion: str = CRITERION
    among: tuple[str, ...] = ()
    """Species that are weighed; empty for those of the model and of the library's models."""

    def __post_init__(self) -> None:
        if self.criterion != CRITERION:
            raise RecipeError(
                f"Species cannot be chosen by {self.criterion!r}. Choose by: {CRITERION}."
            )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One set of species, fitted to all spectra of the series."""

    species: tuple[str, ...]
    chi_square: float
    """Sum over the spectra, each with those species only that it supports; with the weights that
    all candidates have in common."""
    parameters: int
    """Free parameters of these fits that did not end at a bound; shared ones count once."""
    bic: float


@dataclass(frozen=True, slots=True)
class ChoiceLimit:
    """Shares (%) of a species in the spectra that have it, from which on it is chosen.

    nan where no share is enough.
    """

    species: str
    in_all: float
    """If it is the same in all spectra of the series."""
    in_half: float
    """If it is the same in half of them, and absent from the others."""
    in_one: float
    """If it is in one spectrum alone."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The candidates, the lowest BIC first, and what they were fitted to."""

    candidates: tuple[Candidate, ...]
    considered: Model
    """The model with all species that were weighed."""
    spectrum_count: int
    """Spectra that every candidate was fitted to."""
    points: int
    noise_scale: float
    """What chi-square is divided by: the lowest reduced chi-square of the sets."""
    limits: tuple[ChoiceLimit, ...] = ()
    """Of the species that were not chosen."""

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.candidates[0].species

    def delta(self, candidate: Candidate) -> float:
        """BIC of a candidate above that of the best."""
        return candidate.bic - self.candidates[0].bic


def selection_to_json(selection: Selection) -> dict[str, Any]:
    """A selection as plain JSON values."""
    plain: dict[str, Any] = to_json(selection)
    return plain


def selection_from_json(data: Any, considered: Model, where: str) -> Selection:
    """A selection from plain JSON values; its model is read by who knows models.

    Raises
    ------
    RecipeError
        If a field is unknown, missing or of the wrong type, or there is no candidate.
    """
    check_fields(Selection, data, where)
    candidates = data["candidates"]
    if not isinstance(candidates, list) or not candidates:
        raise RecipeError(f"{where}: expected a list of sets of species, found {candidates!r}.")
    made = tuple(from_json(Candidate, one, where) for one in candidates)
    limits = tuple(from_json(ChoiceLimit, one, where) for one in data.get("limits", ()))
    plain = from_json(Selection, {**data, "candidates": [], "considered": {}, "limits": []}, where)
    return replace(plain, candidates=made, considered=considered, limits=limits)
