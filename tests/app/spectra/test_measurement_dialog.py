"""The dialog of measurement settings: a field for each, and nothing lost."""

import numpy as np

from app.spectra.measurement_dialog import MeasurementDialog
from fitting.data.series import ENERGY, make_series
from fitting.models.model import Background, Model
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe


def _project(**stated: float | str) -> Project:
    series = make_series(
        ENERGY, np.linspace(160, 166, 61), np.ones((1, 61)), sigma=1.0, noise="given",
        region="S 2p", metadata={"file": {"pass energy": 160.0}},
    )  # fmt: skip
    analysis = Analysis(series, Recipe(Model((), Background("none", {}))))
    return Project({"S 2p": analysis}, acquisition=stated)


def test_what_is_stated_comes_back_and_that_of_a_region_stays(qtbot) -> None:
    given = {"pass_energy": 20.0, "S 2p.scans": 3.0, "neutraliser": "on"}
    dialog = MeasurementDialog(_project(**given))
    qtbot.addWidget(dialog)
    assert dialog.value() == given
    dialog.fields["neutraliser"].clear()
    assert "neutraliser" not in dialog.value()


def test_what_the_file_tells_is_shown_and_not_stated(qtbot) -> None:
    dialog = MeasurementDialog(_project())
    qtbot.addWidget(dialog)
    assert dialog.fields["pass_energy"].placeholderText() == "160 eV"
    assert dialog.value() == {}
    assert "laser" not in dialog.fields


def test_a_number_that_is_none_is_said_and_the_dialog_stays(qtbot) -> None:
    dialog = MeasurementDialog(_project())
    qtbot.addWidget(dialog)
    dialog.fields["pass_energy"].setText("high")
    dialog.accept()
    assert "is a number in eV" in dialog.problem.text()
    dialog.fields["pass_energy"].setText("20")
    with qtbot.waitSignal(dialog.stated) as told:
        dialog.accept()
    assert told.args == [{"pass_energy": 20.0}]
