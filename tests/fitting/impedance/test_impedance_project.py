"""Impedance spectra go the whole way: files, cell, fit, tables, project file, exit codes."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from fitting.data.voltage_scale import LITHIUM_INDIUM
from fitting.impedance.analysis import ImpedanceAnalysis, ImpedanceRecipe
from fitting.impedance.checks import check_impedance
from fitting.impedance.estimates import list_estimates
from fitting.impedance.quantities import Geometry
from fitting.impedance.series import Sweep, make_sweeps
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.files import find_files, read_files
from fitting.pipeline.impedance import grow_impedance, run_impedance
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.notebook import load
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.pipeline.run import run_project
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.saving.project_file import open_project, rescue_project, save_project
from libraries.loader import catalogue

_FREQUENCY = np.geomspace(1e6, 0.1, 25)
_GROWTH = {2: 150.0, 29: 250.0}
_OLD_PROJECT = Path(__file__).parents[2] / "data" / "projects" / "format_3.thio"
_PROMISED = (
    "spectrum, sample, cycle, branch, voltage_V, time_s, circuit, element, quantity, value, "
    "stderr, low95, high95, unit, assignment, status"
)


def _impedance(resistance: float, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    s = 2j * np.pi * _FREQUENCY
    ideal = 60 + resistance / (1 + (s * 6e-4) ** 0.85)
    scatter = random.normal(size=(2, _FREQUENCY.size))
    return np.asarray(ideal + 0.003 * np.abs(ideal) * (scatter[0] + 1j * scatter[1]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "cells"
    place.mkdir()
    for cycle, resistance in _GROWTH.items():
        values = _impedance(resistance)
        rows = [
            f"{frequency:.8g},{one.real:.8g},{-one.imag:.8g}"
            for frequency, one in zip(_FREQUENCY, values, strict=True)
        ]
        path = place / f"LPSCl_charge_3.80V_c{cycle}.csv"
        path.write_text("\n".join(["freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *rows]), encoding="utf-8")
    return place


def _open(folder: Path, request: AnalysisRequest, project: Project | None = None) -> Project:
    reading = sum(read_files(find_files([folder])), Reading())
    return grow_impedance(project or Project(), reading.impedance, request)


def test_folder_of_impedance_gives_the_promised_table(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["fit", str(folder), "--circuit", "R_SE-(R_int|Q_int)", "--out", str(out), "--quiet"]
    assert main([*words, "--area", "1", "--thickness", "0.05"]) == 0
    with (out / "resistances.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == _PROMISED.split(", ")
    found = {(row["quantity"], float(row["cycle"])): row for row in rows}
    for cycle, resistance in _GROWTH.items():
        row = found["R_int", cycle]
        assert float(row["low95"]) < resistance < float(row["high95"])
        assert (row["branch"], row["voltage_V"], row["unit"]) == ("charge", "3.8", "Ohm")
        assert float(found["conductivity", cycle]["value"]) == pytest.approx(0.05 / 60, rel=0.02)
    with (out / "spectra.csv").open(encoding="utf-8") as file:
        assert [row["region"] for row in csv.DictReader(file)] == ["impedance"] * 2
    project = open_project(out / "project.thio")
    table = make_tables(project)["resistances"]
    assert table["value"].tolist() == pytest.approx([float(row["value"]) for row in rows])


def test_wrong_circuit_writes_nothing_and_too_large_a_one_is_exit_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["fit", str(folder), "--out", str(out), "--quiet", "--circuit"]
    assert main([*words, "R-(R|"]) == 2
    assert not out.exists()
    assert main([*words, "-".join(["R", *["(R|Q)"] * 17])]) == 1
    assert "Choose a circuit of fewer elements" in capsys.readouterr().err


def test_impedance_joins_a_project_of_spectra_and_is_rescued_with_it(
    folder: Path, tmp_path: Path
) -> None:
    before = open_project(_OLD_PROJECT)
    request = AnalysisRequest(impedance=ImpedanceRecipe("R-(R|Q)", geometry=Geometry(area=0.5)))
    project = _open(folder, request, before)
    project = keep_events(project, run_impedance(project))
    assert "resistances" not in make_tables(before)
    tables = make_tables(project)
    assert {"raman", "impedance"} - set(tables["spectra"]["region"]) == {"raman"}
    assert len(tables["species"]) == len(make_tables(before)["species"])
    path = tmp_path / "both.thio"
    save_project(project, path)
    again = open_project(path)
    assert again.impedance is not None
    assert project.impedance is not None
    assert repr(again.impedance.recipe) == repr(project.impedance.recipe)
    assert again.analyses.keys() == before.analyses.keys()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    rescued = rescue_project(path)
    assert rescued.impedance is not None
    assert rescued.analyses.keys() == before.analyses.keys()


def test_file_that_comes_again_is_added_once_and_replaced_when_it_has_changed(folder: Path) -> None:
    request = AnalysisRequest()
    first = _open(folder, request)
    assert _open(folder, request, first) is first
    path = folder / "LPSCl_charge_3.80V_c2.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n0.05,210,-1\n", encoding="utf-8")
    second = _open(folder, request, first)
    assert second.impedance is not None
    assert second.impedance.series.sizes["spectrum"] == 2
    assert second.impedance.series.sizes["point"] == _FREQUENCY.size + 1


def test_potential_of_the_file_is_put_on_the_scale_that_is_asked_for() -> None:
    sweep = Sweep(_FREQUENCY, _impedance(100.0), voltage=3.1, voltage_start=3.1, voltage_end=3.1)
    request = AnalysisRequest(voltages=VoltageFile(scale=LITHIUM_INDIUM))
    sweeps = make_sweeps([sweep], sample="a", reader="test").assign_coords(
        source=("spectrum", ["a"])
    )
    project = grow_impedance(Project(), [sweeps.assign_attrs(sources='{"a": "1"}')], request)
    assert project.impedance is not None
    assert project.impedance.series["voltage"].item() == pytest.approx(3.72)


@pytest.mark.parametrize(
    ("circuit", "rule"),
    [
        ("R-(R|Q)-(R|Q)", "impedance-surplus-arc"),
        ("R-(R|C)", "model-impedance-misfit"),
        ("R-(R|Q)", ""),
    ],
)
def test_findings_name_what_the_data_do_not_support(folder: Path, circuit: str, rule: str) -> None:
    project = _open(folder, AnalysisRequest(impedance=ImpedanceRecipe(circuit)))
    project = keep_events(project, run_impedance(project))
    assert project.impedance is not None
    found = {one.rule for one in check_impedance(project.impedance)}
    assert rule in found if rule else found == set()


def test_conductivity_of_a_resistance_that_is_not_there_is_not_stated(folder: Path) -> None:
    recipe = ImpedanceRecipe("R_SE-(R|Q)-(R|Q)-L", geometry=Geometry(area=1.0, thickness=0.05))
    project = _open(folder, AnalysisRequest(impedance=recipe))
    assert project.impedance is not None
    series = project.impedance.series
    # nothing is left in series
    moved = series.assign(real=series["real"] - 60.0)
    project = Project(impedance=replace(project.impedance, series=moved))
    found = keep_events(project, run_impedance(project)).impedance
    assert found is not None
    at_bound = {one.spectrum for one in list_estimates(found)
                if one.quantity == "R_SE" and one.status == "at bound"}  # fmt: skip
    stated = {one.spectrum for one in list_estimates(found) if one.quantity == "conductivity"}
    assert at_bound
    assert not at_bound & stated


def test_change_between_sweeps_tells_drift_within_them() -> None:
    sweeps = [
        Sweep(_FREQUENCY, _impedance(100.0 * (1 + number)), started=400.0 * number, exposure=300.0)
        for number in range(3)
    ]
    series = make_sweeps(sweeps, sample="a", reader="test")
    analysis = ImpedanceAnalysis(series, ImpedanceRecipe("R-(R|Q)"))
    project = Project(impedance=analysis)
    project = keep_events(project, run_impedance(project))
    assert project.impedance is not None
    drifting = [
        one.spectrum
        for one in check_impedance(replace(project.impedance))
        if one.rule == "impedance-drift"
    ]
    assert drifting == [0, 1]


def test_a_notebook_opens_impedance_alone_and_new_sweeps_are_fitted_as_they_come(
    folder: Path,
) -> None:
    project = load(folder)
    assert project.impedance is not None
    project = replace(
        project, impedance=replace(project.impedance, recipe=ImpedanceRecipe("R-(R|Q)"))
    )
    come = keep_events(project, run_project(project, catalogue(), {}))
    assert come.impedance is not None
    assert come.impedance.result is not None
    kept = keep_events(project, run_project(project, catalogue(), {}, fits_impedance=False))
    assert kept.impedance is project.impedance
