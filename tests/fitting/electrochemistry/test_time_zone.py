"""Time zones: by offset and by place, with the daylight saving of the moment."""

from datetime import UTC, datetime

import pytest

from fitting.data.errors import VoltageError
from fitting.electrochemistry.time_zone import zone_seconds

SUMMER = datetime(2024, 7, 1, 12, tzinfo=UTC).timestamp()
WINTER = datetime(2024, 12, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [
        ("", 0, 0),
        ("UTC", 0, 0),
        ("+02:00", 7200, 7200),
        ("-0530", -19800, -19800),
        ("UTC+9", 32400, 32400),
        ("−3", -10800, -10800),
        ("Europe/Berlin", 7200, 3600),
        ("America/New_York", -14400, -18000),
        ("Asia/Kathmandu", 20700, 20700),
    ],
)
def test_a_zone_is_ahead_by_as_much_as_its_clocks(zone: str, summer: float, winter: float) -> None:
    assert zone_seconds(zone, SUMMER) == summer
    assert zone_seconds(zone, WINTER) == winter


@pytest.mark.parametrize("zone", ["Berlin?", "+", "../etc/passwd", "2 h"])
def test_an_unknown_zone_is_refused_with_what_can_be_given(zone: str) -> None:
    with pytest.raises(VoltageError, match=r"Europe/Berlin"):
        zone_seconds(zone, SUMMER)
