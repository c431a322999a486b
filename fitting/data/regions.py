"""Which region a spectrum shows: told by a name ("S2p Scan") or by the range it covers.

A region is named by its core level, element and orbital, as in "S 2p"; the wide scan is
"survey", a Raman spectrum "raman". The windows in which core levels are measured are those of the
libraries in use: while a file is read, the user's own count too.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from fitting.data.techniques import TECHNIQUES
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue

Windows = Mapping[str, tuple[float, float]]
"""Binding energies (eV) between which a core level is measured, by region."""

SURVEY = "survey"
RAMAN = "raman"

LARGEST_SHIFT = 30.0
"""Energies may be this far (eV) from the window of a core level, as by charging."""

SURVEY_WIDTH = 400.0
"""A spectrum that spans more than this (eV) is a survey."""

_ELEMENTS = re.findall(
    r"\w+",
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb "
    "Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U",
)
_BY_LOWER_CASE = {symbol.lower(): symbol for symbol in _ELEMENTS}
_FIRST_ATOMIC_NUMBER = {
    "1s": 3, "2s": 8, "2p": 11, "3s": 19, "3p": 19, "3d": 29,
    "4s": 37, "4p": 37, "4d": 46, "4f": 58, "5s": 55, "5p": 55, "5d": 78,
}  # fmt: skip
"""The lightest element whose orbital is measured as a core level."""

_CORE_LEVEL = re.compile(
    r"""(?P<before>^|[^A-Za-z]|[a-z](?=[A-Z]))
        (?P<element>[A-Za-z]{1,2})
        (?P<gap>[ _-]?)
        (?P<shell>[1-5])(?P<orbital>[spdfSPDF])
        (?:[ _]?[1357][/-]?2|\d{1,2})?     # 3/2, or the number of the measurement
        (?:$|(?=[^A-Za-z0-9])|(?=scan|snap|region)|(?=Scan|Snap|Region))
        (?![ _]?m?[Vv](?![A-Za-z]))        # "S_2p55 V" is a voltage
    """,
    re.VERBOSE,
)
_AUGER = re.compile(
    r"(?<![A-Za-z])(?P<element>[A-Z][a-z]?)[ _-]?"
    r"(?P<lines>KLL|KVV|LMM|LMV|LVV|MNN|MNV|MVV|NOO|NVV)(?![A-Za-z])"
)
"""Auger lines: measured like a core level, and in the way of one that lies there."""
_WIDE = re.compile(
    r"(?:(?<![A-Za-z])(?i:survey|wide|su1s)|(?<=[a-z])(?:Survey|Wide|Su1s))"
    r"(?i:[ _]?scan)?(?![a-z])"
)


def region_from_name(text: str) -> str | None:
    """The region a file, block, sheet or column name tells, such as "S 2p", or ``None``.

    A name that tells two different regions tells none.
    """
    told = regions_from_name(text)
    return told[0] if len(told) == 1 else None


def regions_from_name(text: str) -> tuple[str, ...]:
    """Every region that a name tells, as both of "Fe3p-Mg2p".

    Compounds are no regions: "Li2S", "Na2S" and "Li3P" are read as such, "As2S3" and "2p55V" as
    neither.
    """
    levels = [level for match in _CORE_LEVEL.finditer(text) if (level := _core_level(match))]
    levels += [
        f"{match['element']} {match['lines']}"
        for match in _AUGER.finditer(text)
        if match["element"] in _ELEMENTS
    ]
    if not levels and _WIDE.search(text):
        return (SURVEY,)
    return tuple(dict.fromkeys(levels))


def region_from_range(low: float, high: float) -> str | None:
    """The region that is measured between two binding energies (eV), or ``None``.

    Of windows that overlap, as those of Li 1s and Fe 3p do, it is the one that agrees best with
    the range. A range over several windows that lie apart is of no single region.
    """
    if high - low > SURVEY_WIDTH:
        return SURVEY
    windows = region_windows()
    middle = (low + high) / 2
    fitting = {
        region: _agreement((low, high), (start, stop))
        for region, (start, stop) in windows.items()
        if start <= middle <= stop and high - low <= 3 * (stop - start)
    }
    if not fitting:
        return None
    best = max(fitting, key=lambda region: fitting[region])
    covered = [other for other in windows.values() if low <= other[0] and other[1] <= high]
    apart = any(_agreement(windows[best], other) == 0.0 for other in covered)
    return None if apart else best


def region_windows() -> Windows:
    """The windows of all core levels that can be told by their range."""
    own = _OWN_WINDOWS.get()
    return windows_of(bundled_catalogue()) if own is None else own


def windows_of(catalogue: Catalogue) -> Windows:
    """The windows of the core levels of a catalogue; those of one region are put together."""
    windows: dict[str, tuple[float, float]] = {}
    for library in catalogue.libraries:
        if TECHNIQUES[library.technique].has_core_levels:
            low, high = windows.get(library.region, library.window)
            windows[library.region] = min(low, library.window[0]), max(high, library.window[1])
    return windows


@contextmanager
def knowing_windows(windows: Windows | None) -> Iterator[None]:
    """Tell regions by these windows, in this thread; by the bundled libraries' if ``None``."""
    token = _OWN_WINDOWS.set(windows)
    try:
        yield
    finally:
        _OWN_WINDOWS.reset(token)


def fits_region(low: float, high: float, region: str) -> bool | None:
    """Whether binding energies (eV) can be those of a region; ``None`` if its window is not known.

    Their middle lies within the window, give or take what charging may shift, or they cover it.
    """
    window = region_windows().get(region)
    if window is None:
        return None
    start, stop = window
    middle = (low + high) / 2
    is_near = start - LARGEST_SHIFT <= middle <= stop + LARGEST_SHIFT
    return is_near or (low <= start and stop <= high)


def without_region(text: str) -> str:
    """The text with every region name in it cut out, as for the name of the sample."""

    def cut(match: re.Match[str]) -> str:
        return match["before"] if _core_level(match) else match[0]

    return _WIDE.sub("", _CORE_LEVEL.sub(cut, text))


_OWN_WINDOWS: ContextVar[Windows | None] = ContextVar("own windows", default=None)
"""While a file is read; its reader's twenty places that ask for a region know of no libraries."""


def _agreement(first: tuple[float, float], other: tuple[float, float]) -> float:
    """What two ranges have in common, as a part of what they cover together."""
    common = min(first[1], other[1]) - max(first[0], other[0])
    whole = max(first[1], other[1]) - min(first[0], other[0])
    return max(common, 0.0) / whole


def _core_level(match: re.Match[str]) -> str | None:
    """The core level a match names; ``None`` for compounds, units and what does not exist."""
    symbol = _BY_LOWER_CASE.get(match["element"].lower())
    orbital = match["shell"] + match["orbital"].lower()
    if symbol is None or _ELEMENTS.index(symbol) + 1 < _FIRST_ATOMIC_NUMBER.get(orbital, 999):
        return None
    if _is_compound(match) or _is_unit(match):
        return None
    return f"{symbol} {orbital}"


def _is_compound(match: re.Match[str]) -> bool:
    """Whether "K2S" or "Ni2P" is meant: a capital S, P or F after a subscript is an element."""
    element, orbital = match["element"], match["orbital"]
    if match["gap"] or match["shell"] == "1" or orbital not in "SPF":
        return False
    is_mixed_case = len(element) == 2 and element[1].islower()
    return is_mixed_case or orbital == "S"


def _is_unit(match: re.Match[str]) -> bool:
    """Whether the letter belongs to the number before it, as in "3.6V_2p" or "25C_1s"."""
    return match["before"].isdigit() and bool(match["gap"] or match["element"] == "V")
