"""The background of a stored fit as one of ours."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.backgrounds import static_background
from fitting.models.model import Background, Parameter
from fitting.readers.spectra.published_fit import FitCurves, FitRegion

_KINDS: Sequence[tuple[str, tuple[float, ...]]] = (
    ("Linear", ()),
    ("Shirley", ()),
    ("U 2 Tougaard", (0.0, -1643.0)),
    ("U 2 Tougaard", (0.0, -450.0)),
    ("U 3 Tougaard", (0.0, 551.0, 436.0, 0.0)),
    ("U 3 Tougaard", (0.0, 551.0, 436.0, 3.0)),
)
"""What a background that is known as a curve is held against."""
_GOOD = 0.005
"""Of the height over it: a background that is met no better than this is said to be another."""


def take_background(region: FitRegion | None) -> tuple[Background, str]:
    """Our background, and what is not the same, as the end of a sentence; empty if nothing is."""
    if region is None:
        return Background("none", {}), "the file tells no range and no background"
    ends = {"ends": _fix(float(region.points_averaged))}
    name, doubt = region.background.strip().lower(), _doubt_ends(region)
    if name in ("none", "zero"):
        return Background("none", {}), doubt
    if name in ("shirley", "linear"):
        return Background(f"{name}-static", ends), doubt
    _, C, D, gap = (*region.cross_section, *(0.0,) * 4)[:4]
    if name.startswith("u 2") and C:
        return Background("tougaard-static", {"C": _fix(abs(C)), **ends}), doubt
    if "tougaard" in name and C > 0.0:
        found = {"C": _fix(C), "D": _fix(max(D, 0.0)), "gap": _fix(max(gap, 0.0))}
        return Background("tougaard-gap-static", {**found, **ends}), doubt
    kind = region.background or "a background that the file does not name"
    return Background("shirley-static", ends), f"{kind} is not known; Shirley's is taken"


def name_background(
    region: FitRegion, curves: FitCurves, energy: FloatArray, intensity: FloatArray
) -> tuple[FitRegion, str]:
    """The region with the background whose curve is nearest, and a doubt if none is near.

    Parameters
    ----------
    energy, intensity : shape (m,)
        The points that the background is computed from, those averaged at its ends included.
    """
    wanted = np.interp(energy, curves.energy, curves.background)
    width = region.points_averaged
    inner = slice(width, energy.size - width)
    height = float(np.max(intensity - wanted))
    found: list[tuple[float, FitRegion]] = []
    for name, cross_section in _KINDS:
        named = replace(region, background=name, cross_section=cross_section)
        taken, _ = take_background(named)
        given = {name: one.value for name, one in taken.parameters.items()}
        curve = static_background(taken.kind, energy, intensity[None], **given)[0]
        misfit = float(np.sqrt(np.mean((curve - wanted)[inner] ** 2))) / height
        found.append((misfit if isfinite(misfit) else np.inf, named))
    misfit, named = min(found, key=lambda one: one[0])
    return named, "" if misfit < _GOOD else f"its curve is met to {misfit:.1%} of the height only"


def _doubt_ends(region: FitRegion) -> str:
    if any(region.end_offsets):
        listed = " and ".join(f"{offset:g}" for offset in region.end_offsets)
        return f"offsets of its ends ({listed} %) are not taken over"
    if region.averaging > 2.0 and region.background and region.name:
        return f"ends averaged over {region.averaging:g}: how wide that is, no export has shown"
    return ""


def _fix(value: float) -> Parameter:
    return Parameter(value, vary=False)
