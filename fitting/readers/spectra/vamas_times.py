"""When the blocks of a VAMAS file were measured."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from fitting.readers.spectra.vamas_blocks import VamasBlock


def stamp_of(block: VamasBlock) -> datetime | None:
    """The time a block states, or ``None``: unknown parts are 0, -1 or 1E+37.

    Without a time zone in the file it is taken as UTC, so only differences have a meaning.
    """
    names = ("year", "month", "day", "hours", "minutes", "seconds")
    parts = [block.number_of(name) for name in names]
    if not all(part >= 0 for part in parts) or not any(parts[3:]):
        return None
    try:
        year, month, day = (int(part) for part in parts[:3])
        midnight = datetime(year, month, day, tzinfo=_zone_of(block))
        return midnight + timedelta(hours=parts[3], minutes=parts[4], seconds=parts[5])
    except (ValueError, OverflowError):
        return None


def starts_of(blocks: Sequence[VamasBlock]) -> list[datetime | None]:
    """When each block began.

    Some instruments stamp all regions of a sweep group with its beginning: successive blocks of
    one sample and stamp follow each other by the counting time of those before.
    """
    starts: list[datetime | None] = []
    group: tuple[str, datetime] | None = None
    elapsed = 0.0
    for block in blocks:
        stamp = stamp_of(block)
        if stamp is None or group != (block.sample, stamp):
            elapsed = 0.0
        group = (block.sample, stamp) if stamp else None
        starts.append(stamp + timedelta(seconds=elapsed) if stamp else None)
        elapsed += _duration_of_block(block)
    return starts


def seconds_per_point(block: VamasBlock) -> float:
    """Dwell time times number of scans (s); nan where the file does not say."""
    seconds = block.number_of("collection time") * block.number_of("scans")
    return seconds if seconds > 0 else math.nan


def _zone_of(block: VamasBlock) -> timezone:
    hours = block.number_of("hours ahead of GMT")
    return timezone(timedelta(hours=hours)) if -12 <= hours <= 14 else UTC


def _duration_of_block(block: VamasBlock) -> float:
    """Counting time of a whole block (s); 0 where it is not known, and not beyond a month."""
    seconds = seconds_per_point(block) * block.ordinates[0].values.size
    return seconds if seconds < 30 * 86400 else 0.0
