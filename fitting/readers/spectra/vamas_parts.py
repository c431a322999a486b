"""The numbered parts of a VAMAS block (ISO 14976) that have a fixed number of lines."""

from collections.abc import Callable, Mapping

Applies = Callable[[str, str], bool]
"""Whether a block has a part, from experiment mode and technique."""

_PROFILES = frozenset({"MAPDP", "MAPSVDP", "SDP", "SDPSV"})
_ION_TECHNIQUES = frozenset(
    {"FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec"}
)
_PROFILED_TECHNIQUES = frozenset({"AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF"})


def _always_present(_mode: str, _technique: str) -> bool:
    return True


def _in_modes(*modes: str) -> Applies:
    return lambda mode, _technique: mode in modes


def _is_sputtered(mode: str, technique: str) -> bool:
    """Whether ions hit the sample, as the probe or between the scans."""
    return mode in _PROFILES or technique in _ION_TECHNIQUES


def _is_profiled(mode: str, technique: str) -> bool:
    """Whether the technique does not sputter itself, so that an ion gun of its own did."""
    return mode in _PROFILES and technique in _PROFILED_TECHNIQUES


def _is_differential(_mode: str, technique: str) -> bool:
    return technique == "AES diff"


PARTS: Mapping[int, tuple[tuple[str, ...], Applies]] = {
    1: (("year",), _always_present),
    2: (("month",), _always_present),
    3: (("day",), _always_present),
    4: (("hours",), _always_present),
    5: (("minutes",), _always_present),
    6: (("seconds",), _always_present),
    7: (("hours ahead of GMT",), _always_present),
    9: (("technique",), _always_present),
    10: (("x coordinate", "y coordinate"), _in_modes("MAP", "MAPDP")),
    12: (("source label",), _always_present),
    13: (("ion atomic number", "ion atoms", "ion charge"), _is_sputtered),
    14: (("source energy",), _always_present),
    15: (("source strength",), _always_present),
    16: (("beam width x", "beam width y"), _always_present),
    17: (
        ("field of view x", "field of view y"),
        _in_modes("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM"),
    ),
    18: (
        (
            "first linescan start x",
            "first linescan start y",
            "first linescan finish x",
            "first linescan finish y",
            "last linescan finish x",
            "last linescan finish y",
        ),
        _in_modes("MAPSV", "MAPSVDP", "SEM"),
    ),
    19: (("source polar angle",), _always_present),
    20: (("source azimuth",), _always_present),
    21: (("analyser mode",), _always_present),
    22: (("pass energy",), _always_present),
    23: (("differential width",), _is_differential),
    24: (("magnification",), _always_present),
    25: (("work function",), _always_present),
    26: (("target bias",), _always_present),
    27: (("analysis width x", "analysis width y"), _always_present),
    28: (("take-off polar angle", "take-off azimuth"), _always_present),
    29: (("species",), _always_present),
    30: (("transition", "charge of detected particle"), _always_present),
    33: (("signal mode",), _always_present),
    34: (("collection time",), _always_present),
    35: (("scans",), _always_present),
    36: (("time correction",), _always_present),
    37: (
        (
            "sputtering energy",
            "sputtering beam current",
            "sputtering width x",
            "sputtering width y",
            "sputtering polar angle",
            "sputtering azimuth",
            "sputtering mode",
        ),
        _is_profiled,
    ),
    38: (("tilt polar angle", "tilt azimuth"), _always_present),
    39: (("rotation angle",), _always_present),
}
"""Parts with a fixed number of lines: their names, and when a block has them."""

TEXTS = frozenset(
    {
        "technique",
        "source label",
        "analyser mode",
        "species",
        "transition",
        "signal mode",
        "sputtering mode",
    }
)
"""The names among them whose values are text; all others are numbers."""
