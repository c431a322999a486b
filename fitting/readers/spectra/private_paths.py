"""Paths of other machines that instruments write into their files: only their last part is kept.

A folder there names a person or an institute. It is no part of a measurement, and tables, reports
and project files are given away.
"""

import json
import re

_ROOT = r"(?:[A-Za-z]:[\\/]|\\\\[^\\\s]|(?<![\w.:/])/(?:home|Users|root|mnt|media|Volumes|tmp)/)"
_PATH = re.compile(rf"{_ROOT}[^\"<>|*?\r\n\t]*[\\/](?=[^\\/])")
_MAY_HOLD = re.compile(r"[A-Za-z]:(?:\\|/)|\\\\\\\\|/(?:home|Users|root|mnt|media|Volumes|tmp)/")


def is_path(text: str) -> bool:
    """Whether a text is a path from the root of a drive on."""
    return re.match(_ROOT, text) is not None


def last_part(path: str) -> str:
    """The name at the end of a path of any system."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def hide_paths(text: str) -> str:
    """The text with every path cut down to its last part."""
    return _PATH.sub("", text)


def hide_paths_in_json(stored: str) -> str:
    """JSON with every path in its texts cut down to its last part."""
    return json.dumps(_hide_paths_in(json.loads(stored))) if _MAY_HOLD.search(stored) else stored


def _hide_paths_in(data: object) -> object:
    if isinstance(data, str):
        return hide_paths(data)
    if isinstance(data, list):
        return [_hide_paths_in(one) for one in data]
    if isinstance(data, dict):
        return {key: _hide_paths_in(one) for key, one in data.items()}
    return data
