"""No sentence in the window advises what only the command line has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import fitting
import libraries
from app.controls.window_words import say_in_window

_FOLDERS = [Path(str(package.__file__)).parent for package in (fitting, libraries)]
_SWITCHES = ("--examine-project", "--prepare-engine", "pip --python")
"""What the program says to itself, and how a package is installed."""
_ADVICE = re.compile(r"--[a-z]|\bthioscope [a-z]")


def _sentences() -> Iterator[tuple[str, str]]:
    """Every text in the engine that the user may be told, with where it stands."""
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            if "commands" not in path.parts:
                yield from ((path.name, text) for text in _texts_of(path.read_text("utf-8")))


def _texts_of(source: str) -> Iterator[str]:
    tree, parts = ast.parse(source), set()
    spoken = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    for node in spoken:
        parts |= {id(part) for part in node.values}
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "5" for p in node.values)
    about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in parts | about:
            yield node.value


def test_nothing_that_can_be_told_names_an_option() -> None:
    advising = [(where, text) for where, text in _sentences() if _ADVICE.search(text)]
    assert len(advising) > 20
    for where, text in advising:
        if not any(switch in text for switch in _SWITCHES):
            assert not _ADVICE.search(say_in_window(text)), where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a.txt: the axis is in nm. Give the wavelength of the laser with --laser NM, or save "
            "the spectra in 1/cm.",
            "a.txt: the axis is in nm. Give the wavelength of the laser in “Laser (nm)”, or save "
            "the spectra in 1/cm.",
        ),
        (
            "as kinetic energy of Al (--energy-scale kinetic --photon-energy 1486.6)",
            "as kinetic energy of Al (“Energies”: kinetic “Photon energy (eV)”: 1486.6)",
        ),
        (
            "If it is a Raman shift in 1/cm, say so with --technique raman.",
            "If it is a Raman shift in 1/cm, say so in “Technique”: raman.",
        ),
        ("Bring them onto one grid (command line: --resample STEP).", "Bring them onto one grid."),
        ("A dash -- and a-b stay as they are.", "A dash -- and a-b stay as they are."),
    ],
)
def test_an_option_is_called_by_its_field(text: str, said: str) -> None:
    assert say_in_window(text) == said
