"""Times of records of a second to months: whatever the unit, dates, zone or restarts, the truth."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.readers.records import read_record

START = datetime(2024, 5, 6, 7, 0, 0, tzinfo=UTC)
SPANS = st.floats(0.0, 7.0).map(lambda power: 10.0**power)
"""From the first row to the last (s)."""
HEADINGS = st.sampled_from(
    [("time/s", 1.0), ("Time (min)", 60.0), ("Test Time (h)", 3600.0), ("Test_Time(s)", 1.0)]
)
ZONES = st.sampled_from([None, 0, 120, -330, 345])
"""Minutes ahead of UTC; none where the dates state no zone."""
LENIENT = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _write(folder: Path, headings: list[str], columns: list[list[object]]) -> Path:
    rows = [",".join(headings), *(",".join(map(str, row)) for row in zip(*columns, strict=True))]
    path = folder / "cell.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def _voltages(count: int) -> list[object]:
    return [f"{2.0 + 0.01 * row:.4f}" for row in range(count)]


@LENIENT
@given(SPANS, HEADINGS, st.integers(8, 30))
def test_elapsed_time_with_a_unit_is_that_time_whatever_its_size(
    tmp_path: Path, span: float, heading: tuple[str, float], count: int
) -> None:
    elapsed = np.linspace(0.0, span, count)
    name, factor = heading
    cells: list[object] = [f"{value / factor:.9g}" for value in elapsed]
    record = read_record(_write(tmp_path, [name, "Ewe/V"], [cells, _voltages(count)]))
    assert not record.has_clock
    np.testing.assert_allclose(record.time - record.time[0], elapsed, atol=1e-6 * span)


@LENIENT
@given(SPANS, HEADINGS, ZONES, st.integers(8, 30))
def test_dates_put_it_on_their_clock_and_state_the_zone(
    tmp_path: Path, span: float, heading: tuple[str, float], zone: int | None, count: int
) -> None:
    elapsed = np.linspace(0.0, span, count)
    name, factor = heading
    wall = timezone(timedelta(minutes=zone or 0))
    moments = [(START + timedelta(seconds=value)).astimezone(wall) for value in elapsed]
    dates: list[object] = [
        f"{moment:%Y-%m-%dT%H:%M:%S}" + (moment.isoformat()[-6:] if zone is not None else "")
        for moment in moments
    ]
    cells: list[object] = [f"{value / factor:.9g}" for value in elapsed]
    path = _write(tmp_path, [name, "Date", "Ewe/V"], [cells, dates, _voltages(count)])
    record = read_record(path)
    assert record.has_clock
    np.testing.assert_allclose(record.time - record.time[0], elapsed, atol=1e-6 * span)
    shown = moments[0].replace(tzinfo=UTC).timestamp()
    assert abs(record.time[0] - shown) <= 2.0


@LENIENT
@given(SPANS, HEADINGS, st.integers(2, 4), st.integers(4, 12))
def test_time_that_begins_anew_with_a_cycle_goes_on(
    tmp_path: Path, span: float, heading: tuple[str, float], parts: int, count: int
) -> None:
    own = np.linspace(0.0, span / parts, count)
    name, factor = heading
    cells: list[object] = [f"{value / factor:.9g}" for value in np.tile(own, parts)]
    cycles: list[object] = np.repeat(np.arange(1, parts + 1), count).tolist()
    path = _write(tmp_path, [name, "cycle", "Ewe/V"], [cells, cycles, _voltages(parts * count)])
    record = read_record(path)
    truth = (own + own[-1] * np.arange(parts)[:, None]).ravel()
    np.testing.assert_allclose(record.time - record.time[0], truth, atol=2e-6 * span)
    np.testing.assert_array_equal(record.cycle, np.repeat(np.arange(1, parts + 1), count))
