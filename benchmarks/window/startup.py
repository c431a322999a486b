"""How long the program takes until it can be used: ``python -m benchmarks.window.startup``.

Every round is a process of its own. "visible" is when the window was drawn for the first time,
"ready" when files can be opened.
"""

import statistics
import subprocess
import sys
import time

from benchmarks.command import CHECKOUT, Figures, Size, benchmark_parser, parse, show
from benchmarks.window.screen import show_nothing

_CHILD = """
import sys, time
from app.main_window import MainWindow
from app.window import Loading, make_application
began = float(sys.argv[1])
application = make_application()
window = MainWindow()
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
window.repaint()
print(time.time() - began)
loading = Loading(window)
loading.loaded.connect(application.quit)
loading.start()
application.exec()
print(time.time() - began)
window.close()
"""


def main() -> None:
    """Start it some times; the medians."""
    options = parse(benchmark_parser(__doc__, rounds=Size(5, 2, "starts")))
    show_nothing()
    rounds = [_round() for _ in range(options.rounds)]
    figures = {
        name: statistics.median(values)
        for name, values in zip(("visible", "ready"), zip(*rounds, strict=True), strict=True)
    }
    show({"unit": "s", "rounds": options.rounds, **figures}, options, _table)


def _round() -> list[float]:
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(time.time())],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )
    return [float(line) for line in child.stdout.split()]


def _table(figures: Figures) -> str:
    lines = [f"{name:8} {figures[name]:.2f} s" for name in ("visible", "ready")]
    return "\n".join([*lines, f"(medians of {figures['rounds']})"])


if __name__ == "__main__":
    main()
