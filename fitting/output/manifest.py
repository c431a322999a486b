"""``manifest.json``: which files of a folder belong to one analysis, and what is in them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fitting.data.plain_text import escape_controls
from fitting.data.program import program_version
from fitting.data.whole_file import write_whole

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one export."""

    files: Mapping[str, str]
    """SHA-256 of each, by its path in the folder with ``/`` between the parts."""
    is_partial: bool = False
    """Whether the analysis was interrupted."""


def write_manifest(manifest: Manifest, folder: Path) -> Path:
    """Write it into the folder."""
    content = {
        "program": program_version(),
        "partial": manifest.is_partial,
        "files": dict(sorted(manifest.files.items())),
    }
    path = folder / MANIFEST_FILE
    write_whole(path, f"{json.dumps(content, indent=2)}\n".encode())
    return path


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; ``None`` if it has none that can be read."""
    try:
        content = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        files = {str(name): str(digest) for name, digest in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Manifest(
        {name: digest for name, digest in files.items() if _is_within(name)},
        bool(content.get("partial")),
    )


def check_manifest(folder: Path) -> list[str]:
    """What is not as the manifest of the folder says, as sentences."""
    manifest = read_manifest(folder)
    if manifest is None:
        return [f"{MANIFEST_FILE}: cannot be read. Export again."]
    findings = [
        f"{escape_controls(name)}: {fault}"
        for name, digest in manifest.files.items()
        if (fault := _find_fault(folder / name, digest))
    ]
    if manifest.is_partial:
        findings.append("The analysis was interrupted: what was not fitted is missing.")
    return findings


def hash_file(path: Path) -> str:
    """SHA-256 of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find_fault(path: Path, digest: str) -> str:
    try:
        found = hash_file(path)
    except FileNotFoundError:
        return "is missing. Export again, or copy the folder again."
    except OSError as error:
        return f"cannot be read ({error.strerror or error})."
    return "" if found == digest else "is not as it was exported: it was changed, or is damaged."


def _is_within(name: str) -> bool:
    """Whether the name leads to a place in the folder; a manifest may come from elsewhere."""
    parts = name.split("/")
    return bool(name) and not any(part in ("", ".", "..") or "\\" in part for part in parts)
