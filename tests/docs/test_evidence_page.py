"""The page of evidence is what its script writes from the tables that the readers go by."""

import runpy
from pathlib import Path

from fitting.readers.evidence import Inference
from fitting.readers.spectra import table_words

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = runpy.run_path(str(DOCS / "make_evidence.py"))


def test_the_page_is_what_its_script_writes() -> None:
    stored = (DOCS / "reference" / "evidence.md").read_text(encoding="utf-8")
    assert stored == SCRIPT["page"]()


def test_the_page_has_every_quantity_that_is_inferred() -> None:
    inferred = [one for one in vars(table_words).values() if isinstance(one, Inference)]
    assert {one.quantity for one in inferred} == {one.quantity for one in SCRIPT["INFERENCES"]}
