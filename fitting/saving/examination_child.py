"""The process that examines a project file: it says what is whole, and may come to harm by it."""

import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import xarray as xr

from fitting.data.errors import ProjectFileError, UnreadableFileError
from fitting.data.plain_text import cut_message
from fitting.projects.project import Project
from fitting.saving.project_file import (
    ANALYSIS,
    IMPEDANCE,
    RECORD,
    Root,
    check_format,
    read_analysis,
    read_cell,
    read_impedance,
    read_root,
    save_project,
)
from fitting.saving.seal import DIGESTS, digest_attributes, digest_group

_SECONDS = 10
"""Of the processor."""
_MEMORY = 4 << 30
"""Bytes of addresses; libraries reserve much of them without using it."""


def examine_as_child(words: Sequence[str]) -> int:
    """Examine the file named first and write what is whole to the second; says it as JSON lines."""
    _limit_process()
    path = Path(words[0])
    rescued = Path(words[1]) if len(words) > 1 else None
    try:
        _say(format=check_format(path))
        _examine_parts(path, rescued)
    except (ProjectFileError, UnreadableFileError) as error:
        _say(refusal=str(error))
    except Exception as error:  # noqa: BLE001 - it is this process that finds faults
        _say(damaged=[cut_message(f"all of it: {error}.", 300)])
    _say(ended=True)
    return 0


def _examine_parts(path: Path, rescued: Path | None) -> None:
    _check_digest(path, "/")
    with h5py.File(path, "r") as file:
        root = read_root(dict(file.attrs), path)
        names = [name for name in file if name in (RECORD, IMPEDANCE) or name.startswith(ANALYSIS)]
    project = root.project
    for name in names:
        try:
            _check_digest(path, name)
            grown = _with_part(project, root, path, name)
        except Exception as error:  # noqa: BLE001 - it is this process that finds faults
            _say(damaged=[cut_message(f"{_name_part(name, root)}: {error}.", 300)])
            continue
        _say(whole=_name_new_parts(project, grown))
        project = grown
        if rescued is not None:
            save_project(_note_rescue(project, path), rescued)


def _with_part(project: Project, root: Root, path: Path, name: str) -> Project:
    tree = xr.open_datatree(path, engine="h5netcdf", group=f"/{name}", decode_timedelta=False)
    with tree:
        tree.load()
    if name == RECORD:
        return replace(project, cell=read_cell(tree, path))
    if name == IMPEDANCE:
        return replace(project, impedance=read_impedance(tree, path))
    analysis = read_analysis(tree, root, path)
    return replace(project, analyses={**project.analyses, analysis.region: analysis})


def _check_digest(path: Path, name: str) -> None:
    """Raise unless a part is as it was saved; older files have no digests to compare with."""
    with h5py.File(path, "r") as file:
        said = file.attrs.get(DIGESTS)
        if said is None:
            return
        expected = json.loads(said).get(name)
        found = digest_attributes(file) if name == "/" else digest_group(file[name])
    if found != expected:
        raise ValueError("it is not as it was saved (checksum)")


def _name_new_parts(before: Project, after: Project) -> list[str]:
    regions = [region for region in after.analyses if region not in before.analyses]
    records = [] if before.cell is after.cell else ["record"]
    return [*regions, *records, *([] if before.impedance is after.impedance else [IMPEDANCE])]


def _note_rescue(project: Project, path: Path) -> Project:
    note = f"These are the parts of the damaged file {path.name} that are whole."
    return replace(project, notes=(*project.notes, note))


def _name_part(name: str, root: Root) -> str:
    """The region of a group, as the recipes stand in the same order."""
    number = name.removeprefix(ANALYSIS)
    regions = list(root.recipes)
    is_region = number.isdigit() and int(number) < len(regions)
    return regions[int(number)] if is_region else name


def _say(**found: Any) -> None:
    print(json.dumps(found), flush=True)


def _limit_process() -> None:
    """Bound time and memory, on systems that can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    sys.exit(examine_as_child(sys.argv[1:]))
