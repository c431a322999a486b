"""Times of several files on one clock.

A series counts its times from its first spectrum; the attribute ``time_origin`` (ISO 8601) says
when that was, if the file does. Without it, times of different files cannot be compared.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import xarray as xr

TIME = "time"
TIME_ORIGIN = "time_origin"


def with_time_origin(series: xr.Dataset, origin: datetime) -> xr.Dataset:
    """Return the series with the instant its times count from."""
    return series.assign_attrs({TIME_ORIGIN: origin.isoformat()})


def time_origin_of(series: xr.Dataset) -> datetime | None:
    """The instant the times count from, or ``None``; without a zone in the file it is in UTC."""
    try:
        origin = datetime.fromisoformat(series.attrs.get(TIME_ORIGIN, ""))
    except ValueError:
        return None
    return origin if origin.tzinfo else origin.replace(tzinfo=UTC)


def on_one_clock(parts: Sequence[xr.Dataset]) -> list[xr.Dataset]:
    """The series with their times counted from the earliest origin.

    Unchanged if the origin of one that has times is not known.
    """
    timed = [part for part in parts if TIME in part.coords]
    origins = [time_origin_of(part) for part in timed]
    known = [origin for origin in origins if origin is not None]
    if not known or len(known) < len(timed):
        return list(parts)
    earliest = min(known)
    return [_counted_from(part, earliest) for part in parts]


def _counted_from(part: xr.Dataset, earliest: datetime) -> xr.Dataset:
    origin = time_origin_of(part)
    if origin is not None and TIME in part.coords:
        later = (origin - earliest).total_seconds()
        part = part.assign_coords({TIME: part[TIME] + later})
    return with_time_origin(part, earliest)
