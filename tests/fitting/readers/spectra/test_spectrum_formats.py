"""A format is one object: a newcomer's comes from outside, and a broken one stops nothing."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.series import warnings_of
from fitting.readers.spectra import SPECTRUM_FORMATS, plug_ins, read_spectra

NEWCOMER = '''
"""A reader as a newcomer writes it: one file that names one object."""
import numpy as np
from fitting.data.series import ENERGY, make_series
from fitting.readers.spectra.spectrum_format import SpectrumFormat

def recognise_strip_chart(head):
    return head.startswith(b"STRIP")

def read_strip_chart(path, options):
    counts = np.frombuffer(path.read_bytes()[5:], "<u2").astype(float)
    energy = 160 + 0.1 * np.arange(counts.size)
    spectra = {"intensity": counts[None], "sigma": np.sqrt(counts[None]), "noise": "counts"}
    return [make_series(ENERGY, energy, region="S 2p", unit="counts", **spectra)]

FORMAT = SpectrumFormat("strip chart", (".strip",), recognise_strip_chart, read_strip_chart)
'''
BOASTER = NEWCOMER.replace('head.startswith(b"STRIP")', "True").replace("np.frombuffer", "np.no")
COUNTS = np.arange(100, 140)
TEXT = "Binding energy (eV),Counts\n" + "\n".join(f"{150 + i},{i + 5}" for i in range(30))
PlugIn = Callable[[str, str], None]


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlugIn]:
    """Install a module as a package of the user."""
    entries: list[EntryPoint] = []
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(plug_ins, "entry_points", lambda **_: entries)
    plug_ins.load_formats.cache_clear()

    def install(name: str, code: str) -> None:
        (tmp_path / f"{name}.py").write_text(code)
        entries.append(EntryPoint(name, f"{name}:FORMAT", plug_ins.GROUP))

    yield install
    plug_ins.load_formats.cache_clear()
    for entry in entries:
        sys.modules.pop(entry.name, None)


def test_a_newcomer_reads_a_format_with_one_file(tmp_path: Path, plug_in: PlugIn) -> None:
    plug_in("strip_chart", NEWCOMER)
    path = tmp_path / "LPSC.strip"
    path.write_bytes(b"STRIP" + COUNTS.astype("<u2").tobytes())
    (series,) = read_spectra(path)
    assert series["intensity"].values[0].tolist() == COUNTS.tolist()
    assert series.attrs["reader"] == "strip chart"
    assert warnings_of(series) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemError('no licence')", "no licence"),
        ("FORMAT = )", "SyntaxError"),
        ("", "FORMAT"),
        ("FORMAT = 3", "names a int, not a SpectrumFormat"),
        (NEWCOMER.replace('b"STRIP"', "3"), "TypeError"),
        (NEWCOMER.replace('head.startswith(b"STRIP")', "1 / 0"), "ZeroDivisionError"),
        (BOASTER, "AttributeError"),
    ],
)
def test_a_broken_plug_in_is_a_sentence_and_what_the_program_reads_is_read(
    tmp_path: Path, plug_in: PlugIn, code: str, said: str
) -> None:
    plug_in("broken_reader", code)
    path = tmp_path / "LPSC_S2p.csv"
    path.write_text(TEXT)
    (series,) = read_spectra(path)
    assert series.sizes["energy"] == 30
    (warning,) = warnings_of(series)
    assert said in warning
    unknown = tmp_path / "unknown.bin"
    unknown.write_bytes(b"\x00\x01\x02\x03" * 100)
    with pytest.raises(UnreadableFileError, match="not a format this program reads") as caught:
        read_spectra(unknown)
    assert "The plug-in" in str(caught.value)


def test_one_broken_plug_in_does_not_take_another_with_it(tmp_path: Path, plug_in: PlugIn) -> None:
    plug_in("broken_reader", "raise ValueError")
    plug_in("strip_chart", NEWCOMER)
    path = tmp_path / "LPSC.strip"
    path.write_bytes(b"STRIP" + COUNTS.astype("<u2").tobytes())
    assert read_spectra(path)


def test_every_format_says_its_words_and_names_its_functions_by_what_they_do() -> None:
    for one in SPECTRUM_FORMATS:
        assert one.name
        assert all(extension.startswith(".") for extension in one.extensions)
        assert one.recognise.__name__.startswith("recognise_")
        assert one.read.__name__.startswith("read_")
