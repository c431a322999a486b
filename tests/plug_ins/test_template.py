"""The package in ``examples/plug_in`` adds one thing of each kind, in a program of its own."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

TEMPLATE = Path(__file__).parents[2] / "examples" / "plug_in"
PACKAGE = "thioscope_my_lab"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path in which the package is installed."""
    site = tmp_path / "site"
    shutil.copytree(TEMPLATE / PACKAGE, site / PACKAGE)
    info = site / f"{PACKAGE}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 0.1\n")
    project = tomllib.loads((TEMPLATE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (info / "entry_points.txt").write_text(
        "\n".join(
            f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in entries.items())
            for group, entries in project["entry-points"].items()
        )
    )
    return site


def _measure(path: Path) -> None:
    energy = np.arange(614.0, 638.0, 0.1)
    lines = np.exp(-(((energy - 619.2) / 0.8) ** 2)) + 2 / 3 * np.exp(
        -(((energy - 630.7) / 0.8) ** 2)
    )
    counts = np.random.default_rng(4).poisson(300 + 3000 * lines)
    rows = "\n".join(f"{one:.2f} {count}" for one, count in zip(energy, counts, strict=True))
    path.write_text(f"MY LAB SPECTRUM\nI 3d\n1777629600\n{rows}\n", encoding="utf-8")


def _run(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        capture_output=True, text=True, encoding="utf-8", env=environment, check=False,
    )  # fmt: skip


def test_a_spectrum_of_its_format_is_fitted_by_its_library_and_exported_by_it(
    installed: Path, tmp_path: Path
) -> None:
    _measure(tmp_path / "iodide.mylab")
    out, record = tmp_path / "out", tmp_path / "record.mylab"
    rows = "".join(f"{0.1 * row:.1f} 2500\n" for row in range(20))
    record.write_text(f"MY LAB RECORD\n{rows}", encoding="utf-8")
    done = _run(
        installed, "fit", str(tmp_path / "iodide.mylab"), "--out", str(out), "--quick", "--quiet",
        "--voltage", str(record), "--record-start", "2026-05-01T09:30:00Z",
        "--region", "I 3d", "--model", "my lab iodide", "--background", "ramp",
        "--charge-reference", "none",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    shares = [json.loads(line) for line in (out / "my-lab.jsonl").read_text().splitlines()]
    assert [(row["species"], row["voltage_V"]) for row in shares] == [("my_iodide", 2.5)]
    recipe = (out / "recipe.json").read_text(encoding="utf-8")
    assert "secant" in recipe
    assert "ramp" in recipe
    assert "my-lab.jsonl" in (out / "manifest.json").read_text(encoding="utf-8")


def test_parts_that_trip_are_named_and_all_else_is_done(installed: Path, tmp_path: Path) -> None:
    package = installed / PACKAGE
    for module in ("records", "export"):
        path = package / f"{module}.py"
        path.write_text("raise ValueError('worn out')\n", encoding="utf-8")
    library = package / "library.toml"
    library.write_text(library.read_text(encoding="utf-8").replace("619.2", '"many"'))
    _measure(tmp_path / "iodide.mylab")
    out = tmp_path / "out"
    done = _run(
        installed, "fit", str(tmp_path / "iodide.mylab"), "--out", str(out), "--quick", "--quiet",
        "--region", "I 3d",
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    for group in ("thioscope.exports", "thioscope.libraries"):
        assert group in done.stderr
    assert (out / "species.csv").exists(), done.stderr
