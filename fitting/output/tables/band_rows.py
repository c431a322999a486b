"""Rows of Raman bands relative to an internal one, and what ratios of areas stand for."""

from collections.abc import Sequence

import numpy as np

from fitting.data.series import FloatArray
from fitting.projects.project import Analysis
from fitting.quantities.band_ratios import (
    BAND_RATIO,
    MOLE_RATIO,
    BandOptions,
    band_ratios,
    internal_band,
    mole_ratio,
    quantity_words,
)
from fitting.quantities.quantify import Areas, Estimate


def band_options(analysis: Analysis) -> BandOptions:
    """What the recipe of the result says of bands."""
    return (analysis.result_of or analysis.recipe).bands


def related_bands(analysis: Analysis) -> tuple[str, dict[str, Estimate]]:
    """The internal band of a Raman region, and the others over it; empty for other regions."""
    result = analysis.result
    if result is None or analysis.series.attrs["technique"] != "raman":
        return "", {}
    internal = internal_band(result, analysis.model, band_options(analysis))
    return internal, band_ratios(result, analysis.model, internal) if internal else {}


def mole_ratios(
    analysis: Analysis, areas: Areas, pairs: Sequence[tuple[str, str]]
) -> tuple[FloatArray, FloatArray]:
    """Mole ratios of pairs of species with their errors, each of shape (n, k)."""
    is_raman = analysis.series.attrs["technique"] == "raman"
    sections = band_options(analysis).sections if is_raman else ()
    found = [mole_ratio(areas, *pair, sections) for pair in pairs]
    return np.stack([one for one, _ in found], axis=1), np.stack([one for _, one in found], axis=1)


def describe_quantities(analysis: Analysis, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """What each ratio stands for, in words."""
    words = quantity_words(str(analysis.series.attrs["technique"]))
    if words != BAND_RATIO:
        return [words] * len(pairs)
    known = {one.species for one in band_options(analysis).sections}
    return [
        f"{BAND_RATIO}; {MOLE_RATIO} beside it" if known >= {*pair} else words for pair in pairs
    ]
