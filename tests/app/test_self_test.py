"""The self-test goes the whole way, and fails with a sentence where a part of it does not work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.self_test import SelfTestError, _wait_until, drop_on, worst_share
from fitting.simulation.example import example_truth

_HEADER = "region,voltage_V,species,fraction_percent"


def test_it_drops_fits_exports_and_agrees_with_the_truth(tmp_path: Path) -> None:
    done = _thioscope("--self-test", "--out", str(tmp_path / "kept"), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "34 of raman, 3 of C 1s, 3 of P 2p, 3 of S 2p" in done.stdout
    assert done.stdout.endswith("Passed.\n")
    kept = {path.name for path in (tmp_path / "kept").iterdir()}
    assert {"species.csv", "tables.xlsx", "project.thio", "window.png"} <= kept


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = _thioscope("--self-test", "--out", str(tmp_path), home=tmp_path)
    assert done.returncode == 1
    assert "self-test failed" in done.stderr
    assert "not empty" in done.stderr


def test_a_share_that_is_off_is_found(tmp_path: Path) -> None:
    rows = _true_rows()
    rows[5] = rows[5].rpartition(",")[0] + ",50.0"
    table = tmp_path / "species.csv"
    table.write_text("\n".join([_HEADER, *rows]), encoding="utf-8")
    error, where = worst_share(table)
    assert error > 20.0
    assert rows[5].split(",")[2] in where


def test_a_share_without_a_number_is_the_worst(tmp_path: Path) -> None:
    rows = _true_rows()
    rows[5] = rows[5].rpartition(",")[0] + ","
    table = tmp_path / "species.csv"
    table.write_text("\n".join([_HEADER, *rows]), encoding="utf-8")
    assert not worst_share(table)[0] <= 100.0


def test_a_species_that_is_not_in_the_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "species.csv"
    table.write_text("\n".join([_HEADER, *_true_rows()[:-1]]), encoding="utf-8")
    with pytest.raises(SelfTestError, match="there is no row for"):
        worst_share(table)


def test_a_message_on_the_screen_ends_the_test(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setText("The disk is full.")
    box.open()
    with pytest.raises(SelfTestError, match="The disk is full"):
        _wait_until("nothing", lambda: False)


def test_a_window_that_takes_no_files_fails(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.setAcceptDrops(False)
    window.drops.deleteLater()
    with qtbot.waitSignal(window.drops.destroyed), pytest.raises(SelfTestError, match="dropped"):
        drop_on(window, [])


def _true_rows() -> list[str]:
    return [
        f"{one.region},{one.voltage},{species},{fraction}"
        for one in example_truth()
        for species, fraction in one.fractions.items()
    ]


def _thioscope(*words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "app", *words]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home / "config")}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
