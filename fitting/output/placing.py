"""Files made beside a folder's own and put in place together, so that a folder holds one analysis.

They are made in a hidden folder within the target. Once all of them are whole, a manifest is
written there: from then on the export is decided, and whoever finds the hidden folder moves the
rest into place. Before it, the target has not been touched, and the hidden folder is thrown away.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fitting.data.errors import ThioscopeError
from fitting.output.manifest import (
    MANIFEST_FILE,
    Manifest,
    hash_file,
    read_manifest,
    write_manifest,
)

Tell = Callable[[str], None]
"""What is done with a sentence about something that did not go as it should."""

_STAGED = ".thioscope-export-"
_ABANDONED = 3600.0
"""A hidden folder without a manifest that nobody wrote to for so long (s) was left behind."""


@contextmanager
def stage_files(folder: Path) -> Iterator[Path]:
    """Give a folder to make files in; it is gone afterwards."""
    staged = folder / f"{_STAGED}{secrets.token_hex(4)}"
    staged.mkdir(parents=True)
    try:
        yield staged
    finally:
        # what a decided export could not move must stay to be found
        if not (staged / MANIFEST_FILE).exists():
            shutil.rmtree(staged, ignore_errors=True)


def place_files(staged: Path, folder: Path, *, is_partial: bool, tell: Tell) -> None:
    """Put the files into the folder, and take away what an export before has left there.

    A file that is locked, such as by a program that shows it, stays; the new one is put beside it
    under another name, which ``tell`` says.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    names = sorted(
        path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()
    )
    files = {name: hash_file(staged / name) for name in names}
    write_manifest(Manifest(files, is_partial), staged)
    _move_decided(staged, folder, tell)


def repair_folder(folder: Path) -> str:
    """Finish an export into the folder that was killed; says what was done, or nothing."""
    done = ""
    for staged in sorted(folder.glob(f"{_STAGED}*")):
        if (staged / MANIFEST_FILE).is_file():
            _move_decided(staged, folder, lambda _: None)
            done = f"{folder.name}: an export that was interrupted has been finished."
        elif time.time() - staged.stat().st_mtime > _ABANDONED:
            shutil.rmtree(staged, ignore_errors=True)
    return done


def is_interrupted(folder: Path) -> bool:
    """Whether an export into the folder was killed while its files were put in place."""
    return any((staged / MANIFEST_FILE).is_file() for staged in folder.glob(f"{_STAGED}*"))


def _move_decided(staged: Path, folder: Path, tell: Tell) -> None:
    """Move what is there still; may be begun again after it was interrupted anywhere."""
    decided = read_manifest(staged)
    if decided is None:
        raise ThioscopeError(f"{staged}: what an export has left here is damaged. Remove it.")
    before = read_manifest(folder)
    placed: dict[str, str] = {}
    for name, digest in decided.files.items():
        if (staged / name).exists():
            placed[_move_file(staged / name, folder, name, tell)] = digest
        else:
            placed[_find_placed(folder, name, digest)] = digest
    _remove_stale(folder, before, placed)
    write_manifest(Manifest(placed, decided.is_partial), folder)
    shutil.rmtree(staged, ignore_errors=True)


def _move_file(source: Path, folder: Path, name: str, tell: Tell) -> str:
    """Move one file; the name under which it lies now."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except OSError as error:
        other = _other_name(target)
        source.replace(other)
        tell(
            f"{name}: cannot be replaced ({error.strerror or error}); is it open in another "
            f"program? What belongs to this analysis is in {other.name}."
        )
        return other.relative_to(folder).as_posix()
    return name


def _find_placed(folder: Path, name: str, digest: str) -> str:
    """Under which name a file was put in place before the interruption."""
    other = _other_name(folder / name)
    with suppress(OSError):
        if hash_file(folder / name) != digest and hash_file(other) == digest:
            return other.relative_to(folder).as_posix()
    return name


def _other_name(target: Path) -> Path:
    return target.with_name(f"{target.stem}.new{target.suffix}")


def _remove_stale(folder: Path, before: Manifest | None, placed: dict[str, str]) -> None:
    """Take away what only the export before had, unless somebody has changed it since."""
    for name, digest in (before.files if before else {}).items():
        if name in placed:
            continue
        with suppress(OSError):
            if hash_file(folder / name) == digest:
                (folder / name).unlink()
