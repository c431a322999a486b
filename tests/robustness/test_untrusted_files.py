"""Files from elsewhere: no code runs, no other file is read or written, no memory is taken."""

import contextlib
import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import pytest

from fitting.data.errors import ProjectFileError, RecipeError, UnreadableFileError
from fitting.models.from_library import model_from_library
from fitting.output.export import export_project
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe, RecipeBook, read_recipes, recipes_to_json
from fitting.readers.budget import begin_meter
from fitting.readers.hdf5_soundness import check_soundness
from fitting.readers.records import read_record
from fitting.readers.spectra import read_spectra
from fitting.saving.project_file import open_project, save_project
from fitting.saving.seal import add_seal
from fitting.simulation.series import simulate_series
from libraries.errors import LibraryError
from libraries.loader import load_library

_FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def project() -> Project:
    """Six fitted spectra, the names of which are formulas."""
    return _project(_FORMULAS)


@pytest.fixture
def saved(project: Project, tmp_path: Path) -> Path:
    save_project(project, tmp_path / "a.thio")
    return tmp_path / "a.thio"


def test_formulas_in_names_are_text_in_every_table(project: Project, tmp_path: Path) -> None:
    list(export_project(project, tmp_path / "out"))
    seen = 0
    for table in (tmp_path / "out").glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        words = [cell for cell in cells if not _is_number(cell)]
        assert not [cell for cell in words if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        seen += sum("cmd" in cell for cell in words)
    assert seen


def test_formulas_in_names_are_text_in_the_workbook(project: Project, tmp_path: Path) -> None:
    list(export_project(project, tmp_path / "out"))
    book = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert any("cmd" in str(cell.value) for cell in cells)


def test_a_region_named_like_a_path_writes_nothing_outside(tmp_path: Path) -> None:
    out = tmp_path / "in" / "out"
    list(export_project(_project(("a",), region="../../S 2p"), out))
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and out not in path.parents]
    assert outside == []


def _with_link(file: h5py.File) -> None:
    file["analysis_0/other"] = h5py.ExternalLink("/tmp/other.h5", "/x")


def _with_soft_link(file: h5py.File) -> None:
    file["analysis_0/loop"] = h5py.SoftLink("/")


def _with_loop(file: h5py.File) -> None:
    file["analysis_0/series/loop"] = file["analysis_0"]


def _with_bytes_of_another_file(file: h5py.File) -> None:
    file["analysis_0"].create_dataset("x", (100,), "u1", external=[("/etc/passwd", 0, 100)])


def _with_values_of_another_file(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((10,), "f8")
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (10,))
    file["analysis_0"].create_virtual_dataset("x", layout)


def _with_a_bomb(file: h5py.File) -> None:
    file["analysis_0"].create_dataset(
        "x", (1 << 40,), "f8", chunks=(1 << 20,), compression="gzip", fillvalue=0.0
    )


def _with_a_hollow_array(file: h5py.File) -> None:
    file["analysis_0/series"].create_dataset("x", (1 << 34,), "f8")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_with_link, "links to something elsewhere"),
        (_with_soft_link, "links to something elsewhere"),
        (_with_loop, "links to something elsewhere"),
        (_with_bytes_of_another_file, "values from other files"),
        (_with_values_of_another_file, "values from other files"),
        (_with_a_bomb, "more than 3. MB of memory"),
        (_with_a_hollow_array, "more than 3. MB of memory"),
    ],
)
def test_a_project_that_reaches_beyond_itself_is_not_loaded(
    saved: Path, harm: Callable[[h5py.File], None], reason: str
) -> None:
    with h5py.File(saved, "r+") as file:
        harm(file)
    _seal_again(saved)
    with pytest.raises(ProjectFileError, match=rf"a\.thio: not read, because it .*{reason}"):
        open_project(saved)


def test_a_project_of_very_many_parts_is_not_loaded(
    saved: Path,
) -> None:
    with h5py.File(saved, "r+") as file:
        one = file.create_dataset("one", data=1.0)
        for number in range(8_000):
            file[f"many/{number}"] = one
    _seal_again(saved)
    with pytest.raises(ProjectFileError, match=r"more than 5\d+ parts"):
        open_project(saved)


def test_our_own_projects_are_sound_and_declare_about_their_size(saved: Path) -> None:
    meter = begin_meter(saved)
    with h5py.File(saved, "r") as file:
        check_soundness(file, meter)
    assert meter.decoded < 2 * meter.size


def test_a_project_too_large_for_the_memory_is_a_sentence(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("fitting.saving.project_file.xr.open_datatree", exhausted)
    with pytest.raises(ProjectFileError, match="does not fit into the memory"):
        open_project(saved)


def test_a_project_with_pickled_objects_runs_nothing(saved: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    code = f"cos\nsystem\n(S'touch {marker}'\ntR.".encode()
    with h5py.File(saved, "r+") as file:
        series = file["analysis_0/series"]
        del series["sample"]
        opaque = np.full(len(_FORMULAS), np.void(code))
        series.create_dataset("sample", data=opaque)
    _seal_again(saved)
    with contextlib.suppress(ProjectFileError):
        open_project(saved)
    assert not marker.exists()


@pytest.mark.parametrize("code", ["__import__('os').getcwd()", "area*2", "{0.__class__}"])
def test_text_in_the_place_of_a_number_is_refused_not_run(
    project: Project, tmp_path: Path, code: str
) -> None:
    book = recipes_to_json(RecipeBook({"S 2p": project.analyses["S 2p"].recipe}))
    parameters = book["regions"]["S 2p"]["model"]["peaks"][0]["parameters"]
    parameters["area"]["value"] = code
    (tmp_path / "r.json").write_text(json.dumps(book))
    with pytest.raises(RecipeError, match=r"r\.json.*area"):
        read_recipes(tmp_path / "r.json")


def test_a_library_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(LibraryError, match=r"deep\.toml: not a TOML file"):
        load_library(tmp_path / "deep.toml")


@pytest.mark.parametrize("opened", [read_spectra, read_record])
def test_a_workbook_that_unpacks_without_end_is_refused(
    tmp_path: Path, opened: Callable[[Path], object]
) -> None:
    path = tmp_path / "bomb.xlsx"
    zeros = bytes(1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(zeros)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(UnreadableFileError, match=r"bomb\.xlsx: .*200 MB"):
        opened(path)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{levels}]><x>&a11;</x>'
    path = tmp_path / "laughs.xml"
    path.write_text(text)
    with pytest.raises(UnreadableFileError, match=r"laughs\.xml"):
        read_spectra(path)


def _project(names: tuple[str, ...], region: str = "S 2p") -> Project:
    model = model_from_library("argyrodite S 2p", background="linear")
    count = len(names)
    areas = {f"{peak.name}.area": np.full(count, 2000.0) for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 300.0},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region=region,
        voltage=np.linspace(2.5, 4.3, count),
        sample=list(names),
        label=list(names),
        source=[f"{name}.txt" for name in names],
        sources={f"{name}.txt": "0" * 64 for name in names},
    )
    analysis = Analysis(series, Recipe(model))
    fitted = with_fit(analysis, fit_analysis(analysis))
    return Project({region: fitted}, notes=("=1+1",))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("harm", [_with_link, _with_bytes_of_another_file])
def test_spectra_in_hdf5_that_come_from_other_files_are_not_read(
    tmp_path: Path, harm: Callable[[h5py.File], None]
) -> None:
    series = _project(("a",)).analyses["S 2p"].series
    series.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    assert read_spectra(tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc", "r+") as file:
        file.create_group("analysis_0")
        harm(file)
    with pytest.raises(
        UnreadableFileError,
        match=r"a\.nc: .*(elsewhere|values from other files)",
    ):
        read_spectra(tmp_path / "a.nc")


def test_names_are_neither_markup_nor_commands_in_a_report(tmp_path: Path) -> None:
    names = ("<script>alert(1)</script>", r"\input{/etc/passwd}")
    list(export_project(_project(names), tmp_path / "out"))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "alert(1)" in page
    assert "<script>alert" not in page
    table = (tmp_path / "out" / "tables.tex").read_text(encoding="utf-8")
    assert "input" in table
    assert r"\input" not in table


def _seal_again(path: Path) -> None:
    """Put a seal on a file that was tampered with, as somebody who means harm would."""
    with h5py.File(path, "r+") as file:
        # what opening to write leaves behind the content, the old seal among it, goes
        end = file.id.get_filesize()
    path.write_bytes(add_seal(path.read_bytes()[:end]))
