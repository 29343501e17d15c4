"""Checks of calendar values: a local moment, a time zone, and whether the one exists in the other."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2100
MOMENT_WORDS: Final = (
    f'a moment written like "2018-10-01T00:00:00", without offset, years {EARLIEST_YEAR} to {LATEST_YEAR}'
)
ZONE_WORDS: Final = 'an IANA time zone such as "Asia/Seoul" or "UTC"'
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


def require_local_time(text: str) -> str:
    """Return `text` where it is a local moment to the second; raise `ValueError` with what is allowed otherwise."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(MOMENT_WORDS)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(MOMENT_WORDS) from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(MOMENT_WORDS)
    return text


def require_zone(name: str) -> str:
    """Return `name` where the time zone database has it; raise `ValueError` with what is allowed otherwise."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(ZONE_WORDS) from None
    return name


def exists_in_zone(start: str, zone: str) -> bool:
    """Whether clocks in `zone` ever showed the local moment `start` (not where they were put forward over it)."""
    local = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)
