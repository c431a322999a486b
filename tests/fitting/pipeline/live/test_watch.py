"""A watched folder gives every file once it is complete, however it is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from fitting.data.series import SPECTRUM
from fitting.pipeline.live.watch import Patience, watch_folder
from fitting.projects.reading import Reading

PATIENCE = Patience(interval=1.0, settled=3.0, given_up=20.0)


@dataclass
class Instrument:
    """Writes at times of a clock that goes on only while the watcher sleeps."""

    writes: Mapping[int, Callable[[], object]]
    """What happens at which second."""
    time: float = 0.0
    log: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if int(self.time) in self.writes:
            self.writes[int(self.time)]()

    def watch(self, folder: Path, looks: int = 60) -> Iterator[tuple[float, Reading]]:
        found = watch_folder(folder, patience=PATIENCE, now=self.now, sleep=self.sleep)
        for reading in islice(found, looks):
            if reading is not None:
                yield self.time, reading


def _spectrum(points: int = 200, height: float = 900.0) -> str:
    shift = np.linspace(300, 600, points)
    counts = np.random.default_rng(1).poisson(height * np.exp(-(((shift - 421) / 8) ** 2)) + 50)
    lines = (f"{x:.3f}\t{y}\n" for x, y in zip(shift, counts, strict=True))
    return "Raman shift (1/cm)\tcounts\n" + "".join(lines)


def _points(reading: Reading) -> list[int]:
    return [one.sizes["shift"] for one in reading.series]


def test_what_is_there_comes_first_and_once(tmp_path: Path) -> None:
    for name in ("b_2.55V.txt", "a_2.60V.txt"):
        (tmp_path / name).write_text(_spectrum())
    ((time, reading),) = Instrument({}).watch(tmp_path)
    assert time == 3.0
    assert len(reading.series) == 2


def test_a_new_file_comes_when_it_has_been_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "LPSC_2.55V.txt"
    instrument = Instrument({10: lambda: path.write_text(_spectrum())})
    ((time, reading),) = instrument.watch(tmp_path)
    assert 13 <= time <= 15
    assert reading.series[0].sizes[SPECTRUM] == 1


def test_a_file_written_slowly_is_read_when_it_is_whole(tmp_path: Path) -> None:
    """Every part of it could be read as a spectrum of its own."""
    path, text = tmp_path / "slow.txt", _spectrum()
    cuts = [len(text) * part // 6 for part in range(1, 7)]
    writes = {
        5 + 2 * i: (lambda cut=cut: path.write_text(text[:cut])) for i, cut in enumerate(cuts)
    }
    ((time, reading),) = Instrument(writes).watch(tmp_path)
    assert _points(reading) == [200]
    assert time >= 15 + 3


def test_a_file_cut_short_is_waited_for_and_then_listed(tmp_path: Path) -> None:
    path = tmp_path / "cut.vms"
    whole = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\nx\ny\n"
    instrument = Instrument({2: lambda: path.write_text(whole)})
    ((time, reading),) = instrument.watch(tmp_path)
    assert reading.series == ()
    assert "cut.vms" in reading.unread[0].reason
    assert time >= 2 + PATIENCE.given_up


def test_a_file_cut_short_comes_as_soon_as_the_rest_does(tmp_path: Path) -> None:
    path = tmp_path / "late.txt"
    writes: Mapping[int, Callable[[], object]] = {
        2: lambda: path.write_text("Raman shift (1/cm)\tcounts\n"),
        12: lambda: path.write_text(_spectrum()),
    }
    ((time, reading),) = Instrument(writes).watch(tmp_path)
    assert _points(reading) == [200]
    assert 15 <= time <= 17


def test_a_file_that_is_replaced_comes_again(tmp_path: Path) -> None:
    path, other = tmp_path / "one.txt", tmp_path / ".one.part"

    def replace() -> None:
        other.write_text(_spectrum(points=150))
        other.replace(path)

    path.write_text(_spectrum())
    found = [reading for _, reading in Instrument({20: replace}).watch(tmp_path)]
    assert [_points(reading) for reading in found] == [[200], [150]]


def test_an_empty_file_is_no_file_yet(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    assert list(Instrument({}).watch(tmp_path, looks=100)) == []


def test_a_file_that_goes_away_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "gone.txt"
    path.write_text(_spectrum())
    assert list(Instrument({2: path.unlink}).watch(tmp_path)) == []


@pytest.mark.parametrize("name", [".hidden.txt", "results/spectra.csv"])
def test_what_is_no_measurement_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / name).write_text(_spectrum())
    clock = Instrument({})
    found = watch_folder(
        tmp_path,
        patience=PATIENCE,
        ignored=tmp_path / "results",
        now=clock.now,
        sleep=clock.sleep,
    )
    assert list(islice(found, 20)) == [None] * 20


def test_files_come_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    names = ["c.txt", "a.txt", "b.txt"]
    writes = {
        4 + i: partial((tmp_path / name).write_text, _spectrum()) for i, name in enumerate(names)
    }
    found = [reading for _, reading in Instrument(writes).watch(tmp_path)]
    assert [str(one.series[0]["source"].values[0]) for one in found] == names
