"""``thioscope check``: is this project file, folder of results or library whole."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import cut_message, escape_controls
from fitting.output.manifest import MANIFEST_FILE, check_manifest
from fitting.output.placing import is_interrupted, repair_folder
from fitting.readers.boundary import check_regular, contain_faults
from fitting.saving.project_file import open_project
from libraries.check import check_library

_PROJECT_SUFFIX = ".thio"
_LIBRARY_SUFFIX = ".toml"


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="or folder of results")
    parser.add_argument(
        "--repair", action="store_true", help="finish exports that were interrupted"
    )


def run(options: Namespace) -> int:
    """Say of each what is wrong with it; 1 if anything is, 2 if one is nothing of ours."""
    return max(_check_one(path, repair=options.repair) for path in options.paths)


def _check_one(path: Path, *, repair: bool) -> int:
    name = escape_controls(path.name or str(path))
    try:
        if repair and path.is_dir() and (done := repair_folder(path)):
            print(done)
        findings = _find_faults(path)
    except _NotOursError as error:
        print(f"{name}: {error}")
        return 2
    for finding in findings:
        print(cut_message(finding))
    if not findings:
        print(f"{name}: no fault found.")
    return 1 if findings else 0


class _NotOursError(ValueError):
    """What was named is nothing that this program writes."""


def _find_faults(path: Path) -> list[str]:
    if path.is_dir():
        if is_interrupted(path):
            return [
                f"{path.name}: an export was interrupted while its files were put in place: files "
                "of two analyses may lie here. Finish it with --repair."
            ]
        if not (path / MANIFEST_FILE).is_file():
            raise _NotOursError(
                f"there is no {MANIFEST_FILE} in this folder: not a folder of results, or of an "
                "older version."
            )
        return check_manifest(path)
    try:
        with contain_faults(path):
            check_regular(path)
        if path.suffix.lower() == _LIBRARY_SUFFIX:
            return [str(finding) for finding in check_library(path)]
        if path.suffix.lower() != _PROJECT_SUFFIX:
            raise _NotOursError("not a project (.thio), folder of results, or library (.toml).")
        open_project(path)
    except ThioscopeError as error:
        return [str(error)]
    return []
