"""Files of others that Python finds before our packages of the same name."""

import sys
from importlib.util import find_spec
from pathlib import Path

_HOME = Path(__file__).resolve().parent.parent
_OURS = ("fitting", "libraries")


def describe_shadow() -> str:
    """Which file stands in our way and what to do about it; empty where none does."""
    if getattr(sys, "frozen", False):
        return ""
    for name in _OURS:
        spec = find_spec(name)
        found = "nothing" if spec is None or spec.origin is None else spec.origin
        if Path(found).resolve() != _HOME / name / "__init__.py":
            return (
                f"import {name} finds {found} and not the {name} of Thioscope in {_HOME}. "
                "Rename that file or folder, or take its folder from PYTHONPATH, and start again."
            )
    return ""
