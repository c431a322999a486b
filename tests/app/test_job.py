"""Work off the GUI thread: values, errors, cancelling."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.job import Job


@pytest.fixture
def job(qtbot: QtBot) -> Iterator[Job]:
    job = Job()
    yield job
    job.wait()


def test_values_arrive_in_order_and_then_the_end(job: Job, qtbot: QtBot) -> None:
    values: list[object] = []
    job.produced.connect(values.append)
    with qtbot.waitSignal(job.ended) as ended:
        job.start(lambda: iter(range(5)))
    assert values == [0, 1, 2, 3, 4]
    assert ended.args == [False]
    assert not job.is_running


def test_the_generator_runs_in_another_thread(job: Job, qtbot: QtBot) -> None:
    threads: list[object] = []
    job.produced.connect(threads.append)
    with qtbot.waitSignal(job.ended):
        job.start(lambda: iter([threading.get_ident()]))
    assert threads[0] != threading.get_ident()


def test_cancelled_job_keeps_what_it_had_and_makes_no_more(job: Job, qtbot: QtBot) -> None:
    go_on = threading.Event()
    made: list[int] = []

    def work() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number
            go_on.wait(5)
            go_on.clear()

    values: list[object] = []
    job.produced.connect(values.append)
    with qtbot.waitSignal(job.produced):
        job.start(work)
    with qtbot.waitSignal(job.ended) as ended:
        job.cancel()
        go_on.set()
    assert ended.args == [True]
    assert values == [0]
    assert made == [0, 1]


def test_an_error_is_handed_over_and_the_job_can_be_used_again(job: Job, qtbot: QtBot) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("lost the file")

    with qtbot.waitSignals([job.failed, job.ended]):
        job.start(broken)
    with qtbot.waitSignal(job.ended):
        job.start(lambda: iter([2]))


def test_a_second_start_is_refused_while_the_first_runs(job: Job, qtbot: QtBot) -> None:
    go_on = threading.Event()

    def work() -> Iterator[int]:
        go_on.wait(5)
        yield 1

    job.start(work)
    with pytest.raises(RuntimeError, match="still running"):
        job.start(work)
    with qtbot.waitSignal(job.ended):
        go_on.set()
