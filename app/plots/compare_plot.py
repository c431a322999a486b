"""The spectra that are selected in the list, together in one plot."""

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.controls.chooser import Chooser
from app.document import Document, View
from app.plots.axes import axis_label, runs_left
from app.plots.plot_canvas import PlotPanel
from app.preferences import write_columns
from app.spectra.series_tree import spectrum_name, state_text
from app.theme import SPACING, current_colours
from fitting.data.errors import ThioscopeError
from fitting.data.order import order_drawn
from fitting.output.comparison import Arrangement, ComparedSpectrum, compare_spectra
from fitting.projects.project import Analysis, Project

_ARRANGEMENTS: Mapping[str, str] = {
    "together": "Over one another",
    "waterfall": "One above the other",
    "difference": "Minus the first",
}
_SELECT = (
    "Select several spectra of one region in the list (Ctrl or Shift and click) to compare them."
)
_MOST_NAMES = 12
_SCALE = pg.colormap.get("viridis")
_LIGHTEST = 0.85
"""Part of the colour scale that is dark enough for a line on white."""


class ComparePlot(QWidget):
    """Shows them as they are fitted: with the steps of the recipe applied."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._chosen: tuple[str, tuple[int, ...]] = ("", ())
        self.arrangement = Chooser(_ARRANGEMENTS)
        self.normalised = QCheckBox("Highest point is 1")
        self.legend = QLabel()
        self.panel = PlotPanel()
        self.plot_item = self.panel.canvas.add_plot(0)
        self.curves: list[ComparedSpectrum] = []
        self._arrange()
        self.arrangement.chosen.connect(self.refresh)
        self.normalised.toggled.connect(self.refresh)
        self.panel.canvas.show_all_requested.connect(self.refresh)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self.refresh()

    def show_spectra(self, region: str, spectra: Sequence[int]) -> None:
        """Compare these from now on."""
        self._chosen = (region, tuple(spectra))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Draw the chosen spectra anew."""
        analysis, spectra = self._find_spectra()
        self.curves = []
        if analysis is None or len(spectra) < 2:
            self.panel.say(_SELECT)
            self.legend.clear()
            return
        try:
            prepared = self._document.prepared_of(analysis)
        except ThioscopeError as error:
            self.panel.say(str(error))
            return
        arrangement = next(one for one in get_args(Arrangement) if one == self.arrangement.value())
        self.curves = compare_spectra(
            prepared, spectra, arrangement, is_normalised=self.normalised.isChecked()
        )
        self.panel.say("")
        self._draw(analysis, str(prepared.attrs["unit"]))

    def copy_data(self) -> None:
        """Put what is drawn on the clipboard, two columns for each spectrum."""
        analysis, _ = self._find_spectra()
        if analysis is None or not self.curves:
            return
        heads = [f"x\t{_name_spectrum(analysis, one.spectrum)}" for one in self.curves]
        longest = max(one.x.size for one in self.curves)
        lines = [
            "\t".join(f"{one.x[n]:.9g}\t{one.y[n]:.9g}" if n < one.x.size else "\t"
                      for one in self.curves)
            for n in range(longest)
        ]  # fmt: skip
        text = "\n".join(["\t".join(heads), *lines]) + "\n"
        QGuiApplication.clipboard().setText(write_columns(text))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh()

    def _arrange(self) -> None:
        self.arrangement.setAccessibleName("How the spectra are arranged")
        self.arrangement.setMinimumContentsLength(max(map(len, _ARRANGEMENTS.values())))
        self.panel.canvas.setAccessibleName("Spectra that are compared")
        self.panel.canvas.menu.addAction("Copy data", self.copy_data)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        self.legend.setContentsMargins(SPACING, 0, SPACING, 0)
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACING, SPACING // 2, SPACING, 0)
        bar.setSpacing(SPACING)
        bar.addWidget(self.arrangement, 1)
        bar.addWidget(self.normalised)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(bar)
        layout.addWidget(self.legend)
        layout.addWidget(self.panel, 1)

    def _find_spectra(self) -> tuple[Analysis | None, list[int]]:
        """The chosen spectra that are there, in the order of the list."""
        region, chosen = self._chosen
        project = self._document.project
        analysis = project.analyses.get(region)
        if analysis is None:
            return None, []
        order = order_drawn(analysis.series, project.order).tolist()
        return analysis, [spectrum for spectrum in order if spectrum in set(chosen)]

    def _draw(self, analysis: Analysis, unit: str) -> None:
        self.plot_item.clear()
        words = []
        for place, one in enumerate(self.curves):
            part = place / max(len(self.curves) - 1, 1)
            colour = QColor(_SCALE.map(_LIGHTEST * part, mode="qcolor"))
            if QColor(current_colours().surface).lightnessF() < 0.5:
                colour = QColor(_SCALE.map(1.0 - _LIGHTEST * part, mode="qcolor"))
            self.plot_item.addItem(pg.PlotCurveItem(one.x, one.y, pen=pg.mkPen(colour)))
            name = _name_spectrum(analysis, one.spectrum)
            words.append(f'<span style="color:{colour.name()}">■&nbsp;{name}</span>')
        rest = len(words) - _MOST_NAMES
        more = [f"and {rest} more"] if rest > 0 else []
        self.legend.setText("&nbsp; ".join([*words[:_MOST_NAMES], *more]))
        self.plot_item.setLabel("bottom", axis_label(analysis.series))
        shown = "1" if self.normalised.isChecked() else unit
        self.plot_item.setLabel("left", "Intensity" if shown == "1" else f"Intensity ({shown})")
        self.plot_item.getViewBox().invertX(runs_left(analysis.series))
        self._frame()

    def _frame(self) -> None:
        if self.curves:
            for values, set_range in (
                (np.concatenate([one.x for one in self.curves]), self.plot_item.setXRange),
                (np.concatenate([one.y for one in self.curves]), self.plot_item.setYRange),
            ):
                set_range(float(values.min()), float(values.max()), padding=0.04)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._chosen[0]
        if old.analyses.get(region) is not new.analyses.get(region) or old.order != new.order:
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region and new.region != self._chosen[0]:
            self.show_spectra(new.region, ())


def _name_spectrum(analysis: Analysis, spectrum: int) -> str:
    state = state_text(analysis, spectrum)
    name = spectrum_name(analysis, spectrum)
    return f"{name}, {state}" if state else name
