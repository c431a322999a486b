"""Spectra that are added to a project that has some already."""

import json
from dataclasses import replace

import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.series import source_names
from fitting.pipeline.live.added_spectra import with_spectra
from fitting.projects.project import Analysis, Project, Unread
from fitting.projects.project_record import with_record


def combine_projects(project: Project, added: Project) -> Project:
    """The project with the spectra of another added; its own recipes and names are kept.

    The project's potentiostat record gives potentials to what is new as well.
    In a region that grows what is fitted keeps its result; only what is new has to be fitted. What
    is there already, and what cannot be joined, is left out and listed.
    """
    analyses = dict(project.analyses)
    left_out: list[Unread] = []
    for region, analysis in added.analyses.items():
        if region not in analyses:
            analyses[region] = analysis
            continue
        try:
            analyses[region] = _grow_analysis(analyses[region], analysis.series)
        except SeriesError as error:
            left_out.append(Unread(", ".join(source_names(analysis.series)), str(error)))
    combined = replace(
        project,
        analyses=analyses,
        charge_reference=project.charge_reference or added.charge_reference,
        cell=project.cell or added.cell,
        unread=(*project.unread, *added.unread, *left_out),
        notes=(*project.notes, *added.notes),
    )
    if project.cell is None:
        return combined
    return with_record(combined, project.cell.record, project.cell.clock)


def _grow_analysis(analysis: Analysis, series: xr.Dataset) -> Analysis:
    known = set(_collect_hashes(analysis.series).values())
    twice = [name for name, digest in _collect_hashes(series).items() if digest in known]
    if twice:
        raise SeriesError(
            f"{', '.join(twice)}: the spectra of {analysis.region} in it are open already; they "
            "are left out."
        )
    return with_spectra(analysis, series)


def _collect_hashes(series: xr.Dataset) -> dict[str, str]:
    return dict(json.loads(series.attrs["sources"]))
