"""The seal of a project file: the last bytes say what all bytes before them must be.

HDF5 ends where it says, so that a seal after it disturbs no other program. Beside it, every group
has a digest of its own among the attributes of the root, by which is told which parts of a damaged
file are whole, and arrays carry the checksum of HDF5 (fletcher32), for other programs.
"""

import enum
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

DIGESTS = "digests"
"""Root attribute with the digest of every group, as JSON; ``/`` is for the root's attributes."""
_MARK = b"\nTHIOSCOPE SHA-256 "
_HEX = 64
_SEAL_SIZE = len(_MARK) + _HEX + 1
_CHUNK = 1 << 20


class Seal(enum.Enum):
    """What the seal of a file says."""

    WHOLE = "the file is as it was saved"
    BROKEN = "the file is not as it was saved"
    MISSING = "the file has no seal: it is old, or its end is missing"


def seal_content(content: bytes | memoryview) -> bytes:
    """The content of an HDF5 file with the digests of its groups and the seal of the whole."""
    stream = io.BytesIO(content)
    with h5py.File(stream, "r+") as file:
        file.attrs[DIGESTS] = json.dumps(digest_groups(file))
    return add_seal(stream.getvalue())


def add_seal(whole: bytes) -> bytes:
    """The bytes with their seal behind them."""
    return b"".join((whole, _MARK, hashlib.sha256(whole).hexdigest().encode(), b"\n"))


def read_seal(path: Path) -> Seal:
    """Compare the file with its seal.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _SEAL_SIZE, 0))
        end = file.read(_SEAL_SIZE)
        if not end.startswith(_MARK):
            return Seal.MISSING
        file.seek(0)
        digest, left = hashlib.sha256(), size - _SEAL_SIZE
        while left > 0 and (block := file.read(min(left, _CHUNK))):
            digest.update(block)
            left -= len(block)
    is_whole = end == _MARK + digest.hexdigest().encode() + b"\n"
    return Seal.WHOLE if is_whole else Seal.BROKEN


def digest_groups(file: h5py.File) -> dict[str, str]:
    """A digest of every group of the root with all that is in it, and of the root's attributes."""
    found = {"/": digest_attributes(file)}
    for name, item in sorted(file.items()):
        if isinstance(item, h5py.Group):
            found[name] = digest_group(item)
    return found


def digest_group(group: h5py.Group) -> str:
    """A digest of the values, names and attributes in a group."""
    digest = hashlib.sha256()
    _add_group(digest, group)
    return digest.hexdigest()


def digest_attributes(item: h5py.Group) -> str:
    """A digest of the attributes of a group alone."""
    digest = hashlib.sha256()
    _add_attributes(digest, item)
    return digest.hexdigest()


def _add_group(digest: "hashlib._Hash", group: h5py.Group) -> None:
    _add_attributes(digest, group)
    for name, item in sorted(group.items()):
        digest.update(f"\0{name}\0".encode())
        if isinstance(item, h5py.Group):
            _add_group(digest, item)
        else:
            _add_attributes(digest, item)
            _add_values(digest, item[()], item.dtype)


def _add_attributes(digest: "hashlib._Hash", item: h5py.Group | h5py.Dataset) -> None:
    for name in sorted(item.attrs):
        kind = item.attrs.get_id(name).dtype
        # references are addresses in the file, not content
        if name == DIGESTS or _holds_references(kind):
            continue
        digest.update(f"\0@{name}\0".encode())
        _add_values(digest, item.attrs[name], kind)


def _add_values(digest: "hashlib._Hash", values: object, kind: np.dtype[Any]) -> None:
    array = np.asarray(values)
    digest.update(f"{kind.str}{array.shape}".encode())
    if array.dtype.hasobject or array.dtype.kind in "US":
        texts = [
            text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else str(text)
            for text in array.ravel().tolist()
        ]
        digest.update(json.dumps(texts).encode())
    else:
        digest.update(np.ascontiguousarray(array).tobytes())


def _holds_references(kind: np.dtype[Any]) -> bool:
    """Whether values are references to other parts, alone, in lists or in records."""
    parts = [kind] if kind.names is None else [kind[name] for name in kind.names]
    inner = [h5py.check_vlen_dtype(part) or part for part in parts]
    return any(
        part is not str and h5py.check_ref_dtype(np.dtype(part)) is not None for part in inner
    )
