"""Regions that neither a name nor the library tells, told apart by their energies."""

from collections.abc import Sequence

from fitting.data.series import FloatArray

UNNAMED = "unnamed"
"""The region of a spectrum of which neither name nor range tells one."""


def name_by_energy(spectra: Sequence[tuple[str, FloatArray]]) -> list[str]:
    """The regions of the spectra of a file, those without one by energies that lie apart.

    Parameters
    ----------
    spectra
        Region and binding energies (eV, ascending) of each.
    """
    spans: list[tuple[float, float]] = []
    unnamed = sorted((energy[0], energy[-1]) for region, energy in spectra if region == UNNAMED)
    for low, high in unnamed:
        if spans and low < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    is_one = len(spans) < 2
    return [
        region if is_one or region != UNNAMED else _name_span(spans, energy[0])
        for region, energy in spectra
    ]


def _name_span(spans: Sequence[tuple[float, float]], energy: float) -> str:
    low, high = next(span for span in spans if span[0] <= energy <= span[1])
    return f"{UNNAMED} {low:.0f} to {high:.0f} eV"
