"""Tables as LaTeX and Markdown: what goes in comes out, and nothing in it acts as markup."""

import re

from hypothesis import given
from hypothesis import strategies as st

from fitting.output.report.markup import latex_text, markdown_text, plain_text
from fitting.output.report.measured import MeasuredValue
from fitting.output.report.paper_tables import Heading, PaperTable, paper_tables
from libraries.loader import catalogue

TABLE = PaperTable(
    "fractions-S 2p",
    "S 2p: shares & errors",
    (Heading("sample"), Heading("U", "V", 3), Heading("PS₄³⁻", "%")),
    (
        ("a_b 50%", 2.3, MeasuredValue(12.345, 0.42)),
        ("x|y", float("nan"), MeasuredValue(1, limit=2.0)),
    ),
)


def test_latex_holds_numbers_for_siunitx_and_escapes_the_rest():
    text = latex_text([TABLE])
    assert r"a\_b 50\% & \num{2.300} & \num{12.35 +- 0.42} \\" in text
    assert r"x|y &  & \num{< 2} \\" in text
    assert r"PS\textsubscript{4}\textsuperscript{3-} (\%)" in text
    assert r"shares \& errors" in text


def test_markdown_rows_have_as_many_cells_as_headings():
    rows = [line for line in markdown_text([TABLE]).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


@given(st.text(max_size=30))
def test_no_text_of_a_user_leaves_its_cell(text):
    table = PaperTable("t", "c", (Heading("sample"), Heading("b")), ((text, 1.0),))
    latex = latex_text([table])
    assert len(re.findall(r"(?<!\\)&", latex)) == 2
    for ours in ("$-$", r"$\cdot$", r"$\alpha$"):
        latex = latex.replace(ours, "")
    assert not re.search(r"(?<!\\)[$#%]", latex.partition("begin{table}")[2])
    assert "<script" not in markdown_text([table])


def test_printed_shares_are_those_of_the_table(example_tables):
    papers = paper_tables(example_tables, catalogue())
    sulfur = next(table for table in papers if table.name == "fractions-S 2p")
    rows = example_tables["species"].query("region == 'S 2p'")
    printed = [
        float(plain_text(cell, heading).partition(" ")[0])
        for row in sulfur.rows
        for cell, heading in zip(row, sulfur.headings, strict=True)
        if isinstance(cell, MeasuredValue)
    ]
    assert len(printed) == len(rows)
    off = (rows["fraction_percent"] - printed).abs()
    assert (off <= 0.051 * rows["fraction_stderr"]).all()
