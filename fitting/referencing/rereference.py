"""Another charge reference for a project that is open: which there can be, and the change."""

from collections.abc import Mapping
from dataclasses import replace

import xarray as xr

from fitting.data.techniques import technique_of
from fitting.electrochemistry.measurement_states import State, states_by_region
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis, Project
from fitting.referencing.charge_reference import (
    ChargeReference,
    apply_charge_reference,
    remove_charge_reference,
)
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue


def possible_references(
    project: Project, catalogue: Catalogue | None = None
) -> tuple[ChargeReference, ...]:
    """A reference for each species of the default models of the measured core levels.

    The position is that of the library; for adventitious carbon it is the agreed one.
    """
    known = catalogue or bundled_catalogue()
    return tuple(
        _make_reference(region, species, known)
        for region, analysis in project.analyses.items()
        if technique_of(analysis.series).has_core_levels
        for species in _species_to_refer_to(region, known)
    )


def change_charge_reference(
    project: Project, reference: ChargeReference | None, catalogue: Catalogue | None = None
) -> Project:
    """Return the project with all XPS energies referred to another line, or as measured.

    Results of regions whose energies moved are dropped: they are of the former energies.

    Parameters
    ----------
    catalogue
        Libraries whose default model finds the line; the bundled ones if left out.

    Raises
    ------
    RecipeError
        If no default model has the species.
    """
    regions = list(project.analyses)
    series = [project.analyses[region].series for region in regions]
    findings: list[str] = []
    if reference is None:
        series = [remove_charge_reference(one) for one in series]
    else:
        series, findings = apply_charge_reference(series, reference, catalogue)
    analyses: Mapping[str, Analysis] = {
        region: _move_analysis(project.analyses[region], one)
        for region, one in zip(regions, series, strict=True)
    }
    notes = tuple(dict.fromkeys((*project.notes, *findings)))
    return replace(project, analyses=analyses, charge_reference=reference, notes=notes)


def is_regrouped(before: Project, after: Project) -> bool:
    """Whether spectra are of one state now that were not when the charge shifts were found.

    Or the other way round, as where a record tells rounds apart that had one voltage by name.
    """
    if after.charge_reference is None:
        return False
    return _spectra_by_state(before) != _spectra_by_state(after)


def _spectra_by_state(project: Project) -> set[frozenset[tuple[str, int]]]:
    """Region and index of the XPS spectra of every state."""
    found: dict[State, set[tuple[str, int]]] = {}
    series = {
        region: one.series
        for region, one in project.analyses.items()
        if technique_of(one.series).has_core_levels
    }
    for region, states in states_by_region(series).items():
        for spectrum, state in enumerate(states):
            found.setdefault(state, set()).add((region, spectrum))
    return set(map(frozenset, found.values()))


def _species_to_refer_to(region: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The species of the default model of a region; none where no library has one."""
    if region not in catalogue.regions() or not any(
        one.is_default for one in catalogue.models(region)
    ):
        return ()
    return catalogue.default_model(region).species


def _make_reference(region: str, species: str, catalogue: Catalogue) -> ChargeReference:
    agreed = ChargeReference()
    if (region, species) == (agreed.region, agreed.species):
        return agreed
    model = model_from_library(catalogue.default_model(region), catalogue)
    return ChargeReference(region, species, model.peak(species).parameters["position"].value)


def _move_analysis(analysis: Analysis, series: xr.Dataset) -> Analysis:
    before, after = (one["axis_offset"].values for one in (analysis.series, series))
    if (before == after).all():
        return replace(analysis, series=series)
    return replace(analysis, series=series, result=None, result_of=None)
