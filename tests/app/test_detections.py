"""Which species are seen: found once for a result, and off the GUI thread for long series."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.detections import Detections
from app.document import Document
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis
from fitting.quantities.region_detection import find_detection


@pytest.fixture
def fitted(document: Document) -> Analysis:
    analysis = document.project.analyses["S 2p"]
    return with_fit(analysis, fit_analysis(analysis))


def test_a_short_series_is_answered_at_once_and_remembered(fitted: Analysis, qtbot: QtBot) -> None:
    detections = Detections()
    found = detections.of(fitted)
    assert found is not None
    np.testing.assert_array_equal(found.is_detected, find_detection(fitted).is_detected)
    assert detections.of(fitted) is found
    assert fitted.result is not None
    assert detections.of(replace(fitted, result=fitted.result.copy())) is not found


def test_a_long_series_is_answered_later(
    fitted: Analysis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.detections.AT_ONCE", 1)
    detections = Detections()
    with qtbot.waitSignal(detections.found) as found:
        assert detections.of(fitted) is None
    assert found.args == ["S 2p"]
    assert detections.of(fitted) is not None
    qtbot.waitUntil(lambda: not detections.is_running)


def test_without_a_result_there_is_nothing_to_find(document: Document) -> None:
    assert document.detections.of(document.project.analyses["S 2p"]) is None
    assert not document.detections.is_running


def test_a_thread_ends_with_the_document_it_is_for(
    fitted: Analysis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.detections.AT_ONCE", 1)
    for _ in range(5):
        document = Document()
        assert document.detections.of(fitted) is None
        del document
        gc.collect()


def test_what_goes_wrong_in_the_other_thread_is_not_kept_quiet(
    fitted: Analysis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Analysis) -> None:
        raise ZeroDivisionError("for the test")

    monkeypatch.setattr("app.detections.AT_ONCE", 1)
    monkeypatch.setattr("app.detections.find_detection", fail)
    detections = Detections()
    with qtbot.captureExceptions() as caught:
        detections.of(fitted)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_after_the_end_nothing_more_is_begun(
    fitted: Analysis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.detections.AT_ONCE", 1)
    detections = Detections()
    detections.wait()
    assert detections.of(fitted) is None
    assert not detections.is_running
