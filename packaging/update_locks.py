"""Write uv.lock and the lock files that bootstrap.py and wine.py install from. Needs uv.

    python packaging/update_locks.py             after a change of the dependencies
    python packaging/update_locks.py --upgrade   take the newest versions that they allow

Afterwards run the tests and commit all of these files together.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Extras of each lock file.
EXTRAS = {
    "run": ("build", "fast"),
    "test": ("build", "fast", "test", "docs"),
    "freeze": ("fast", "freeze"),
}


def main(arguments: list[str]) -> None:
    """Resolve once for all systems and Pythons, then export."""
    _uv("lock", *arguments)
    for name, extras in EXTRAS.items():
        chosen = [part for extra in extras for part in ("--extra", extra)]
        form = ["--format", "requirements-txt", "--output-file", f"packaging/{name}.lock"]
        _uv("export", "--quiet", "--locked", "--no-emit-project", "--no-annotate", *chosen, *form)


def _uv(*arguments: str) -> None:
    # An index set on this machine would be written into uv.lock.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    subprocess.run(["uv", "--no-config", *arguments], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
