"""What is estimated: areas, shares and ratios of species, and what describes a peak."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from fitting.data.errors import ModelError
from fitting.data.series import FloatArray
from fitting.models.model import Model
from fitting.quantities.quantify import (
    Areas,
    Estimate,
    area_estimate,
    default_ratios,
    fraction_estimate,
    ratio_estimate,
    species_areas,
    species_names,
)

Kind = Literal["area", "fraction", "ratio"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An area, a share of the total area (percent) or a ratio of areas of species."""

    kind: Kind
    species: tuple[str, ...]
    """Their areas are added."""
    relative_to: tuple[str, ...] = ()
    """Of a ratio, the species below the line."""

    @property
    def name(self) -> str:
        """As it is stored, such as "ratio polysulfide / PS4"."""
        return f"{self.kind} {self.words}"

    @property
    def words(self) -> str:
        """What is added, and what below the line, such as "polysulfide / PS4"."""
        above, below = " + ".join(self.species), " + ".join(self.relative_to)
        return above + (f" / {below}" if below else "")

    def estimate(self, areas: Areas) -> Estimate:
        """Value, standard error and interval from the covariance of the areas."""
        if self.kind == "ratio":
            return ratio_estimate(areas, self.species, self.relative_to)
        if self.kind == "fraction":
            return fraction_estimate(areas, self.species)
        return area_estimate(areas, self.species)

    def sides(self, model: Model) -> tuple[FloatArray, FloatArray]:
        """Which peaks stand above and below the line, as 1 and 0; shape (k,) each.

        Below a share stand all other peaks, below an area none.

        Raises
        ------
        ModelError
            If the model lacks a species, or one stands on both sides.
        """
        known = species_names(model)
        missing = [name for name in (*self.species, *self.relative_to) if name not in known]
        twice = set(self.species) & set(self.relative_to)
        if missing or twice:
            what = f"has no {missing[0]}" if missing else f"cannot have {min(twice)} on both sides"
            raise ModelError(f"{self.name}: the model {what}. It has: {', '.join(known)}.")
        above = np.array([float(peak.species in self.species) for peak in model.peaks])
        if self.kind == "area":
            return above, np.zeros_like(above)
        if self.kind == "fraction":
            return above, 1.0 - above
        return above, np.array([float(peak.species in self.relative_to) for peak in model.peaks])


@dataclass(frozen=True, slots=True)
class PeakQuantity:
    """What describes one peak, or its area over that of another one."""

    kind: str
    """"peak_area", "height", "whole_fwhm", "band_ratio", or a parameter such as "position"."""
    peak: str
    relative_to: str = ""
    """Of a ratio of bands, the peak below the line."""

    @property
    def name(self) -> str:
        """As it stands in the table of estimates, such as "position PS4 428"."""
        return f"{self.kind} {self.peak}" + (f" / {self.relative_to}" if self.relative_to else "")


def fraction_of(species: str) -> Quantity:
    """The share of a species in the total area, in percent."""
    return Quantity("fraction", (species,))


def ratio_of(numerator: str, denominator: str) -> Quantity:
    """The ratio of the areas of two species."""
    return Quantity("ratio", (numerator,), (denominator,))


def tabulated_quantities(model: Model) -> tuple[Quantity, ...]:
    """What the tables show: the share of every species and every default ratio."""
    names = species_names(model)
    return (
        *(fraction_of(name) for name in names),
        *(ratio_of(*pair) for pair in default_ratios(names)),
    )


def values_of(result: xr.Dataset, model: Model, quantities: Iterable[Quantity]) -> FloatArray:
    """Values of the quantities in every spectrum, shape (n, q)."""
    areas = species_areas(result, model)
    return np.stack([one.estimate(areas).value for one in quantities], axis=1)
