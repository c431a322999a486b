"""The fit that stands in the columns beside a spectrum: background, components, envelope."""

from collections.abc import Sequence

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.headings import Role, is_background, is_envelope
from fitting.readers.spectra.published_fit import FitCurves, PublishedFit, component_on_curve

PROGRAM = "another program"
"""A table does not say which."""
_AGREES = 0.02
"""Part of the height of an envelope within which components add up to it."""


def find_fit_roles(
    headings: Sequence[str], roles: Sequence[Role], values: FloatArray
) -> tuple[Role, ...]:
    """The roles with columns between the spectrum and its envelope as components, if they are.

    They are if they add up to the envelope.

    Parameters
    ----------
    values : shape (m, columns)
    """
    spectra = [index for index, role in enumerate(roles) if role == "intensity"]
    background = _first(headings, roles, is_background)
    envelope = _first(headings, roles, is_envelope)
    if background is None or envelope is None or len(spectra) < 2:
        return tuple(roles)
    between = [index for index in spectra[1:] if index < max(background, envelope)]
    later = [
        index
        for index, role in enumerate(roles)
        if role == "fit" and index not in (background, envelope)
    ]
    curves = values[:, [*between, *later]].T
    if not between or not _add_up(curves, values[:, background], values[:, envelope]):
        return tuple(roles)
    return tuple("fit" if index in between else role for index, role in enumerate(roles))


def read_column_fit(
    energy: FloatArray, headings: Sequence[str], roles: Sequence[Role], values: FloatArray
) -> PublishedFit | None:
    """The fit that columns hold, ``None`` unless they have a background.

    Parameters
    ----------
    energy : shape (m,)
        Binding energies (eV) in any order.
    values : shape (m, columns)
    """
    background = _first(headings, roles, is_background)
    if background is None:
        return None
    order = np.argsort(energy, kind="stable")
    energy, values = energy[order], values[order]
    envelope = _first(headings, roles, is_envelope)
    places = [
        index
        for index, role in enumerate(roles)
        if role == "fit" and index not in (background, envelope)
    ]
    below = values[:, background]
    curves = values[:, places].T
    whole = values[:, envelope] if envelope is not None else None
    if _stands_on(curves, below, whole):
        curves = curves - below
    return PublishedFit(
        PROGRAM,
        components=tuple(
            component_on_curve(headings[index], energy, curve)
            for index, curve in zip(places, curves, strict=True)
        ),
        curves=FitCurves(
            energy, below, below + curves.sum(axis=0) if whole is None else whole, curves
        ),
    )


def _first(headings: Sequence[str], roles: Sequence[Role], matches: object) -> int | None:
    found = (
        index
        for index, (heading, role) in enumerate(zip(headings, roles, strict=True))
        if role == "fit" and callable(matches) and matches(heading)
    )
    return next(found, None)


def _add_up(curves: FloatArray, background: FloatArray, envelope: FloatArray) -> bool:
    return min(_misfits(curves, background, envelope)) < _AGREES


def _stands_on(curves: FloatArray, background: FloatArray, envelope: FloatArray | None) -> bool:
    """Whether components are drawn on the background: by their sum, else by where they end."""
    if envelope is not None and len(curves):
        apart, on_top = _misfits(curves, background, envelope)
        return on_top < apart
    return bool(len(curves)) and bool(np.all(np.nanmin(curves - background, axis=1) >= -1e-9))


def _misfits(
    curves: FloatArray, background: FloatArray, envelope: FloatArray
) -> tuple[float, float]:
    """Largest misfit of the envelope over its height, of components apart and on the background."""
    height = float(np.nanmax(np.abs(envelope))) or 1.0
    apart = background + curves.sum(axis=0) - envelope
    on_top = background + (curves - background).sum(axis=0) - envelope
    return float(np.nanmax(np.abs(apart))) / height, float(np.nanmax(np.abs(on_top))) / height
