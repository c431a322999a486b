"""Project files: one HDF5 (netCDF-4) file for everything an analyst has open.

Root attributes: ``format`` (version of the layout), ``program`` (which wrote it), ``recipes`` and
``project`` (JSON). A group ``analysis_<n>`` for every region holds ``series`` and, after a fit,
``result``; a group ``record``, if there is one, the potentiostat record and its clock, and a group
``impedance`` the impedance spectra, what was asked of them, and their fits. A seal at
the end tells whether a byte has changed since (``fitting.saving.seal``). A file is written beside
its target and moved into place, so that a failure leaves the old one whole.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import DamagedProjectError, ProjectFileError, UnreadableFileError
from fitting.data.order import check_order
from fitting.data.program import program_version
from fitting.data.series import check_series
from fitting.data.whole_file import write_whole
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.projects.acquisition import check_statements
from fitting.projects.project import Analysis, Project, book_of
from fitting.projects.recipe import (
    Recipe,
    model_from_json,
    recipe_from_json,
    recipe_to_json,
    recipes_from_json,
    recipes_to_json,
)
from fitting.projects.unread import Unread
from fitting.readers.budget import begin_meter
from fitting.readers.hdf5_soundness import check_soundness
from fitting.saving.attached_record_file import dataset_of_record, record_of_dataset
from fitting.saving.examination import Examination, examine_project
from fitting.saving.impedance_group import GROUP, groups_of_impedance, impedance_of_group
from fitting.saving.seal import Seal, read_seal, seal_content
from fitting.selection.candidates import Selection, selection_from_json, selection_to_json

FORMAT = 4
"""Version of the layout; a file of an older one is brought up to date when it is opened.

2 added the group ``record``: a file of version 1 is one of version 2 without it. 3 added checksums
and the seal: what has none and says that it is of version 3 has lost its end. 4 added the group
``impedance``; a project without impedance spectra is still written as version 3, which older
programs open.
"""
_WITHOUT_IMPEDANCE = 3
FIRST_SEALED = 3
_MAGIC = b"\x89HDF\r\n\x1a\n"
_NO_PROJECT = "{}: not a project file. Choose a file saved as .thio."
_LARGEST_CHUNK = 1 << 30
RECORD = "record"
IMPEDANCE = GROUP
ANALYSIS = "analysis_"


def save_project(project: Project, path: Path) -> None:
    """Write the project; an existing file is replaced only when the new one is complete.

    Raises
    ------
    ProjectFileError
        If the folder cannot be written or the disk is full.
    """
    _check_folder(path.absolute().parent)
    try:
        # made in memory: HDF5 ends the whole program when a disk is full
        write_whole(path, seal_content(_write_tree(_make_tree(project))))
    except OSError as error:
        raise ProjectFileError(
            f"{path.name}: cannot be written ({error.strerror or error}). "
            "Choose another folder; what is open is kept."
        ) from error


def open_project(path: Path) -> Project:
    """Read a project file.

    Raises
    ------
    ProjectFileError
        If it is no project file, is damaged, or comes from a newer version of this program.
    """
    with _told_as_project_error(path):
        seal = read_seal(path)
        if seal is not Seal.WHOLE:
            _refuse_damage(path, seal)
        check_format(path)
        tree = xr.open_datatree(path, engine="h5netcdf", decode_timedelta=False)
        with tree:
            tree.load()
        return _read_project(tree, path)


def rescue_project(path: Path) -> Project:
    """What is whole of a damaged project file.

    Raises
    ------
    ProjectFileError
        If nothing is.
    """
    with tempfile.TemporaryDirectory(prefix="thioscope-") as scratch:
        rescued = Path(scratch) / path.name
        found = examine_project(path, rescued)
        if not rescued.exists():
            raise ProjectFileError(f"{path.name}: nothing in this file is whole. {found.refusal}")
        return open_project(rescued)


@dataclass(frozen=True, slots=True)
class Root:
    """What a project file says of all of its parts."""

    project: Project
    """Without its analyses and its record."""
    recipes: Mapping[str, Recipe]


def read_root(attributes: Mapping[Any, Any], path: Path) -> Root:
    """What the attributes of the root say."""
    book = recipes_from_json(json.loads(attributes["recipes"]), path.name)
    extra = json.loads(attributes["project"])
    project = Project(
        charge_reference=book.charge_reference,
        quantification=book.quantification,
        comparisons=book.comparisons,
        figure_style=book.figure_style,
        unread=tuple(Unread(*entry) for entry in extra["unread"]),
        notes=tuple(extra["notes"]),
        order=check_order(extra.get("order", "")),
        acquisition=check_statements(extra.get("acquisition", {}), path.name),
    )
    return Root(project, book.recipes)


def check_format(path: Path) -> int:
    """Version of the layout; raise unless this program may load it."""
    meter = begin_meter(path)
    if not h5py.is_hdf5(path):
        raise ProjectFileError(_NO_PROJECT.format(path.name))
    with h5py.File(path, "r") as file:
        found, program = file.attrs.get("format"), file.attrs.get("program", "unknown")
        if found is None:
            raise ProjectFileError(_NO_PROJECT.format(path.name))
        version = int(np.ravel(found)[0])
        if version > FORMAT:
            raise ProjectFileError(
                f"{path.name}: written by a newer version ({program}). Update this program to "
                "open it."
            )
        check_soundness(file, meter)
    return version


def read_analysis(node: xr.DataTree, root: Root, path: Path) -> Analysis:
    """One region in its group."""
    series = node.children["series"].to_dataset(inherit=False)
    check_series(series)
    recipe, selection = root.recipes[series.attrs["region"]], _read_selection(node, path)
    if "result" not in node.children:
        return Analysis(series, recipe, selection=selection)
    result = node.children["result"].to_dataset(inherit=False)
    result_of = recipe_from_json(json.loads(result.attrs.pop("result_of")), f"{path.name}: result")
    return Analysis(series, recipe, result, result_of, selection)


def read_cell(node: xr.DataTree, path: Path) -> AttachedRecord:
    """The potentiostat record in its group."""
    return record_of_dataset(node.to_dataset(inherit=False), f"{path.name}: record")


def read_impedance(node: xr.DataTree, path: Path) -> ImpedanceAnalysis:
    """The impedance spectra in their group."""
    return impedance_of_group(node, f"{path.name}: impedance")


def _check_folder(folder: Path) -> None:
    # a drive that has gone raises, or is no folder any more
    try:
        is_writable = folder.is_dir() and os.access(folder, os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        raise ProjectFileError(f"{folder}: not a folder that can be written. Choose another one.")


def _make_tree(project: Project) -> xr.DataTree:
    groups: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs=_root_attributes(project))}
    for number, analysis in enumerate(project.analyses.values()):
        groups[f"/{ANALYSIS}{number}/series"] = _make_storable(analysis.series)
        if analysis.selection is not None:
            plain = json.dumps(selection_to_json(analysis.selection))
            groups[f"/{ANALYSIS}{number}/selection"] = xr.Dataset(attrs={"selection": plain})
        if analysis.result is not None:
            assert analysis.result_of is not None
            result = _make_storable(analysis.result)
            result.attrs["result_of"] = json.dumps(recipe_to_json(analysis.result_of))
            groups[f"/{ANALYSIS}{number}/result"] = result
    if project.impedance is not None:
        groups |= groups_of_impedance(project.impedance, _make_storable)
    if project.cell is not None:
        groups[f"/{RECORD}"] = dataset_of_record(project.cell)
    return xr.DataTree.from_dict(groups)


def _write_tree(tree: xr.DataTree) -> memoryview:
    """The content of the file; arrays get the checksum that every HDF5 program compares."""
    checked = {
        node.path: {
            str(name): {"fletcher32": True, "chunksizes": variable.shape}
            for name, variable in node.to_dataset(inherit=False).variables.items()
            if variable.dtype.kind in "iuf"
            and 0 < variable.nbytes < _LARGEST_CHUNK
            and variable.ndim
        }
        for node in tree.subtree
    }
    return tree.to_netcdf(engine="h5netcdf", encoding=checked)


def _root_attributes(project: Project) -> dict[str, Any]:
    return {
        "format": _WITHOUT_IMPEDANCE if project.impedance is None else FORMAT,
        "program": program_version(),
        "recipes": json.dumps(recipes_to_json(book_of(project))),
        "project": json.dumps(
            {
                "unread": [astuple(entry) for entry in project.unread],
                "notes": list(project.notes),
                **({"order": project.order} if project.order else {}),
                **({"acquisition": dict(project.acquisition)} if project.acquisition else {}),
            }
        ),
    }


def _make_storable(dataset: xr.Dataset) -> xr.Dataset:
    """Text as variable-length strings: netCDF has no Python objects."""
    text = {
        name: variable.astype(np.dtypes.StringDType()).astype(object)
        for name, variable in dataset.variables.items()
        if variable.dtype.kind in "OU" and name not in dataset.dims
    }
    return dataset.assign({n: v for n, v in text.items() if n in dataset.data_vars}).assign_coords(
        {n: v for n, v in text.items() if n in dataset.coords}
    )


def _read_project(tree: xr.DataTree, path: Path) -> Project:
    root = read_root(tree.attrs, path)
    analyses = {}
    for name, node in tree.children.items():
        if name.startswith(ANALYSIS):
            analysis = read_analysis(node, root, path)
            analyses[analysis.region] = analysis
    cell = read_cell(tree.children[RECORD], path) if RECORD in tree.children else None
    sweeps = read_impedance(tree.children[IMPEDANCE], path) if IMPEDANCE in tree.children else None
    ordered = {region: analyses[region] for region in root.recipes}
    return replace(root.project, analyses=ordered, cell=cell, impedance=sweeps)


def _read_selection(node: xr.DataTree, path: Path) -> Selection | None:
    if "selection" not in node.children:
        return None
    where = f"{path.name}: selection"
    plain = json.loads(node.children["selection"].attrs["selection"])
    return selection_from_json(plain, model_from_json(plain["considered"], where), where)


def _refuse_damage(path: Path, seal: Seal) -> None:
    """Raise unless a file without a whole seal is an old one in which nothing is damaged."""
    with path.open("rb") as file:
        if not file.read(len(_MAGIC)) == _MAGIC:
            raise ProjectFileError(_NO_PROJECT.format(path.name))
    found = examine_project(path)
    if found.refusal:
        raise ProjectFileError(found.refusal)
    is_old = seal is Seal.MISSING and found.format < FIRST_SEALED
    if not is_old or found.damaged:
        raise DamagedProjectError(_describe_damage(path, found), found.whole)


def _describe_damage(path: Path, found: Examination) -> str:
    whole = (
        f"Whole in it: {', '.join(found.whole)}. " if found.whole else "Nothing in it is whole. "
    )
    lost = f" Damaged: {' '.join(found.damaged)}" if found.damaged else ""
    return (
        f"{path.name}: the file is damaged: it is not as it was saved. {whole}{lost} "
        "Open a backup or the autosaved copy, or what is whole of this file."
    )


@contextlib.contextmanager
def _told_as_project_error(path: Path) -> Iterator[None]:
    """A damaged file shows as one of these, wherever in it the damage is."""
    try:
        yield
    except ProjectFileError:
        raise
    except UnreadableFileError as error:
        raise ProjectFileError(
            f"{error} No project that this program saved is like that; ask where the file is from."
        ) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise ProjectFileError(_NO_PROJECT.format(path.name)) from error
    except OSError as error:
        if error.errno is None:
            raise _damage_error(path, error) from error
        raise ProjectFileError(
            f"{path.name}: cannot be read ({os.strerror(error.errno)}). Is the drive there, and "
            "may you read the file?"
        ) from error
    except MemoryError as error:
        raise ProjectFileError(
            f"{path.name}: does not fit into the memory. Close other programs and open it again."
        ) from error
    except (KeyError, TypeError, IndexError, RuntimeError, ValueError) as error:
        raise _damage_error(path, error) from error


def _damage_error(path: Path, error: Exception) -> ProjectFileError:
    return ProjectFileError(
        f"{path.name}: the file is damaged ({error}). Open a backup or the autosaved copy."
    )
