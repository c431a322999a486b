"""Raman, semi-quantitative: bands relative to an internal band, and what cross sections add.

A ratio of band areas is a ratio of amounts times a ratio of cross sections, which differ by orders
of magnitude between species. It tells how one species changes against another, not how much of it
there is. Only with relative cross sections from the user does it become a ratio of amounts; their
error is then a part of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.series import FloatArray
from fitting.data.techniques import Technique
from fitting.models.model import Model
from fitting.quantities.quantify import (
    REFERENCE_SPECIES,
    Areas,
    Estimate,
    peak_areas,
    ratio_estimate,
)

BAND_RATIO = "ratio of band areas, no mole ratio"
MOLE_RATIO = "mole ratio by the cross sections given"
CORE_LEVEL_RATIO = "ratio of areas in one core level"
_SECTION = re.compile(
    r"\s*(?P<species>[^=]+?)\s*=\s*(?P<value>[^±]+?)\s*(?:(?:±|\+-|\+/-)(?P<error>.+))?"
)


@dataclass(frozen=True, slots=True)
class CrossSection:
    """Relative Raman cross section of a species: of all its fitted bands together."""

    species: str
    value: float
    stderr: float = 0.0


@dataclass(frozen=True, slots=True)
class BandOptions:
    """What Raman band areas are related to."""

    internal_band: str = ""
    """Name of a peak such as "PS4 428"; empty for the largest band of the electrolyte."""
    cross_sections: tuple[str, ...] = ()
    """Such as "polysulfide=1.8±0.3", relative to one another."""

    def __post_init__(self) -> None:
        names = [one.species for one in self.sections]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise RecipeError(f"{', '.join(sorted(twice))} has two cross sections; give one.")

    @property
    def sections(self) -> tuple[CrossSection, ...]:
        return tuple(map(parse_cross_section, self.cross_sections))


def parse_cross_section(text: str) -> CrossSection:
    """What "polysulfide=1.8±0.3" or "polysulfide=1.8" says.

    Raises
    ------
    RecipeError
        If the text has another form, or a number is not positive.
    """
    found = _SECTION.fullmatch(text)
    try:
        value = float(found["value"]) if found else np.nan
        error = float(found["error"]) if found and found["error"] else 0.0
    except ValueError:
        found = None
    if not found or not (0 < value < np.inf and 0 <= error < np.inf):
        raise RecipeError(
            f"The cross section {text!r} cannot be read. Say species=value±error with positive "
            'numbers, such as "polysulfide=1.8±0.3".'
        )
    return CrossSection(found["species"], value, error)


def check_bands(options: BandOptions, model: Model) -> None:
    """Raise ``RecipeError`` if a band or species that is named is not in the model."""
    peaks = {peak.name: peak.species for peak in model.peaks}
    if options.internal_band and options.internal_band not in peaks:
        raise RecipeError(
            f"There is no band {options.internal_band!r} in the model. "
            f"Choose one of: {', '.join(peaks)}."
        )
    for section in options.sections:
        if section.species not in peaks.values():
            raise RecipeError(
                f"The cross section of {section.species}: the model has no such species. "
                f"It has: {', '.join(dict.fromkeys(peaks.values()))}."
            )


def internal_band(result: xr.Dataset, model: Model, options: BandOptions) -> str:
    """The band that the others are related to; empty if the model does not have it."""
    names = [peak.name for peak in model.peaks]
    if options.internal_band:
        return options.internal_band if options.internal_band in names else ""
    areas = peak_areas(result, model).value
    of_electrolyte = [
        place for place, peak in enumerate(model.peaks) if peak.species == REFERENCE_SPECIES
    ]
    known = areas[np.isfinite(areas).all(axis=1)]
    if not of_electrolyte or not len(known):
        return ""
    typical = np.median(known, axis=0)
    return names[max(of_electrolyte, key=lambda place: typical[place])]


def band_ratios(result: xr.Dataset, model: Model, internal: str) -> dict[str, Estimate]:
    """Area of every other band over that of the internal one."""
    areas = peak_areas(result, model)
    others = [name for name in areas.names if name != internal]
    return {name: ratio_estimate(areas, name, internal) for name in others}


def mole_ratio(
    areas: Areas, numerator: str, denominator: str, sections: Sequence[CrossSection]
) -> tuple[FloatArray, FloatArray]:
    """Ratio of amounts of two species and its standard error, each of shape (n,).

    nan where one of them has no cross section. The error has that of the cross sections in it,
    which is common to all spectra.
    """
    ratio = ratio_estimate(areas, numerator, denominator)
    known = {one.species: one for one in sections}
    none = np.full(ratio.value.shape, np.nan)
    if numerator not in known or denominator not in known:
        return none, none
    above, below = known[numerator], known[denominator]
    value = ratio.value * below.value / above.value
    common = np.hypot(above.stderr / above.value, below.stderr / below.value)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.hypot(ratio.stderr / ratio.value, common)
    return value, value * relative


def quantity_words(technique: Technique) -> str:
    """What a ratio of areas is, in words that stand beside it."""
    return BAND_RATIO if technique.has_bands else CORE_LEVEL_RATIO
