"""One series of a scene through the program, and what it says of it."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import fitting
from benchmarks.misspecified.scene import FloatArray, Scene
from fitting.audit.findings import audit_project
from fitting.projects.project import Project
from libraries.loader import catalogue

_WARNINGS = ("warning", "error")


@dataclass(frozen=True)
class Outcome:
    """What was said of one species in one spectrum."""

    species: str
    value: float
    is_statistical_honest: bool
    """Whether the statistical interval holds the truth."""
    is_honest: bool
    """Whether the total one does."""
    is_told: bool
    """Whether a warning names the spectrum, or says that the model fails the series."""
    widening: float
    """Total over statistical half width."""


def measure_scene(scene: Scene, count: int, seed: int) -> list[Outcome]:
    """Fit a series of so many spectra of a scene with the defaults."""
    project = fit_scene(scene, count, seed)
    told = _find_told(project, count)
    tables = fitting.tabulate(project)
    return list(_compare(tables["species"], scene, told))


def fit_scene(scene: Scene, count: int, seed: int) -> Project:
    """The fitted project of a series, read from files as a user's would be."""
    with tempfile.TemporaryDirectory() as folder:
        write_spectra(scene, scene.draw(count, seed), Path(folder))
        project = fitting.load(folder, charge_reference="none")
    return fitting.fit(project)


def write_spectra(scene: Scene, counts: FloatArray, folder: Path) -> None:
    """The spectra as files of two columns."""
    region = scene.region.replace(" ", "")
    axis = "Raman shift (1/cm)" if scene.region == "Raman" else "Binding energy (eV)"
    for number, row in enumerate(counts):
        lines = [f"{x:.2f}\t{value:.0f}" for x, value in zip(scene.x, row, strict=True)]
        text = "\n".join([f"{axis}\tCounts", *lines])
        (folder / f"cell{number:03d}_{region}.txt").write_text(f"{text}\n", encoding="utf-8")


def _find_told(project: Project, count: int) -> NDArray[np.bool_]:
    told = np.zeros(count, dtype=bool)
    for finding in audit_project(project, catalogue()):
        # every axis here is without a reference, which says nothing of the shares
        if finding.severity not in _WARNINGS or finding.rule == "energy-reference":
            continue
        if finding.rule.startswith("model-"):
            told[:] = True
        elif finding.spectrum is not None:
            told[finding.spectrum] = True
    return told


def _compare(species: object, scene: Scene, told: NDArray[np.bool_]) -> Iterator[Outcome]:
    rows = species.to_dict("records")  # type: ignore[attr-defined]
    for row in rows:
        if not np.isfinite(row["fraction_percent"]):
            continue
        truth = float(scene.find_truth(row["species"], len(told))[int(row["spectrum"])])
        value, stderr = float(row["fraction_percent"]), float(row["fraction_stderr"])
        low, high = float(row["fraction_low95"]), float(row["fraction_high95"])
        if not np.isfinite(low):
            upper = float(row.get("fraction_upper95", np.nan))
            low, high = 0.0, upper if np.isfinite(upper) else np.inf
        statistical = 1.96 * stderr if np.isfinite(stderr) else 0.0
        yield Outcome(
            row["species"],
            value,
            abs(value - truth) <= statistical,
            low - 1e-9 <= truth <= high + 1e-9,
            bool(told[int(row["spectrum"])]),
            (high - low) / 2 / statistical if statistical > 0 else 1.0,
        )
