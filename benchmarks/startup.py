"""How long the program takes until its window is on the screen, and until it can be used.

    python benchmarks/startup.py [--rounds 5] [--json]

Every round is a process of its own. "visible" is when the window was drawn for the first time,
"ready" when files can be opened.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds = [_round() for _ in range(options.rounds)]
    figures = {
        name: statistics.median(values)
        for name, values in zip(("visible", "ready"), zip(*rounds, strict=True), strict=True)
    }
    if options.json:
        print(json.dumps({"unit": "s", "rounds": options.rounds, **figures}))
    else:
        for name, seconds in figures.items():
            print(f"{name:8} {seconds:.2f} s (median of {options.rounds})")


def _round() -> list[float]:
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not environment.get("DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(time.time())],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in child.stdout.split()]


if __name__ == "__main__":
    main()
