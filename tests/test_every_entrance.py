"""One folder and one recipe give the same tables and words, whoever runs it."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.fits.fitting_job import SeriesFit
from app.opening.opening import Opening, PreparedProject
from fitting import load
from fitting.commands.main import run_command
from fitting.fits.options import FitOptions
from fitting.output.export import export_project
from fitting.output.report.methods import methods_paragraphs
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline import notebook
from fitting.pipeline.propose import Choices
from fitting.projects.project import Project, with_analysis
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.referencing.charge_reference import ChargeReference
from fitting.referencing.rereference import change_charge_reference
from fitting.saving.project_file import open_project
from libraries.loader import catalogue

_EXAMPLES = Path(__file__).parents[1] / "examples" / "spectra"
_XPS = ("*pristine*_S2p.csv", "*pristine*_C1s.csv", "*charged_4*_S2p.csv", "*charged_4*_C1s.csv")
_RAMAN = ("*_2.55V.txt", "*_3.25V.txt")
_LONG = 120_000
_RECIPES: Mapping[str, tuple[tuple[str, ...], Choices]] = {
    "default": (_XPS, Choices()),
    "choice": (_XPS, Choices(select=True, options=FitOptions(family=()))),
    "joint": (_XPS, Choices(options=FitOptions(share=("fwhm",), family=()))),
    "profile": (_XPS, Choices(options=FitOptions(uncertainty="profile", family=()))),
    "baseline": (_RAMAN, Choices(baseline="asls", options=FitOptions(family=()))),
    "without reference": (_XPS, Choices(options=FitOptions(family=()))),
}


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("dask.distributed is not installed")
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures take most of the time of an export, and are not compared."""
    monkeypatch.setattr("fitting.output.export.write_figures", lambda *_, **__: iter(()))


@pytest.mark.usefixtures("no_figures")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", _RECIPES)
def test_every_entrance_gives_the_same_numbers_and_words(
    name: str, tmp_path: Path, qtbot: QtBot, scheduler: str, capsys: pytest.CaptureFixture[str]
) -> None:
    patterns, choices = _RECIPES[name]
    spectra = _copy_spectra(patterns, tmp_path / "spectra")
    book = _write_book(name, spectra, choices, tmp_path / "asked.json")
    recipe = str(tmp_path / "asked.json")
    words = [str(spectra), "--model", recipe, "--quiet"]
    entrances: Mapping[str, Callable[[Path], object]] = {
        "fit": lambda out: run_command(["fit", *words, "--out", str(out)]),
        "cluster": lambda out: run_command(
            ["fit", *words, "--out", str(out), "--scheduler", scheduler]
        ),
        "watch": lambda out: run_command(
            ["watch", str(spectra), "--recipe", recipe, "--out", str(out), "--once",
             "--settled", "0.02", "--interval", "0.02", "--quiet"]
        ),
        "notebook": lambda out: _run_notebook(spectra, book, out),
        "window": lambda out: _run_window(spectra, book, out, qtbot),
    }  # fmt: skip
    found = {}
    for entrance, run in entrances.items():
        run(tmp_path / entrance)
        found[entrance] = _outcome_of(tmp_path / entrance)
    for entrance, outcome in found.items():
        assert outcome == found["fit"], f"{entrance} is not fit"


def _copy_spectra(patterns: tuple[str, ...], folder: Path) -> Path:
    folder.mkdir()
    for pattern in patterns:
        for path in _EXAMPLES.rglob(pattern):
            shutil.copy(path, folder)
    return folder


def _write_book(name: str, spectra: Path, choices: Choices, path: Path) -> RecipeBook:
    project = load(spectra, choices=choices)
    recipes = {region: analysis.recipe for region, analysis in project.analyses.items()}
    reference = None if name == "without reference" else ChargeReference()
    book = RecipeBook(recipes, reference)
    write_recipes(book, path)
    return book


def _run_notebook(spectra: Path, book: RecipeBook, out: Path) -> None:
    choices = Choices(recipes=book.recipes)
    reference = None if book.charge_reference else "none"
    project = load(spectra, choices=choices, charge_reference=reference)
    notebook.write(notebook.fit(project), out)


def _run_window(spectra: Path, book: RecipeBook, out: Path, qtbot: QtBot) -> None:
    document, opening, fit = Document(), Opening(), SeriesFit()
    with qtbot.waitSignal(opening.read, timeout=_LONG) as read:
        opening.start([spectra])
    qtbot.waitUntil(lambda: not opening.is_running, timeout=_LONG)
    with qtbot.waitSignal(opening.prepared, timeout=_LONG) as prepared:
        opening.prepare(Project(), read.args[0], document.catalogue)
    qtbot.waitUntil(lambda: not opening.is_running, timeout=_LONG)
    done: PreparedProject = prepared.args[0]
    project = done.prepared.project
    if book.charge_reference is None and project.charge_reference is not None:
        project = change_charge_reference(project, None)
    for region, recipe in book.recipes.items():
        project = with_analysis(project, replace(project.analyses[region], recipe=recipe))
    document.open(project, None)
    with qtbot.waitSignal(fit.ended, timeout=_LONG):
        fit.start_all(document)
    qtbot.waitUntil(lambda: not fit.is_running, timeout=_LONG)
    fit.wait()
    list(export_project(document.project, out, document.catalogue))


def _outcome_of(folder: Path) -> dict[str, object]:
    """The tables to the byte, and the methods paragraph of the project that was saved."""
    project = open_project(folder / "project.thio")
    known = catalogue()
    paragraphs = methods_paragraphs(project, make_tables(project, known), known)
    tables = {name: (folder / name).read_bytes() for name in ("species.csv", "audit.csv")}
    return {**tables, "methods": paragraphs}
