"""How areas become amounts: sensitivity factors, escape depth, transmission and angle, as chosen.

Sets of factors are never mixed, and each says what it holds: escape depth is divided out only where
the factors do not have it, transmission only where they ask for it and the files state it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from fitting.data.errors import RecipeError
from fitting.data.json_fields import check_fields, from_json
from fitting.data.series import FloatArray
from fitting.quantities.escape_depth import ESCAPE_DEPTHS, NONE, escape_depths
from libraries.errors import LibraryError
from libraries.materials import DEFAULT_MATERIAL, find_material
from libraries.sensitivity_sets import (
    SensitivityFactor,
    SensitivitySet,
    default_set,
    sensitivity_set,
    sensitivity_set_names,
)

AL_KA = 1486.6
"""Photon energy (eV) where no file states one."""
DEFAULT_ESCAPE_DEPTH = "TPP-2M"


@dataclass(frozen=True, slots=True)
class Quantification:
    """What is chosen; what is left out is told by the spectra and the factors."""

    sensitivity: str = ""
    """Name of a bundled set; the cross sections of the photon energy if left out."""
    own_set: SensitivitySet | None = None
    """The user's own factors, in place of a bundled set."""
    escape_depth: str = ""
    """A name in ``ESCAPE_DEPTHS``; TPP-2M if left out, for factors that do not hold it."""
    material: str = DEFAULT_MATERIAL
    """That the electrons come through."""
    angle: float | None = None
    """Between X-rays and analyser (degrees); without it no angular term."""

    def __post_init__(self) -> None:
        if self.escape_depth and self.escape_depth not in ESCAPE_DEPTHS:
            raise RecipeError(
                f"There is no escape depth {self.escape_depth!r}. Choose one of: "
                f"{', '.join(ESCAPE_DEPTHS)}."
            )
        if self.angle is not None and not 0 <= self.angle <= 180:
            raise RecipeError(f"The angle is {self.angle:g} degrees; it must be 0 to 180.")
        try:
            find_material(self.material)
            if self.sensitivity:
                sensitivity_set(self.sensitivity)
        except LibraryError as error:
            raise RecipeError(str(error)) from error

    def factors_for(self, photon_energy: float) -> SensitivitySet:
        """The set of factors for spectra of a photon energy (eV)."""
        if self.own_set is not None:
            return self.own_set
        return sensitivity_set(self.sensitivity) if self.sensitivity else default_set(photon_energy)


@dataclass(frozen=True, slots=True)
class Correction:
    """One way to turn areas into amounts."""

    factors: SensitivitySet
    escape_depth: str
    """A name in ``ESCAPE_DEPTHS``; ``NONE`` where the factors hold it."""
    material: str
    angle: float | None = None

    @property
    def name(self) -> str:
        """What tells it from others, such as "Scofield Al Ka, S4"."""
        if self.factors.escape_depth == "included":
            return self.factors.name
        return f"{self.factors.name}, {self.depth_words}"

    @property
    def depth_words(self) -> str:
        """What is said of the escape depth."""
        if self.factors.escape_depth == "included":
            return "in the factors"
        named = self.escape_depth in ("TPP-2M", "S4")
        return f"{self.escape_depth} of {self.material}" if named else self.escape_depth

    def divisors(
        self, core_level: str, kinetic_energy: FloatArray, transmission: FloatArray | None
    ) -> FloatArray:
        """What areas of a core level are divided by, shape (n,).

        Parameters
        ----------
        kinetic_energy : shape (n,)
            eV.
        transmission : shape (n,)
            Of the analyser, relative; ``None`` where it is not known of all that is compared.

        Raises
        ------
        LibraryError
            If the set has no factor for the core level.
        """
        depth = escape_depths(self.escape_depth, kinetic_energy, find_material(self.material))
        divisor = self.factors.factor(core_level) * depth * self._angular_term(core_level)
        if transmission is None or self.factors.transmission == "included":
            return divisor
        if self.factors.transmission == "1/KE":
            divisor = divisor * kinetic_energy / AL_KA
        return np.asarray(divisor * transmission)

    def lacks_asymmetry(self, core_level: str) -> bool:
        """Whether the angular term of a core level is asked for and not known."""
        return self.angle is not None and self.factors.asymmetry(core_level) is None

    def _angular_term(self, core_level: str) -> float:
        """Of unpolarised X-rays: 1 - beta/4 (3 cos^2 angle - 1) [reilman1976]; 1 if not known."""
        beta = self.factors.asymmetry(core_level)
        if self.angle is None or beta is None:
            return 1.0
        return 1.0 - 0.25 * beta * (3.0 * math.cos(math.radians(self.angle)) ** 2 - 1.0)


def check_depth(chosen: Quantification) -> None:
    """Raise ``RecipeError`` if an escape depth is asked for that is in the factors already."""
    if not chosen.sensitivity and chosen.own_set is None:
        return
    factors = chosen.factors_for(AL_KA)
    if factors.escape_depth == "included" and chosen.escape_depth not in ("", NONE):
        raise RecipeError(
            f"The factors of {factors.name} hold the escape depth already; {chosen.escape_depth} "
            "cannot be taken beside it. Choose cross sections, such as Scofield Al Ka, or leave "
            "the escape depth out."
        )


def chosen_correction(chosen: Quantification, photon_energy: float) -> Correction:
    """What is chosen, for spectra of a photon energy (eV).

    Raises
    ------
    RecipeError
        If an escape depth is asked for that is in the factors already.
    """
    check_depth(chosen)
    factors = chosen.factors_for(photon_energy)
    if factors.escape_depth == "included":
        return Correction(factors, NONE, chosen.material, chosen.angle)
    depth = chosen.escape_depth or DEFAULT_ESCAPE_DEPTH
    return Correction(factors, depth, chosen.material, chosen.angle)


def other_corrections(chosen: Correction) -> Iterator[Correction]:
    """What could be chosen as well, for the same photon energy: its spread is systematic."""
    sets = [chosen.factors, *map(sensitivity_set, sensitivity_set_names())]
    names = set()
    for factors in sets:
        if factors.name in names or not factors.is_for(chosen.factors.photon_energy):
            continue
        names.add(factors.name)
        own = replace(chosen, factors=factors)
        if factors.escape_depth == "included":
            others = [replace(own, escape_depth=NONE)]
        else:
            others = [replace(own, escape_depth=name) for name in ESCAPE_DEPTHS if name != NONE]
        yield from (other for other in others if other != chosen)


def quantification_to_json(chosen: Quantification) -> dict[str, Any]:
    """As plain JSON values; defaults are left out."""
    plain = {name: value for name, value in asdict(chosen).items() if name != "own_set"}
    default = Quantification()
    found = {name: value for name, value in plain.items() if value != getattr(default, name)}
    return {**found, **({"own_set": _set_to_json(chosen.own_set)} if chosen.own_set else {})}


def quantification_from_json(data: Any, where: str) -> Quantification:
    """From plain JSON values; ``where`` begins every message."""
    check_fields(Quantification, data, where)
    plain = {name: value for name, value in data.items() if name != "own_set"}
    try:
        chosen = from_json(Quantification, plain, where)
    except RecipeError as error:
        told = str(error)
        raise RecipeError(told if told.startswith(where) else f"{where}: {told}") from error
    own = data.get("own_set")
    return chosen if own is None else replace(chosen, own_set=_set_from_json(own, where))


def _set_to_json(factors: SensitivitySet) -> dict[str, Any]:
    plain = {
        "name": factors.name,
        "source": factors.source,
        "note": factors.note,
        "escape_depth": factors.escape_depth,
        "transmission": factors.transmission,
    }
    if math.isfinite(factors.photon_energy):
        plain["photon_energy"] = factors.photon_energy  # type: ignore[assignment]
    levels = [
        {name: value for name, value in asdict(one).items() if value is not None}
        for one in factors.factors.values()
    ]
    return {**plain, "factors": levels}


def _set_from_json(data: Any, where: str) -> SensitivitySet:
    where = f"{where}: own_set"
    check_fields(SensitivitySet, data, where)
    if not isinstance(data["factors"], list):
        raise RecipeError(f"{where}: factors must be a list.")
    levels = [from_json(SensitivityFactor, one, f"{where}: factors") for one in data["factors"]]
    wrong = [one.core_level for one in levels if not one.total > 0]
    if wrong:
        raise RecipeError(f"{where}: the factor of {wrong[0]} is no positive number.")
    given: Mapping[str, Any] = {**data, "factors": {}}
    plain = from_json(SensitivitySet, given, where)
    return replace(plain, factors={one.core_level: one for one in levels})
