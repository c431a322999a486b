"""Which quantities a fitted region has: of its species, of its peaks, and of Raman bands."""

from collections.abc import Iterator, Sequence

from fitting.data.techniques import technique_of
from fitting.models.model import Peak
from fitting.projects.project import Analysis
from fitting.quantities.band_ratios import internal_band
from fitting.quantities.found import OF_SHAPE
from fitting.quantities.groups import groups_of
from fitting.quantities.quantify import REFERENCE_SPECIES, default_ratios, species_names
from fitting.quantities.quantity import PeakQuantity, Quantity, fraction_of, ratio_of


def list_quantities(
    analysis: Analysis, left_out: Sequence[str] = ()
) -> tuple[Quantity | PeakQuantity, ...]:
    """Everything that is estimated of a fitted region.

    Parameters
    ----------
    left_out
        Species that were weighed and are not in the model: all there is of them are limits.
    """
    of_species = species_quantities(analysis, left_out)
    known = {one.name for one in of_species}
    grouped = [one.quantity for one in groups_of(analysis) if one.quantity.name not in known]
    return (*of_species, *grouped, *peak_quantities(analysis), *band_quantities(analysis))


def species_quantities(analysis: Analysis, left_out: Sequence[str] = ()) -> tuple[Quantity, ...]:
    """Area and share of every species, and the ratios between them."""
    own = species_names(analysis.model)
    names = (*own, *left_out)
    return (
        *(Quantity("area", (name,)) for name in names),
        *(fraction_of(name) for name in names),
        *(ratio_of(*pair) for pair in species_pairs(analysis, left_out)),
    )


def species_pairs(analysis: Analysis, left_out: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """The ratios of a region; of species that are left out those to the electrolyte's own."""
    own = species_names(analysis.model)
    beside = left_out if REFERENCE_SPECIES in own else ()
    return (*default_ratios(own), *((name, REFERENCE_SPECIES) for name in beside))


def peak_quantities(analysis: Analysis) -> tuple[PeakQuantity, ...]:
    """What describes every peak: its parameters, its area, and its shape as a whole."""
    peaks = analysis.model.peaks
    return tuple(PeakQuantity(kind, peak.name) for peak in peaks for kind in _kinds_of_peak(peak))


def band_quantities(analysis: Analysis) -> tuple[PeakQuantity, ...]:
    """Every band of a Raman region over its internal one; empty for other regions."""
    internal = internal_band_of(analysis)
    others = [peak.name for peak in analysis.model.peaks if peak.name != internal]
    return tuple(PeakQuantity("band_ratio", name, internal) for name in others if internal)


def internal_band_of(analysis: Analysis) -> str:
    """The band that the others of a Raman region are related to; empty if there is none."""
    result = analysis.result
    if result is None or not technique_of(analysis.series).has_bands:
        return ""
    options = (analysis.result_of or analysis.recipe).bands
    return internal_band(result, analysis.model, options)


def _kinds_of_peak(peak: Peak) -> Iterator[str]:
    yield from (name for name in peak.parameters if name != "area")
    yield from ("peak_area", *OF_SHAPE)
