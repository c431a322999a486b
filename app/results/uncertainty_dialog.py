"""The dialog that says how errors are found: intervals, replicas, other backgrounds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.hints import Refusal
from app.controls.number_field import NumberField
from app.model.background_names import background_names
from app.theme import SPACING
from fitting.data.errors import RecipeError
from fitting.data.techniques import technique_of
from fitting.fits.options import FitOptions, Uncertainty
from fitting.projects.project import Analysis

_METHODS: Mapping[str, tuple[str, str]] = {
    "covariance": (
        "Covariance",
        "At once, from the fit itself. Right where a species is well above its detection limit.",
    ),
    "profile": (
        "Profile likelihood",
        "Fits again with each share and ratio held. Right for weak and overlapping species as "
        "well; takes seconds to minutes.",
    ),
    "bootstrap": (
        "Bootstrap",
        "Fits simulated replicas of every spectrum and takes their spread. Shows bias as well; "
        "takes longest.",
    ),
}
_REPLICAS_TIP = (
    "How many replicas of every spectrum are simulated and fitted: 200 to have a look, 1000 for a "
    "table that is published"
)
_SEED_TIP = "What the replicas are drawn from: the same number gives the same intervals again"
_OTHERS_TIP = (
    "The spectra are fitted once more with each of these. How far shares and ratios move is "
    "written beside the statistical error as a systematic one, and is added to nothing"
)
_IN_A_ROW = 3
_WIDTH = 460


class UncertaintyDialog(QDialog):
    """Asks for the options of one region; says them when Find is pressed."""

    asked = Signal(object)
    """The ``FitOptions`` with what was chosen."""

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = (analysis.result_of or analysis.recipe).options
        self.methods = {name: QRadioButton(title) for name, (title, _) in _METHODS.items()}
        self.replicas = NumberField(step=100)
        self.seed = NumberField(step=1)
        self.replicas.setAccessibleName("Replicas")
        self.seed.setAccessibleName("Seed")
        own = analysis.model.background.kind
        names = background_names(technique_of(analysis.series))
        self.others = {kind: QCheckBox(text) for kind, text in names.items() if kind != own}
        self.refusal = Refusal()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.find_button = self.buttons.addButton("Find", QDialogButtonBox.ButtonRole.AcceptRole)
        self.setWindowTitle(f"Uncertainty of {analysis.region}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._arrange()
        self._show()
        group = QButtonGroup(self)
        for button in self.methods.values():
            group.addButton(button)
            button.toggled.connect(self._show_fields)
        self.find_button.clicked.connect(self._ask)
        self.buttons.rejected.connect(self.reject)

    def value(self) -> FitOptions:
        """The options as they are set.

        Raises
        ------
        RecipeError
            If there are too few replicas, or no whole number of them.
        """
        numbers = {"replicas": self.replicas.value(), "seed": self.seed.value()}
        for name, number in numbers.items():
            if number != round(number):
                raise RecipeError(f"The {name} must be a whole number.")
        chosen = next(name for name, button in self.methods.items() if button.isChecked())
        return replace(
            self._options,
            uncertainty=next(one for one in get_args(Uncertainty) if one == chosen),
            replicas=int(numbers["replicas"]),
            seed=int(numbers["seed"]),
            other_backgrounds=tuple(kind for kind, box in self.others.items() if box.isChecked()),
        )

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        layout.addWidget(_make_heading("95 % intervals of shares and ratios"))
        for name, (_, words) in _METHODS.items():
            layout.addWidget(self.methods[name])
            layout.addWidget(_indent_widget(_make_muted(words)))
        layout.addWidget(_indent_widget(self._replicas_row()))
        layout.addSpacing(SPACING)
        layout.addWidget(_make_heading("Systematic error of the background"))
        layout.addWidget(
            _make_muted("Fit again with other backgrounds, to see how far shares move:")
        )
        layout.addLayout(self._others_grid())
        layout.addWidget(self.refusal)
        layout.addStretch()
        layout.addWidget(self.buttons)
        self.find_button.setDefault(True)
        self.find_button.setToolTip("Find the errors of all spectra of the region; can be stopped")
        self.resize(_WIDTH, self.sizeHint().height())

    def _replicas_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for text, field, tip in (
            ("Replicas", self.replicas, _REPLICAS_TIP),
            ("Seed", self.seed, _SEED_TIP),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            for each in (label, field):
                each.setToolTip(tip)
                layout.addWidget(each)
        return row

    def _others_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(SPACING)
        for number, box in enumerate(self.others.values()):
            box.setToolTip(_OTHERS_TIP)
            grid.addWidget(box, number // _IN_A_ROW, number % _IN_A_ROW)
        return grid

    def _show(self) -> None:
        self.methods[self._options.uncertainty].setChecked(True)
        self.replicas.setValue(self._options.replicas)
        self.seed.setValue(self._options.seed)
        for kind, box in self.others.items():
            box.setChecked(kind in self._options.other_backgrounds)
        self._show_fields()

    def _show_fields(self, *_: object) -> None:
        for field in (self.replicas, self.seed):
            field.setEnabled(self.methods["bootstrap"].isChecked())

    def _ask(self) -> None:
        for field in (self.replicas, self.seed):
            field.take_text()
        try:
            options = self.value()
        except RecipeError as error:
            self.refusal.say(str(error))
            return
        self.asked.emit(options)
        self.accept()


def _make_heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _make_muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _indent_widget(widget: QWidget) -> QWidget:
    widget.setContentsMargins(3 * SPACING, 0, 0, 0)
    return widget
