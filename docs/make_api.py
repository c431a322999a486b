"""Write docs/api.md: everything that ``import fitting`` offers.

    python docs/make_api.py [FILE]

A test holds the stored page against what this writes.
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import fitting

PAGE = Path(__file__).parent / "api.md"
_HEAD = """\
# API

<!-- Written by docs/make_api.py; a change here is lost. -->

What a script may use: `import fitting` offers every name on this page, and the guide uses no
other. Each is loaded when it is first used. What is not here may change with the next version.
"""
_TITLES = {
    "pipeline": "The way from files to results",
    "projects": "Projects and recipes",
    "models": "Models",
    "fits": "Fits",
    "quantities": "What follows from a fit",
    "readers": "Reading files",
    "referencing": "Charge reference",
    "data": "Series and errors",
    "saving": "Project files",
    "libraries": "Libraries",
}


def main() -> None:
    """Write the page."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    page.write_text(make_page(), encoding="utf-8")


def make_page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for room, title in _TITLES.items():
        yield f"## {title}\n"
        for home, names in fitting.HOMES.items():
            if _room_of(home) == room:
                yield from (_entry(home, name) for name in names)


def _room_of(home: str) -> str:
    package, room, *_ = home.split(".")
    return package if package == "libraries" else room


def _entry(home: str, name: str) -> str:
    offered = getattr(fitting, name)
    kind = "autofunction" if inspect.isroutine(offered) else "autoclass"
    members = "" if kind == "autofunction" else "\n   :members:"
    return f"```{{eval-rst}}\n.. {kind}:: {home}.{name}{members}\n```\n"


if __name__ == "__main__":
    main()
