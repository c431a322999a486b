"""Project files: one HDF5 (netCDF-4) file for everything an analyst has open.

Root attributes: ``format`` (version of the layout), ``program`` (which wrote it), ``recipes`` and
``project`` (JSON). A group ``analysis_<n>`` for every region holds ``series`` and, after a fit,
``result``; a group ``record``, if there is one, the potentiostat record and its clock. A file is
written beside its target and moved into place, so that a failure leaves the old one whole.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import ProjectFileError, UnreadableFileError
from fitting.data.program import program_version
from fitting.data.series import check_series
from fitting.data.whole_file import write_whole
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.projects.project import Analysis, Project, Unread
from fitting.projects.recipe import (
    RecipeBook,
    model_from_json,
    recipe_from_json,
    recipe_to_json,
    recipes_from_json,
    recipes_to_json,
)
from fitting.readers.budget import Meter, make_budget
from fitting.readers.hdf5_soundness import check_soundness
from fitting.saving.attached_record_file import dataset_of_record, record_of_dataset
from fitting.selection.candidates import Selection, selection_from_json, selection_to_json

FORMAT = 2
"""Version of the layout; a file of an older one is brought up to date when it is opened.

2 added the group ``record``: a file of version 1 is one of version 2 without it.
"""
_NO_PROJECT = "{}: not a project file. Choose a file saved as .thio."
_RECORD = "record"
_ANALYSIS = "analysis_"


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
        write_whole(path, _make_tree(project).to_netcdf(engine="h5netcdf"))
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
        _check_format(path)
        tree = xr.open_datatree(path, engine="h5netcdf", decode_timedelta=False)
        with tree:
            tree.load()
        return _read_project(tree, path)


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
        groups[f"/{_ANALYSIS}{number}/series"] = _make_storable(analysis.series)
        if analysis.selection is not None:
            plain = json.dumps(selection_to_json(analysis.selection))
            groups[f"/{_ANALYSIS}{number}/selection"] = xr.Dataset(attrs={"selection": plain})
        if analysis.result is not None:
            assert analysis.result_of is not None
            result = _make_storable(analysis.result)
            result.attrs["result_of"] = json.dumps(recipe_to_json(analysis.result_of))
            groups[f"/{_ANALYSIS}{number}/result"] = result
    if project.cell is not None:
        groups[f"/{_RECORD}"] = dataset_of_record(project.cell)
    return xr.DataTree.from_dict(groups)


def _root_attributes(project: Project) -> dict[str, Any]:
    book = RecipeBook(
        {region: analysis.recipe for region, analysis in project.analyses.items()},
        project.charge_reference,
    )
    return {
        "format": FORMAT,
        "program": program_version(),
        "recipes": json.dumps(recipes_to_json(book)),
        "project": json.dumps(
            {
                "unread": [[entry.source, entry.reason] for entry in project.unread],
                "notes": list(project.notes),
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
    book = recipes_from_json(json.loads(tree.attrs["recipes"]), path.name)
    extra = json.loads(tree.attrs["project"])
    analyses = {}
    for name, node in tree.children.items():
        if name.startswith(_ANALYSIS):
            analysis = _read_analysis(node, book, path)
            analyses[analysis.region] = analysis
    ordered = {region: analyses[region] for region in book.recipes}
    return Project(
        analyses=ordered,
        charge_reference=book.charge_reference,
        unread=tuple(Unread(source, reason) for source, reason in extra["unread"]),
        notes=tuple(extra["notes"]),
        cell=_read_cell(tree, path),
    )


def _read_cell(tree: xr.DataTree, path: Path) -> AttachedRecord | None:
    if _RECORD not in tree.children:
        return None
    stored = tree.children[_RECORD].to_dataset(inherit=False)
    return record_of_dataset(stored, f"{path.name}: record")


def _read_analysis(node: xr.DataTree, book: RecipeBook, path: Path) -> Analysis:
    series = node.children["series"].to_dataset(inherit=False)
    check_series(series)
    recipe, selection = book.recipes[series.attrs["region"]], _read_selection(node, path)
    if "result" not in node.children:
        return Analysis(series, recipe, selection=selection)
    result = node.children["result"].to_dataset(inherit=False)
    result_of = recipe_from_json(json.loads(result.attrs.pop("result_of")), f"{path.name}: result")
    return Analysis(series, recipe, result, result_of, selection)


def _read_selection(node: xr.DataTree, path: Path) -> Selection | None:
    if "selection" not in node.children:
        return None
    where = f"{path.name}: selection"
    plain = json.loads(node.children["selection"].attrs["selection"])
    return selection_from_json(plain, model_from_json(plain["considered"], where), where)


def _check_format(path: Path) -> None:
    """Raise unless the file is a project of this version or an older one, and may be loaded."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
    if not h5py.is_hdf5(path):
        raise ProjectFileError(_NO_PROJECT.format(path.name))
    with h5py.File(path, "r") as file:
        found, program = file.attrs.get("format"), file.attrs.get("program", "unknown")
        if found is None:
            raise ProjectFileError(_NO_PROJECT.format(path.name))
        if int(np.ravel(found)[0]) > FORMAT:
            raise ProjectFileError(
                f"{path.name}: written by a newer version ({program}). Update this program to "
                "open it."
            )
        check_soundness(file, Meter(path.name, size, make_budget(size)))


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
