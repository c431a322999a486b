"""Tables of a paper as LaTeX (booktabs, siunitx 3) and as Markdown."""

import math
import re
from collections.abc import Iterable

from fitting.data.plain_text import escape_controls
from fitting.output.report.measured import Digits, MeasuredValue, digits_of
from fitting.output.report.paper_tables import Cell, Heading, PaperTable

_LATEX_HEAD = r"""% Needs in the preamble:
%   \usepackage{booktabs}
%   \usepackage{siunitx}   % version 3.1 or later: \sisetup{separate-uncertainty = true}
"""
_LATEX_SIGNS = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    # a bracket after the end of a row would be taken for its height
    "[": "{[}", "]": "{]}",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "–": "--", "−": "$-$", "·": r"$\cdot$", "α": r"$\alpha$", "µ": r"\textmu{}", "Å": r"\AA{}",
}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˣⁿ", "0123456789+-xn", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₓₙ", "0123456789+-xn", strict=True))
_RUN = re.compile(f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+")


def latex_text(tables: Iterable[PaperTable]) -> str:
    """The tables as LaTeX, one ``table`` environment after the other."""
    return _LATEX_HEAD + "".join(f"\n{_latex_table(table)}" for table in tables)


def markdown_text(tables: Iterable[PaperTable]) -> str:
    """The tables as Markdown with a caption over each."""
    return "\n".join(_markdown_table(table) for table in tables)


def plain_text(cell: Cell, heading: Heading) -> str:
    """A cell in words and signs that need no markup, such as "12.3 ± 0.4" or "< 1.2"."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, MeasuredValue):
        digits = digits_of(cell)
        errors = "".join(f" ± {error}" for error in (digits.error, digits.systematic) if error)
        return f"{'< ' * digits.is_limit}{digits.value}{errors}"
    return "" if math.isnan(cell) else f"{cell:.{heading.decimals}f}"


def _latex_table(table: PaperTable) -> str:
    columns = "".join("l" if _is_text(table, place) else "r" for place in _number_places(table))
    lines = [
        r"\begin{table}",
        rf"  \caption{{{_escape_latex(table.caption)}}}",
        rf"  \label{{tab:{re.sub('[^A-Za-z0-9]+', '-', table.name)}}}",
        rf"  \begin{{tabular}}{{{columns}}}",
        r"    \toprule",
        f"    {' & '.join(_escape_latex(_format_heading(one)) for one in table.headings)} \\\\",
        r"    \midrule",
        *(f"    {' & '.join(map(_latex_cell, row, table.headings))} \\\\" for row in table.rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _latex_cell(cell: Cell, heading: Heading) -> str:
    if isinstance(cell, str):
        return _escape_latex(cell)
    digits = (
        digits_of(cell) if isinstance(cell, MeasuredValue) else Digits(plain_text(cell, heading))
    )
    if not digits.value:
        return ""
    errors = "".join(f" +- {error}" for error in (digits.error, digits.systematic) if error)
    return rf"\num{{{'< ' * digits.is_limit}{digits.value}{errors}}}"


def _escape_latex(text: str) -> str:
    """Text with every sign that means something to LaTeX escaped, indices as indices."""
    return "".join(
        _set_index(part) if _RUN.fullmatch(part) else "".join(_LATEX_SIGNS.get(s, s) for s in part)
        for part in re.split(f"({_RUN.pattern})", escape_controls(text))
    )


def _set_index(signs: str) -> str:
    command, known = (
        ("textsuperscript", _RAISED) if signs[0] in _RAISED else ("textsubscript", _LOWERED)
    )
    return rf"\{command}{{{''.join(known[sign] for sign in signs)}}}"


def _markdown_table(table: PaperTable) -> str:
    rule = ("---" if _is_text(table, place) else "---:" for place in _number_places(table))
    lines = [
        f"**{_escape_markdown(table.caption)}**",
        "",
        _markdown_row(_format_heading(one) for one in table.headings),
        f"| {' | '.join(rule)} |",
        *(_markdown_row(map(plain_text, row, table.headings)) for row in table.rows),
    ]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escape_markdown(cell) for cell in cells)} |"


def _escape_markdown(text: str) -> str:
    """Text in one line, without what Markdown or HTML would take for markup."""
    escaped = re.sub(r"([\\`*_\[\]|])", r"\\\1", escape_controls(" ".join(text.split())))
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", escaped)


def _format_heading(heading: Heading) -> str:
    return f"{heading.text} ({heading.unit})" if heading.unit else heading.text


def _number_places(table: PaperTable) -> range:
    return range(len(table.headings))


def _is_text(table: PaperTable, place: int) -> bool:
    return all(isinstance(row[place], str) for row in table.rows)
