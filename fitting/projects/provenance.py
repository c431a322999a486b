"""What was really done to a region, as the steps that ran wrote it into its series and result.

Who describes an analysis (methods paragraph, tables, window, NeXus) reads it from here, never from
what a recipe asks for: a recipe may have changed since, and what it asks for may have failed.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.result import ENGINE, PROGRAM, QUANTITY, Status, is_fitted
from fitting.data.series import SPECTRUM
from fitting.projects.project import Analysis
from fitting.quantities.interval_storage import found_methods
from fitting.referencing.mixed_references import references_of
from fitting.selection.candidates import Selection


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was done to one region."""

    region: str
    statuses: Mapping[Status, int]
    """How the fits ended: spectra of every status that occurs."""
    intervals: Mapping[str, int]
    """How 95 % intervals of shares and ratios were found: how many by every method."""
    replicas: int
    """Of the bootstrap; 0 where there was none."""
    seed: int
    other_backgrounds: tuple[str, ...]
    """Kinds that were fitted for the systematic error; empty where none was found."""
    references: Mapping[str, int]
    """What energies are referred to, in words, and how many spectra; empty for Raman."""
    engines: tuple[str, ...]
    """What solved the fits; empty in results of older versions."""
    programs: tuple[str, ...]
    """Name and version of the programs that fitted; empty in results of older versions."""
    selection: Selection | None
    """The sets of species that were weighed, if any were."""

    @property
    def tried(self) -> int:
        """How many spectra a fit was made of, whether or not it ended well."""
        return sum(count for one, count in self.statuses.items() if one != Status.NOT_FITTED)


def read_provenance(analysis: Analysis) -> Provenance:
    """What the steps that ran wrote into the analysis."""
    result = analysis.result
    series, is_xps = analysis.series, analysis.series.attrs["technique"] == "xps"
    intervals = {} if result is None else _count_intervals(result)
    return Provenance(
        region=analysis.region,
        statuses=count_by_status(analysis),
        intervals=intervals,
        replicas=_read_number(result, "replicas") if "bootstrap" in intervals else 0,
        seed=_read_number(result, "seed") if "bootstrap" in intervals else 0,
        other_backgrounds=() if result is None else _read_backgrounds(result),
        references=Counter(references_of(series)) if is_xps else {},
        engines=_distinct_words(result, ENGINE),
        programs=_distinct_words(result, PROGRAM),
        selection=analysis.selection,
    )


def count_by_status(analysis: Analysis) -> dict[Status, int]:
    """How many spectra ended how, for every status that occurs."""
    if analysis.result is None:
        return {Status.NOT_FITTED: analysis.series.sizes[SPECTRUM]}
    counts = Counter(analysis.result["status"].values.tolist())
    return {status: counts[status] for status in Status if counts[status]}


def _count_intervals(result: xr.Dataset) -> dict[str, int]:
    """Of every method; an interval that was looked for and not found is that of the covariance."""
    fitted = is_fitted(result)
    if QUANTITY not in result.dims:
        return {"covariance": int(fitted.sum())} if fitted.any() else {}
    is_found = np.isfinite(result["low95"].values)
    methods = np.where(is_found, found_methods(result)[:, None], "covariance")[fitted]
    return dict(Counter(str(method) for method in methods.ravel()))


def _read_backgrounds(result: xr.Dataset) -> tuple[str, ...]:
    if QUANTITY not in result.dims or not np.isfinite(result["systematic"].values).any():
        return ()
    return tuple(json.loads(result.attrs.get("other_backgrounds", "[]")))


def _read_number(result: xr.Dataset | None, name: str) -> int:
    return 0 if result is None else int(result.attrs.get(name, 0))


def _distinct_words(result: xr.Dataset | None, name: str) -> tuple[str, ...]:
    if result is None or name not in result:
        return ()
    return _drop_repeats(result[name].values[is_fitted(result)])


def _drop_repeats(words: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(word) for word in words if str(word)))
