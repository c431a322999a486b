"""A peak taken out of a model: what followed it goes on following."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.models.edits import with_tie
from fitting.models.from_library import model_from_library
from fitting.models.model import Model, with_parameter, without_peak
from fitting.models.parameters import resolve_ties

_MODEL = model_from_library("argyrodite S 2p", background="linear")
_NAMES = [peak.name for peak in _MODEL.peaks]


def _values(model: Model) -> dict[str, float]:
    """What all parameters are at the start, ties followed."""
    affine = resolve_ties(model)
    return dict(zip(affine.names, affine.expand(affine.start).tolist(), strict=True))


@pytest.mark.parametrize("gone", _NAMES)
def test_widths_stay_tied_to_one_another_when_any_peak_goes(gone: str) -> None:
    left = without_peak(_MODEL, gone)
    free = [name for name in resolve_ties(left).free if name.endswith(".fwhm")]
    assert len(free) == 1


def test_the_heir_starts_and_ends_where_the_peak_did() -> None:
    model = with_parameter(_MODEL, "PS4.fwhm", value=1.1, min=0.7, max=1.9)
    left = without_peak(model, "PS4")
    (heir,) = [name for name in resolve_ties(left).free if name.endswith(".fwhm")]
    width = dict(left.parameters())[heir]
    assert (width.value, width.min, width.max, width.vary) == (1.1, 0.7, 1.9, True)


def test_what_was_held_through_the_peak_stays_held() -> None:
    model = with_parameter(_MODEL, "PS4.fwhm", vary=False)
    left = without_peak(model, "PS4")
    assert not [name for name in resolve_ties(left).free if name.endswith(".fwhm")]


@settings(max_examples=25, deadline=None)
@given(
    places=st.lists(
        st.tuples(
            st.integers(0, len(_NAMES) - 1),
            st.integers(0, len(_NAMES) - 1),
            st.floats(0.5, 1.5),
            st.floats(0.0, 0.3),
        ),
        max_size=6,
    ),
    gone=st.lists(st.sampled_from(_NAMES), unique=True, max_size=len(_NAMES) - 1),
)
def test_no_value_that_follows_changes_whatever_is_removed(
    places: list[tuple[int, int, float, float]], gone: list[str]
) -> None:
    model = Model(_MODEL.peaks, _MODEL.background)
    for above, below, factor, offset in places:
        low, high = sorted((above, below))
        if low != high:
            # upwards only, so that no ties run in a circle
            target, source = f"{_NAMES[high]}.fwhm", f"{_NAMES[low]}.fwhm"
            model = with_tie(model, target, f"{factor} * {source} + {offset}")
    for name, parameter in model.parameters():
        if name.endswith(".fwhm"):
            model = with_parameter(model, name, min=0.0, max=100.0, value=parameter.value)
    before, free = _values(model), len(resolve_ties(model).free)
    for name in gone:
        model = without_peak(model, name)
    after = _values(model)
    np.testing.assert_allclose([after[name] for name in after], [before[name] for name in after])
    assert len(resolve_ties(model).free) <= free
