"""Features of voltammograms, each with a source that is known."""

import tomllib
from importlib.resources import files

from libraries.voltammetry import voltammetry_features


def test_every_feature_names_a_known_source() -> None:
    sources = tomllib.loads(files("libraries").joinpath("sources.toml").read_text("utf-8"))
    assert {feature.source for feature in voltammetry_features()} <= sources.keys()


def test_oxidation_sets_in_before_it_peaks() -> None:
    """Cao et al.: onset at 2.3 V, peaks near 3.0, 3.6 and 4.0 V."""
    kinds = [(feature.kind, feature.voltage) for feature in voltammetry_features()]
    assert kinds == [
        ("oxidation onset", 2.3),
        ("oxidation peak", 3.0),
        ("oxidation peak", 3.6),
        ("oxidation peak", 4.0),
    ]
