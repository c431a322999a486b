"""The grammar of VAMAS files, against files made to order, real ones and another library."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from vamas import Vamas

from fitting.data.errors import UnreadableFileError
from fitting.readers.spectra.vamas_blocks import is_vamas, parse_vamas

Maker = Callable[..., bytes]

MODES = ["MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM"]
COUNTS = (100, 110, 121, 133, 120)
KRATOS = "xps_kratos_vamas/assigned.vms"
SEVERAL = [KRATOS, "xps_kratos_vamas/multiplex.vms", "xps_vamas_casaxps_text/regular.vms"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("technique", ["XPS", "AES diff", "SIMS"])
def test_blocks_of_every_mode_are_taken_apart(vamas_text: Maker, mode: str, technique: str) -> None:
    content = vamas_text({"technique": technique}, {"technique": technique}, mode=mode)
    parsed = parse_vamas("a.vms", content)
    assert [block.number_of("pass energy") for block in parsed.blocks] == [20, 20]
    for block in parsed.blocks:
        np.testing.assert_array_equal(block.ordinates[0].values, COUNTS)


def test_irregular_scans_have_their_axis_among_the_columns(vamas_text: Maker) -> None:
    columns = (("binding energy", "eV", (1.0, 2.0, 4.0)), ("counts", "d", (7, 8, 9)))
    parsed = parse_vamas("a.vms", vamas_text({"columns": columns}, scan_mode="IRREGULAR"))
    (block,) = parsed.blocks
    assert block.abscissa is None
    np.testing.assert_array_equal(block.ordinates[0].values, [1, 2, 4])
    np.testing.assert_array_equal(block.ordinates[1].values, [7, 8, 9])


@pytest.mark.parametrize("lists", [{"excluded": (1, 8, 14, 31, 32, 34, 40)}, {"included": (6, 9)}])
def test_parts_left_out_of_later_blocks_are_those_of_the_first(
    vamas_text: Maker, lists: dict[str, tuple[int, ...]]
) -> None:
    first = {"comment": ("of the first",), "additional": (("angle", "degree", 3),)}
    second = {"columns": (("counts", "d", (1, 2, 3)),)}
    parsed = parse_vamas("a.vms", vamas_text(first, second, first, **lists))
    assert len(parsed.blocks) == 3
    later = parsed.blocks[1]
    assert later.comment == ("of the first",)
    assert later.additional == parsed.blocks[0].additional
    assert later.abscissa == parsed.blocks[0].abscissa
    assert later.number_of("source energy") == 1486.6
    np.testing.assert_array_equal(later.ordinates[0].values, [1, 2, 3])


def test_lines_of_later_editions_of_the_standard_are_skipped(vamas_text: Maker) -> None:
    content = vamas_text({"future": ("a", "b")}, {"future": ("c", "d")}, future_entries=("x", "y"))
    parsed = parse_vamas("a.vms", content)
    assert not parsed.damage
    np.testing.assert_array_equal(parsed.blocks[1].ordinates[0].values, COUNTS)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_ending_is_read(vamas_text: Maker, end: str) -> None:
    assert len(parse_vamas("a.vms", vamas_text({}, {}, end=end)).blocks) == 2


def test_blank_leading_lines_nul_bytes_and_latin_1_are_read(vamas_text: Maker) -> None:
    content = b"\r\n\r\n" + vamas_text({"transition": "2p\0", "sample": "Prüfling 1 µm"})
    assert is_vamas(content)
    (block,) = parse_vamas("a.vms", content).blocks
    assert block.text_of("transition") == "2p"
    assert block.sample == "Prüfling 1 µm"


def test_unknown_numbers_and_decimal_commas_are_read(vamas_text: Maker) -> None:
    columns = (("counts", "d", ("1,5", "1E+37", "2.5")),)
    content = vamas_text({"photon_energy": "1486,6", "dwell": "1e+037", "columns": columns})
    (block,) = parse_vamas("a.vms", content).blocks
    assert block.number_of("source energy") == 1486.6
    assert np.isnan(block.number_of("collection time"))
    np.testing.assert_array_equal(block.ordinates[0].values, [1.5, np.nan, 2.5])


def test_a_wrong_line_is_named_with_its_block(vamas_text: Maker) -> None:
    content = vamas_text({"name": "P 2p", "scans": "four"})
    line = content.split(b"\r\n").index(b"four") + 1
    with pytest.raises(UnreadableFileError, match=rf"a\.vms: block 1 \('P 2p'\), line {line}: .*"):
        parse_vamas("a.vms", content)


def test_complete_blocks_before_a_cut_are_kept(vamas_text: Maker) -> None:
    content = vamas_text({}, {"name": "P 2p"})
    parsed = parse_vamas("a.vms", content[:-40])
    assert [block.name for block in parsed.blocks] == ["S 2p"]
    assert "'P 2p'" in parsed.damage
    assert "cut off" in parsed.damage
    assert "1 block(s) before were read" in parsed.damage


def test_a_file_with_fewer_blocks_than_announced_says_so(vamas_text: Maker) -> None:
    parsed = parse_vamas("a.vms", vamas_text({}, {}, announced=7))
    assert len(parsed.blocks) == 2
    assert "announces 7 blocks but ends after 2" in parsed.damage


def test_a_file_without_blocks_is_unreadable(vamas_text: Maker) -> None:
    with pytest.raises(UnreadableFileError, match=r"a\.vms: .* no blocks"):
        parse_vamas("a.vms", vamas_text())


def test_counts_that_do_not_fit_the_columns_are_refused(vamas_text: Maker) -> None:
    columns = (("counts", "d", (7, 8)), ("transmission", "d", (1, 1)))
    content = vamas_text({"columns": columns}).replace(b"\r\n4\r\n7", b"\r\n3\r\n7")
    with pytest.raises(UnreadableFileError, match=r"3 ordinate values .* 2 variable"):
        parse_vamas("a.vms", content)


@pytest.mark.parametrize("name", SEVERAL)
def test_agrees_with_another_library(real_data: Callable[[str], Path], name: str) -> None:
    path = real_data(name)
    ours, theirs = parse_vamas(path.name, path.read_bytes()), Vamas(path)
    assert len(ours.blocks) == len(theirs.blocks)
    for block, other in zip(ours.blocks, theirs.blocks, strict=True):
        assert block.name == other.block_identifier
        assert block.sample == other.sample_identifier
        assert block.number_of("source energy") == other.analysis_source_characteristic_energy
        assert block.number_of("collection time") == other.signal_collection_time
        assert block.number_of("scans") == other.num_scans_to_compile_block
        assert block.abscissa is not None
        assert block.abscissa.start == other.x_start
        for column, variable in zip(block.ordinates, other.corresponding_variables, strict=True):
            np.testing.assert_array_equal(column.values, variable.y_values)
