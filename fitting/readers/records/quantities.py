"""Which column of a record is what, and in which unit, by its heading.

A heading is a name and a unit. Names are those of the programs that write records, in English,
German, Chinese, Korean and Japanese; a name whose unit is that of another quantity is not it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NAMES: Mapping[str, tuple[str, ...]] = {
    "voltage": (
        "ewe", "ecell", "ewe-ece", "we(1).potential", "working electrode", "vf", "cell voltage",
        "voltage", "volts", "volt", "cell potential", "potential", "u", "v", "e", "ew",
        "spannung", "zellspannung", "tension", "e we", "e cell", "voltaje", "tensión", "potencial",
        "potentiel", "potenzial", "tensione", "напряжение", "потенциал", "셀 전압",
        "电压", "電圧", "電壓", "전압", "电位", "電位", "전위",
    ),
    "time": (
        "test time", "testtime", "total time", "totaltime", "cumulative time", "run time",
        "elapsed time", "time elapsed", "prog time", "prg time", "test", "corrected time", "time",
        "t", "laufzeit", "testzeit", "prüfzeit", "zeit", "temps", "测试时间", "总时间",
        "累计时间", "总测试时间", "运行时间", "时间", "測試時間", "経過時間", "時間", "총시간",
        "시험시간", "경과시간", "시간", "총 시간", "시험 시간", "경과 시간", "tiempo",
        "tiempo total", "temps écoulé", "temps total", "tempo", "время", "uhrzeit", "time of day",
        "clock time", "heure", "hora",
    ),
    "stamp": (
        "unix time", "timestamp", "time stamp", "absolute time", "abs time", "abs. time",
        "sys time", "systime", "system time", "real time", "realtime", "date time", "datetime",
        "date and time", "date/time", "dpt time", "dpttime", "date", "datum", "zeitstempel",
        "datum/zeit", "绝对时间", "系统时间", "日期时间", "日期", "系統時間", "絕對時間",
        "日時", "日付", "일시", "날짜", "절대시간", "절대 시간", "fecha", "fecha y hora",
        "date et heure", "дата", "дата/время", "utc time", "time utc", "local time",
    ),
    "current": (
        "i", "current", "we(1).current", "amps", "amp", "im", "strom", "courant", "control",
        "corriente", "corrente", "ток",
        "电流", "電流", "전류",
    ),
    "cycle": (
        "cycle number", "cycle index", "cycle", "cycle c", "cycle no", "cycle id", "cycle count",
        "cycle_id", "cyclenumber", "cyc", "cyc-count", "cycles", "full cycle", "zyklus", "循环号",
        "循环序号", "循环", "循環", "循環號", "サイクル", "사이클",
    ),
    "step": (
        "step index", "step number", "step id", "step no", "step", "step count", "ns", "line",
        "stepnumber", "schritt",
        "工步号", "工步序号", "工步", "过程序号", "步骤", "ステップ", "스텝",
    ),
    "capacity": (
        "capacity", "cap", "amp-hr", "(q-qo)", "q charge/discharge", "charge capacity", "ah",
        "cumulative charge", "kapazität", "容量", "용량",
    ),
    "state": (
        "md", "state", "step type", "status", "mode", "step name", "command", "状态", "工步类型",
        "工步状态", "工步名称", "狀態", "상태", "状態",
    ),
    "technique": ("technique", "tech", "experiment", "program", "file", "test name", "技术"),
    "channel": ("channel", "channel id", "chan", "cell", "通道", "通道号", "채널"),
}  # fmt: skip
"""Names by quantity, the most certain first; the first column with the first name is taken."""
_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("µs", "μs", "us", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds", "毫秒"), 1e-3),
    **dict.fromkeys(
        ("s", "sec", "secs", "second", "seconds", "sek", "sekunden", "с", "秒", "초"), 1.0
    ),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "分", "分钟", "분"), 60.0),
    **dict.fromkeys(
        ("h", "hr", "hrs", "hour", "hours", "std", "stunden", "ч", "小时", "时", "時", "시"), 3600.0
    ),
    **dict.fromkeys(("d", "day", "days", "tage", "天"), 86_400.0),
}
_BASES: Mapping[str, str] = {"voltage": "v", "current": "a", "capacity": "ah"}
_PREFIXES: Mapping[str, float] = {"": 1.0, "m": 1e-3, "µ": 1e-6, "u": 1e-6, "n": 1e-9, "k": 1e3}
_BRACKETED = re.compile(r"(.*?)\s*[\[(（【]\s*([^\[\](（)）]*?)\s*[\])）】]\s*(?:vs\b.*)?")
_SLASHED = re.compile(r"(.*\S)\s*/\s*([^/]+?)")
_TRAILING = re.compile(r"(.*[^_\s])[_\s]+(\S+)")
_AGAINST = re.compile(r"\s+vs\b.*$")
_ELECTRODE = re.compile(r"(?i:\b(?:vs|versus|against|gegen)\b)[.:]?\s*\(?(?P<name>[^()\[\],;]+)")


@dataclass(frozen=True, slots=True)
class RecordQuantity:
    """A column found."""

    index: int
    heading: str
    factor: float
    """SI units (s, V, A; A h for charge) per unit of the column."""
    has_unit: bool = True
    """Whether the heading states the unit."""


def find_quantities(
    headings: Sequence[str], named: Mapping[str, str] | None = None
) -> dict[str, RecordQuantity]:
    """The quantities among the headings.

    Parameters
    ----------
    named
        Heading by quantity, where the user says which column is what.
    """
    said = named or {}
    found: dict[str, RecordQuantity] = {}
    for quantity, names in _NAMES.items():
        if quantity in said:
            if said[quantity] in headings:
                found[quantity] = _describe_column(headings, said[quantity], quantity)
            continue
        column = _find_column(headings, quantity, names)
        if column is not None:
            found[quantity] = column
    return found


def split_heading(heading: str) -> tuple[str, str]:
    """Name and unit of a heading, in small letters; the unit is empty where there is none."""
    text = " ".join(heading.strip().strip("~#\"'").split()).lower()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed and not _is_unit(text):
        name, unit = bracketed[1], bracketed[2]
    else:
        name, unit = _split_plain(text)
    # "V vs. Li/Li+" is volts
    unit = re.split(r"\s+vs\b|\s+", unit, maxsplit=1)[0] if unit else ""
    name = (
        _AGAINST.sub("", name)
        .strip("<> ")
        .replace("_", " ")
        .replace("-", " ")
        .rstrip(".:#")
        .strip()
    )
    return name, unit.strip(" .")


def electrode_in(heading: str) -> str:
    """What a heading says that the voltage is against, as in "Ewe/V vs. Ag/AgCl"; else empty."""
    match = _ELECTRODE.search(heading)
    if match is None:
        return ""
    name = re.sub(r"(?i:\s*[/_ ]\s*m?v|\s+(?:electrode|couple))$", "", match["name"].strip())
    return name.strip(" .:/_-")


def is_unit(text: str) -> bool:
    """Whether a cell is a unit of time, voltage, current or charge."""
    return _is_unit(" ".join(text.strip().strip("[]()~#\"'").split()).lower())


def unit_factor(quantity: str, unit: str) -> float | None:
    """SI units per unit for a quantity; ``None`` if it is no unit of it."""
    if quantity == "time":
        return _SECONDS.get(unit)
    if quantity not in _BASES:
        return 1.0
    plain = unit.replace(".", "").replace("·", "").replace("*", "").replace("μ", "µ")
    base = _BASES[quantity]
    if not plain.endswith(base) or plain[: -len(base)] not in _PREFIXES:
        return None
    return _PREFIXES[plain[: -len(base)]]


def _find_column(
    headings: Sequence[str], quantity: str, names: Sequence[str]
) -> RecordQuantity | None:
    split = [split_heading(heading) for heading in headings]
    for name in names:
        for index, (own, unit) in enumerate(split):
            if own == name.replace("-", " ") and _may_be(quantity, name, unit):
                return _describe_unit(index, headings[index], quantity, unit)
    return None


def _may_be(quantity: str, name: str, unit: str) -> bool:
    """Whether a unit does not speak against a quantity; some names need one."""
    if not unit:
        return name not in ("e", "i", "test", "ah", "(q-qo)", "control", "im", "vf")
    if quantity == "time" and ":" in unit:
        # "h:min:s" says how clock texts are written
        return True
    if quantity in ("time", *_BASES):
        return unit_factor(quantity, unit) is not None
    return quantity == "stamp" or not _is_unit(unit)


def _describe_column(headings: Sequence[str], heading: str, quantity: str) -> RecordQuantity:
    _, unit = split_heading(heading)
    return _describe_unit(headings.index(heading), heading, quantity, unit)


def _describe_unit(index: int, heading: str, quantity: str, unit: str) -> RecordQuantity:
    factor = unit_factor(quantity, unit) if unit else None
    return RecordQuantity(index, heading, 1.0 if factor is None else factor, factor is not None)


def _split_plain(text: str) -> tuple[str, str]:
    if any(text in names for names in _NAMES.values()):
        # the day of "time of day" is no unit
        return text, ""
    text = re.sub(r"(?<=[/ ])(m?v)\s+vs\b.*$", r"\1", text)
    slashed = _SLASHED.fullmatch(text)
    if slashed and _is_unit(re.split(r"\s+vs\b", slashed[2])[0].strip("> ")):
        return slashed[1], slashed[2].strip("> ")
    trailing = _TRAILING.fullmatch(_AGAINST.sub("", text))
    if trailing and _is_unit(trailing[2]):
        return trailing[1], trailing[2]
    return text, ""


def _is_unit(text: str) -> bool:
    return any(unit_factor(quantity, text) is not None for quantity in ("time", *_BASES))
