"""Series with the steps of their recipes applied, remembered while nothing in them changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xarray as xr

from fitting.preprocessing.steps import Step, apply_steps
from fitting.projects.project import Analysis


@dataclass(frozen=True, slots=True)
class _Prepared:
    series: xr.Dataset
    steps: Sequence[Step]
    outcome: xr.Dataset


class PreparedSeries:
    """What is fitted of every region that was looked at."""

    def __init__(self) -> None:
        self._known: dict[str, _Prepared] = {}

    def of(self, analysis: Analysis) -> xr.Dataset:
        """The series of the analysis as its recipe has it fitted.

        Raises
        ------
        SeriesError
            If a step leaves nothing of the series.
        """
        steps = analysis.recipe.steps
        known = self._known.get(analysis.region)
        if known is not None and known.series is analysis.series and known.steps == steps:
            return known.outcome
        outcome = apply_steps(analysis.series, steps)
        self._known[analysis.region] = _Prepared(analysis.series, steps, outcome)
        return outcome

    def forget_others(self, analyses: Mapping[str, Analysis]) -> None:
        """Forget regions that are not among these."""
        self._known = {region: kept for region, kept in self._known.items() if region in analyses}
