"""Ties resolved into one affine map."""

import numpy as np
import pytest

from fitting.data.errors import ModelError
from fitting.models.model import Background, Model, Parameter, Peak, Tie, with_parameter
from fitting.models.parameters import resolve_ties


def _peak(name: str, position: float = 161.5) -> Peak:
    return Peak(
        name,
        "PS4",
        "gaussian",
        {
            "area": Parameter(1.0, min=0.0),
            "position": Parameter(position, min=position - 1, max=position + 1),
            "fwhm": Parameter(1.0, min=0.5, max=2.0),
        },
    )


def _model(*ties: Tie) -> Model:
    return Model((_peak("a"), _peak("b", 163.0), _peak("c", 165.0)), Background("none", {}), ties)


def test_a_chain_of_ties_is_followed_to_its_end() -> None:
    resolved = resolve_ties(
        _model(
            Tie("c.position", "b.position", factor=2.0, offset=-161.0),
            Tie("b.position", "a.position", factor=3.0, offset=-321.5),
        )
    )
    values = resolved.expand(resolved.start)
    named = dict(zip(resolved.names, values, strict=True))
    assert named["b.position"] == pytest.approx(3 * named["a.position"] - 321.5)
    assert named["c.position"] == pytest.approx(2 * named["b.position"] - 161)
    assert "b.position" not in resolved.free


def test_tied_parameters_share_one_error() -> None:
    resolved = resolve_ties(_model(Tie("b.fwhm", "a.fwhm", factor=2.0)))
    covariance = np.diag(np.linspace(0.1, 0.5, len(resolved.free)))
    full = resolved.expand_covariance(covariance)
    a, b = resolved.names.index("a.fwhm"), resolved.names.index("b.fwhm")
    assert full[b, b] == pytest.approx(4 * full[a, a])
    assert full[a, b] ** 2 == pytest.approx(full[a, a] * full[b, b])


def test_the_bounds_of_a_tied_parameter_hold_for_the_one_it_follows() -> None:
    resolved = resolve_ties(_model(Tie("b.fwhm", "a.fwhm", factor=2.0)))
    index = resolved.free.index("a.fwhm")
    assert (resolved.lower[index], resolved.upper[index]) == (0.5, 1.0)


def test_a_negative_factor_swaps_the_bounds_it_passes_on() -> None:
    model = _model(Tie("b.position", "a.position", factor=-1.0, offset=324.5))
    resolved = resolve_ties(model)
    index = resolved.free.index("a.position")
    assert resolved.lower[index] == pytest.approx(160.5)
    assert resolved.upper[index] == pytest.approx(162.5)


def test_bounds_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(ModelError, match=r"a\.position"):
        resolve_ties(_model(Tie("c.position", "a.position")))


def test_a_parameter_tied_to_a_fixed_one_is_fixed() -> None:
    model = with_parameter(_model(Tie("b.fwhm", "a.fwhm")), "a.fwhm", vary=False)
    resolved = resolve_ties(model)
    assert resolved.expand(resolved.start)[resolved.names.index("b.fwhm")] == 1.0
    assert not {"a.fwhm", "b.fwhm"} & set(resolved.free)


def test_ties_in_a_circle_are_refused() -> None:
    with pytest.raises(ModelError, match="circle"):
        _model(Tie("a.fwhm", "b.fwhm"), Tie("b.fwhm", "a.fwhm"))


def test_a_tie_to_nothing_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"d\.fwhm"):
        _model(Tie("a.fwhm", "d.fwhm"))
