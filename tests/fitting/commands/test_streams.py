"""Output that closes or is full ends quietly, with the exit code of what was done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fitting.data.errors import RecipeError
from fitting.output.report.markup import _escape_latex
from fitting.projects.recipe import read_recipes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a shell of Unix")


def run_shell(redirection: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m app library list {redirection}"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "| head -0"])
def test_a_stream_that_is_closed_ends_quietly(redirection: str) -> None:
    done = run_shell(redirection)
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_stream_that_is_full_is_said() -> None:
    done = run_shell("> /dev/full")
    assert done.returncode == 1
    assert done.stderr == "thioscope: standard output: No space left on device.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": 1, "format": 2}', "'format' stands twice"),
        ('{"regions": {"S 2p": {"a": 1, "a": 2}}}', "'a' stands twice"),
        ('{"format": 1' + "0" * 400 + "}", "out of range"),
        ('{"format": 1e999}', "out of range"),
        ("[" * 100_000, "not a JSON file"),
    ],
)
def test_json_that_says_two_things_or_no_number_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=rf"a\.json: .*{words}") as told:
        read_recipes(tmp_path / "a.json")
    assert len(str(told.value)) < 1000


def test_a_bracket_at_the_start_of_a_row_is_text_in_latex() -> None:
    assert _escape_latex("[PEO] cell") == "{[}PEO{]} cell"
    assert "\x1b" not in _escape_latex("a\x1b[31m\u202e")
