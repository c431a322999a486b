"""From the command line: a record, its clock, and what comes of it in tables, figures, project."""

import csv
from pathlib import Path

import numpy as np
import pytest

from fitting.commands.main import run_command
from fitting.electrochemistry.potential_by_time import Clock
from fitting.readers.records import column_mapping
from fitting.saving.project_file import open_project

SHIFTS = np.arange(300.0, 560.0, 2.0)
START = "06.05.2024 07:08:09"
COUNT = 8


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_mapping, "configuration_folder", lambda: tmp_path / "settings")


@pytest.fixture
def spectra(tmp_path: Path) -> Path:
    """A series of Raman spectra of a minute each, ten minutes apart, as LabSpec writes them."""
    rng = np.random.default_rng(1)
    rows = ["\t" + "\t".join(f"{shift:g}" for shift in SHIFTS)]
    for index in range(COUNT):
        band = 900 * np.exp(-0.5 * ((SHIFTS - 421) / 4.5) ** 2)
        other = 60 * index * np.exp(-0.5 * ((SHIFTS - 475) / 8) ** 2)
        counts = rng.poisson(band + other + 100)
        time = 600 * index + rng.uniform(0, 5)
        rows.append(f"{time:.3f}\t" + "\t".join(map(str, counts)))
    head = f"#Acq. time (s)=\t60\n#Accumulations=\t1\n#Laser=\t532\n#Acquired=\t{START}\n"
    path = tmp_path / "insitu.txt"
    path.write_text(head + "\n".join(rows) + "\n", encoding="latin-1")
    return path


def _record(folder: Path, headings: str = "Date,Test_Time(s),Voltage(V),Current(A)") -> Path:
    """1 mV in 10 s from 2.5 V, beginning with the first spectrum."""
    rows = [
        f"2024-05-06 {7 + (8 * 60 + 9 + t) // 3600:02}:{(8 * 60 + 9 + t) // 60 % 60:02}:"
        f"{(9 + t) % 60:02},{t},{2.5 + 1e-4 * t:.5f},0.0001"
        for t in range(0, 7200, 20)
    ]
    path = folder / "cell.csv"
    path.write_text(headings + "\n" + "\n".join(rows) + "\n")
    return path


def _fit(spectra: Path, record: Path, *options: str) -> Path:
    out = spectra.parent / "out"
    words = ["fit", str(spectra), "--out", str(out), "--voltage", str(record), "--quiet", "--quick"]
    # two bands cannot tell all that the default model has, so that some fits may fail
    assert run_command([*words, "--overwrite", *options]) in (0, 1)
    return out


def _column(table: Path, name: str) -> list[str]:
    with table.open(encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_potentials_by_the_clock_reach_tables_figures_and_project(
    spectra: Path, tmp_path: Path
) -> None:
    out = _fit(spectra, _record(tmp_path), "--largest-change", "0.001")
    voltage = np.array(_column(out / "spectra.csv", "voltage_V"), dtype=float)
    # half a minute after the start of each spectrum, some seconds of jitter
    np.testing.assert_allclose(voltage, 2.5 + 1e-4 * (600 * np.arange(COUNT) + 30), atol=6e-4)
    assert set(_column(out / "spectra.csv", "branch")) == {"charge"}
    figures = {path.name for path in (out / "figures").iterdir()}
    assert {"raman_species.svg", "raman_species_time.svg"} <= figures
    svg = (out / "figures" / "raman_species_time.svg").read_text()
    assert "E (V vs Li" in svg
    project = open_project(out / "project.thio")
    assert project.cell is not None
    assert project.cell.record.voltage.size == 360
    assert any("moved by up to 0.006 V" in note for note in project.notes)


def test_every_part_of_the_clock_can_be_said(spectra: Path, tmp_path: Path) -> None:
    words = ("--clock-zone", "+00:30", "--clock-offset", "-1800", "--clock-drift", "3.6")
    out = _fit(spectra, _record(tmp_path), *words, "--series-step", "600")
    project = open_project(out / "project.thio")
    assert project.cell is not None
    assert project.cell.clock == Clock(zone="+00:30", offset=-1800, drift=1e-3, series_step=600)
    voltage = np.array(_column(out / "spectra.csv", "voltage_V"), dtype=float)
    starts = 600 * 1.001 * np.arange(COUNT)
    np.testing.assert_allclose(voltage, 2.5 + 1e-4 * (starts + 30), atol=6e-4)


def test_columns_are_said_once(spectra: Path, tmp_path: Path) -> None:
    record = _record(tmp_path, "d,x1,x2,x3")
    out = _fit(spectra, record, "--columns", "stamp=d,voltage=x2")
    first = _column(out / "spectra.csv", "voltage_V")
    out = _fit(spectra, record)
    assert _column(out / "spectra.csv", "voltage_V") == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--clock-zone", "Atlantis"), "Europe/Berlin"),
        (("--columns", "voltage=x2"), "one for time"),
        (("--columns", "time=nowhere,voltage=x2"), "no rows"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(
    spectra: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    out = tmp_path / "out"
    arguments = ["fit", str(spectra), "--out", str(out), "--voltage", str(_record(tmp_path))]
    assert run_command([*arguments, "--quiet", *words]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_a_watched_folder_takes_its_potentials_from_the_record_as_it_grows(
    spectra: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "run", tmp_path / "out"
    folder.mkdir()
    (folder / spectra.name).write_bytes(spectra.read_bytes())
    record = _record(tmp_path)
    rows = record.read_text().splitlines()
    quick = ("--interval", "0.05", "--settled", "0.1", "--quiet", "--once", "--overwrite")
    words = ["watch", str(folder), "--out", str(out), "--voltage", str(record), *quick]
    # as far as the potentiostat has come by now
    record.write_text("\n".join(rows[:100]) + "\n")
    assert run_command(words) == 1
    known = [text for text in _column(out / "spectra.csv", "voltage_V") if text]
    assert len(known) == 4
    record.write_text("\n".join(rows) + "\n")
    assert run_command([*words, "--recipe", str(out / "project.thio")]) == 0
    assert all(_column(out / "spectra.csv", "voltage_V"))
