"""What spectra share, checked in a menu."""

import pytest
from pytestqt.qtbot import QtBot

from app.model.shared_choice import SharedChoice
from fitting.models.parameter_kinds import shared_kinds


@pytest.fixture
def choice(qtbot: QtBot) -> SharedChoice:
    choice = SharedChoice()
    qtbot.addWidget(choice)
    choice.offer(["area", "fwhm", "position", "offset"], ["sample", "cycle"])
    return choice


@pytest.mark.parametrize(
    "shared",
    [
        ((), ()),
        (("position", "fwhm"), ()),
        (("position",), ("cycle",)),
        (("fwhm", "mixing"), ("sample", "branch")),
    ],
)
def test_what_is_set_is_the_value(
    choice: SharedChoice, shared: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    choice.setValue(shared)
    assert choice.value() == shared


def test_areas_cannot_be_shared(choice: SharedChoice) -> None:
    assert list(choice._boxes) == ["position", "fwhm"]


def test_what_is_checked_is_named_on_the_button(choice: SharedChoice, qtbot: QtBot) -> None:
    assert choice.kinds.text() == "nothing"
    assert not choice.groups.isEnabled()
    with qtbot.waitSignal(choice.chosen) as heard:
        choice._boxes["fwhm"].click()
    assert heard.args == [(("fwhm",), ())]
    assert choice.kinds.text() == "widths"
    assert choice.groups.isEnabled()


def test_groups_are_chosen_by_their_coordinate(choice: SharedChoice, qtbot: QtBot) -> None:
    choice.setValue((("position",), ()))
    choice.groups.setCurrentIndex(choice.groups.findData("sample"))
    with qtbot.waitSignal(choice.chosen) as heard:
        choice.groups.activated.emit(choice.groups.currentIndex())
    assert heard.args == [(("position",), ("sample",))]


def test_showing_a_value_tells_nobody(choice: SharedChoice, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(choice.chosen):
        choice.setValue((("fwhm",), ("sample",)))


def test_every_kind_is_explained_in_plain_words(qtbot: QtBot) -> None:
    choice = SharedChoice()
    qtbot.addWidget(choice)
    choice.offer(list(shared_kinds()), [])
    assert set(choice._boxes) == set(shared_kinds())
    assert all(box.toolTip() for box in choice._boxes.values())
