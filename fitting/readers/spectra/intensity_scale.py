"""By what a heading says that its numbers are to be multiplied: kcps, Counts (x 10^3), 10³ a.u."""

import re

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PREFIX = re.compile(
    r"(?<![A-Za-z])(?P<prefix>[kKM]|kilo[ -]?|mega[ -]?)(?i:cps|c/s|counts?|cts)(?![A-Za-z])"
)
_FACTORS = {"k": 1e3, "kilo": 1e3, "M": 1e6, "mega": 1e6}
_POWER = re.compile(
    r"(?:(?<![\w.])|(?<=[x×*·]))(?:10\s*\^\s*\(?\+?(?P<caret>\d)\)?|10(?P<raised>[³⁴⁵⁶])|1[eE]\+?0?(?P<written>\d)"
    r"|(?<=[x×*·])\s?(?P<plain>1[ ,]?0{3,6}))(?!\d)"
)
_THOUSANDS = re.compile(r"(?i:(?<![a-z])thousands?(?![a-z])|in tausend)")


def intensity_factor(heading: str) -> float:
    """What the numbers below a heading are to be multiplied by; 1 where it says nothing."""
    prefix = _PREFIX.search(heading)
    if prefix:
        return _FACTORS[prefix["prefix"].strip(" -").replace("K", "k")]
    power = _POWER.search(heading)
    if power is None:
        return 1e3 if _THOUSANDS.search(heading) else 1.0
    if power["plain"]:
        return float(power["plain"].replace(",", "").replace(" ", ""))
    digits = power["caret"] or power["raised"] or power["written"]
    return 10.0 ** int(digits.translate(_SUPERSCRIPTS))
