"""The pages of the libraries are what their script writes."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGES = runpy.run_path(str(DOCS / "make_library_pages.py"))["library_pages"]()


def test_the_stored_pages_are_what_the_script_writes() -> None:
    for name, text in PAGES.items():
        stored = (DOCS / "reference" / name).read_text(encoding="utf-8")
        assert stored == text, f"{name}: run docs/make_library_pages.py again"


def test_no_page_is_left_of_a_region_that_is_gone() -> None:
    stored = {f"library/{path.name}" for path in (DOCS / "reference/library").glob("*.md")}
    assert stored == set(PAGES)


def test_a_page_says_of_every_record_how_it_was_seen_and_why_it_was_left_out() -> None:
    page = PAGES["library/P_2p.md"]
    assert "| (131.7 / 132.6) |" in page
    assert "1.3 eV below pure P4S10" in page
    assert "**Disputed**: metal phosphides" in page
    assert "| own-knowledge |" in page
