"""The version stands in one place, and all that names the program agrees with it."""

import re
import tomllib
from pathlib import Path

import pytest

from fitting.data.program import citation, version_number

ROOT = Path(__file__).parents[3]


@pytest.fixture
def stated() -> str:
    if not (ROOT / "CITATION.cff").exists():
        pytest.skip("not in a checkout")
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def test_everything_that_names_a_version_names_this_one(stated: str) -> None:
    assert version_number() == stated
    assert f"version {stated} " in citation()
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", cff, re.MULTILINE)[1] == stated  # type: ignore[index]
    assert "name: Thioscope developers" in cff
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert citation().partition(" (computer")[0] in readme


def test_nothing_of_a_citation_is_invented(stated: str) -> None:
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert not re.search(r"family-names|given-names|orcid|doi|email|https?:", cff)
