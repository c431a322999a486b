"""Packages that read what few users have: taken where they are installed, else asked for."""

import importlib
from types import ModuleType

from fitting.errors import UnreadableFileError


def optional_module(module: str, extra: str, what: str, instead: str) -> ModuleType:
    """Import a module that an extra of this program brings.

    Parameters
    ----------
    what
        The file and what it is, as the beginning of the message.
    instead
        What else can be done, as its end.

    Raises
    ------
    UnreadableFileError
        If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnreadableFileError(
            f'{what}. To read it, install what is missing with: pip install "thioscope[{extra}]", '
            f"{instead}."
        ) from error
