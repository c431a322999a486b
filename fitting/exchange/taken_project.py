"""The stored fits of all regions taken over into a project."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import xarray as xr

from fitting.exchange.area_differences import find_area_differences
from fitting.exchange.taken_series import TakenSeries, take_series
from fitting.projects.project import Project, with_analysis
from fitting.readers.spectra.published_fit import published_fits


@dataclass(frozen=True, slots=True)
class TakenProject:
    """A project with stored fits in it."""

    project: Project
    regions: tuple[str, ...]
    """Those whose fits were taken over."""
    unused: tuple[xr.Dataset, ...]
    """Series that store none and have no model."""


def take_over_fits(project: Project, unused: Sequence[xr.Dataset] = ()) -> TakenProject:
    """Return the project with the fits that its files store: models and values.

    A region without any stays as it is. What has no exact counterpart is in the notes.

    Parameters
    ----------
    unused
        Series that are not in the project because the libraries know no model for their regions.
    """
    others = [one for one in unused if str(one.attrs["region"]) not in project.analyses]
    series = {region: analysis.series for region, analysis in project.analyses.items()}
    series |= {str(one.attrs["region"]): one for one in others}
    taken = {region: found for region, one in series.items() if (found := take_series(one))}
    notes: dict[str, None] = dict.fromkeys(project.notes)
    for found in taken.values():
        project = with_analysis(project, found.analysis)
        notes |= dict.fromkeys(describe_taken(found))
    left = tuple(one for one in unused if str(one.attrs["region"]) not in taken)
    return TakenProject(replace(project, notes=tuple(notes)), tuple(taken), left)


def describe_taken(taken: TakenSeries) -> Iterator[str]:
    """What was taken over, and what of it has no exact counterpart, as sentences."""
    analysis = taken.analysis
    programs = {fit.program for fit in published_fits(analysis.series) if fit.components}
    yield (
        f"{analysis.region}: the stored fits of {len(taken.doubts)} spectra were taken over from "
        f"{' and '.join(sorted(programs)) or 'another program'}; nothing was fitted, and their "
        "values have no errors."
    )
    yield from taken.notes
    doubts: dict[tuple[str, str], list[int]] = {}
    for spectrum, found in taken.doubts.items():
        for owner, doubt in found.items():
            doubts.setdefault((owner, doubt), []).append(spectrum)
    differences = {
        spectrum: find_area_differences(taken, spectrum)
        for spectrum in {one for spectra in doubts.values() for one in spectra}
    }
    for (owner, doubt), spectra in doubts.items():
        worst = max(
            (
                difference
                for spectrum in spectra
                for name, difference in differences[spectrum].items()
                if owner in (name, "background")
            ),
            key=abs,
            default=0.0,
        )
        what = "the areas differ" if owner == "background" else "its area differs"
        yield (
            f"{analysis.region}, {owner}: {doubt}. Fitted to the data, {what} from the stored by "
            f"up to {worst:+.2%} of the whole area."
        )
