"""Benchmarks are commands that start from the checkout; what they keep is of whole runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.command import Size, benchmark_parser, parse

_CHECKOUT = Path(__file__).parents[1]
_FOLDER = _CHECKOUT / "benchmarks"
_COMMANDS = sorted(
    ".".join(path.relative_to(_CHECKOUT).with_suffix("").parts).removesuffix(".__main__")
    for path in _FOLDER.rglob("*.py")
    if "__main__" in path.read_text(encoding="utf-8")
)
_HELP = """
import contextlib, io, runpy, sys
for name in sys.argv[1:]:
    said = io.StringIO()
    sys.argv = [name, "--help"]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        assert ended.code == 0, (name, ended.code)
    assert "--quick" in said.getvalue(), name
    assert f"python -m {name}" in said.getvalue().replace("\\n", " "), name
    print(name)
"""


def test_every_benchmark_is_a_command_that_says_how_it_is_started() -> None:
    for package in ("numba", "distributed"):
        pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, "-c", _HELP, *_COMMANDS],
        capture_output=True,
        text=True,
        check=False,
        cwd=_CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == _COMMANDS


@pytest.mark.parametrize(
    ("words", "is_whole", "spectra"),
    [
        (["--json"], True, 9),
        (["--processes", "1"], True, 9),
        (["--quick"], False, 3),
        (["--spectra", "8"], False, 8),
    ],
)
def test_only_a_whole_run_is_kept(
    words: list[str], is_whole: bool, spectra: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = benchmark_parser("Measure something.", spectra=Size(9, 3, "spectra"))
    parser.add_argument("--processes", type=int, default=4)
    monkeypatch.setattr(sys, "argv", ["benchmark", *words])
    options = parse(parser)
    assert (options.is_whole, options.spectra) == (is_whole, spectra)
