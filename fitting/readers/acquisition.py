"""Settings of the measurement as files state them, from what their readers kept.

Every format has its own words for the same thing: ``pass energy`` of VAMAS, ``pass_energy`` of
SpecsLab XML. They are told here, in one place for all formats. A word that says nothing, such as
"Not specified", is none; so is a number that cannot be one, such as a dwell time of zero.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import xarray as xr

from fitting.data.acquisition import SETTINGS, Setting, SettingValue
from fitting.data.series import get_column
from fitting.data.techniques import technique_of

_WORDS: Mapping[str, str] = {
    "instrument": r"instrument( ?model)?|ins|model|instrument model identifier",
    "source": r"source label|xray ?source|x-ray source|source|source type",
    "photon_energy": r"source energy|excitation energy|photon energy|xray ?source",
    "source_power": r"source strength|xray ?power|x-ray power|source power",
    "pass_energy": r"(?:analy[sz]er )?pass energy|pass",
    "spot": r"xray ?beam ?diameter|x-ray spot size|spot size|analysis area",
    "step": r"energy step|scan delta|step size",
    "dwell": r"collection time|dwell time|step time",
    "scans": r"scans|num scans|number of (?:sweeps|scans)|sweeps|scan number",
    "take_off_angle": r"take-off angle|takeoff angle",
    "neutraliser": r"charge neutrali[sz]er|flood gun|egunneutmode",
    "work_function": r"(?:effective |eff\.? |analy[sz]er )?work ?function|analy[sz]er ?work ?fcn",
    "lens_mode": r"lens mode|analy[sz]er lens|lens",
    "scan_mode": r"analy[sz]er ?mode|scan mode|acquisition mode",
    "analyser": r"analy[sz]er",
    "laser": r"laser ?(?:\(nm\))?|excit line|rlw|laser wave(?:number|length)|ramanfreq",
    "power": r"rlp|(?:laser )?power",
    "filter": r"nd filter|filtr",
    "objective": r"objectiv[e]?",
    "grating": r"grating",
    "exposure": r"acq\. time \(s\)|exposure(?: time)?|time|int[ei]gration times?\s?\(ms\)",
    "accumulations": r"accumulations|accum|average number|nss|scans",
    "detector": r"detector|det|dtc",
}
"""What files call a setting: the whole word, without case, underscores as blanks."""
_OURS = frozenset({"source", "sample", "label", "started"})
"""Under which readers keep whose statements these are."""
_NOTHING = re.compile(
    # VAMAS means by its scan mode whether the axis is even
    r"|-+|none|no|n/?a|unknown|undefined|(?:ir)?regular|not (?:specified|set|known|applicable)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?")
_UNIT = re.compile(r"(?<![a-z])(ms|µs|us|s|mw|kw|w|nm|cm-1|ev|kev|min)(?![a-z])", re.IGNORECASE)
_SCALES = {
    ("s", "ms"): 1e-3, ("s", "us"): 1e-6, ("s", "µs"): 1e-6, ("s", "min"): 60.0,
    ("mW", "w"): 1e3, ("W", "mw"): 1e-3, ("W", "kw"): 1e3, ("eV", "kev"): 1e3,
}  # fmt: skip
_PAIR = re.compile(r"\s*([^:=]{2,40}?)\s*[:=]\s*(\S.{0,80}?)\s*$")
_LASERS = (200.0, 2000.0)
"""Wavelengths of lasers (nm): a larger number is a wavenumber (1/cm)."""
_POSITIVE = frozenset(one.name for one in SETTINGS.values() if one.is_number) - {"work_function"}


def read_settings(series: xr.Dataset) -> Mapping[str, tuple[SettingValue, ...]]:
    """By the name of the setting, every value that its files state, each once."""
    names = {
        # files of ours use our own names
        name: re.compile(f"{name.replace('_', ' ')}|{words}", re.IGNORECASE)
        for name, words in _WORDS.items()
        if technique_of(series).name in SETTINGS[name].techniques
    }
    found: dict[str, dict[SettingValue, None]] = {}
    for stated in _iterate_statements(series):
        for name, value in _read_statements(stated, names).items():
            found.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in found.items()}


def _iterate_statements(series: xr.Dataset) -> Iterator[Mapping[str, Any]]:
    """What is said of every spectrum, and of files that say nothing of each."""
    present = {str(name) for name in get_column(series, "source")}
    for part in _iterate_files(json.loads(series.attrs.get("original_metadata", "{}"))):
        common = part.get("file", {}) if isinstance(part.get("file", {}), dict) else {}
        spectra = part.get("spectra") or [{}]
        for one in spectra:
            if one.get("source", "") in {"", *present} or len(present) == 0:
                own = {key: value for key, value in one.items() if key not in _OURS}
                yield {**_pairs_of(common), **common, **_pairs_of(own), **own}


def _iterate_files(metadata: Any) -> Iterator[Mapping[str, Any]]:
    """Joining series nests their metadata in lists."""
    if isinstance(metadata, list):
        for part in metadata:
            yield from _iterate_files(part)
    elif isinstance(metadata, dict):
        yield metadata


def _pairs_of(stated: Mapping[str, Any]) -> dict[str, str]:
    """Lines of a comment such as ``Charge Neutraliser : On``, and parameters in a table."""
    lines = stated.get("comment", [])
    texts = [str(line) for line in lines] if isinstance(lines, list) else []
    found = (_PAIR.fullmatch(line) for line in texts)
    pairs = {one[1]: one[2] for one in found if one}
    parameters = stated.get("parameters", {})
    return {**pairs, **(parameters if isinstance(parameters, dict) else {})}


def _read_statements(
    stated: Mapping[str, Any], names: Mapping[str, re.Pattern[str]]
) -> dict[str, SettingValue]:
    found: dict[str, SettingValue] = {}
    for key, content in stated.items():
        word = re.sub(r"[_\s]+", " ", str(key)).strip()
        for name, pattern in names.items():
            if name not in found and pattern.fullmatch(word):
                value = _read_value(SETTINGS[name], word, content)
                if value is not None:
                    found[name] = value
    return found


def _read_value(setting: Setting, word: str, content: Any) -> SettingValue | None:
    if isinstance(content, bool | list | dict) or content is None:
        return None
    text = str(content).strip()
    if _NOTHING.fullmatch(text):
        return None
    if not setting.is_number:
        return text
    if isinstance(content, str) and re.search(r"\d[:/]\d", text):
        # a clock or a ratio
        return None
    return _read_number(setting, word, text)


def _read_number(setting: Setting, word: str, text: str) -> float | None:
    numbers = _NUMBER.findall(text)
    if not numbers:
        return None
    # "Al 1486.6 mono", "532nm_Edge": the first number that the setting can have
    number = float(numbers[0].replace(",", "."))
    unit = _UNIT.search(text[text.find(numbers[0]) :]) or _UNIT.search(word)
    told = unit[1].lower() if unit else _usual_unit(word)
    number *= _SCALES.get((setting.unit, told), 1.0)
    if setting.name == "laser" and number > _LASERS[1]:
        number = 1e7 / number
    if setting.name == "laser" and not _LASERS[0] <= number <= _LASERS[1]:
        return None
    if setting.name == "photon_energy" and number < 10:
        return None
    is_possible = math.isfinite(number) and (number > 0 or setting.name not in _POSITIVE)
    return _round(number) if is_possible else None


def _usual_unit(word: str) -> str:
    # Scienta's SES states the step time in ms
    return "ms" if word.casefold() == "step time" else ""


def _round(number: float) -> float:
    """To 6 digits: files state no more, and 1e7 / 18791.3 has more."""
    return float(f"{number:.6g}")
