"""What is left out of the project, with the reason, and what there is to know of it."""

from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.controls.hints import Hint
from app.document import Document
from app.results.left_out import (
    LeftOutGroup,
    copied_notes,
    group_left_out,
    is_told_alike,
    list_notes,
)
from app.theme import SPACING, current_colours
from fitting.projects.project import Project

_NOTHING = "Everything that was opened is in the project, and there is nothing to add to it."
_MOST_SOURCES = 200
"""Names that are listed of one reason; the rest is counted."""


class NotesPanel(QWidget):
    """Shows both as text that can be selected; files with one reason stand together."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.text = QTextBrowser()
        self.copy = QPushButton("Copy")
        self._arrange()
        self.copy.clicked.connect(self._copy_all)
        document.project_changed.connect(self._on_project_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show what the document's project says."""
        project = self._document.project
        self._pages.setCurrentIndex(1 if group_left_out(project) or project.notes else 0)
        self.text.setHtml(_write_page(project))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh()

    def _arrange(self) -> None:
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setAccessibleName("What is left out, and notes")
        self.text.document().setDocumentMargin(2 * SPACING)
        self.copy.setToolTip("Copy all of it as text")
        self.copy.setAccessibleName("Copy what is left out, and the notes")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACING, 0, SPACING, SPACING)
        buttons.addWidget(self.copy)
        buttons.addStretch()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(Hint(_NOTHING))
        self._pages.addWidget(page)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if not is_told_alike(old, new):
            self.refresh()

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(copied_notes(self._document.project))


def _write_page(project: Project) -> str:
    groups, notes = group_left_out(project), list_notes(project)
    parts = []
    if groups:
        colour = current_colours().warning
        count = sum(len(group.sources) for group in groups)
        parts.append(f'<h4 style="color:{colour}">Left out ({count})</h4>')
        parts += [_write_group(group) for group in groups]
    if notes:
        parts.append(f"<h4>Notes ({len(notes)})</h4>")
        parts += [f"<p>{escape(note)}</p>" for note in notes]
    return "".join(parts)


def _write_group(group: LeftOutGroup) -> str:
    sources = group.sources[:_MOST_SOURCES]
    rest = len(group.sources) - len(sources)
    names = escape(", ".join(sources)) + (f" and {rest} more" if rest else "")
    return f"<p><b>{names}</b><br>{escape(group.reason)}</p>"
