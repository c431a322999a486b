"""Regions and their spectra as a tree of two levels, for the series list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.theme import current_colours
from fitting.data.order import order_drawn
from fitting.data.result import Status
from fitting.data.series import SPECTRUM, get_column
from fitting.projects.outcomes import WITHOUT_PEAKS, tell_outcomes
from fitting.projects.project import Analysis, Project

_Index = QModelIndex | QPersistentModelIndex
_Display = Qt.ItemDataRole.DisplayRole
_OF_REGION = 0xFFFFFFFF
"""Internal id of the rows of the first level; those below hold the number of their region."""

MARKS = {
    Status.NOT_FITTED: "○",
    Status.CONVERGED: "●",
    Status.AT_BOUND: "▲",
    Status.FAILED: "✕",
}
_ARROWS = {"charge": "↑", "discharge": "↓"}


@dataclass(frozen=True, slots=True)
class SeriesColumn:
    """One column of the tree."""

    title: str
    text: Callable[[Analysis, int], str]
    """Of one spectrum."""


def spectrum_name(analysis: Analysis, spectrum: int) -> str:
    """What to call a spectrum: sample and label, as far as they say different things."""
    names = (str(get_column(analysis.series, name)[spectrum]) for name in ("sample", "label"))
    shown = list(dict.fromkeys(name for name in names if name and name != analysis.region))
    if not shown:
        return str(get_column(analysis.series, "source")[spectrum]) or f"spectrum {spectrum}"
    return shown[0] if len(shown) == 1 or shown[0] in shown[1] else ", ".join(shown)


def region_title(region: str) -> str:
    """A region as it begins a line: "S 2p", "Raman"."""
    return region[:1].upper() + region[1:]


def status_of(analysis: Analysis, spectrum: int) -> Status:
    """How the fit of a spectrum ended."""
    if analysis.result is None:
        return Status.NOT_FITTED
    return Status(int(analysis.result["status"].values[spectrum]))


def status_colour(status: Status) -> QColor | None:
    """The colour of a spectrum that needs to be looked at."""
    chosen = current_colours()
    names = {Status.AT_BOUND: chosen.warning, Status.FAILED: chosen.error}
    return QColor(names[status]) if status in names else None


def find_flagged(analysis: Analysis) -> list[int]:
    """The spectra without a fit beside fitted ones, or whose fit failed or ended at a bound."""
    if analysis.result is None:
        return []
    marked = analysis.result["status"].values != Status.CONVERGED
    return [int(index) for index in np.flatnonzero(marked)]


def status_sentence(analysis: Analysis, spectrum: int) -> str:
    """How the fit of a spectrum ended, as a sentence."""
    return str(tell_outcomes(analysis)[spectrum])


def state_text(analysis: Analysis, spectrum: int) -> str:
    """The voltage of a spectrum with its branch, or its time where there is none."""
    value = float(get_column(analysis.series, "voltage")[spectrum])
    if np.isnan(value):
        time = float(get_column(analysis.series, "time")[spectrum])
        return "" if np.isnan(time) else f"{time:g} s"
    arrow = _ARROWS.get(str(get_column(analysis.series, "branch")[spectrum]), "")
    return f"{value:.2f} V {arrow}".strip()


def _chi_square(analysis: Analysis, spectrum: int) -> str:
    if analysis.result is None:
        return ""
    value = float(analysis.result["reduced_chi_square"].values[spectrum])
    return "" if np.isnan(value) else f"{value:.3g}"


COLUMNS: Sequence[SeriesColumn] = (
    SeriesColumn("Spectrum", spectrum_name),
    SeriesColumn("State", state_text),
    SeriesColumn("χ²ᵣ", _chi_square),
)


class SeriesTree(QAbstractItemModel):
    """The regions of a project with their spectra."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._analyses: list[Analysis] = []
        self._orders: list[NDArray[np.int_]] = []
        """Of every region, the spectrum of each row."""
        self._with_label: list[bool] = []
        """Of every region, whether labels alone tell its spectra apart."""

    def show_project(self, project: Project) -> None:
        """Show another project; rows are kept where only results have changed."""
        analyses = list(project.analyses.values())
        orders = [order_drawn(one.series, project.order) for one in analyses]
        is_listed_alike = len(orders) == len(self._orders) and all(
            map(np.array_equal, orders, self._orders)
        )
        if analyses and is_listed_alike and _same_series(analyses, self._analyses):
            self._analyses = analyses
            for number in range(len(analyses)):
                parent = self.index(number, 0)
                self.dataChanged.emit(parent, parent)
                last = self.rowCount(parent) - 1
                self.dataChanged.emit(
                    self.index(0, 0, parent), self.index(last, len(COLUMNS) - 1, parent)
                )
            return
        self.beginResetModel()
        self._analyses, self._orders = analyses, orders
        self._with_label = [_is_told_by_label(one) for one in analyses]
        self.endResetModel()

    def place_of(self, index: _Index) -> tuple[str, int | None]:
        """Region and spectrum of a row; no spectrum for a region's own row."""
        if index.internalId() == _OF_REGION:
            return self._analyses[index.row()].region, None
        number = index.internalId()
        return self._analyses[number].region, int(self._orders[number][index.row()])

    def index_of(self, region: str, spectrum: int) -> QModelIndex:
        """The row of a spectrum; an invalid index if there is none."""
        for number, analysis in enumerate(self._analyses):
            if analysis.region == region:
                rows = np.flatnonzero(self._orders[number] == spectrum)
                return self.index(int(rows[0]) if rows.size else -1, 0, self.index(number, 0))
        return QModelIndex()

    def index(self, row: int, column_number: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column_number, parent):
            return QModelIndex()
        number = parent.row() if parent.isValid() else _OF_REGION
        return self.createIndex(row, column_number, number)

    def parent(self, child: _Index) -> QModelIndex:  # type: ignore[override]
        if not child.isValid() or child.internalId() == _OF_REGION:
            return QModelIndex()
        return self.createIndex(child.internalId(), 0, _OF_REGION)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        if not parent.isValid():
            return len(self._analyses)
        if parent.internalId() != _OF_REGION or parent.column() > 0:
            return 0
        return int(self._analyses[parent.row()].series.sizes[SPECTRUM])

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return len(COLUMNS)

    def data(self, index: _Index, role: int = _Display) -> object:
        if index.internalId() == _OF_REGION:
            return self._of_region(self._analyses[index.row()], index.column(), role)
        number = index.internalId()
        spectrum = int(self._orders[number][index.row()])
        if role == _Display and index.column() == 0 and self._with_label[number]:
            label = str(get_column(self._analyses[number].series, "label")[spectrum])
            return f"{MARKS[status_of(self._analyses[number], spectrum)]}  {label}"
        return _of_spectrum(self._analyses[number], spectrum, index.column(), role)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Display
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == _Display:
            return COLUMNS[section].title
        return None

    def _of_region(self, analysis: Analysis, number: int, role: int) -> object:
        if role == _Display and number == 0:
            return f"{region_title(analysis.region)}  ({analysis.series.sizes[SPECTRUM]})"
        if role == Qt.ItemDataRole.ToolTipRole:
            if not analysis.has_peaks:
                return f"{analysis.region}: {WITHOUT_PEAKS}"
            changed = analysis.result is not None and not analysis.is_current
            hint = " The model has changed since the fit." if changed else ""
            return f"{analysis.region}: {analysis.series.sizes[SPECTRUM]} spectra.{hint}"
        return None


def _is_told_by_label(analysis: Analysis) -> bool:
    """Whether the spectra are of one sample and no two labels are alike, as in a map."""
    samples, labels = (get_column(analysis.series, name) for name in ("sample", "label"))
    is_one = len(set(samples)) == 1 and len(labels) > 1
    return is_one and "" not in labels and len(set(labels)) == len(labels)


def _of_spectrum(analysis: Analysis, spectrum: int, number: int, role: int) -> object:
    if role == _Display:
        text = COLUMNS[number].text(analysis, spectrum)
        return f"{MARKS[status_of(analysis, spectrum)]}  {text}" if number == 0 else text
    if role == Qt.ItemDataRole.ToolTipRole:
        source = str(get_column(analysis.series, "source")[spectrum])
        name = spectrum_name(analysis, spectrum)
        return f"{name}\n{source}\n{status_sentence(analysis, spectrum)}"
    if role == Qt.ItemDataRole.ForegroundRole and number == 0:
        return status_colour(status_of(analysis, spectrum))
    if role == Qt.ItemDataRole.TextAlignmentRole and number > 0:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return None


def _same_series(some: Sequence[Analysis], others: Sequence[Analysis]) -> bool:
    return len(some) == len(others) and all(
        one.series is other.series for one, other in zip(some, others, strict=True)
    )
