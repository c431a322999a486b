"""What the program says where a package that only some uses need is missing."""

import sys
from pathlib import Path

import pytest

from fitting.data import extras
from fitting.data.errors import UnreadableFileError
from fitting.data.extras import how_to_get, load_for_file


def test_the_install_line_is_for_the_python_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: object())
    monkeypatch.setattr(sys, "executable", "/opt/python3")
    assert how_to_get("xlrd") == "Install it with: /opt/python3 -m pip install xlrd"
    monkeypatch.setattr(sys, "executable", "/opt/my tools/python3")
    assert how_to_get("xlrd").endswith('"/opt/my tools/python3" -m pip install xlrd')


def test_an_environment_without_pip_is_served_by_the_pip_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "executable", "/opt/python3")
    assert how_to_get("xlrd").endswith("pip --python /opt/python3 install xlrd")


def test_the_frozen_program_tells_of_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "pip" not in how_to_get("xlrd")


def test_a_missing_package_names_the_file_and_the_way_without() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        load_for_file(Path("old.xls"), "no_such_module", "some-package", "save it as .xlsx")
    words = str(caught.value)
    assert words.startswith("old.xls: this format needs the package some-package. ")
    assert "Without it, save it as .xlsx." in words


def test_a_package_that_is_there_is_loaded() -> None:
    assert load_for_file(Path("a.xls"), "json", "json", "x").__name__ == "json"
