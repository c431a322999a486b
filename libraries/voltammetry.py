"""What the literature reads off cyclic voltammograms of the electrolytes."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

FeatureKind = Literal["oxidation onset", "oxidation peak"]


@dataclass(frozen=True, slots=True)
class VoltammetryFeature:
    """One onset or peak that a source reports."""

    kind: FeatureKind
    voltage: float
    """V vs Li+/Li."""
    sample: str
    condition: str
    source: str
    """Key in ``sources.toml``."""


@cache
def voltammetry_features() -> tuple[VoltammetryFeature, ...]:
    """All features, in the order of the voltage."""
    text = files("libraries").joinpath("voltammetry.toml").read_text(encoding="utf-8")
    features = [VoltammetryFeature(**entry) for entry in tomllib.loads(text)["feature"]]
    return tuple(sorted(features, key=lambda feature: feature.voltage))
