"""Packages that only some uses need: imported when asked for, or named with their install."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from fitting.data.errors import UnreadableFileError


def load_for_file(path: Path, module: str, package: str, otherwise: str) -> ModuleType:
    """The module that reads a file, if its package is installed.

    Parameters
    ----------
    package
        What pip calls it.
    otherwise
        What can be done without it, such as "save the workbook as .xlsx".

    Raises
    ------
    UnreadableFileError
        If it is not; the message has the line that installs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UnreadableFileError(
            f"{path.name}: this format needs the package {package}. Without it, {otherwise}. "
            f"{how_to_get(package)}"
        ) from error


def how_to_get(package: str) -> str:
    """A sentence with the line that installs a package beside this program.

    Parameters
    ----------
    package
        What pip calls it.
    """
    if getattr(sys, "frozen", False):
        return (
            "The installed program cannot take up packages: set Thioscope up for Python, and "
            f"install {package} there."
        )
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    # Environments made without pip are served by the pip of another Python.
    pip = f"{python} -m pip" if find_spec("pip") else f"pip --python {python}"
    # No full stop: the line is to be copied.
    return f"Install it with: {pip} install {package}"
