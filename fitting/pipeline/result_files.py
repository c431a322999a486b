"""Which files of a folder are results of this program: what lies beside them is measured."""

from functools import cache
from pathlib import Path

from fitting.output.manifest import MANIFEST_FILE, read_manifest

PROJECT_FILE = "project.thio"
RECIPE_FILE = "recipe.json"
FIGURES_FOLDER = "figures"
"""What a folder of results holds, beside the tables."""

_OTHERS = frozenset({PROJECT_FILE, RECIPE_FILE, MANIFEST_FILE, "tables.xlsx", "report.html",
                     "data.nxs", "tables.md", "tables.tex"})  # fmt: skip
_FOLDERS = (FIGURES_FOLDER, "curves")
_DRAWN = frozenset({".svg", ".png", ".pdf", ".csv"})


class ResultFiles:
    """Tells results from other files; it looks once into each folder."""

    def __init__(self) -> None:
        self._list_results = cache(_list_results)

    def holds(self, path: Path) -> bool:
        """Whether a file is named by a manifest, or is of a name that results have."""
        folder = path.parent.parent if path.parent.name in _FOLDERS else path.parent
        listed = self._list_results(folder)
        if listed is None:
            return False
        inside = path.relative_to(folder).as_posix()
        is_drawn = "/" in inside and path.suffix.lower() in _DRAWN
        return inside in listed or inside in _list_names() or (is_drawn and not listed)


@cache
def _list_names() -> frozenset[str]:
    """Names that results have."""
    # all that tables are made of, which reading alone does not need
    from fitting.output.tables.columns import TABLE_COLUMNS

    return _OTHERS | {f"{name}.csv" for name in TABLE_COLUMNS}


def _list_results(folder: Path) -> frozenset[str] | None:
    """What the manifest of a folder names, if it has one; ``None`` if it holds no results."""
    try:
        if not (folder / PROJECT_FILE).is_file():
            return None
    except OSError:
        return None
    manifest = read_manifest(folder)
    return frozenset(manifest.files) if manifest else frozenset()
