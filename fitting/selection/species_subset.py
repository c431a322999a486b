"""A model with only some of its species, or with more of those that the library knows."""

from collections.abc import Sequence
from dataclasses import replace

from fitting.data.errors import ModelError
from fitting.models.edits import with_species
from fitting.models.from_library import model_from_species
from fitting.models.model import Model, Parameter, Tie, peaks_of_lines, with_parameter
from fitting.models.parameters import follow_ties
from fitting.quantities.quantify import species_names
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError


def with_only(model: Model, species: Sequence[str]) -> Model:
    """Return the model with the peaks of these species alone.

    Parameters that followed one that goes with its peak follow one another from now on, so that
    what was one width stays one width. Bounds stay, so that the models of fewer species are
    special cases of those of more.

    Raises
    ------
    ModelError
        If the model has none of these species.
    """
    kept = tuple(peak for peak in model.peaks if peak.species in species)
    if not kept:
        raise ModelError(
            f"The model has no peak of {', '.join(species) or 'an empty list of species'}. "
            f"It has: {', '.join(species_names(model))}."
        )
    gone = {peak.name for peak in model.peaks} - {peak.name for peak in kept}
    ties, roots = _ties_without(model, gone)
    subset = Model(kept, model.background, ties)
    for name, root in roots.items():
        subset = with_parameter(subset, name, value=root.value, vary=root.vary)
    return subset


def considered_species(
    region: str, model: Model, catalogue: Catalogue, limits: tuple[float, float]
) -> tuple[str, ...]:
    """The species that are weighed where the user names none.

    Those of the model, and those of the region's named models that say so whose lines lie within
    the range that is fitted. Models of one family or condition alone do not, and species that no
    named model has are in the library with doubt: they are weighed only if asked for.
    """
    known = catalogue.models(region) if region in catalogue.regions() else ()
    named = dict.fromkeys(name for one in known if one.is_weighed for name in one.species)
    inside = [name for name in named if _lies_within(region, name, catalogue, limits)]
    return tuple(dict.fromkeys((*species_names(model), *inside)))


def full_model(region: str, model: Model, species: Sequence[str], catalogue: Catalogue) -> Model:
    """The model with exactly these species: its own peaks, and the library's for the others.

    A model that is as the library makes it is made anew, so that the bounds of neighbours part.

    Raises
    ------
    LibraryError, ModelError
        If a species does not exist, has no position, or lies where another one does.
    """
    own = species_names(model)
    if set(species) == set(own):
        return model
    if _is_of_library(region, model, own, catalogue):
        shape, kind = model.peaks[0].line_shape, model.background.kind
        fresh = model_from_species(region, species, catalogue, background=kind, line_shape=shape)
        return replace(fresh, background=model.background)
    wider = with_only(model, [name for name in own if name in species] or own)
    for name in species:
        if name not in own:
            wider = _with_common_width(model, with_species(wider, region, name, catalogue))
    return with_only(wider, species)


def _lies_within(
    region: str, species: str, catalogue: Catalogue, limits: tuple[float, float]
) -> bool:
    low, high = limits
    peaks = model_from_species(region, (species,), catalogue).peaks
    return all(low < peak.parameters["position"].value < high for peak in peaks)


def _ties_without(model: Model, gone: set[str]) -> tuple[tuple[Tie, ...], dict[str, Parameter]]:
    """The ties among what is left, and what becomes of those left without their source."""
    parameters = dict(model.parameters())
    chains = {tie.target: tie for tie in model.ties}
    ties: list[Tie] = []
    heirs: dict[str, tuple[str, float, float]] = {}
    roots: dict[str, Parameter] = {}
    for tie in model.ties:
        if _peak_of(tie.target) in gone:
            continue
        root, factor, offset = follow_ties(tie.target, chains)
        if _peak_of(root) not in gone:
            ties.append(Tie(tie.target, root, factor, offset))
        elif root in heirs:
            heir, heir_factor, heir_offset = heirs[root]
            scale = factor / heir_factor
            ties.append(Tie(tie.target, heir, scale, offset - scale * heir_offset))
        else:
            heirs[root] = (tie.target, factor or 1.0, offset)
            own = parameters[tie.target]
            start = factor * parameters[root].value + offset
            value = min(max(start, own.min), own.max)
            roots[tie.target] = replace(own, value=value, vary=parameters[root].vary)
    return tuple(ties), roots


def _peak_of(name: str) -> str:
    return name.rpartition(".")[0]


def _is_of_library(region: str, model: Model, own: Sequence[str], catalogue: Catalogue) -> bool:
    if region not in catalogue.regions() or not model.peaks:
        return False
    shape = model.peaks[0].line_shape
    try:
        fresh = model_from_species(region, own, catalogue, line_shape=shape)
    except (LibraryError, ModelError):
        return False
    return fresh.peaks == model.peaks and set(fresh.ties) == set(model.ties)


def _with_common_width(before: Model, model: Model) -> Model:
    """The model with one width for all, if the model before has one for all of several peaks."""
    tied = {tie.target for tie in before.ties}
    lines, own = peaks_of_lines(before), peaks_of_lines(model)
    others = lines[1:]
    if not others or not own or any(f"{peak.name}.fwhm" not in tied for peak in others):
        return model
    first, width = lines[0], f"{own[0].name}.fwhm"
    known = {tie.target for tie in model.ties} | {width}
    added = [
        Tie(f"{peak.name}.fwhm", width)
        for peak in own
        if f"{peak.name}.fwhm" not in known and peak.name != first.name
    ]
    return replace(model, ties=(*model.ties, *added))
