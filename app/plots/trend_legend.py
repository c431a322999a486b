"""The legend of the trends: colours with their species, and what the signs mean."""

from collections.abc import Sequence

from app.plots.species_labels import species_label
from app.plots.trend_curves import TrendCurve
from app.plots.trend_items import SYMBOLS, curve_colour
from app.theme import current_colours
from libraries.catalogue import Catalogue

_GAP = "&nbsp;&nbsp; "


def trend_legend(curves: Sequence[TrendCurve], catalogue: Catalogue, *, is_old: bool) -> str:
    """Colours with their species, then what filled, open and ringed points and arrows mean."""
    regions = list(dict.fromkeys(curve.item.region for curve in curves))
    words = []
    for curve in curves:
        region = curve.item.region
        symbol = SYMBOLS[regions.index(region) % len(SYMBOLS)][1]
        name = _name_curve(curve, catalogue, has_regions=len(regions) > 1)
        words.append(_in_colour(curve_colour(curve), f"{symbol}&nbsp;{name}"))
    notes = _in_colour(current_colours().muted, _GAP.join(_describe_signs(curves, is_old=is_old)))
    return f"{_GAP.join(words)}{_GAP}{notes}"


def _name_curve(curve: TrendCurve, catalogue: Catalogue, *, has_regions: bool) -> str:
    item = curve.item
    if curve.tone != "species":
        return item.name
    label = species_label(catalogue, item.region, item.species)
    band = item.name.removeprefix(item.species).strip() if item.name != item.species else ""
    return " ".join(filter(None, (label, band, f"({item.region})" if has_regions else "")))


def _describe_signs(curves: Sequence[TrendCurve], *, is_old: bool) -> list[str]:
    signs = []
    if any(curve.is_discharge.any() for curve in curves):
        signs += ["●&nbsp;charge", "○&nbsp;discharge"]
    if any(curve.is_limit.any() for curve in curves):
        signs.append("↓&nbsp;below&nbsp;(95&nbsp;%)")
    if any(curve.is_flagged.any() for curve in curves):
        signs.append(f"{_in_colour(current_colours().warning, '◯')}&nbsp;needs&nbsp;a&nbsp;look")
    if is_old:
        signs.append("fitted before the last changes")
    return signs


def _in_colour(colour: str, text: str) -> str:
    return f'<span style="color:{colour}">{text}</span>'
