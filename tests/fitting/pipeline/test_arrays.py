"""Plain arrays fitted in one call."""

import numpy as np
import pytest

import fitting
from benchmarks.misspecified.scenes import make_scenes

CONTROL = make_scenes()[0]


def test_shares_of_a_series_of_arrays_are_the_true_ones() -> None:
    counts = CONTROL.draw(4, 11)
    project = fitting.fit_arrays(CONTROL.x, counts, region="S 2p", voltage=[2.3, 2.8, 3.3, 3.8])
    table = fitting.estimates(project.analyses["S 2p"])
    for species, truth in CONTROL.truth.items():
        row = table.sel(quantity=f"fraction {species}")
        assert np.all(np.abs(row["value"].values - truth) < 4 * row["stderr"].values)
    assert table["voltage"].values.tolist() == [2.3, 2.8, 3.3, 3.8]


def test_numbers_that_are_no_counts_get_their_noise_from_their_scatter() -> None:
    intensity = CONTROL.draw(1, 12)[0] / 7.3
    analysis = fitting.fit_arrays(CONTROL.x, intensity, region="S 2p").analyses["S 2p"]
    assert analysis.series.attrs["noise"] == "estimated"


def test_a_region_that_no_library_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(fitting.ThioscopeError, match=r"no.*model.*'Zz 9q'.*S 2p|Zz 9q"):
        fitting.fit_arrays(CONTROL.x, CONTROL.draw(1, 1)[0], region="Zz 9q")
