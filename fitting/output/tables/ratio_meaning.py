"""What ratios of Raman areas stand for, and the mole ratios that cross sections make of them."""

from collections.abc import Sequence

import numpy as np

from fitting.data.series import FloatArray
from fitting.data.techniques import technique_of
from fitting.projects.project import Analysis
from fitting.quantities.band_ratios import (
    BAND_RATIO,
    MOLE_RATIO,
    BandOptions,
    mole_ratio,
    quantity_words,
)
from fitting.quantities.quantify import species_areas


def band_options(analysis: Analysis) -> BandOptions:
    """What the recipe of the result says of bands."""
    return (analysis.result_of or analysis.recipe).bands


def mole_ratios(
    analysis: Analysis, pairs: Sequence[tuple[str, ...]]
) -> tuple[FloatArray, FloatArray]:
    """Mole ratios of pairs of species with their errors, each of shape (n, k)."""
    has_bands = technique_of(analysis.series).has_bands
    sections = band_options(analysis).sections if has_bands else ()
    assert analysis.result is not None
    areas = species_areas(analysis.result, analysis.model)
    found = [mole_ratio(areas, above, below, sections) for above, below in pairs]
    value, stderr = np.empty((2, len(areas.value), len(pairs)))
    for place, (one, error) in enumerate(found):
        value[:, place], stderr[:, place] = one, error
    return value, stderr


def describe_quantities(analysis: Analysis, pairs: Sequence[tuple[str, ...]]) -> list[str]:
    """What each ratio stands for, in words."""
    words = quantity_words(technique_of(analysis.series))
    if words != BAND_RATIO:
        return [words] * len(pairs)
    known = {one.species for one in band_options(analysis).sections}
    return [
        f"{BAND_RATIO}; {MOLE_RATIO} beside it" if known >= {*pair} else words for pair in pairs
    ]
