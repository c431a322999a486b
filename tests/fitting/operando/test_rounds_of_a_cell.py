"""From timed files and a record to charge shifts, composition and cross-checks of every round."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fitting.commands.main import run_command
from fitting.data.series import get_column, set_coordinates
from fitting.electrochemistry.potential_by_time import Clock
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import join_regions
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.pipeline.run import run_project
from fitting.pipeline.voltages import with_voltages
from fitting.projects.project import Project
from fitting.projects.project_record import with_record
from fitting.projects.reading import Reading
from fitting.projects.recipe import RecipeBook
from fitting.quantities.atomic_percent import atomic_percent
from fitting.quantities.cross_checks import cross_checks
from fitting.quantities.quantification import Quantification
from fitting.referencing.charge_drift import charge_drift
from fitting.referencing.charge_reference import (
    ChargeReference,
    apply_charge_reference,
    find_charge_shifts,
)
from fitting.referencing.rereference import change_charge_reference, is_regrouped
from libraries.loader import catalogue

FACTORS = Quantification(escape_depth="none")
"""The spectra are made by the cross sections alone."""
CATALOGUE, REFERENCE = catalogue(), ChargeReference()
REFERRED = AnalysisRequest(book=RecipeBook({}, REFERENCE))


def referenced(cell, reference: ChargeReference = REFERENCE):
    """The spectra of a cell with voltages and charge shifts, and what was said about them."""
    reading = with_voltages(Reading(tuple(cell.spectra)), cell.record())
    return apply_charge_reference(reading.series, reference)


def project_of(cell) -> Project:
    reading = with_voltages(Reading(tuple(cell.spectra)), cell.record())
    return grow_project(Project(), reading, CATALOGUE, REFERRED).project


def fitted(project: Project) -> Project:
    return keep_events(project, run_project(project, CATALOGUE, weighs_models=False))


def off_by(cell, series: Sequence, rounds: Sequence[int]) -> np.ndarray:
    """Deviations of the charge shifts from the truth, in their standard errors."""
    return np.array(
        [
            (float(one["charge_shift"][0]) - cell.shifts[number])
            / float(one["charge_shift_stderr"][0])
            for one, number in zip(series, rounds, strict=True)
        ]
    )


def test_every_region_of_a_round_gets_the_shift_of_its_carbon_line(operando_cell) -> None:
    cell = operando_cell("SPC SPC SPC SPC SPC SPC")
    series, findings = referenced(cell)
    pulls = off_by(cell, series, cell.rounds)
    assert np.abs(pulls).max() < 4.5
    assert len(findings) == 6
    assert findings[2].startswith(f"cell 7, round 3 at {cell.mean_voltage(2):.3f} V: energies")


def test_carbon_line_may_be_measured_first_or_last_and_without_holds(operando_cell) -> None:
    for plan in ("CSP CSP CSP CSP", "SCP SCP SCP SCP"):
        cell = operando_cell(plan, pause=0.0)
        series, _ = referenced(cell)
        assert np.abs(off_by(cell, series, cell.rounds)).max() < 4.5


def test_a_round_without_the_line_takes_the_nearest_and_says_so(operando_cell) -> None:
    cell = operando_cell("SPC SPC SP SPC")
    series, findings = referenced(cell)
    without = [one for one, number in zip(series, cell.rounds, strict=True) if number == 2]
    # the shifts drift by tenths of an eV from round to round: the error knows
    assert np.abs(off_by(cell, without, [2, 2])).max() < 3
    assert min(float(one["charge_shift_stderr"][0]) for one in without) > 0.05
    assert sum("nearest in time" in sentence for sentence in findings) == 1
    others = [one for one, number in zip(series, cell.rounds, strict=True) if number != 2]
    assert max(float(one["charge_shift_stderr"][0]) for one in others) < 0.02


def test_a_line_that_is_measured_less_often_serves_what_is_nearest_to_it(operando_cell) -> None:
    cell = operando_cell("SSSC SSSC SSSC SSSC")
    series, _ = referenced(cell)
    assert np.abs(off_by(cell, series, cell.rounds)).max() < 4.5
    # the line is minutes away in one hold, and the next one half an hour
    errors = np.array([float(one["charge_shift_stderr"][0]) for one in series])
    changes = np.abs(np.diff(list(cell.shifts.values())))
    assert errors.max() < 0.5 * np.sqrt(np.mean(changes**2))


def test_a_line_that_was_measured_once_is_that_of_all(operando_cell) -> None:
    cell = operando_cell("SPC SP SP")
    series, _ = referenced(cell)
    assert len({float(one["charge_shift"][0]) for one in series}) == 1


def test_a_line_that_came_twice_in_a_round_gives_each_its_own(operando_cell) -> None:
    cell = operando_cell("SPC SPCC SPC")
    reading = with_voltages(Reading(tuple(cell.spectra)), cell.record())
    shifts, _ = find_charge_shifts(reading.series, REFERENCE)
    assert len({shift.value for shift in shifts.values()}) == 4
    series, _ = apply_charge_reference(reading.series, REFERENCE)
    first, again = (series[place] for place in (5, 6))
    sulfur, phosphorus = (series[place] for place in (3, 4))
    assert first["charge_shift"] == sulfur["charge_shift"] == phosphorus["charge_shift"]
    assert first["charge_shift"] != again["charge_shift"]


def test_another_reference_is_found_round_by_round_in_an_open_project(operando_cell) -> None:
    cell = operando_cell("SPC SPC SPC")
    project = change_charge_reference(project_of(cell), ChargeReference("S 2p", "PS4", 161.5))
    for analysis in project.analyses.values():
        shift = get_column(analysis.series, "charge_shift").astype(float)
        assert np.diff(shift) == pytest.approx(np.diff(list(cell.shifts.values())), abs=0.03)
    points = charge_drift(project)
    assert len(points) == 3
    assert [point.voltage for point in points] == pytest.approx(
        [cell.mean_voltage(number) for number in range(3)], abs=1e-5
    )


def test_a_record_that_tells_rounds_apart_regroups_a_project_and_a_shifted_clock_does_not(
    operando_cell,
) -> None:
    cell = operando_cell("SPC SPC")
    named = [set_coordinates(one, voltage=2.2, voltage_from="file name") for one in cell.spectra]
    project = grow_project(Project(), Reading(tuple(named)), CATALOGUE, REFERRED).project
    timed = with_record(project, cell.record(), Clock())
    assert is_regrouped(project, timed)
    assert not is_regrouped(timed, with_record(timed, cell.record(), Clock(offset=60.0)))
    assert not is_regrouped(project, replace(timed, charge_reference=None))
    anew = change_charge_reference(timed, REFERENCE)
    for analysis in anew.analyses.values():
        shift = get_column(analysis.series, "charge_shift").astype(float)
        assert np.diff(shift) == pytest.approx(np.diff(list(cell.shifts.values())), abs=0.03)


@pytest.fixture(scope="module")
def analysed(operando_cell):
    """A cell in which a round lacks P 2p and another has the wrong composition."""
    cell = operando_cell("SPC SPC SC SPC SPC", off=[3])
    return cell, fitted(project_of(cell))


def test_composition_of_every_round_is_the_true_one(analysed) -> None:
    cell, project = analysed
    rows = atomic_percent(project.analyses, FACTORS).rows
    for number in range(5):
        of_round = {(row.region, row.species): row for row in rows if row.round == number + 1}
        (voltage,) = {row.voltage for row in of_round.values()}
        assert voltage == pytest.approx(cell.mean_voltage(number), abs=1e-5)
        assert ("P 2p", "PS4") in of_round or number == 2
        if number == 2:
            continue
        sulfur = sum(row.value for key, row in of_round.items() if key[0] == "S 2p")
        phosphorus = sum(row.value for key, row in of_round.items() if key[0] == "P 2p")
        error = of_round["P 2p", "PS4"].stderr / of_round["P 2p", "PS4"].value
        assert sulfur / phosphorus == pytest.approx(cell.sulfur[number], rel=4 * error + 0.03)
        assert np.isfinite(of_round["S 2p", "PS4"].systematic)


def test_core_levels_of_a_round_are_checked_against_one_another(analysed) -> None:
    cell, project = analysed
    checks = cross_checks(project.analyses, FACTORS, CATALOGUE)
    ratios = {one.round: one for one in checks if one.check == "S:P of PS4"}
    assert sorted(ratios) == [1, 2, 4, 5]
    assert [one.verdict for _, one in sorted(ratios.items())] == [
        "agrees", "agrees", "off", "agrees",
    ]  # fmt: skip
    assert "cell 7, round 4: S:P of PS4" in ratios[4].sentence
    for number, one in ratios.items():
        assert one.value == pytest.approx(cell.sulfur[number - 1], abs=4 * one.stderr)
        assert one.voltage_change == pytest.approx(2e-5 * 2 * 130, rel=0.1)
    distances = [one for one in checks if one.unit == "eV" and one.check.startswith("S 2p")]
    assert [one.round for one in distances] == [1, 2, 4, 5]
    assert all(one.verdict == "agrees" for one in distances)


def test_tables_say_which_spectra_are_of_which_round(analysed) -> None:
    _, project = analysed
    tables = make_tables(project)
    spectra = tables["spectra"]
    counted = spectra.groupby("round")["region"].agg(set).to_dict()
    assert counted[3] == {"S 2p", "C 1s"}
    assert all(counted[number] == {"S 2p", "P 2p", "C 1s"} for number in (1, 2, 4, 5))
    # a row of a spectrum has its own voltage, a row of a round the mean
    first = spectra[spectra["round"] == 1]
    assert first["voltage_V"].nunique() == 3
    composition = tables["atomic_percent"]
    mean = composition[composition["round"] == 1]["voltage_V"].unique()
    assert mean == pytest.approx([first["voltage_V"].mean()])
    assert set(tables["cross_checks"]["round"]) == {1, 2, 4, 5}


def test_a_potential_that_moves_within_the_rounds_is_said(operando_cell) -> None:
    cell = operando_cell("SPC SPC")
    steep = cell.record()
    fast = replace(steep, voltage=2.2 + 1e-3 * (steep.time - steep.time[0]))
    reading = with_voltages(Reading(tuple(cell.spectra)), fast)
    project = fitted(grow_project(Project(), reading, CATALOGUE, REFERRED).project)
    audit = make_tables(project)["audit"]
    (message,) = [text for text in audit["message"] if "core level to core level" in text]
    assert "0.2" in message
    assert "2 of 2 rounds" in message


def test_rounds_that_come_one_by_one_are_those_of_all_together(operando_cell) -> None:
    cell = operando_cell("SPC SPC SPSC SPC")
    whole = project_of(cell)
    grown = Project()
    for one in cell.spectra:
        request = replace(REFERRED, voltages=VoltageFile(source=cell.record()))
        step = grow_project(grown, Reading((one,)), CATALOGUE, request)
        grown = keep_events(
            step.project, run_project(step.project, CATALOGUE, step.to_fit, weighs_models=False)
        )
    for region, analysis in whole.analyses.items():
        mine, its = grown.analyses[region].series, analysis.series
        order = np.argsort(get_column(mine, "started"))
        expected = its["charge_shift"].values[np.argsort(get_column(its, "started"))]
        np.testing.assert_allclose(mine["charge_shift"].values[order], expected, atol=1e-9)
        assert grown.analyses[region].is_current


def test_voltages_in_names_still_tell_states_apart(operando_cell) -> None:
    cell = operando_cell("SPC SPC SPC")
    given = [
        set_coordinates(one, voltage=2.0 + number, voltage_from="file name")
        for one, number in zip(cell.spectra, cell.rounds, strict=True)
    ]
    series, findings = apply_charge_reference(given, REFERENCE)
    assert np.abs(off_by(cell, series, cell.rounds)).max() < 4.5
    assert findings[0].startswith("cell 7 at 2 V: energies")
    tables = make_tables(Project())
    assert list(tables["atomic_percent"].columns[:2]) == ["sample", "voltage_V"]
    joined, _ = join_regions(series)
    assert all(get_column(one, "charge_shift").size == 3 for one in joined.values())


def test_files_and_a_record_become_tables_through_the_command_line(
    operando_cell, write_rounds, tmp_path: Path, capsys
) -> None:
    cell = operando_cell("SPC SPC SC SPC SPC", off=[3])
    folder, out = tmp_path / "files", tmp_path / "out"
    folder.mkdir()
    write_rounds(cell, folder)
    command = ["fit", str(folder), "--voltage", str(tmp_path / "record.csv"), "--out", str(out)]
    assert run_command([*command, "--quiet", "--quick", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["regions"]["S 2p"]["spectra"] == 5
    spectra = pd.read_csv(out / "spectra.csv")
    assert (spectra["voltage_from"] == "time match").all()
    for row in spectra.itertuples():
        truth = cell.shifts[int(row.round) - 1]
        assert abs(row.charge_shift - truth) < 4.5 * row.charge_shift_stderr
    composition = pd.read_csv(out / "atomic_percent.csv")
    assert sorted(composition["round"].unique()) == [1, 2, 3, 4, 5]
    for number, rows in composition.groupby("round"):
        assert rows["atomic_percent"].sum() == pytest.approx(100.0)
        assert rows["voltage_V"].iloc[0] == pytest.approx(
            cell.mean_voltage(int(number) - 1), abs=1e-4
        )
    checks = pd.read_csv(out / "cross_checks.csv")
    ratios = checks[checks["check"] == "S:P of PS4"].set_index("round")
    assert ratios["verdict"].to_dict() == {1: "agrees", 2: "agrees", 4: "off", 5: "agrees"}
    audit = pd.read_csv(out / "audit.csv")
    findings = audit[audit["rule"] == "cross-check"]["message"]
    assert any(text.startswith("cell 7, round 4: S:P of PS4 is 2.") for text in findings)
