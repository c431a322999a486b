"""What is charged for the choice of the spectra that have a species."""

from math import comb, log

import numpy as np
import pytest

from fitting.selection.presence import which_charge


def test_one_spectrum_has_a_species_at_no_charge_because_there_is_no_choice() -> None:
    assert which_charge(1, 1) == 0.0


@pytest.mark.parametrize("present", [1, 4, 10])
def test_choice_is_charged_by_the_number_of_ways(present: int) -> None:
    assert which_charge(10, present) == pytest.approx(2 * log(10 * comb(10, present)))


def test_all_numbers_of_spectra_are_equally_likely_beforehand() -> None:
    numbers = np.arange(1, 8)
    ways = np.array([comb(7, int(k)) for k in numbers])
    assert (ways * np.exp(-0.5 * which_charge(7, numbers))).sum() == pytest.approx(1.0)
