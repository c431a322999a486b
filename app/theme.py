"""Light and dark: the colours of the window, following the system, and its spacing."""

from dataclasses import dataclass, fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.preferences import read_preferences

SPACING = 8
"""Pixels between things; margins are this or a multiple of it."""

_MIDDLE = 128
"""Lightness of a window between dark and light."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one scheme, as "#rrggbb"."""

    window: str
    """Behind panels."""
    surface: str
    """Tables, lists, fields and plots."""
    stripe: str
    """Every other row."""
    border: str
    text: str
    muted: str
    """Less important text: units, hints, empty states."""
    accent: str
    """The next thing to do, and what is selected."""
    on_accent: str
    warning: str
    error: str
    good: str


LIGHT = Colours(
    window="#f4f5f7",
    surface="#ffffff",
    stripe="#f8f9fb",
    border="#d5d9e0",
    text="#1c2230",
    muted="#667085",
    accent="#1f5fbf",
    on_accent="#ffffff",
    warning="#9a5b00",
    error="#b3261e",
    good="#1b7a43",
)
DARK = Colours(
    window="#1d2026",
    surface="#16181d",
    stripe="#1a1d23",
    border="#363b45",
    text="#e6e8ec",
    muted="#9aa3b2",
    accent="#6ea8ff",
    on_accent="#0e1726",
    warning="#f0b35a",
    error="#ff8a80",
    good="#6fd195",
)


CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    stripe="#101010",
    border="#ffffff",
    text="#ffffff",
    muted="#e0e0e0",
    accent="#ffd60a",
    on_accent="#000000",
    warning="#ffb000",
    error="#ff9c94",
    good="#7cf29c",
)
"""For whom light and dark are too faint: white on black, every line drawn."""


def current_colours() -> Colours:
    """The colours in use: told by the palette, so that they fit what is on the screen."""
    palette = QGuiApplication.palette()
    if palette.window().color().lightness() >= _MIDDLE:
        return LIGHT
    return CONTRAST if palette.mid().color() == QColor(CONTRAST.border) else DARK


def follow_system(application: QApplication) -> None:
    """Take the preferred colours, or those of the system, now and whenever it changes."""
    application.setStyle("Fusion")
    application.styleHints().colorSchemeChanged.connect(_follow_change)
    apply_appearance(application, read_preferences().appearance)


def apply_appearance(application: QApplication, appearance: str) -> None:
    """Take the colours of a preference; see ``APPEARANCES``."""
    if appearance == "system":
        apply_scheme(application, application.styleHints().colorScheme())
    else:
        _apply_colours(application, _BY_APPEARANCE[appearance])


def apply_scheme(application: QApplication, scheme: Qt.ColorScheme) -> None:
    """Take the light or the dark colours; light where the system does not say."""
    _apply_colours(application, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)


def _apply_colours(application: QApplication, chosen: Colours) -> None:
    application.setPalette(_make_palette(chosen))
    application.setStyleSheet(_style_sheet(chosen))


def _follow_change(_: Qt.ColorScheme) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        apply_appearance(application, read_preferences().appearance)


def _make_palette(chosen: Colours) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: chosen.window,
        QPalette.ColorRole.Base: chosen.surface,
        QPalette.ColorRole.AlternateBase: chosen.stripe,
        QPalette.ColorRole.Button: chosen.window,
        QPalette.ColorRole.ToolTipBase: chosen.surface,
        QPalette.ColorRole.Mid: chosen.border,
        QPalette.ColorRole.WindowText: chosen.text,
        QPalette.ColorRole.Text: chosen.text,
        QPalette.ColorRole.ButtonText: chosen.text,
        QPalette.ColorRole.ToolTipText: chosen.text,
        QPalette.ColorRole.PlaceholderText: chosen.muted,
        QPalette.ColorRole.Highlight: chosen.accent,
        QPalette.ColorRole.HighlightedText: chosen.on_accent,
        QPalette.ColorRole.Link: chosen.accent,
        QPalette.ColorRole.Accent: chosen.accent,
    }
    palette = QPalette(QColor(chosen.window))
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.muted))
    palette.setColor(
        QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor(chosen.muted)
    )
    return palette


def _style_sheet(chosen: Colours) -> str:
    """Sizes and lines that a palette cannot say; names in braces are fields of ``Colours``."""
    text = _STYLE
    for field in fields(chosen):
        text = text.replace("{" + field.name + "}", getattr(chosen, field.name))
    return text


_BY_APPEARANCE = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

DENSE = """
QAbstractItemView { font-size: 8.5pt; }
QTableView::item, QTreeView::item { padding: 2px 3px; }
QHeaderView::section { padding: 4px 3px; font-size: 8.5pt; }
"""
"""Style of tables that have to do with the width of a panel."""

_STYLE = """
QToolBar { border: none; border-bottom: 1px solid {border}; padding: 4px 8px; spacing: 4px; }
QToolBar QToolButton { padding: 5px 10px; border: 1px solid transparent; border-radius: 5px; }
QToolBar QToolButton:hover:enabled { background: {surface}; border-color: {border}; }
QToolBar QToolButton:pressed { background: {border}; }
QToolBar QToolButton:disabled { color: {muted}; }
QToolBar QToolButton[next="true"]:enabled { background: {accent}; color: {on_accent}; }
QToolBar::separator { background: {border}; width: 1px; margin: 6px 4px; }
QDockWidget { font-weight: 600; }
QDockWidget::title { padding: 6px 8px; background: {window}; }
QDockWidget > QWidget { font-weight: 400; }
QMainWindow::separator { background: {border}; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: {accent}; }
QTabBar::tab { padding: 6px 10px; border: none; border-bottom: 2px solid transparent;
  color: {muted}; }
QTabBar::tab:selected { color: {text}; border-bottom-color: {accent}; }
QTabBar::tab:hover { color: {text}; }
QHeaderView::section { background: {window}; color: {muted}; border: none;
  border-bottom: 1px solid {border}; padding: 4px 6px; }
QTableView, QTreeView, QListView { border: none; gridline-color: {border}; outline: none; }
QTableView::item, QTreeView::item, QListView::item { padding: 3px 4px; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: {border}; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: {muted}; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { color: {text}; background: {surface}; border: 1px solid {border}; padding: 4px; }
QStatusBar { border-top: 1px solid {border}; color: {muted}; }
QStatusBar::item { border: none; }
QToolButton[popupMode="2"] { padding: 3px 12px 3px 4px; border: 1px solid {border};
  border-radius: 4px; background: {surface}; text-align: left; }
QToolButton[popupMode="2"]:hover:enabled { border-color: {accent}; }
QToolButton[popupMode="2"]:disabled { color: {muted}; }
QToolButton[popupMode="2"]::menu-indicator { subcontrol-origin: border;
  subcontrol-position: center right; right: 3px; }
QPushButton { padding: 5px 14px; border: 1px solid {border}; border-radius: 5px;
  background: {surface}; }
QPushButton:hover:enabled { border-color: {accent}; }
QPushButton:disabled { color: {muted}; }
QPushButton:focus, QToolButton[popupMode="2"]:focus { border-color: {accent}; }
QPushButton:default:enabled, QPushButton#primary:enabled { background: {accent}; color: {on_accent};
  border-color: {accent}; }
"""
