"""Write docs/reference/evidence.md: what each quantity of a file is told by, strongest first.

    python docs/make_evidence.py

The order is that of the code's own tables; a test holds the page against them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fitting.readers.evidence import SOURCE_WORDS, Inference, Source
from fitting.readers.spectra.table_words import AXIS, REGION, SCALE, UNIT

PAGE = Path(__file__).parent / "reference" / "evidence.md"
INFERENCES: tuple[Inference[Any, Any], ...] = (AXIS, SCALE, REGION, UNIT)

_HEAD = """\
# What a quantity is told by

<!-- Written by docs/make_evidence.py; a change here is lost. -->

A table of plain numbers does not state all that a fit needs. Each quantity is told by the first of
these that says anything; what stands lower never overrules it. What nothing but the numbers tells
is a guess: the preview and `thioscope read` say so, and an option changes it. Formats of
instruments state most of it themselves.
"""
_RECORDS = """\
## Times of a record

In this order: what you say (`--day-first`, `--month-first`, `--columns`, `--record-start`); a
heading with a unit of time, which is elapsed time and never a date; cells that are written as
dates, or numbers under a heading of a date that lie in 1990 to 2100 and go with the elapsed time;
the start that the record states; the dates beside an elapsed time without a unit, for its unit; and
last its numbers, as seconds, which is a guess. More in [records](../records.md).
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(describe_inference(one) for one in INFERENCES), _RECORDS))


def describe_inference(inference: Inference[Any, Any]) -> str:
    """The section of one quantity."""
    return "\n".join([f"## The {inference.quantity}", "", *_rows(inference), ""])


def _rows(inference: Inference[Any, Any]) -> Iterator[str]:
    yield "| | evidence | what tells it |"
    yield "|---|---|---|"
    for number, clue in enumerate(inference.clues, start=1):
        guess = " (a guess)" if clue.source is Source.NUMBERS else ""
        yield f"| {number} | {SOURCE_WORDS[clue.source]}{guess} | {clue.words} |"
    yield ""
    yield f"Otherwise: {inference.otherwise}"


if __name__ == "__main__":
    main()
