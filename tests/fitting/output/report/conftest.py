"""The bundled example, fitted and exported once for all tests of the report."""

from pathlib import Path

import pytest

from fitting.commands.main import run_command
from fitting.output.tables.project_tables import Tables, make_tables
from fitting.projects.project import Project
from fitting.saving.project_file import open_project


@pytest.fixture(scope="session")
def exported(tmp_path_factory) -> Path:
    """The folder that ``thioscope demo`` leaves."""
    folder = tmp_path_factory.mktemp("report") / "demo"
    assert run_command(["demo", "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture(scope="session")
def example_project(exported) -> Project:
    return open_project(exported / "project.thio")


@pytest.fixture(scope="session")
def example_tables(example_project) -> Tables:
    return make_tables(example_project)
