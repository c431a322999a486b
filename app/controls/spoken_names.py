"""What a screen reader calls a widget that shows no name of its own."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget


def name_widgets(names: Mapping[str, QWidget]) -> None:
    """Give each widget its name; a tool tip says more of it than fits into a name."""
    for name, widget in names.items():
        widget.setAccessibleName(name)
