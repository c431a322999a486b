"""The page of formats is what its script writes from the real files, and every check holds."""

import runpy
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = runpy.run_path(str(DOCS / "make_formats.py"))


def test_the_page_is_what_its_script_writes(real_data: Callable[[str], Path]) -> None:
    assert (DOCS / "formats.md").read_text(encoding="utf-8") == SCRIPT["page"](real_data(""))


def test_files_agree_with_their_twins_and_reference_values(
    real_data: Callable[[str], Path],
) -> None:
    found = SCRIPT["checks"](real_data(""))
    assert len(found) > 15
    assert [check for check in found if not check.found <= check.limit] == []


def test_the_page_can_be_made_without_the_real_files() -> None:
    stored = (DOCS / "formats.md").read_text(encoding="utf-8")
    assert SCRIPT["page_without_files"](stored) == stored
