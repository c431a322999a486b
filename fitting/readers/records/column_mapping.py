"""Which column of a user's own table is what: asked once, and remembered by the table's headings.

The memory is a small JSON file in the user's configuration folder.
"""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitting.data.errors import UnreadableFileError, VoltageError
from fitting.data.whole_file import write_whole

QUANTITIES: Mapping[str, str] = {
    "time": "elapsed time",
    "stamp": "date and time",
    "voltage": "voltage",
    "current": "current",
    "cycle": "cycle number",
    "step": "step number",
    "capacity": "capacity",
}
"""What a column can be, with the words for it."""
_FILE = "record_columns.json"


def parse_columns(text: str) -> dict[str, str]:
    """The mapping that a text such as "time=t/h, voltage=U1" says: heading by quantity.

    Raises
    ------
    VoltageError
        If it names no quantity that there is, or lacks the voltage or the time.
    """
    named: dict[str, str] = {}
    for part in re.split(rf",\s*(?=(?:{'|'.join(QUANTITIES)})\s*=)", text.strip()):
        quantity, equals, heading = (piece.strip() for piece in part.partition("="))
        if not equals or quantity not in QUANTITIES or not heading:
            raise VoltageError(
                f"{part!r} does not say which column is what. Write it as time=HEADING,"
                f"voltage=HEADING; there are: {', '.join(QUANTITIES)}."
            )
        named[quantity] = heading
    check_mapping(named)
    return named


def check_mapping(named: Mapping[str, str]) -> None:
    """Raise ``VoltageError`` if a mapping lacks the voltage, or all time."""
    if "voltage" not in named or not {"time", "stamp"} & named.keys():
        raise VoltageError("A record needs a column for the voltage and one for time or date.")


def remembered_columns(headings: Sequence[str]) -> dict[str, str] | None:
    """What was said about a table with these headings, if anything was."""
    return _load_memory().get(_sign_headings(headings))


def remember_columns(headings: Sequence[str], named: Mapping[str, str]) -> None:
    """Keep what the columns of a table are.

    Raises
    ------
    UnreadableFileError
        If the configuration folder cannot be written.
    """
    memory = {**_load_memory(), _sign_headings(headings): dict(named)}
    path = _memory_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(memory, indent=2).encode("utf-8"))
    except OSError as error:
        raise UnreadableFileError(
            f"{path}: what the columns are cannot be kept there ({error.strerror or error}). It "
            "holds for this time only."
        ) from error


def configuration_folder() -> Path:
    """Where the user's settings of this program are."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return base / "thioscope"


def _memory_file() -> Path:
    return configuration_folder() / _FILE


def _load_memory() -> dict[str, dict[str, str]]:
    """All that is remembered; nothing if the file is missing or was damaged."""
    try:
        found = json.loads(_memory_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: named for key, named in found.items() if _is_mapping(named)}


def _is_mapping(named: object) -> bool:
    return isinstance(named, dict) and all(
        quantity in QUANTITIES and isinstance(heading, str) for quantity, heading in named.items()
    )


def _sign_headings(headings: Sequence[str]) -> str:
    return "\t".join(heading.strip() for heading in headings)
