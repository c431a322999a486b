"""Asks how the spectra were measured: what files tell is shown, what is stated goes before it."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fitting.data.acquisition import SETTINGS, Setting, SettingValue, settings_for
from fitting.data.errors import ThioscopeError
from fitting.data.techniques import TECHNIQUES, technique_of
from fitting.projects.acquisition import STATED, find_settings, read_statements
from fitting.projects.project import Project

_WIDTH, _HEIGHT = 620, 640


class MeasurementDialog(QDialog):
    """A field for every setting of the techniques of a project."""

    stated = Signal(object)
    """What is stated, when it is accepted."""

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measurement settings")
        self._project = project
        self.fields: dict[str, QLineEdit] = {}
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        about = QLabel(
            "What the files tell is shown in grey; what you write here goes before it, and is kept "
            "with the project. The report lists what is missing."
        )
        about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addWidget(self._make_form(), 1)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.resize(_WIDTH, _HEIGHT)
        self.setValue(project.acquisition)

    def value(self) -> Mapping[str, SettingValue]:
        """What is stated; statements of single regions are kept as they were.

        Raises
        ------
        ThioscopeError
            If a number is none.
        """
        kept = {
            key: one for key, one in self._project.acquisition.items() if key not in self.fields
        }
        texts = {key: field.text().strip() for key, field in self.fields.items()}
        return {**kept, **read_statements([f"{key}={text}" for key, text in texts.items() if text])}

    def setValue(self, stated: Mapping[str, SettingValue]) -> None:  # noqa: N802 - as Qt names it
        """Show other statements."""
        for key, field in self.fields.items():
            found = stated.get(key, stated.get(key.rpartition(".")[2], ""))
            field.setText(found if isinstance(found, str) else f"{found:g}")

    def accept(self) -> None:
        """Close and tell what is stated; a number that is none is said, and nothing closes."""
        try:
            found = self.value()
        except ThioscopeError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        super().accept()
        self.stated.emit(found)

    def _make_form(self) -> QScrollArea:
        form = QWidget()
        rows = QFormLayout(form)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        every = [one.series for one in self._project.analyses.values()]
        present = {technique_of(series).name for series in every}
        for name, technique in TECHNIQUES.items():
            if name not in present:
                continue
            rows.addRow(QLabel(f"<b>{technique.label}</b>"))
            for setting in settings_for(technique.name):
                # what both techniques have is asked for each
                is_common = len(setting.techniques) > 1
                key = f"{name}.{setting.name}" if is_common else setting.name
                self.fields[key] = QLineEdit()
                self.fields[key].setToolTip(setting.hint)
                self.fields[key].setPlaceholderText(self._describe_known(setting, name))
                unit = f" ({setting.unit})" if setting.unit else ""
                rows.addRow(f"{setting.label}{unit}", self.fields[key])
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(form)
        return area

    def _describe_known(self, setting: Setting, technique: str) -> str:
        """What is known without the user, in every region of the technique."""
        words: dict[str, list[str]] = {}
        for region, analysis in self._project.analyses.items():
            if technique_of(analysis.series).name == technique:
                known = find_settings(analysis.series, {})[setting.name]
                if known.values and known.origin != STATED:
                    words.setdefault(known.words, []).append(region)
        if len(words) == 1:
            return next(iter(words))
        if words:
            return "; ".join(f"{', '.join(names)}: {text}" for text, names in words.items())
        is_asked = SETTINGS[setting.name].is_asked and not setting.told_by
        return f"missing: {setting.hint}" if is_asked and setting.hint else "missing" * is_asked
