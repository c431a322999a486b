"""What the headings of columns mean: axes, counts, errors, and what belongs to somebody's fit."""

import math
import re
from typing import Literal

from fitting.readers.spectra.counting import UnitKind

AxisKind = Literal["binding", "kinetic", "energy", "shift", "wavelength", "other"]
Role = Literal["axis", "intensity", "sigma", "index", "fit", "left out"]

_AXES: tuple[tuple[AxisKind, re.Pattern[str]], ...] = (
    (
        "shift",
        re.compile(
            r"(?i:raman[ _]*shift|wave[ _]?(?:number|zahl)|\bshift\b|#?\bwave\b)"
            r"|\bcm\s*(?:\^|\*\*)?\s*\(?[-−–⁻]\s*[1¹]|1\s*/\s*cm|\bcm[¹�]"
        ),
    ),
    ("binding", re.compile(r"(?i:binding|bindungs|liaison)|(?<![A-Za-z])B\.?\s?E\b")),
    ("kinetic", re.compile(r"(?i:kinetic|kinetisch|cin[eé]tique)|(?<![A-Za-z])K\.?\s?E\b")),
    ("wavelength", re.compile(r"(?i:wave[ _]?length|wellenl)|\bnm\b")),
    ("energy", re.compile(r"\beV\b|(?i:\b[eé]nerg(?:y|ie))")),
    (
        "other",
        re.compile(
            r"(?i:\btime\b|\bzeit\b|\bfreq|2[ _-]?theta|\btemperature|\bdate\b)|(?:/|in )s\b"
        ),
    ),
)
_RATE = re.compile(
    r"(?i:\bcps|(?:counts?|cts?|c)\s*(?:/|per)\s*s(?:ec(?:ond)?)?\b|counts?\s*s\s*\^?[-−⁻][1¹])"
)
_COUNTS = re.compile(r"(?i:\bcounts?\b|\bcts\b|\bimpulse\b)")
_ARBITRARY = re.compile(r"(?i:\ba\.\s?u\b|\(au\)|\barb|\bnormali[sz]ed)")
_SIGMA = re.compile(
    r"(?i:^\W*(?:σ|sigma|std|stdev|stddev|standard[ _]dev|err|error|unc|uncertainty|[de]y|yerr"
    r"|d_?(?:counts|int)|±|\+/-)|[\s_(](?:err|error|errors|sigma|std|stdev|unc|uncertainty)\b)"
)
_BACKGROUND = re.compile(
    r"(?i:(?:background|backgnd|bkg|\bbg\b|base[ _]?line)(?![ _-]*(?:sub|corr|rem|free)))"
)
_ENVELOPE = re.compile(r"(?i:envelope|\b(?:best[ _]?)?fit(?:ted)?\b|\bmodel$|\bsum\b)")
_COMPONENT = re.compile(r"(?i:\bcomponent|\bpeak[ _]?\d+\b)")
_LEFT_OUT = re.compile(r"(?i:residual|transmission)")
_CORRECTED = re.compile(r"(?i:subtract|correct|removed|without)")
_INDEX = re.compile(
    r"(?i:(?:#|no\.?|nr\.?|index|id|points?|pixel|row|channel|unnamed: 0)?(?:\s*no\.?)?)"
)
_PREFERENCE: tuple[AxisKind, ...] = ("binding", "shift", "kinetic", "energy", "wavelength", "other")
_PHOTON_ENERGY = re.compile(
    r"(?i:(?:photon|excitation|x-?ray|source|characteristic)[ _]*energy|\bh[vν]\b)"
    r"[^\d\n]{0,15}(?P<value>\d{3,5}(?:[.,]\d+)?)"
)


_DWELL = re.compile(
    r"(?i:\b(?:dwell|time[ _]per[ _](?:step|point)))(?i:[ _]*time)?[^\dms\n]{0,6}(?P<before>ms|s)?"
    r"[^\d\n]{0,6}(?P<value>\d+(?:[.,]\d+)?)[ ]*(?P<after>ms|s)?\b"
)
_SCANS = re.compile(r"(?i:\b(?:scans|sweeps)\b)[^\d\n]{0,6}(?P<value>\d{1,5})\b")


def axis_kind(heading: str) -> AxisKind | None:
    """What axis a heading names, ``None`` if it names none."""
    if unit_of(heading) != "arbitrary":
        return None
    return next((kind for kind, pattern in _AXES if pattern.search(heading)), None)


def axis_kind_of_header(lines: tuple[str, ...]) -> AxisKind | None:
    """What axis the lines above unnamed columns tell of; a laser's nanometres are none."""
    text = "\n".join(lines)
    for kind, pattern in _AXES:
        if kind not in ("wavelength", "other") and pattern.search(text):
            return kind
    return None


def unit_of(heading: str) -> UnitKind:
    """Counts, counts per second, or neither."""
    if _RATE.search(heading):
        return "rate"
    return "counts" if _COUNTS.search(heading) else "arbitrary"


def is_arbitrary(heading: str) -> bool:
    """Whether the heading says that the intensity has no unit."""
    return bool(_ARBITRARY.search(heading))


def find_roles(headings: tuple[str, ...]) -> tuple[Role, ...]:
    """What each column is; the first one is the axis where no heading names one.

    Columns after the background or the envelope of a fit are its components.
    """
    kinds = [axis_kind(heading) for heading in headings]
    named = [kinds.index(kind) for kind in _PREFERENCE if kind in kinds]
    axis = named[0] if named else 0
    found = [
        _find_role(heading, index, axis, kinds[index]) for index, heading in enumerate(headings)
    ]
    if "intensity" not in found:
        for role in ("fit", "left out"):
            if role in found:
                found[found.index(role)] = "intensity"
                break
    return tuple(_with_components(found))


def is_part_of_fit(heading: str) -> bool:
    """Whether a heading names a curve of somebody's fit."""
    if _CORRECTED.search(heading):
        return False
    return is_background(heading) or is_envelope(heading) or bool(_COMPONENT.search(heading))


def is_background(heading: str) -> bool:
    """Whether a heading names a background that was fitted."""
    return bool(_BACKGROUND.search(heading)) and not _CORRECTED.search(heading)


def is_envelope(heading: str) -> bool:
    """Whether a heading names the sum of background and components."""
    return bool(_ENVELOPE.search(heading)) and not _CORRECTED.search(heading)


def photon_energy_of(lines: tuple[str, ...]) -> float | None:
    """Photon energy (eV) that header lines state."""
    match = _PHOTON_ENERGY.search("\n".join(lines))
    return float(match["value"].replace(",", ".")) if match else None


def counting_time_of(lines: tuple[str, ...]) -> float:
    """Counting time of one point, all scans added (s), that header lines state; else nan.

    It takes a dwell time with its unit and a number of scans: neither alone tells it.
    """
    text = "\n".join(lines)
    dwell, scans = _DWELL.search(text), _SCANS.search(text)
    unit = (dwell["after"] or dwell["before"]) if dwell else None
    if dwell is None or scans is None or unit is None:
        return math.nan
    seconds = float(dwell["value"].replace(",", ".")) * (1e-3 if unit == "ms" else 1.0)
    return seconds * int(scans["value"]) or math.nan


def _find_role(heading: str, index: int, axis: int, kind: AxisKind | None) -> Role:
    if index == axis:
        return "axis"
    if kind is not None:
        return "left out"
    if index < axis and _INDEX.fullmatch(heading):
        return "index"
    if _SIGMA.search(heading):
        return "sigma"
    if is_part_of_fit(heading):
        return "fit"
    if _LEFT_OUT.search(heading) and not _CORRECTED.search(heading):
        return "left out"
    return "intensity"


def _with_components(roles: list[Role]) -> list[Role]:
    """The roles with the columns after the first curve of a fit as its components.

    Not so where several fits stand side by side, each after its spectrum.
    """
    if "fit" not in roles or "intensity" not in roles[: roles.index("fit")]:
        return roles
    first = roles.index("fit")
    later = [index for index, role in enumerate(roles) if role == "intensity" and index > first]
    fits = [index for index, role in enumerate(roles) if role == "fit" and index > first]
    has_several = any(fit > spectrum for spectrum in later for fit in fits)
    return (
        roles
        if has_several and _is_repeating(roles)
        else ["fit" if index in later else role for index, role in enumerate(roles)]
    )


def _is_repeating(roles: list[Role]) -> bool:
    """Whether spectrum and fit alternate, as in: counts, background, counts, background."""
    kept = [role for role in roles if role in ("intensity", "fit")]
    return kept == ["intensity", "fit"] * (len(kept) // 2)
