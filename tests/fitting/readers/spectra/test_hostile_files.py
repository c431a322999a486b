"""Every reader against damaged files: spectra, or one sentence that names the file, in time."""

import runpy
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import check_series
from fitting.readers.spectra import SPECTRUM_FORMATS, SpectrumFormat, read_spectra

SCRIPT = Path(__file__).parents[3] / "data" / "reader_samples.py"
SAMPLES = runpy.run_path(str(SCRIPT))["samples"]()
FILES = [(reader, name) for reader, files in SAMPLES.items() for name in files]
TEXTS = [
    (reader, name) for reader, name in FILES if b"\0" not in SAMPLES[reader][name].rstrip(b"\0")
]
WHOLE = 700
"""Files up to this size (bytes) are cut at every length, larger ones at this many."""
LONGEST = 2.0
"""Seconds that a file of a few kB may take; a hang shows, a busy machine does not."""
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def module_of(one: SpectrumFormat) -> str:
    return str(one.read.__module__).rpartition(".")[2]


@pytest.fixture
def check(tmp_path: Path) -> Callable[[str, bytes], None]:
    """Read a content; nothing but series or a sentence with the file's name may come of it."""

    def run(name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        begun = time.process_time()
        sentence, series = name, []
        try:
            series = read_spectra(path)
        except UnreadableFileError as error:
            sentence = str(error)
        assert sentence.startswith(name)
        for one in series:
            check_series(one)
        assert time.process_time() - begun < LONGEST

    return run


def test_every_reader_has_a_sample() -> None:
    assert {module_of(reader) for reader in SPECTRUM_FORMATS} == set(SAMPLES)


@pytest.mark.parametrize(("reader", "name"), FILES)
def test_a_whole_sample_is_read_by_its_reader(tmp_path: Path, reader: str, name: str) -> None:
    if name.endswith(".vgd"):
        pytest.importorskip("vgd_reader")
    if name.endswith(".xls"):
        pytest.importorskip("xlrd")
    path = tmp_path / name
    path.write_bytes(SAMPLES[reader][name])
    (expected,) = (one for one in SPECTRUM_FORMATS if module_of(one) == reader)
    assert next(one for one in SPECTRUM_FORMATS if one.recognise(path.read_bytes())) is expected
    assert read_spectra(path)


@pytest.mark.parametrize(("reader", "name"), FILES)
def test_a_file_cut_anywhere_gives_spectra_or_a_sentence(
    check: Callable[[str, bytes], None], reader: str, name: str
) -> None:
    content = SAMPLES[reader][name]
    step = max(len(content) // WHOLE, 1) if reader != "workbook" else len(content) // 60
    for length in range(0, len(content), step):
        check(name, content[:length])


@EXAMPLES
@given(data=st.data())
@pytest.mark.parametrize(("reader", "name"), FILES)
def test_changed_bytes_give_spectra_or_a_sentence(
    check: Callable[[str, bytes], None], reader: str, name: str, data: st.DataObject
) -> None:
    content = bytearray(SAMPLES[reader][name])
    # half of the changes in the header, where they do most
    places = st.one_of(st.integers(0, len(content) - 1), st.integers(0, min(400, len(content) - 1)))
    for place in data.draw(st.lists(places, min_size=1, max_size=5)):
        content[place] = data.draw(st.sampled_from([0, 1, 0x20, 0x7F, 0xFF, 0x2C, 0x3B, 0x41]))
    check(name, bytes(content))


@EXAMPLES
@given(data=st.data())
@pytest.mark.parametrize(("reader", "name"), TEXTS)
def test_wrong_decimal_marks_and_shuffled_lines_give_spectra_or_a_sentence(
    check: Callable[[str, bytes], None], reader: str, name: str, data: st.DataObject
) -> None:
    lines = SAMPLES[reader][name].split(b"\n")
    order = data.draw(st.permutations(range(min(len(lines), 12))))
    shuffled = [lines[index] for index in order] + lines[len(order) :]
    old, new = data.draw(
        st.sampled_from([(b".", b","), (b".", b";"), (b",", b"."), (b"\t", b" "), (b" ", b"\t")])
    )
    check(name, b"\n".join(shuffled).replace(old, new))
    check(name, b"\n".join(lines).replace(old, new))


@pytest.mark.parametrize(("reader", "name"), FILES)
def test_the_head_of_a_format_before_something_else_gives_a_sentence(
    check: Callable[[str, bytes], None], reader: str, name: str
) -> None:
    head = SAMPLES[reader][name][:600]
    check(name, head + bytes(200_000))
    check(name, head + b"\xff" * 200_000)
    check(name, head + b"1\n" * 50_000)
