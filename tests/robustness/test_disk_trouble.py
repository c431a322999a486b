"""A disk that is full, write-protected or gone: a sentence, and the work is kept."""

import contextlib
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.settings import recent_files, remember_file
from fitting.data.errors import ProjectFileError, RecipeError, ThioscopeError
from fitting.data.whole_file import whole_file, write_whole
from fitting.models.from_library import model_from_library
from fitting.output.export import export_project
from fitting.output.nexus import write_nexus
from fitting.pipeline.files import find_files, read_files
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe, RecipeBook, read_recipes, write_recipes
from fitting.saving.project_file import open_project, save_project
from fitting.simulation.series import simulate_series

_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def project() -> Project:
    """One region of 40 spectra: about 170 kB as a file."""
    model = model_from_library("argyrodite S 2p", background="linear")
    areas = {f"{peak.name}.area": np.full(40, 2000.0) for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 300.0},
        np.arange(155.0, 175.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        sources={"a.txt": "0" * 64},
    )
    return Project({"S 2p": Analysis(series, Recipe(model))}, notes=("first",))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 120 kB."""
    if not (_IS_ROOT and sys.platform == "linux"):
        pytest.skip("only root can make a small file system")
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=120k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_the_old_file_stays(small_disk: Path, project: Project) -> None:
    path = small_disk / "a.thio"
    save_project(Project(notes=("old",)), path)
    with pytest.raises(ProjectFileError, match=r"a\.thio: cannot be written .* is kept"):
        save_project(project, path)
    assert open_project(path).notes == ("old",)
    assert [entry.name for entry in small_disk.iterdir()] == ["a.thio"]


def test_after_a_full_disk_the_same_project_is_saved_elsewhere(
    small_disk: Path, project: Project, tmp_path: Path
) -> None:
    with pytest.raises(ProjectFileError):
        save_project(project, small_disk / "a.thio")
    save_project(project, tmp_path / "a.thio")
    assert open_project(tmp_path / "a.thio").notes == ("first",)


def test_an_export_to_a_full_disk_is_said_and_leaves_no_torn_file(
    small_disk: Path, project: Project
) -> None:
    (small_disk / "filler").write_bytes(bytes(60_000))
    with pytest.raises(ThioscopeError, match="cannot be written"):
        list(export_project(project, small_disk / "out"))
    assert not list(small_disk.rglob("*.part"))
    assert not list(small_disk.rglob("project.thio"))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of the size of a file there")
def test_a_file_that_may_not_grow_ends_in_a_sentence(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "good.thio")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from fitting.data.errors import ProjectFileError\n"
        "from fitting.saving.project_file import open_project, save_project\n"
        "folder = Path(sys.argv[1])\n"
        "project = open_project(folder / 'good.thio')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    save_project(project, folder / 'good.thio')\n"
        "except ProjectFileError as error:\n"
        "    print(error)\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("good.thio: cannot be written")
    assert open_project(tmp_path / "good.thio").notes == ("first",)


@pytest.mark.skipif(_IS_ROOT, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_said(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    folder.chmod(0o500)
    with pytest.raises(ProjectFileError, match="not a folder that can be written"):
        save_project(project, folder / "a.thio")
    folder.chmod(0o700)


def test_a_write_protected_disk_is_said(small_disk: Path, project: Project) -> None:
    save_project(Project(notes=("old",)), small_disk / "a.thio")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ProjectFileError, match=r"cannot be written|not a folder that can"):
        save_project(project, small_disk / "a.thio")
    assert open_project(small_disk / "a.thio").notes == ("old",)


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.EHOSTDOWN, errno.ETIMEDOUT])
def test_a_drive_that_has_gone_is_said_on_opening(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    save_project(project, tmp_path / "a.thio")
    with _gone(tmp_path, code, monkeypatch), pytest.raises(ProjectFileError, match="the drive"):
        open_project(tmp_path / "a.thio")
    assert open_project(tmp_path / "a.thio").notes == ("first",)


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE])
def test_a_drive_that_has_gone_is_said_on_saving(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    save_project(project, tmp_path / "a.thio")
    with _gone(tmp_path, code, monkeypatch), pytest.raises(ProjectFileError, match="written"):
        save_project(Project(), tmp_path / "a.thio")
    assert open_project(tmp_path / "a.thio").notes == ("first",)


def test_recent_files_on_a_drive_that_has_gone_do_not_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.thio").touch()
    remember_file(tmp_path / "a.thio")
    assert recent_files() == [tmp_path / "a.thio"]
    with _gone(tmp_path, errno.EHOSTDOWN, monkeypatch):
        assert recent_files() == []


def test_a_torn_write_of_recipes_leaves_the_old_ones(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recipe.json"
    book = RecipeBook({"S 2p": project.analyses["S 2p"].recipe})
    write_recipes(book, path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("fitting.data.whole_file.os.fsync", full)
    with pytest.raises(OSError, match="space"):
        write_recipes(RecipeBook({}), path)
    assert read_recipes(path) == book


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_saving_through_a_link_writes_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_whole(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_a_file_keeps_its_rights_when_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "shared.txt"
    path.write_text("old")
    path.chmod(0o664)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_parts_of_killed_programs_go_after_a_day_and_those_of_running_ones_stay(
    tmp_path: Path,
) -> None:
    old, young = tmp_path / ".a[1].txt.00.part", tmp_path / ".a[1].txt.11.part"
    other = tmp_path / ".b.txt.00.part"
    for part in (old, young, other):
        part.write_text("torn")
    for part in (old, other):
        os.utime(part, (0, 0))
    write_whole(tmp_path / "a[1].txt", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a[1].txt", young.name, other.name}


def test_a_failed_write_leaves_no_part(tmp_path: Path) -> None:
    with contextlib.suppress(KeyError), whole_file(tmp_path / "a.txt") as part:
        part.write_text("torn")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_recipe_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000)
    with pytest.raises(RecipeError, match=r"deep\.json: not a JSON file"):
        read_recipes(path)


def test_spectra_on_a_drive_that_has_gone_are_listed_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _gone(tmp_path, errno.EHOSTDOWN, monkeypatch):
        (reading,) = read_files(find_files([tmp_path / "a.txt"]))
    assert [entry.source for entry in reading.unread] == ["a.txt"]


def test_a_nexus_file_for_a_full_disk_is_said(small_disk: Path, project: Project) -> None:
    (small_disk / "filler").write_bytes(bytes(100_000))
    with pytest.raises(ThioscopeError, match="cannot be written"):
        write_nexus(project, small_disk / "a.nxs")
    assert [entry.name for entry in small_disk.iterdir()] == ["filler"]


@contextlib.contextmanager
def _gone(folder: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is asked of a file in the folder fails as on a network drive that has gone."""
    stat_of, opened = os.stat, Path.open

    def refuse(path: object) -> None:
        if str(path).startswith(str(folder)):
            raise OSError(code, os.strerror(code), str(path))

    def no_stat(path: object, *rest: object, **options: object) -> os.stat_result:
        refuse(path)
        return stat_of(path, *rest, **options)  # type: ignore[arg-type]

    def no_open(path: Path, *rest: object, **options: object) -> object:
        refuse(path)
        return opened(path, *rest, **options)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", no_stat)
        patch.setattr(Path, "open", no_open)
        yield
