"""The example notebook runs from its first cell to its last, and shows what it says."""

import ast
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fitting
from fitting.data.errors import ThioscopeError

EXAMPLES = Path(__file__).parent.parent / "examples"


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return None


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], list[Any]]:
    """The names after the last cell, and what every cell shows."""
    notebook = json.loads((EXAMPLES / "first_steps.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLES)
        return names, [run_cell(cell, names) for cell in cells]


def test_every_cell_of_the_example_notebook_runs(ran):
    names, _ = ran
    assert (names["written"][0].parent / "report.html").is_file()


def test_a_notebook_shows_projects_and_models_as_tables_and_figures_as_pictures(ran):
    _, shown = ran
    rich = [value for value in shown if hasattr(value, "_repr_html_")]
    assert all(value._repr_html_().count("<table") == 1 for value in rich)
    drawings = [value for value in shown if isinstance(value, fitting.Drawing)]
    assert len(drawings) == 2
    assert all(one._repr_png_().startswith(b"\x89PNG") for one in drawings)


def test_the_onset_in_the_notebook_holds_the_simulated_one(ran):
    onsets = ran[0]["onsets"]
    assert (onsets["onset_low95"] <= 2.75).all()
    assert (onsets["onset_high95"] >= 2.75).all()


def test_every_name_that_the_package_offers_is_there():
    assert all(getattr(fitting, name) is not None for name in fitting.__all__)
    with pytest.raises(AttributeError, match="no attribute 'fit_everything'"):
        _ = fitting.fit_everything  # type: ignore[attr-defined]


def test_a_fit_finds_the_intervals_that_a_recipe_asks_for(ran):
    project = ran[0]["project"]
    analysis = project.analyses["S 2p"]
    recipe = replace(
        analysis.recipe, options=replace(analysis.recipe.options, uncertainty="profile")
    )
    asked = replace(project, analyses={"S 2p": replace(analysis, recipe=recipe)})
    species = fitting.tabulate(fitting.fit(asked))["species"]
    assert set(species["method"]) == {"profile"}


def test_a_record_among_the_spectra_gives_their_potentials_and_stays_with_them(tmp_path):
    shutil.copytree(EXAMPLES / "spectra" / "raman_in_situ", tmp_path / "cell")
    record = tmp_path / "cell" / "record.csv"
    rows = [
        f"2026-09-{7 + hour // 24:02} {hour % 24:02}:00:00,{3 + hour / 100:.2f}"
        for hour in range(48)
    ]
    record.write_text("\n".join(["time,voltage/V", *rows]), encoding="utf-8")
    project = fitting.load(tmp_path / "cell", voltage=record)
    assert not project.unread
    assert project.cell is not None


def test_a_folder_without_spectra_is_refused_with_its_reasons(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing measured here", encoding="utf-8")
    with pytest.raises(ThioscopeError, match=r"notes\.txt"):
        fitting.load(tmp_path)


def test_a_region_that_is_not_there_is_refused_with_those_that_are(ran):
    project = ran[0]["project"]
    with pytest.raises(ThioscopeError, match="It has: raman"):
        fitting.draw(project, "N 1s")
