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
            r"(?i:raman[ _-]*(?:shift|versch)|wave[ _]?number|wellenzahl)"
            r"|(?i:(?<!charge )(?<!energy )(?<!chemical )\bshift\b|#?\bwave\b)"
            r"|(?i:d[ée](?:placement|calage)[ _]raman|desplazamiento[ _]raman|spostamento[ _]raman)"
            r"|(?i:n(?:ombre|[uú]mero) d.?(?:e )?onda?\w*|рамановск|комбинационн|волново)"
            r"|拉曼|波数|波數|ラマン|라만|파수"
            r"|\b[cс][mм]\s*(?:\^|\*\*)?\s*\(?[-−–⁻]\s*[1¹]|1\s*/\s*cm|\bcm[¹�]"
        ),
    ),
    (
        "binding",
        re.compile(
            r"(?i:binding|bindungs|liaison|energ[ií]a de enlace|energia di legame|энерги\w* связи)"
            r"|结合能|結合能|結合エネルギー|결합|(?<![A-Za-z])B\.?\s?E\b"
        ),
    ),
    (
        "kinetic",
        re.compile(
            r"(?i:kinetic|kinetisch|cin[eé]tic|cin[eé]tique|кинетическ)"
            r"|动能|動能|運動エネルギー|운동|(?<![A-Za-z])K\.?\s?E\b"
        ),
    ),
    (
        "wavelength",
        re.compile(
            r"(?i:wave[ _]?length|wellenl|longueur d.onde|longitud de onda|lunghezza d.onda)"
            r"|(?i:длина волны)|波长|波長|파장|\bnm\b"
        ),
    ),
    ("energy", re.compile(r"\beV\b|(?i:\b[eé]nerg(?:y|ie|[ií]a)|энерги)|能量|エネルギー|에너지")),
    (
        "other",
        re.compile(
            r"(?i:\btime\b|\bzeit\b|\btemps\b|\btiempo\b|\bfreq|2[ _-]?theta|\btemperature"
            r"|\bdate\b)|时间|時間|시간|(?:/|in )s\b"
        ),
    ),
)
_COUNT = (
    r"(?:(?:\b|(?<=_))(?:kilo|mega|[kKM])?[ -]?"
    r"(?i:counts?|cts|coups|cuentas|conteos?|conteggi|impulse|impulsions?|pulses)(?![A-Za-z])|计数|計数|計數|カウント|카운트|(?i:отсч[её]т|импульс)\w*)"
)
"""A number of events, in thousands or millions too."""
_PER_SECOND = (
    r"\)?\s*(?:(?:/|(?i:per|pro|par|por)\b)\s*(?i:s(?:e[ck](?:ond|unde)?)?\b)"
    r"|[/每]\s*[秒초]|/\s*с\b)"
)
_RATE = re.compile(
    rf"(?i:\b[km]?cps\b|\bcps_|\bc\.p\.s|\bc\s*(?:/|per)\s*s(?:ec)?\b|\bimp\.?\s*/\s*s\b)"
    rf"|{_COUNT}{_PER_SECOND}|{_COUNT}[\s·.(]*s\s*\^?[-−⁻][1¹]"
    r"|(?i:\bcount(?:ing)?[ _-]?rate|\bz[äa]hlrate|taux de comptage)|计数率|計数率|計數率"
)
_COUNTS = re.compile(_COUNT)
_RESCALED = re.compile(
    r"(?i:(?<![a-z])(?:norm(?:ali[sz]ed|ali[sz]ation|iert|alis[ée]e?)?(?![a-z])|relative|ratio)|%)"
    r"|归一|規格化|정규화"
)
"""Words of numbers that are counts no more."""
_TRANSFORMED = re.compile(
    r"(?i:(?<![a-z])(?:log(?:10|e)?|ln|lg|sqrt|(?:1st|2nd|first|second)?[ _]?derivative)(?![a-z])"
    r"|√|(?<![a-z])d\^?2?[IN]\s*/\s*d[Ex])"
)
"""Functions of the intensity: their lines are no peaks of the sample."""
_CHOSEN_AXIS = re.compile(
    r"(?i:(?<!un)(?:correct|calibrat)|(?<![a-z])(?:referenced|aligned|shifted)|[ck]orrigi|corregid)"
)
"""Of two axes of a kind the one that somebody has put right."""
_ARBITRARY = re.compile(r"(?i:\ba\.\s?u\b|\(au\)|\barb|\bwillk|\bu\.\s?a\b)|任意|임의")
_SIGMA = re.compile(
    r"(?i:^\W*(?:σ|sigma|std|stdev|stddev|standard[ _]dev|err|error|unc|uncertainty|[de]y|yerr"
    r"|d_?(?:counts|int)|±|\+/-)|[\s_(](?:err|error|errors|sigma|std|stdev|unc|uncertainty)\b)"
)
_BACKGROUND = re.compile(
    r"(?i:(?:background|backgnd|bkg|\bbg\b|base[ _]?line)(?![ _-]*(?:sub|corr|rem|free)))"
)
_ENVELOPE = re.compile(r"(?i:envelope|\b(?:best[ _]?)?fit(?:ted)?\b|\bmodel$|\bsum\b)")
_COMPONENT = re.compile(r"(?i:\bcomponent|\bpeak[ _]?\d+\b)")
_LEFT_OUT = re.compile(
    r"(?i:residual|transmission|^\W*dark(?:[ _](?:counts?|spectrum|current))?\W*$)"
)
_CORRECTED = re.compile(r"(?i:subtract|correct|removed|without)")
_INDEX = re.compile(
    r"(?i:(?:#|no\.?|nr\.?|index|id|points?|pixel|row|channel|unnamed: 0)?(?:\s*no\.?)?)"
)
_PREFERENCE: tuple[AxisKind, ...] = ("binding", "shift", "kinetic", "energy", "wavelength", "other")
_PHOTON_ENERGY = re.compile(
    r"(?i:(?:photon|excitation|x-?ray|source|characteristic)[ _]*energy|\bh[vν]\b)"
    r"[^\d\n]{0,15}(?P<value>\d{3,5}(?:[.,]\d+)?)"
)
_X_RAY_LINES = tuple(
    (re.compile(rf"(?<![A-Za-z]){name}[ _-]?{shell}[ _-]?(?:α|a(?:lpha)?)(?![a-z])"), energy)
    for name, shell, energy in (
        ("Al", "K", 1486.6),
        ("Mg", "K", 1253.6),
        ("Ag", "L", 2984.3),
        ("Cr", "K", 5414.8),
        ("Ga", "K", 9251.7),
    )
)
_LASER = re.compile(
    r"(?i:(?<![a-z])(?:laser|excitation)(?![a-z])"
    r"(?:[^\d\n]{0,40}(?P<before>\d{3,4}(?:[.,]\d+)?)[ _]*nm\b"
    r"|[^\d\n]{0,40}\bnm\b[^\d\n]{0,10}(?P<after>\d{3,4}(?:[.,]\d+)?)(?![\d.,])))"
)
_DWELL = re.compile(
    r"(?i:\b(?:dwell|time[ _]per[ _](?:step|point)))(?i:[ _]*time)?[^\dms\n]{0,6}(?P<before>ms|s)?"
    r"[^\d\n]{0,6}(?P<value>\d+(?:[.,]\d+)?)[ ]*(?P<after>ms|s)?\b"
)
_SCANS = re.compile(r"(?i:\b(?:scans|sweeps)\b)[^\d\n]{0,6}(?P<value>\d{1,5})\b")


def axis_kind(heading: str) -> AxisKind | None:
    """What axis a heading names, ``None`` if it names none."""
    if _find_counting(heading) != "arbitrary":
        return None
    return next((kind for kind, pattern in _AXES if pattern.search(heading)), None)


def axis_words_removed(heading: str) -> str:
    """The heading without the words, and the units in brackets, that name an axis."""
    text = re.sub(r"[\[(][^\[\]()]*[\])]|(?<![A-Za-z])[BK]\.?E\.?(?![A-Za-z])", " ", heading)
    for _, pattern in _AXES:
        text = pattern.sub(" ", text)
    return re.sub(r"(?i:(?<![a-z])(?:energ\w*|raman|wave)(?![a-z]))", " ", text)


def axis_kind_of_header(lines: tuple[str, ...]) -> AxisKind | None:
    """What axis the lines above unnamed columns tell of; a laser's nanometres are none."""
    text = "\n".join(lines)
    for kind, pattern in _AXES:
        if kind not in ("wavelength", "other") and pattern.search(text):
            return kind
    return None


def unit_of(heading: str) -> UnitKind:
    """Counts, counts per second, or neither, as of counts that were normalised."""
    return "arbitrary" if _RESCALED.search(heading) else _find_counting(heading)


def is_arbitrary(heading: str) -> bool:
    """Whether the heading says that the intensity has no unit."""
    return bool(_ARBITRARY.search(heading) or _RESCALED.search(heading))


def find_roles(headings: tuple[str, ...]) -> tuple[Role, ...]:
    """What each column is; the first one is the axis where no heading names one.

    Columns after the background or the envelope of a fit are its components.
    """
    kinds = [axis_kind(heading) for heading in headings]
    axis = _find_axis(headings, kinds)
    found = [
        _find_role(heading, index, axis, kinds[index]) for index, heading in enumerate(headings)
    ]
    if "intensity" not in found:
        usable = [
            "" if is_transformed(heading) else role
            for heading, role in zip(headings, found, strict=True)
        ]
        for role in ("fit", "left out"):
            if role in usable:
                found[usable.index(role)] = "intensity"
                break
    return tuple(_with_components(found))


def is_part_of_fit(heading: str) -> bool:
    """Whether a heading names a curve of somebody's fit."""
    if _CORRECTED.search(heading):
        return False
    return is_background(heading) or is_envelope(heading) or bool(_COMPONENT.search(heading))


def is_transformed(heading: str) -> bool:
    """Whether a heading names a function of the intensity, such as its logarithm."""
    return bool(_TRANSFORMED.search(heading))


def is_background(heading: str) -> bool:
    """Whether a heading names a background that was fitted."""
    return bool(_BACKGROUND.search(heading)) and not _CORRECTED.search(heading)


def is_envelope(heading: str) -> bool:
    """Whether a heading names the sum of background and components."""
    return bool(_ENVELOPE.search(heading)) and not _CORRECTED.search(heading)


def photon_energy_of(lines: tuple[str, ...]) -> float | None:
    """Photon energy (eV) that header lines state, as a number or by the X-ray line."""
    text = "\n".join(lines)
    match = _PHOTON_ENERGY.search(text)
    if match:
        return float(match["value"].replace(",", "."))
    named = {energy for pattern, energy in _X_RAY_LINES if pattern.search(text)}
    return named.pop() if len(named) == 1 else None


def laser_of(lines: tuple[str, ...]) -> float | None:
    """Wavelength of the laser (nm) that header lines state, if they state one only."""
    text = "\n".join(lines)
    texts = (match["before"] or match["after"] for match in _LASER.finditer(text))
    found = {float(one.replace(",", ".")) for one in texts}
    return found.pop() if len(found) == 1 else None


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


def _find_counting(heading: str) -> UnitKind:
    if _RATE.search(heading):
        return "rate"
    return "counts" if _COUNTS.search(heading) else "arbitrary"


def _find_axis(headings: tuple[str, ...], kinds: list[AxisKind | None]) -> int:
    """The column of the most telling kind, one that was corrected before one as measured."""
    kind = next((kind for kind in _PREFERENCE if kind in kinds), None)
    if kind is None:
        return 0
    found = [index for index, one in enumerate(kinds) if one == kind]
    return next((index for index in found if _CHOSEN_AXIS.search(headings[index])), found[0])


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
    if is_transformed(heading):
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
