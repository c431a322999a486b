"""The steps that prepare a region before it is fitted, and the charge reference."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.hints import Hint, Refusal
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.steps.charge_reference_form import ChargeReferenceForm
from app.steps.step_fields import STEP_KINDS, StepKind, kind_of, unit_of
from app.steps.step_form import StepForm
from app.theme import SPACING
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM, history_of
from fitting.data.techniques import technique_of
from fitting.preprocessing.steps import Step, apply_steps
from fitting.projects.project import Analysis, Project

_ROWS = 5
"""Steps that are seen without scrolling."""


class StepsPanel(QWidget):
    """Shows the steps in their order; adds, changes, moves and removes them."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._of: tuple[str, Sequence[Step]] = ("", ())
        self.list = _List()
        self.form = StepForm()
        self.add, self.remove = QPushButton("Add step"), QPushButton("Remove step")
        self.up, self.down = QToolButton(), QToolButton()
        self.reference = ChargeReferenceForm(document)
        self.refusal = Refusal()
        self._said = QLabel()
        self._arrange()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the steps of the document's view."""
        analysis = self._document.analysis
        self._pages.setCurrentIndex(0 if analysis is None else 1)
        if analysis is None:
            return
        steps = analysis.recipe.steps
        row = self.list.currentRow() if self._of[0] == analysis.region else 0
        self._of = (analysis.region, steps)
        self.list.show_texts([_in_words(step, unit_of(analysis)) for step in steps])
        self.list.setCurrentRow(min(max(row, 0), len(steps) - 1))
        has_charge = technique_of(analysis.series).has_core_levels
        for widget in (self.reference, self._line):
            widget.setVisible(has_charge)
        self._show_step()

    def _arrange(self) -> None:
        name_widgets({"Steps": self.list, "Earlier": self.up, "Later": self.down})
        self.add.setMenu(QMenu(self.add))
        for button, arrow, tip in (
            (self.up, Qt.ArrowType.UpArrow, "Apply this step earlier"),
            (self.down, Qt.ArrowType.DownArrow, "Apply this step later"),
        ):
            button.setArrowType(arrow)
            button.setToolTip(tip)
        self._said.setWordWrap(True)
        self._said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        for each in (self.add, self.remove, self.up, self.down):
            buttons.addWidget(each)
        buttons.addStretch()
        self._line = QFrame()
        self._line.setFrameShape(QFrame.Shape.HLine)
        self._line.setForegroundRole(QPalette.ColorRole.Mid)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        layout.addWidget(self.form)
        layout.addWidget(self._said)
        layout.addWidget(self.refusal)
        layout.addWidget(self._line)
        layout.addWidget(self.reference)
        layout.addStretch()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(Hint("Open spectra to see what is done to them before the fit."))
        self._pages.addWidget(page)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show_step)
        self.list.removal_key.connect(self._remove)
        self.form.valueChanged.connect(self._on_step_changed)
        self.form.refused.connect(self.refusal.say)
        self.reference.refused.connect(self.refusal.say)
        self.add.menu().aboutToShow.connect(self._list_kinds)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refusal.clear()
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refusal.clear()
            self.refresh()

    def _steps(self) -> tuple[Step, ...]:
        analysis = self._document.analysis
        return () if analysis is None else analysis.recipe.steps

    def _show_step(self, *_: object) -> None:
        analysis, row, steps = self._document.analysis, self.list.currentRow(), self._steps()
        is_step = analysis is not None and 0 <= row < len(steps)
        self.form.setVisible(is_step)
        self.remove.setEnabled(is_step)
        self.up.setEnabled(is_step and row > 0)
        self.down.setEnabled(is_step and row < len(steps) - 1)
        if analysis is not None and is_step:
            self.form.setValue(steps[row], unit_of(analysis))
        self._said.setText(self._sentence(row))

    def _sentence(self, row: int) -> str:
        """What the step did, or what happens without any."""
        analysis = self._document.analysis
        if analysis is None or not self._steps():
            return "The spectra are fitted as they were measured."
        try:
            prepared = self._document.prepared()
        except ThioscopeError as error:
            return str(error)
        said = [] if prepared is None else history_of(prepared)[len(history_of(analysis.series)) :]
        return said[row] if 0 <= row < len(said) else ""

    def _list_kinds(self) -> None:
        """Fill the menu with the steps that make sense for the technique."""
        menu, analysis = self.add.menu(), self._document.analysis
        menu.clear()
        menu.setToolTipsVisible(True)
        for kind in STEP_KINDS:
            if analysis is not None and technique_of(analysis.series).name in kind.techniques:
                action = menu.addAction(kind.title)
                action.setToolTip(kind.tip)
                action.triggered.connect(partial(self._add, kind))

    def _add(self, kind: StepKind, _: bool = False) -> None:
        if (analysis := self._document.analysis) is not None:
            steps = analysis.recipe.steps
            if self._take((*steps, kind.begin(analysis)), f"Add {kind.title.lower()}"):
                self.list.setCurrentRow(len(steps))

    def _remove(self) -> None:
        row, steps = self.list.currentRow(), self._steps()
        if 0 <= row < len(steps):
            title = kind_of(steps[row]).title.lower()
            self._take((*steps[:row], *steps[row + 1 :]), f"Remove {title}")

    def _move(self, by: int, _: bool = False) -> None:
        row, steps = self.list.currentRow(), list(self._steps())
        if 0 <= row < len(steps) and 0 <= row + by < len(steps):
            title = kind_of(steps[row]).title.lower()
            steps.insert(row + by, steps.pop(row))
            if self._take(tuple(steps), f"Move {title}"):
                self.list.setCurrentRow(row + by)

    def _on_step_changed(self, step: Step) -> None:
        row, steps = self.list.currentRow(), self._steps()
        changed = (*steps[:row], step, *steps[row + 1 :])
        if not self._take(changed, f"Change {kind_of(step).title.lower()}"):
            self.form.restore()

    def _take(self, steps: tuple[Step, ...], text: str) -> bool:
        """Change the steps, unless they leave nothing of the spectrum: that is said instead."""
        analysis = self._document.analysis
        if analysis is None:
            return False
        if reason := _why_not(analysis, self._document.view, steps):
            self.refusal.say(reason)
            return False
        self._document.change_recipe(lambda recipe: replace(recipe, steps=steps), text)
        return True


class _List(QListWidget):
    """The steps in few words; the Delete key asks for the removal of the current one."""

    removal_key = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_ROWS * (self.fontMetrics().height() + SPACING))

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show these steps, without a word to anybody."""
        with QSignalBlocker(self):
            self.clear()
            for number, text in enumerate(texts, 1):
                self.addItem(f"{number}   {text}")
                self.item(number - 1).setToolTip(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Delete):
            self.removal_key.emit()
        else:
            super().keyPressEvent(event)


def _in_words(step: Step, unit: str) -> str:
    kind = kind_of(step)
    return f"{kind.title}   {kind.said(step, unit)}"


def _why_not(analysis: Analysis, view: View, steps: Sequence[Step]) -> str:
    """Why the spectrum on the screen cannot be prepared so; empty if it can."""
    try:
        apply_steps(analysis.series.isel({SPECTRUM: [view.spectrum]}), steps)
    except ThioscopeError as error:
        return str(error)
    return ""
