"""What the user prefers in every project: appearance, decimal mark, folder; kept as settings."""

from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtCore import QSettings

APPEARANCES = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "contrast": "High contrast",
}
DECIMAL_MARKS = {".": "Point, 1.5", ",": "Comma, 1,5"}
_KEY = "preferences"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is chosen; as it stands, what a new user has."""

    appearance: str = "system"
    """A key of ``APPEARANCES``."""
    decimal_mark: str = "."
    """Of numbers that are copied from the window, for spreadsheets."""
    folder: str = ""
    """Where file dialogs begin; the folder that was used last if left out."""


def read_preferences() -> Preferences:
    """What was kept; what cannot be understood is as it is for a new user."""
    settings, usual = QSettings(), Preferences()
    found = {
        one.name: str(settings.value(f"{_KEY}/{one.name}", getattr(usual, one.name)))
        for one in fields(usual)
    }
    if found["appearance"] not in APPEARANCES:
        found["appearance"] = usual.appearance
    if found["decimal_mark"] not in DECIMAL_MARKS:
        found["decimal_mark"] = usual.decimal_mark
    return Preferences(**found)


def keep_preferences(preferences: Preferences) -> None:
    """Use these from now on."""
    settings = QSettings()
    for one in fields(preferences):
        settings.setValue(f"{_KEY}/{one.name}", getattr(preferences, one.name))


def preferred_folder() -> Path | None:
    """Where file dialogs begin, if that was chosen and is there."""
    folder = read_preferences().folder
    return Path(folder) if folder and Path(folder).is_dir() else None


def write_columns(text: str) -> str:
    """Tab-separated columns with the numbers in them written as the user prefers."""
    if read_preferences().decimal_mark == ".":
        return text
    return "\n".join("\t".join(map(_with_comma, line.split("\t"))) for line in text.split("\n"))


def _with_comma(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return cell
    return cell.replace(".", ",")
