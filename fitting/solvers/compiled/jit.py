"""How the kernel's functions are compiled, and the folder that keeps what was compiled."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])

_FAST_MATH = {"reassoc", "contract", "arcp", "nsz"}
"""Sums may be reordered; nan and infinity keep their meaning."""


def compile_lazily(function: _Function) -> _Function:
    """Compile when first called; without the interpreter's lock, and kept for the next start."""
    return _compile_with(function, {})


def jit_on_given_arrays(function: _Function) -> _Function:
    """The same for what makes no arrays: it does not count references to those it is given.

    Counting them took half of the time of a spectrum of few points.
    """
    return _compile_with(function, {"_nrt": False})


def user_cache_folder() -> Path:
    """Where this system keeps a user's caches."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "thioscope"


def cache_folder() -> Path | None:
    """The folder that keeps what is compiled of these sources; None where none can be written."""
    return _FOLDER


def is_complete() -> bool:
    """Whether all of these very sources was compiled and kept before."""
    return _FOLDER is not None and (_FOLDER / _COMPLETE).exists()


def mark_complete() -> None:
    """Note that all of it was compiled and kept."""
    if _FOLDER is not None:
        (_FOLDER / _COMPLETE).touch()


def _compile_with(function: _Function, more: dict[str, Any]) -> _Function:
    options: dict[str, Any] = {
        "nogil": True,
        "cache": _FOLDER is not None,
        "error_model": "numpy",
        "fastmath": _FAST_MATH,
        "boundscheck": False,
    }
    return cast(_Function, numba.njit(**options, **more)(function))


def _writable_folder() -> Path | None:
    """A folder for what is compiled from these very sources; None where none can be written."""
    name = f"kernel-{numba.__version__}-{_fingerprint_sources()}"
    try:
        given = os.environ.get("NUMBA_CACHE_DIR")
        folder = (Path(given) if given else user_cache_folder()) / name
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None


def _fingerprint_sources() -> str:
    """Of all sources of the kernel: numba itself looks only at the file of each function."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in [here.parent / "rules.py", *sorted(here.glob("*.py"))]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


_COMPLETE = "complete"
_FOLDER = _writable_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]
