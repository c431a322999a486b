"""The choice of sensitivity factors as a systematic error of atomic percent."""

import numpy as np
import pytest

from fitting.quantities.atomic_percent import atomic_percent, atomic_percent_by_choice
from libraries.sensitivity_sets import SensitivityFactor, SensitivitySet, sensitivity_set

SCOFIELD, KRATOS = sensitivity_set(), sensitivity_set("Kratos F 1s = 1")


def test_two_sets_in_use_differ_by_what_the_guide_says_in_sulfur_to_phosphorus() -> None:
    ratios = [one.factor("S 2p") / one.factor("P 2p") for one in (SCOFIELD, KRATOS)]
    assert ratios[0] / ratios[1] - 1.0 == pytest.approx(0.024, abs=0.001)


@pytest.fixture
def analyses(doublet_model, blank_series, drawn_result, analysis_of):
    made = {}
    for region, area in (("S 2p", 4000.0), ("P 2p", 700.0)):
        model = doublet_model({"PS4": 161.5})
        series = blank_series(1, region=region, unit="counts/s", sample="a")
        result = drawn_result(series, model, [[area]], np.array([[100.0]]))
        made[region] = analysis_of(series, model, result)
    return made


def test_systematic_error_is_the_distance_to_the_other_set(analyses) -> None:
    rows = atomic_percent_by_choice(analyses, SCOFIELD, (SCOFIELD, KRATOS)).rows
    others = atomic_percent(analyses, KRATOS).rows
    for row, other in zip(rows, others, strict=True):
        assert row.systematic == pytest.approx(abs(row.value - other.value))
        assert row.systematic_from == KRATOS.name
    assert rows[0].value == atomic_percent(analyses, SCOFIELD).rows[0].value


def test_set_without_all_factors_says_nothing(analyses) -> None:
    poor = SensitivitySet("poor", "test", {"S 2p": SensitivityFactor("S 2p", 1.0)})
    rows = atomic_percent_by_choice(analyses, SCOFIELD, (SCOFIELD, poor)).rows
    assert all(np.isnan(row.systematic) and not row.systematic_from for row in rows)
