"""Figures for a paper: how they look, with a preview; kept in the project, or saved at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from matplotlib.figure import Figure
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Refusal
from app.document import Document
from app.errors import ErrorDesk
from app.figures.style_form import StyleForm
from app.main_window import MainWindow
from app.settings import last_folder
from app.theme import SPACING
from fitting.data.errors import ThioscopeError
from fitting.data.order import spectrum_numbers
from fitting.data.whole_file import write_whole
from fitting.output.figures import draw_figure
from fitting.output.figures.style import SpeciesLabels, list_fonts, render_figure
from fitting.output.region_names import name_file
from fitting.output.species_colours import colour_of
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Project
from fitting.projects.project_record import laid_record
from fitting.quantities.quantify import species_names

_FIGURES = {
    "fits": "Fits above one another",
    "species": "Species along the series",
    "species_time": "Species along time",
    "map": "Map of the series",
}
_FILTER = "Figures (*.svg *.pdf *.png *.tiff)"
_SIZE = (1080, 680)
_FORM_WIDTH = 380
_PREVIEW_DOTS = 160
_PAUSE = 150
"""Time (ms) without a change after which the preview is drawn."""

Selected = Callable[[], Mapping[str, list[int]]]


class FigureActions(QObject):
    """Opens the dialog."""

    def __init__(
        self, window: MainWindow, document: Document, desk: ErrorDesk, selected: Selected
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._desk = window, document, desk
        self._selected, self._action = selected, window.actions_by_name["make_figure"]
        self.dialog: FigureDialog | None = None
        self._action.triggered.connect(self.show)
        document.project_changed.connect(self._update)
        document.view_changed.connect(self._update)
        self._update()

    def show(self) -> None:
        """Show the figures of the region on the screen."""
        self.dialog = FigureDialog(self._document, self._selected(), self._window)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_closed(self, _: int) -> None:
        if self.dialog is not None and self.dialog.saved is not None:
            self._window.status.say(f"The figure is saved as {self.dialog.saved.name}.")
        self.dialog = None

    def _update(self, *_: object) -> None:
        analysis = self._document.analysis
        self._action.setEnabled(analysis is not None and analysis.result is not None)


class FigureDialog(QDialog):
    """The form on the left, the figure on the right; nothing changes before it is accepted."""

    def __init__(
        self,
        document: Document,
        selected: Mapping[str, list[int]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selected = document, selected
        self.saved: Path | None = None
        self.figure = Chooser(_FIGURES)
        self.form = StyleForm(list_fonts())
        self.preview = QLabel()
        self.refusal = Refusal()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save = QPushButton("Save figure…")
        self.keep = QPushButton("Use for all figures")
        self._picture = QPixmap()
        self._timer = QTimer(self)
        self._arrange()
        self._connect()
        self._show_form()
        self.draw_preview()

    def value(self) -> FigureStyle:
        """The style as it stands in the form."""
        return self.form.value()

    def draw_preview(self) -> None:
        """Draw the figure as it would be saved."""
        try:
            style = self.form.value()
            figure = self._draw(style)
        except ThioscopeError as error:
            self.refusal.say(str(error))
            self.save.setEnabled(False)
            return
        self.save.setEnabled(figure is not None)
        if figure is None:
            self.refusal.say(_why_nothing(self.figure.value()))
            return
        self.refusal.clear()
        data = render_figure(figure, "png", replace(style, dots_per_inch=_PREVIEW_DOTS))
        self._picture = QPixmap()
        self._picture.loadFromData(data)
        self._fit_picture()

    def save_to(self, path: Path) -> None:
        """Save the figure, keep its style, and close."""
        try:
            style = self.form.value()
            figure = self._draw(style)
            kind = path.suffix[1:].lower() or "svg"
            if figure is not None:
                data = render_figure(figure, kind, style)
                write_whole(path.with_suffix(f".{kind}"), data)
        except (ThioscopeError, ValueError, OSError) as error:
            self.refusal.say(f"{path.name} cannot be written ({error}). Choose another folder, or "
                             ".svg, .pdf, .png or .tiff.")  # fmt: skip
            return
        self.saved = path.with_suffix(f".{kind}")
        self._keep()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_picture()

    def _arrange(self) -> None:
        self.setWindowTitle("Figure for a paper")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.figure.setAccessibleName("Figure")
        self.preview.setAccessibleName("Preview of the figure")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setStyleSheet("background: white")
        self.preview.setMinimumSize(240, 200)
        role = QDialogButtonBox.ButtonRole
        self.buttons.addButton(self.keep, role.ApplyRole)
        self.buttons.addButton(self.save, role.AcceptRole)
        self.keep.setAutoDefault(False)
        self.save.setDefault(True)
        self.keep.setToolTip("Export and report draw their figures in this style from now on")
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, SPACING, 0)
        column.addWidget(self.figure)
        column.addWidget(self.form)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(side)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFixedWidth(_FORM_WIDTH)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        row.addWidget(scroll)
        row.addWidget(self.preview, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        layout.addLayout(row, 1)
        layout.addWidget(self.refusal)
        layout.addWidget(self.buttons)
        parent = self.parentWidget()
        room = parent.size() if parent is not None else self.size()
        self.resize(min(_SIZE[0], max(room.width() - 4 * SPACING, 640)),
                    min(_SIZE[1], max(room.height() - 4 * SPACING, 400)))  # fmt: skip

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.draw_preview)
        self.form.valueChanged.connect(self._timer.start)
        self.figure.chosen.connect(self._timer.start)
        self.form.selected.clicked.connect(self._take_selected)
        self.keep.clicked.connect(self._keep)
        self.save.clicked.connect(self._ask_file)
        self.buttons.rejected.connect(self.reject)

    def _show_form(self) -> None:
        analysis = self._document.analysis
        assert analysis is not None
        labels = SpeciesLabels(self._document.catalogue, analysis.region)
        species = [
            (one, labels.label(one), colour_of(one)) for one in species_names(analysis.model)
        ]
        self.form.show_style(self._document.project.figure_style, analysis.region, species)
        self.form.selected.setEnabled(bool(self._selected.get(analysis.region)))

    def _draw(self, style: FigureStyle) -> Figure | None:
        document, project = self._document, self._document.project
        analysis, prepared = document.analysis, document.prepared()
        if analysis is None or prepared is None:
            return None
        return draw_figure(
            self.figure.value(), analysis, document.catalogue, prepared,
            laid_record(project, analysis.region), order=style.order or project.order, style=style,
        )  # fmt: skip

    def _fit_picture(self) -> None:
        if self._picture.isNull():
            return
        ratio = self.devicePixelRatioF()
        shown = self._picture.scaled(
            self.preview.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.preview.setPixmap(shown)

    def _take_selected(self) -> None:
        analysis = self._document.analysis
        if analysis is not None:
            numbers = spectrum_numbers(analysis.series)
            chosen = [str(numbers[row]) for row in self._selected.get(analysis.region, ())]
            self.form.spectra.setText(", ".join(chosen))
            self._timer.start()

    def _ask_file(self) -> None:
        name = f"{name_file(self._document.view.region)}_{self.figure.value()}.svg"
        path, _ = QFileDialog.getSaveFileName(
            self, "Save figure", str(last_folder() / name), _FILTER
        )
        if path:
            self.save_to(Path(path))

    def _keep(self) -> None:
        try:
            style = self.form.value()
        except ThioscopeError as error:
            self.refusal.say(str(error))
            return
        project: Project = self._document.project
        if style != project.figure_style:
            self._document.change(replace(project, figure_style=style), "Choose how figures look")
        self.accept()


def _why_nothing(name: str) -> str:
    if name == "map":
        return "A map needs five spectra or more."
    if name == "species_time":
        return "There is no record of the cell: attach one (menu File) to draw along its time."
    return "There is nothing to draw: no spectrum that was chosen is fitted, or one species only."
