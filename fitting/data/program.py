"""The name and version of this program, as every file that it writes says them."""

from importlib.metadata import version

PACKAGE = "thioscope"


def program_version() -> str:
    """Such as "Thioscope 0.1.0"; the number is that of ``pyproject.toml``."""
    return f"Thioscope {version(PACKAGE)}"
