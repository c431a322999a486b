"""The guide and the README do what they say: every command and every block of code is run.

Blocks of ``sh`` are commands, blocks of ``python`` share one namespace a page, and blocks with
``file=NAME`` are written to that file. They run in order, in a folder that has the example's
spectra in it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import fitting
from fitting.commands.main import COMMANDS, run_command

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\S+)(?: +file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN_ONLY = {"text", "json", "toml", "latex", "{toctree}", "{include}", "{eval-rst}"}
_SETS_UP = {
    "python3 packaging/bootstrap.py run",
    "python3 packaging/bootstrap.py test",
    "python3 packaging/bootstrap.py gui",
}
"""Run by ``.ci/run`` and by the tests of the bootstrap: they make the environment these run in."""


@dataclass(frozen=True)
class Block:
    language: str
    file: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def has_something_to_run(page: Path) -> bool:
    return any(block.language not in _SHOWN_ONLY for block in blocks_of(page))


def run_block(block: Block, names: dict[str, Any]) -> None:
    if block.file:
        Path(block.file).write_text(block.text, encoding="utf-8")
    elif block.language == "sh":
        for line in block.text.replace("\\\n", " ").splitlines():
            run_line(line)
    elif block.language == "python":
        exec(compile(block.text, "block", "exec"), names)
    else:
        assert block.language in _SHOWN_ONLY, f"a block of {block.language} is not run"


def run_line(line: str) -> None:
    command = line.partition("  #")[0].strip()
    if command in _SETS_UP:
        return
    program, *words = shlex.split(command)
    assert program in ("thioscope", ".venv/bin/thioscope"), f"not a command of ours: {line}"
    if words and words[0] in COMMANDS:
        assert run_command([*words, *quieted(words)]) == 0, line
    else:
        opens_a_window(words)


def quieted(words: list[str]) -> list[str]:
    """Options that leave out what takes long and is tested elsewhere: the model error."""
    quick = ["--quiet", "--quick"]
    return {"fit": quick, "demo": quick, "watch": ["--quick"]}.get(words[0], [])


def opens_a_window(words: list[str]) -> None:
    """The program with files, or with nothing, opens the window: the self-test does that."""
    assert all(Path(word).exists() for word in words)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if has_something_to_run(page)],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_every_command_and_block_of_the_page_runs(page, tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "examples" / "spectra", tmp_path / "spectra")
    monkeypatch.chdir(tmp_path)
    if page.name != "README.md":
        # half of the time of a run, and drawn in any case for the first page
        monkeypatch.setattr("fitting.output.export.write_figures", lambda *_, **__: iter(()))
    # the model error of what a page fits in Python is left out as it is of its commands
    monkeypatch.setattr("fitting.pipeline.run._has_model_error", lambda _: True)
    names: dict[str, Any] = {}
    for block in blocks_of(page):
        run_block(block, names)


def test_the_pages_that_the_program_tells_are_in_step_with_it(tmp_path):
    script = ROOT / "docs" / "make_reference.py"
    subprocess.run(
        [sys.executable, script, tmp_path], check=True, env={**os.environ, "NO_COLOR": "1"}
    )
    for written in tmp_path.iterdir():
        stored = ROOT / "docs" / "reference" / written.name
        assert stored.read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), (
            f"{stored.name} is not what docs/make_reference.py writes; run it again"
        )


def test_the_page_of_the_api_is_made_of_what_fitting_offers(tmp_path):
    script, page = ROOT / "docs" / "make_api.py", tmp_path / "api.md"
    subprocess.run([sys.executable, script, page], check=True)
    stored = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert stored == page.read_text(encoding="utf-8"), "run docs/make_api.py again"


def test_the_guide_takes_everything_from_fitting_itself():
    blocks = [block.text for page in PAGES for block in blocks_of(page)]
    notebook = (ROOT / "examples" / "first_steps.ipynb").read_text(encoding="utf-8")
    deeper = re.compile(r"(?:from|import) fitting\.\w+")
    assert [text for text in (*blocks, notebook) if deeper.search(text)] == []
    used = {name for text in (*blocks, notebook) for name in re.findall(r"fitting\.(\w+)\(", text)}
    assert used <= set(fitting.__all__)


def test_the_guide_builds_without_a_warning(tmp_path):
    pytest.importorskip("sphinx", reason="the guide is built where the extra docs is installed")
    words = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", ROOT / "docs", tmp_path]
    built = subprocess.run(words, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
