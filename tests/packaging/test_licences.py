"""What is shipped goes with its licence, and what has none is not shipped."""

from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]


@pytest.fixture
def licences(script: Script) -> ModuleType:
    return script("licences")


def test_a_package_whose_file_is_shipped_brings_its_texts(
    licences: ModuleType, tmp_path: Path
) -> None:
    module = Path(str(distribution("tqdm").locate_file("tqdm/std.py")))
    names = licences.collect_licences([module], tmp_path / "licences")
    assert "tqdm" in names
    assert "numpy" not in names
    text = next((tmp_path / "licences" / "tqdm").iterdir()).read_text(encoding="utf-8")
    assert "MIT" in text


def test_our_own_licence_and_those_of_python_and_qt_always_go_along(
    licences: ModuleType, tmp_path: Path
) -> None:
    licences.collect_licences([], tmp_path / "licences")
    assert "BSD" in (tmp_path / "licences" / "thioscope.txt").read_text(encoding="utf-8")
    assert "PYTHON" in (tmp_path / "licences" / "python.txt").read_text(encoding="utf-8")
    lesser = (tmp_path / "licences" / "qt" / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in lesser


def test_a_package_without_a_licence_is_not_shipped(
    licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licences, "_is_licence", lambda _: False)
    module = Path(str(distribution("tqdm").locate_file("tqdm/std.py")))
    with pytest.raises(licences.MissingLicenceError, match="brings no licence"):
        licences.collect_licences([module], tmp_path / "licences")


def test_no_text_of_an_earlier_build_is_left(licences: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "licences" / "gone").mkdir(parents=True)
    licences.collect_licences([], tmp_path / "licences")
    assert not (tmp_path / "licences" / "gone").exists()
