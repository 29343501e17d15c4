"""Moments of FHIR (a dateTime with a time of day) as microseconds since 1970, with their offsets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")


def moment(text: str) -> tuple[int, int] | None:
    """Return (microseconds since 1970 in UTC, UTC offset in seconds); None where the time of day is missing.

    Fractions beyond microseconds are cut off. A leap second is the first one of the next minute. Raises
    `ValueError` for a day that no calendar has.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    minute, second, fraction, zone = match.groups()
    local = datetime.fromisoformat(f"{minute}00{'+00:00' if zone == 'Z' else zone}")
    offset = local.utcoffset() or timedelta(0)
    micros = int(second) * 1_000_000 + int((fraction or "0")[:6].ljust(6, "0"))
    return (local - _EPOCH) // timedelta(microseconds=1) + micros, int(offset.total_seconds())
