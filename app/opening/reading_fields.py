"""What files may leave open, asked in fields: the answers with which they are read again."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.controls.window_words import FIELDS
from app.theme import SPACING
from fitting.data.techniques import TECHNIQUES, TechniqueName
from fitting.readers.options import EnergyScale, IntensityUnit, ReadOptions

_TECHNIQUES: Sequence[tuple[str, TechniqueName | None]] = (
    ("as the file says", None),
    *((one.label, one.name) for one in TECHNIQUES.values()),
)
_ENERGIES: Sequence[tuple[str, EnergyScale | None]] = (
    ("as the file says", None),
    ("binding energies", "binding"),
    ("kinetic energies", "kinetic"),
    ("binding energies with a minus", "negative"),
)
_INTENSITIES: Sequence[tuple[str, IntensityUnit | None]] = (
    ("as the file says", None),
    ("counts", "counts"),
    ("counts per second", "rate"),
    ("arbitrary", "arbitrary"),
)


class ReadingFields(QWidget):
    """The fields with a button; a file that says a thing itself is believed."""

    asked = Signal(object)
    """The files are to be read with these ``ReadOptions``."""
    refused = Signal(str)
    """Why they cannot be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.technique = _make_choice(_TECHNIQUES)
        self.energies = _make_choice(_ENERGIES)
        self.intensities = _make_choice(_INTENSITIES)
        self.region, self.photon_energy, self.laser = QLineEdit(), QLineEdit(), QLineEdit()
        self.again = QPushButton("Read again")
        self._arrange()
        self.again.clicked.connect(self._on_clicked)

    def _arrange(self) -> None:
        self.region.setPlaceholderText("e.g. S 2p")
        self.photon_energy.setPlaceholderText("e.g. 1486.6")
        self.laser.setPlaceholderText("e.g. 532")
        self.again.setAutoDefault(False)
        self.again.setToolTip("Read the same files with these answers")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACING)
        grid.addWidget(QLabel("For files that leave it open:"), 0, 0, 1, 7)
        fields = (
            ("technique", self.technique), ("energy-scale", self.energies),
            ("intensity", self.intensities), ("assume-region", self.region),
            ("photon-energy", self.photon_energy), ("laser", self.laser),
        )  # fmt: skip
        for number, (option, field) in enumerate(fields):
            label = QLabel(FIELDS[option])
            label.setBuddy(field)
            field.setAccessibleName(FIELDS[option])
            row, column = 1 + number // 3, 2 * (number % 3)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
            grid.setColumnStretch(column + 1, 1)
        grid.addWidget(self.again, 2, 6)

    def _on_clicked(self) -> None:
        try:
            options = ReadOptions(
                technique=self.technique.currentData(),
                energy_scale=self.energies.currentData(),
                intensity_unit=self.intensities.currentData(),
                region=self.region.text().strip() or None,
                photon_energy=_read_number(self.photon_energy),
                laser_wavelength=_read_number(self.laser),
            )
        except ValueError:
            self.refused.emit("Photon energy and laser wavelength are numbers, such as 1486.6.")
            return
        self.asked.emit(options)


def _make_choice(texts: Sequence[tuple[str, str | None]]) -> QComboBox:
    choice = QComboBox()
    for text, value in texts:
        choice.addItem(text, value)
    return choice


def _read_number(field: QLineEdit) -> float | None:
    text = field.text().strip().replace(",", ".")
    return float(text) if text else None
