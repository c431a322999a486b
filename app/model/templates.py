"""Models of one's own, kept for the spectra of a region that are opened later.

A template is a recipe file of one region; ``thioscope fit --model FILE`` takes it as well.
"""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from fitting.data.errors import ThioscopeError
from fitting.models.model import Model
from fitting.output.region_names import name_file
from fitting.projects.recipe import Recipe, RecipeBook, read_recipes, write_recipes

_SUFFIX = ".json"


def template_folder() -> Path:
    """Where templates are kept on this system."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(place) / "templates"


def save_template(name: str, region: str, recipe: Recipe) -> Path:
    """Keep the model of a recipe for a region; one of the same name is replaced.

    Raises
    ------
    ThioscopeError
        If it cannot be written.
    """
    path = _folder_of(region) / f"{_file_stem(name)}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_recipes(RecipeBook({region: Recipe(recipe.model)}), path)
    except OSError as error:
        raise ThioscopeError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return path


def delete_template(name: str, region: str) -> None:
    """Keep it no longer."""
    (_folder_of(region) / f"{_file_stem(name)}{_SUFFIX}").unlink(missing_ok=True)


def list_templates(region: str) -> Mapping[str, Model]:
    """The templates of a region by their names; files that cannot be read are passed over."""
    found: dict[str, Model] = {}
    folder = _folder_of(region)
    for path in sorted(folder.glob(f"*{_SUFFIX}")) if region and folder.is_dir() else ():
        try:
            found[path.stem] = read_recipes(path).recipes[region].model
        except (ThioscopeError, KeyError):
            continue
    return found


def _folder_of(region: str) -> Path:
    return template_folder() / name_file(region)


def _file_stem(name: str) -> str:
    """The name as a file can have it."""
    kept = "".join(sign if sign.isalnum() or sign in " -+_()" else "_" for sign in name.strip())
    if not kept:
        raise ThioscopeError("A template needs a name.")
    return kept
