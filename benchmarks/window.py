"""Measure the window, one script after the other: ``python benchmarks/window.py``.

Start-up, redraw during a drag, stalls during a fit, and what 200 opens leave behind. The figures
are kept in ``benchmarks/results/window.json`` with machine and date.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import machine

_SCRIPTS = ("startup", "redraw", "stall", "reopen")


def main() -> None:
    """Run every script, keep and print what they say."""
    folder = Path(__file__).parent
    figures: dict[str, object] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
    for name in _SCRIPTS:
        words = [sys.executable, str(folder / f"{name}.py"), "--json"]
        child = subprocess.run(words, capture_output=True, text=True, check=True)
        figures[name] = json.loads(child.stdout.splitlines()[-1])
    text = json.dumps(figures, indent=2)
    (folder / "results" / "window.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
