"""Everything that must pass before a change lands: tests, style, types, layout, and the example.

    python3 .ci/run.py            (on Windows: py .ci\\run.py)

Needs Python 3.11 to 3.14; as root on Debian it installs what else it needs. Standard library only.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
TABLES = ("spectra", "peaks", "species", "ratios", "atomic_percent", "onsets", "audit")


def main() -> None:
    """Run one section after the other; the first that fails ends it with its exit code."""
    began = time.monotonic()
    bootstrap = [sys.executable, "packaging/bootstrap.py"]
    run_section("tests", [*bootstrap, "test", "-v", "-ra", "--durations=10"])
    run_section("style", [_tool("ruff"), "check", "."], [_tool("ruff"), "format", "--check", "."])
    scripts = sorted(map(str, (ROOT / "packaging").glob("*.py")))
    run_section("types", [_tool("mypy")], [_tool("mypy"), "--no-incremental", *scripts])
    run_section("layout", [_tool("lint-imports")])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        run_section("example", [*bootstrap, "run", "--quiet", "--out", str(out)])
        missing = [name for name in TABLES if not _is_filled(out / f"{name}.csv")]
        if missing:
            sys.exit(f"the example wrote no {', '.join(missing)}")
    say_heading(f"all passed in {time.monotonic() - began:.0f} s")


def run_section(title: str, *commands: list[str]) -> None:
    """Run the commands of a section in the checkout; leave with the exit code of a failure."""
    say_heading(title)
    for command in commands:
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            sys.exit(code)


def say_heading(text: str) -> None:
    """A heading, before whatever the commands below it print."""
    print(f"\n== {text}", flush=True)


def _tool(name: str) -> str:
    return str(TOOLS / name)


def _is_filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


if __name__ == "__main__":
    main()
