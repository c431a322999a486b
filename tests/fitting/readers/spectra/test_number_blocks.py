"""Numbers found in text, however they are separated and marked."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitting.readers.spectra.number_blocks import has_one_column, number_blocks
from fitting.readers.spectra.number_layout import NumberFormatError

SEPARATORS = [(";", "."), (";", ","), ("\t", "."), ("\t", ","), (",", "."), ("  ", "."), (" ", ",")]
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4))


@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=3, max_size=30),
    layout=st.sampled_from(SEPARATORS),
    header=st.sampled_from(
        ["", "# comment\n", "Energy;Counts\n\n", "title\nmore text, and more\n"]
    ),
    indent=st.sampled_from(["", " "]),
)
def test_every_layout_gives_its_numbers_back(
    rows: list[tuple[float, float, float]], layout: tuple[str, str], header: str, indent: str
) -> None:
    separator, decimal = layout
    lines = [
        indent + separator.join(f"{value:.4f}".replace(".", decimal) for value in row)
        for row in rows
    ]
    (block,) = number_blocks(header + "\n".join(lines) + "\n")
    np.testing.assert_allclose(block.values, rows)


def test_headings_stand_above_their_columns() -> None:
    (block,) = number_blocks("file A\nEnergy;Counts\neV;1/s\n1;2\n3;4\n")
    assert block.headings == ("Energy eV", "Counts 1/s")
    assert block.header == ("file A", "Energy;Counts", "eV;1/s")


def test_headings_between_blanks_may_hold_a_blank() -> None:
    (block,) = number_blocks("# Binding energy (eV)   Counts 2.55 V\n160 5\n161 6\n")
    assert block.headings == ("Binding energy (eV)", "Counts 2.55 V")


def test_a_voltage_row_gives_its_unit_to_every_number() -> None:
    (block,) = number_blocks("Voltage (V);2,55;2,70\n160,1;5;6\n160,2;6;7\n")
    assert block.headings[1:] == ("2,55 V", "2,70 V")


def test_empty_cells_and_short_rows_are_not_measured() -> None:
    (block,) = number_blocks("1,2,3\n2,,4\n3,5\n4,NaN,6\n")
    np.testing.assert_array_equal(np.isnan(block.values[:, 1]), [False, True, False, True])
    np.testing.assert_array_equal(np.isnan(block.values[:, 2]), [False, False, True, False])


def test_trailing_separators_make_no_column() -> None:
    (block,) = number_blocks("1;2;\n2;3;\n")
    assert block.values.shape == (2, 2)


def test_fortran_exponents_are_numbers() -> None:
    (block,) = number_blocks("1.0D+02 2.5d0\n1.1D+02 2.6d0\n")
    np.testing.assert_allclose(block.values, [[100, 2.5], [110, 2.6]])


def test_text_between_numbers_starts_a_new_block() -> None:
    first, second = number_blocks("A\n1 2\n\n2 3\nB\n5 6\n7 8\n9 9\n")
    assert first.values.shape == (2, 2)
    assert (second.header, second.values.shape) == (("B",), (3, 2))


def test_decimal_commas_in_quotes_are_told_from_separators() -> None:
    (block,) = number_blocks('"E","I"\n"160,5","1,25"\n"160,6","1,5"\n')
    np.testing.assert_allclose(block.values, [[160.5, 1.25], [160.6, 1.5]])


def test_a_million_rows_are_read() -> None:
    text = "\n".join(f"{index * 0.01:.2f}\t{index % 977}" for index in range(1_000_000))
    (block,) = number_blocks(text)
    assert block.values.shape == (1_000_000, 2)


@pytest.mark.parametrize("text", ["", "no numbers", "1\n2\n3\n", "2.5\n" * 50, "a,b\nc,d\n"])
def test_without_two_columns_there_is_no_block(text: str) -> None:
    assert number_blocks(text) == []


def test_one_column_is_told_from_none() -> None:
    assert has_one_column("# counts\n1\n2\n3\n")
    assert not has_one_column("some\nwords\n1\n")


def test_a_long_line_that_is_no_row_is_given_up_at_once() -> None:
    assert number_blocks("1," + "   ," * 5000 + "x") == []


@settings(max_examples=300)
@given(st.text(alphabet="0123456789.,;\t \n+-eE#x", max_size=200))
def test_any_text_gives_blocks_of_at_least_one_row(text: str) -> None:
    for block in number_blocks(text):
        assert block.values.ndim == 2
        assert len(block.headings) == block.values.shape[1]


@pytest.mark.parametrize("mark", ["--", "#DIV/0!", "n/a", "***", "-1.#IND", "saturated", "-"])
@pytest.mark.parametrize("place", [0, 1, 4, 9])
@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_a_cell_that_is_no_number_is_one_missing_point(
    mark: str, place: int, separator: str
) -> None:
    cells = [str(900 + index) for index in range(10)]
    cells[place] = mark
    rows = [f"{172 - index}{separator}{cell}" for index, cell in enumerate(cells)]
    (block,) = number_blocks("\n".join([f"BE{separator}Counts", *rows]))
    assert np.flatnonzero(np.isnan(block.values[:, 1])).tolist() == [place]
    assert block.values[:, 0].tolist() == list(range(172, 162, -1))
    (gap,) = block.gaps
    assert (gap.line, gap.column, gap.text) == (place + 2, 1, mark)
    assert block.headings == ("BE", "Counts")


@given(
    counts=st.lists(st.integers(1, 2_000_000), min_size=8, max_size=40),
    step=st.sampled_from([1.0, 0.5, 0.05]),
    layout=st.sampled_from(
        [
            (";", ".", ","), (";", ".", "'"), (";", ".", "’"), (";", ".", " "), (";", ",", "."),
            (";", ",", "'"), ("\t", ".", ","), ("\t", ",", "."), ("\t", ".", "\u202f"),
            (",", ".", "'"), (" ", ".", ","), (",", ".", '"'),
        ]
    ),
)  # fmt: skip
def test_grouped_thousands_are_read_right_or_refused(
    counts: list[int], step: float, layout: tuple[str, str, str]
) -> None:
    separator, decimal, mark = layout
    axis = [500 + index * step for index in range(len(counts))]
    lines = []
    for x, y in zip(axis, counts, strict=True):
        count = f"{y:,}"
        count = f'"{count}"' if mark == '"' else count.replace(",", mark)
        lines.append(f"{x:g}".replace(".", decimal) + separator + count)
    try:
        (block,) = number_blocks("\n".join(lines))
    except NumberFormatError:
        assume(step != 1.0)
        raise
    if step == 1.0 and mark == ".":
        return  # whole positions do not tell what the point is
    np.testing.assert_allclose(block.values, np.column_stack([axis, counts]))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("BE\tCounts\n172\t1,900\n171\t1,034\n170\t1,100\n", "line 2"),
        ('BE,Counts\n172,"1,900"\n171,"1,034"\n170,"1,100"\n', "line 2"),
        ("BE,Counts\n172,900\n171,1,034\n170,1,100\n169,950\n", "line 3"),
        ("172,1,900\n171,1,034\n170,1,100\n169,1,950\n", "line 1"),
        ("BE;Counts\n172;900\n171;1'03\n170;1'100\n169;1'950\n", "line 3"),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_are_refused_with_the_line(
    text: str, line: str
) -> None:
    with pytest.raises(NumberFormatError, match=line):
        number_blocks(text)


@given(
    values=st.lists(st.integers(1, 999_999), min_size=5, max_size=40),
    decimal=st.sampled_from([".", ","]),
)
def test_three_decimals_stay_decimals(values: list[int], decimal: str) -> None:
    lines = [
        f"{160 + index / 8:.3f}\t{value / 1000:.3f}".replace(".", decimal)
        for index, value in enumerate(values)
    ]
    (block,) = number_blocks("\n".join(lines))
    np.testing.assert_allclose(block.values[:, 1], np.array(values) / 1000)
