"""How far a clock on the wall is ahead of UTC: by an offset that is given, or by a place."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fitting.data.errors import VoltageError

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*(?P<sign>[-+−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?")


def zone_seconds(zone: str, moment: float) -> float:
    """Seconds by which a zone's clock is ahead of UTC at a Unix time; 0 for no zone.

    Daylight saving is that of the moment: a clock that counts on through a change keeps it.

    Parameters
    ----------
    zone
        A place of the IANA list such as "Europe/Berlin", an offset such as "+02:00", "UTC", or
        empty.

    Raises
    ------
    VoltageError
        If it is none of these.
    """
    text = zone.strip()
    if not text or text.upper() in ("UTC", "GMT", "Z"):
        return 0.0
    match = _OFFSET.fullmatch(text)
    if match is not None:
        seconds = 3600 * int(match["hours"]) + 60 * int(match["minutes"] or 0)
        return float(seconds if match["sign"] == "+" else -seconds)
    try:
        ahead = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(text)).utcoffset()
    except (KeyError, ValueError, OSError) as error:
        raise VoltageError(
            f"{zone!r} is no time zone. Give a place such as Europe/Berlin, or hours ahead of UTC "
            "such as +02:00."
        ) from error
    return ahead.total_seconds() if ahead is not None else 0.0
