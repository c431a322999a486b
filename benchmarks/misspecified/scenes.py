"""Spectra whose truth differs from what is fitted: the scenes by name, the controls first."""

from benchmarks.misspecified.raman import USUAL_BAND, BandDifferences, make_raman_scene
from benchmarks.misspecified.scene import Scene, charged, mixed, tailed
from benchmarks.misspecified.xps import (
    PHOSPHORUS,
    SHARES,
    SULFUR,
    USUAL_LINE,
    Differences,
    make_scene,
)

_TAIL = tailed(USUAL_LINE, 1.2, 0.35)
_APART = charged(USUAL_LINE, 0.7, 0.3)
_PHOSPHORUS = {"PS4": 70.0, "P2S7": 0.0, "phosphate": 30.0}
_POLYSULFIDE = 20.0


def make_scenes() -> tuple[Scene, ...]:
    """All of them."""
    return (*_make_controls(), *_make_sulfur(), *_make_phosphorus(), *_make_raman())


def _make_controls() -> tuple[Scene, ...]:
    return (
        make_scene("control", SULFUR, SHARES, is_control=True),
        make_scene("P 2p control", PHOSPHORUS, _PHOSPHORUS, is_control=True),
        make_scene(
            "P 2p with a bridged species",
            PHOSPHORUS,
            {"PS4": 60.0, "P2S7": 30.0, "phosphate": 10.0},
            is_control=True,
        ),
        make_raman_scene("Raman control", _POLYSULFIDE, is_control=True),
    )


def _make_sulfur() -> tuple[Scene, ...]:
    differences = {
        "polysulfide 1.9 eV wide": Differences(widths={"polysulfide": 1.9}),
        "polysulfide 1.0 eV wide": Differences(widths={"polysulfide": 1.0}),
        "every species its own width": Differences(widths={"polysulfide": 1.6, "sulfate": 1.7}),
        "tail on all lines": Differences(line=_TAIL),
        "tail on PS4": Differences(lines={"PS4": _TAIL}),
        "30 % of PS4 charged by 0.7 eV": Differences(lines={"PS4": _APART}),
        "30 % of all charged by 0.7 eV": Differences(line=_APART),
        "Gaussian lines": Differences(line=mixed(0.0)),
        "mixing 0.6": Differences(line=mixed(0.6)),
        "hidden line at 167.6 eV": Differences(hidden={167.6: 5.0}),
        "hidden line at 164.4 eV": Differences(hidden={164.4: 8.0}),
        "hidden line at 160.2 eV": Differences(hidden={160.2: 5.0}),
        "separation 1.24 eV": Differences(separation=1.24),
        "sloping background": Differences(slope=0.02),
        "bent background": Differences(bend=0.015),
        "range that cuts the sulfate": Differences(window=(159.0, 169.5)),
    }
    scenes = [make_scene(name, SULFUR, SHARES, one) for name, one in differences.items()]
    pure = Differences(lines={"PS4": _TAIL})
    return (*scenes, make_scene("pure PS4 with a tail", SULFUR, {"PS4": 100.0}, pure))


def _make_phosphorus() -> tuple[Scene, ...]:
    return (
        make_scene(
            "P 2p with a reduced species",
            PHOSPHORUS,
            {"PS4": 80.0, "phosphate": 12.0},
            Differences(hidden={130.4: 8.0}),
        ),
        make_scene(
            "P 2p with a tail",
            PHOSPHORUS,
            {"PS4": 85.0, "phosphate": 15.0},
            Differences(line=_TAIL),
        ),
        make_scene(
            "P 2p, phosphate 1.8 eV wide",
            PHOSPHORUS,
            {"PS4": 60.0, "P2S7": 15.0, "phosphate": 25.0},
            Differences(widths={"phosphate": 1.8}),
        ),
    )


def _make_raman() -> tuple[Scene, ...]:
    differences = {
        "Raman, polysulfide Gaussian": BandDifferences(lines={"polysulfide": mixed(0.0)}),
        "Raman, polysulfide Lorentzian": BandDifferences(lines={"polysulfide": mixed(1.0)}),
        "Raman, PS4 of two bands": BandDifferences(lines={"PS4": charged(USUAL_BAND, -9.0, 0.3)}),
        "Raman, polysulfide with a tail": BandDifferences(
            lines={"polysulfide": tailed(USUAL_BAND, 18.0, 0.5)}
        ),
        "Raman, hidden band at 385": BandDifferences(hidden={385.0: (8.0, 16.0)}),
        "Raman, hidden band at 455": BandDifferences(hidden={455.0: (6.0, 18.0)}),
        "Raman, hump at 460": BandDifferences(hump=(460.0, 110.0, 20.0)),
        "Raman, ripple": BandDifferences(ripple=(0.01, 33.0)),
        "Raman, edge of the filter": BandDifferences(edge=1.0),
        "Raman from 190 to 520": BandDifferences(window=(190.0, 520.0)),
    }
    return tuple(make_raman_scene(name, _POLYSULFIDE, one) for name, one in differences.items())
