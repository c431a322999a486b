"""The boundary around one file: whatever happens in reading it is its reason, and all else goes on.

Every spectrum file, record and library is read inside of one; it is the only place of the engine
that catches every exception.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitting.data.errors import ThioscopeError, UnreadableFileError
from fitting.data.plain_text import cut_message, escape_controls, locate_fault

LARGEST_FILE = 2 << 30
"""Files larger than this (bytes) are refused before they are read."""


@contextmanager
def contain_faults(path: Path) -> Iterator[None]:
    """Turn everything that is raised while a file is read into ``UnreadableFileError``.

    The message begins with the file's name, in characters that can be shown.
    """
    try:
        yield
    except ThioscopeError as error:
        raise _name_file(path, str(error)) from error
    except OSError as error:
        raise _name_file(path, describe_reason(error)) from error
    except MemoryError as error:
        raise _name_file(
            path, "it does not fit into the memory. Close other programs, or export less per file."
        ) from error
    except RecursionError as error:
        raise _name_file(path, "it is nested too deeply. Export it again.") from error
    except Exception as error:
        raise _name_file(path, describe_fault(error)) from error


def check_regular(path: Path) -> int:
    """Size of the file (bytes); raise unless it is one that has an end.

    Raises
    ------
    UnreadableFileError
        If it is a folder, a pipe, a device or a socket, or larger than any measurement.
    OSError
        If it cannot be asked for.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        # raises what keeps a folder from being entered, which is its reason
        next(path.iterdir(), None)
        raise UnreadableFileError(f"{path.name}: this is a folder. Give the files in it.")
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFileError(
            f"{path.name}: this is {_kind_of_file(found.st_mode)}, not a file. Save what it gives "
            "as a file, and name that."
        )
    if found.st_size > LARGEST_FILE:
        raise UnreadableFileError(
            f"{path.name}: the file has {found.st_size / 2**30:.1f} GB; at most "
            f"{LARGEST_FILE / 2**30:.0f} GB are read. Export fewer spectra per file."
        )
    return found.st_size


def read_whole(path: Path) -> bytes:
    """The content of a file that has an end.

    Raises
    ------
    UnreadableFileError
        If it has none, or one that is too far.
    OSError
        If it cannot be read.
    """
    check_regular(path)
    return path.read_bytes()


def describe_reason(error: OSError) -> str:
    """Why the system does not give a file, and what to do, as part of a sentence."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file. Check its name and folder."
    if isinstance(error, PermissionError):
        return "you have no permission to read it. Copy it to a folder of your own."
    return f"it cannot be read ({error.strerror or error}). Copy it to a local folder."


def describe_fault(error: BaseException) -> str:
    """What tripped a reader, and where to go with it, as part of a sentence."""
    return (
        f"the program tripped over this file ({locate_fault(error)}); it is left "
        "out. That is a fault of the program: please report this line together with the file, and "
        "export it as text or csv meanwhile."
    )


def _name_file(path: Path, reason: str) -> UnreadableFileError:
    name = escape_controls(path.name)
    words = escape_controls(reason)
    return UnreadableFileError(cut_message(words if words.startswith(name) else f"{name}: {words}"))


def _kind_of_file(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
