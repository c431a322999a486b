"""What a cell did, as curves on the axis of a trend."""

import numpy as np
import pytest

from fitting.data.series import FloatArray
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.cell_curves import LaidRecord, cell_curves, cell_quantities
from fitting.electrochemistry.potential_by_time import Clock
from fitting.readers.records.record import make_record

NOON = 1_700_000_000.0


def _laid(*, current: bool = True, zero: float = NOON + 100, gap: float = 0.0) -> LaidRecord:
    time = NOON + 10.0 * np.arange(400)
    time[100:] += gap
    sign = np.where(np.arange(400) < 200, 1.0, -1.0)
    voltage = 3 + np.cumsum(sign) * 1e-3
    others: dict[str, FloatArray] = {"cycle": np.where(np.arange(400) < 300, 1.0, 2.0)}
    if current:
        others["current"] = sign * 1e-3
    record = make_record("cell.mpt", "test", time, voltage, has_clock=True, others=others)
    return LaidRecord(AttachedRecord(record, Clock()), zero)


def test_times_count_from_the_first_spectrum() -> None:
    (curve,) = cell_curves(_laid(), "time", "voltage")
    assert curve.x[0] == -100
    assert curve.y[0] == pytest.approx(3.001)
    assert curve.unit == "V vs Li+/Li"


def test_no_line_is_drawn_across_a_gap() -> None:
    (curve,) = cell_curves(_laid(gap=5000), "time", "current")
    assert np.isnan(curve.y).sum() == 1
    assert np.isnan(curve.y[100])
    (whole,) = cell_curves(_laid(gap=500), "time", "current")
    assert np.isfinite(whole.y).all()


@pytest.mark.parametrize("quantity", ["dq_dv", "voltammogram"])
def test_along_the_voltage_every_half_cycle_has_its_curve(quantity: str) -> None:
    curves = cell_curves(_laid(), "voltage", quantity)
    assert [curve.branch for curve in curves] == ["charge", "discharge"]
    assert curves[0].cycle == 1
    assert (curves[0].y >= 0).all()
    assert (curves[1].y <= 0).all()
    assert bool(curves[0].note) == (quantity == "dq_dv")


def test_a_record_shows_only_what_it_can_tell() -> None:
    assert cell_quantities(_laid(), "time") == ["voltage", "current"]
    assert cell_quantities(_laid(current=False), "time") == ["voltage"]
    assert cell_quantities(_laid(current=False), "voltage") == []
    assert cell_quantities(_laid(zero=float("nan")), "time") == []
    assert cell_quantities(_laid(), "cycle") == []
    assert cell_curves(_laid(current=False), "voltage", "dq_dv") == []
