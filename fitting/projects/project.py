"""Everything an analyst has open, as one frozen value: what is shown, undone and saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import xarray as xr

from fitting.data.acquisition import SettingValue
from fitting.data.html_text import html_list, html_table
from fitting.data.joining.scans import sum_scans
from fitting.data.order import Order
from fitting.data.series import SPECTRUM, get_column
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.models.model import Model
from fitting.preprocessing.steps import apply_steps
from fitting.projects.figure_style import FigureStyle
from fitting.projects.recipe import Recipe, RecipeBook
from fitting.projects.unread import Unread
from fitting.quantities.quantification import Quantification
from fitting.referencing.charge_reference import ChargeReference
from fitting.selection.candidates import Selection


@dataclass(frozen=True, slots=True)
class Analysis:
    """One region: its measured series, how it is treated, and what the fit gave."""

    series: xr.Dataset
    """As read and joined, with voltages and axis offsets; counts are never altered."""
    recipe: Recipe
    result: xr.Dataset | None = None
    result_of: Recipe | None = None
    """The recipe that gave ``result``."""
    selection: Selection | None = None
    """The sets of species that were weighed when those of the model were chosen."""

    @property
    def region(self) -> str:
        return str(self.series.attrs["region"])

    @property
    def model(self) -> Model:
        """The model the result is of; before a fit, the model that would be fitted."""
        return (self.result_of or self.recipe).model

    @property
    def has_peaks(self) -> bool:
        """Whether there is anything to fit: a region that no library knows begins without."""
        return bool(self.recipe.model.peaks)

    @property
    def is_current(self) -> bool:
        """Whether the result is what the recipe would give now."""
        if self.result is None or self.result_of is None:
            return False
        # groups are made of a fit and do not change it
        return replace(self.result_of, groups=self.recipe.groups) == self.recipe


@dataclass(frozen=True, slots=True)
class Project:
    """All analyses by region, what ties them together, and what could not be read."""

    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    charge_reference: ChargeReference | None = None
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    """What reading, joining and referencing had to say, as sentences."""
    cell: AttachedRecord | None = None
    """The potentiostat record that the voltages were read off by the clock, if there is one."""
    order: Order = ""
    """In which the spectra are listed and drawn."""
    quantification: Quantification = field(default_factory=Quantification)
    """How areas become atomic percent."""
    comparisons: tuple[str, ...] = ()
    """Samples or states whose difference is tabulated, such as "bare - coated"."""
    figure_style: FigureStyle = field(default_factory=FigureStyle)
    """How its figures look."""
    impedance: ImpedanceAnalysis | None = None
    """The impedance spectra, if there are any."""
    acquisition: Mapping[str, SettingValue] = field(default_factory=dict)
    """What the user states of the measurement: see ``fitting.projects.acquisition``."""

    def _repr_html_(self) -> str:
        """The regions as a table, for notebooks."""
        rows = [
            (
                region,
                one.series.sizes[SPECTRUM],
                ", ".join(peak.name for peak in one.model.peaks),
                one.model.background.kind,
                _state_of_fit(one),
            )
            for region, one in self.analyses.items()
        ]
        table = html_table(("region", "spectra", "peaks", "background", "fit"), rows)
        return table + html_list((*(entry.reason for entry in self.unread), *self.notes))


def book_of(project: Project) -> RecipeBook:
    """The recipes of all regions, with what holds for all of them."""
    recipes = {region: analysis.recipe for region, analysis in project.analyses.items()}
    return RecipeBook(
        recipes,
        project.charge_reference,
        project.quantification,
        project.comparisons,
        project.figure_style,
    )


def _state_of_fit(analysis: Analysis) -> str:
    if not analysis.has_peaks:
        return "no peaks"
    if analysis.result is None:
        return "not fitted"
    return "fitted" if analysis.is_current else "fitted before the last changes"


def name_spectra(series: xr.Dataset, reason: str) -> tuple[Unread, ...]:
    """An entry for every spectrum of a series, with one reason for all."""
    columns = [get_column(series, name).astype(str) for name in ("source", "sample", "label")]
    return tuple(
        Unread(str(source), reason, str(series.attrs["region"]), str(sample), str(label))
        for source, sample, label in zip(*columns, strict=True)
    )


def with_left_out(project: Project, entries: Sequence[Unread]) -> Project:
    """Return the project with more left out; of spectra of one name there are several."""
    fresh = [entry for entry in entries if entry not in project.unread]
    return replace(project, unread=(*project.unread, *fresh))


def with_analysis(project: Project, analysis: Analysis) -> Project:
    """Return the project with the analysis of one region put in."""
    return replace(project, analyses={**project.analyses, analysis.region: analysis})


def without_spectra(project: Project, region: str, spectra: Sequence[int]) -> Project:
    """Return the project without some spectra of a region; the region goes with its last."""
    analysis = project.analyses[region]
    gone = set(spectra)
    kept = [index for index in range(analysis.series.sizes[SPECTRUM]) if index not in gone]
    if not kept:
        others = {name: one for name, one in project.analyses.items() if name != region}
        return replace(project, analyses=others)
    rows = {SPECTRUM: kept}
    result = None if analysis.result is None else analysis.result.isel(rows)
    changed = replace(analysis, series=analysis.series.isel(rows), result=result)
    return with_analysis(project, changed)


def with_scans_summed(project: Project, region: str) -> Project:
    """Return the project with the scans of a region added up; its result goes with them.

    Raises
    ------
    SeriesError
        If scans of one spectrum differ in voltage, cycle, depth or offset of the axis.
    """
    analysis = project.analyses[region]
    return with_analysis(project, Analysis(sum_scans(analysis.series), analysis.recipe))


def prepared_series(analysis: Analysis) -> xr.Dataset:
    """The series as it is fitted: the recipe's steps applied to the measured one."""
    recipe = analysis.result_of or analysis.recipe
    return apply_steps(analysis.series, recipe.steps)
