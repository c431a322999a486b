"""Packages that only some formats need: loaded when such a file is read, or asked for."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from fitting.errors import UnreadableFileError


def load_extra(path: Path, module: str, package: str, otherwise: str) -> ModuleType:
    """The module that reads a file, if its package is installed.

    Parameters
    ----------
    package
        What pip calls it.
    otherwise
        What can be done without it, as a sentence.

    Raises
    ------
    UnreadableFileError
        If it is not; the message has the line that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnreadableFileError(f"{path.name}: {_advice(package, otherwise)}") from error


def _advice(package: str, otherwise: str) -> str:
    if getattr(sys, "frozen", False):
        return f"this format needs the package {package}, which this version lacks. {otherwise}"
    return (
        f"this format needs the package {package}. Install it with: "
        f"{sys.executable} -m pip install {package}   {otherwise}"
    )
