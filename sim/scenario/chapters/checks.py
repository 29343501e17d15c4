"""Checks of single values that a range cannot express: a local moment, a time zone, a printed line.

Each returns its argument or raises `ValueError`; what is allowed instead stands beside the key's declaration.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sim.zones import zone_names, zone_rules

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2100
MOMENT_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$"
MOMENT_WORDS: Final = (
    'a moment written like "2018-10-01T00:00:00", without offset, '
    f"in the years {EARLIEST_YEAR} to {LATEST_YEAR}"
)
ZONE_WORDS: Final = 'the IANA name of a time zone, such as "Asia/Seoul" or "UTC"'


def require_moment(text: str) -> str:
    """Return `text` where it is a local moment of the calendar in the years that are allowed."""
    if not EARLIEST_YEAR <= datetime.fromisoformat(text).year <= LATEST_YEAR:
        raise ValueError(f"{text} is outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return text


def require_zone(name: str) -> str:
    """Return `name` where the time zone database has it."""
    if name not in zone_names():
        raise ValueError(f"no time zone {name}")
    return name


def require_printed_line(line: str) -> str:
    """Return `line` where it is one line that a reader can see."""
    if not line.isprintable() or not line.strip():
        raise ValueError("not one printed line")
    return line


def unix_s(moment: str, zone: str) -> int:
    """Return the Unix second of a local moment; one that a clock change repeats means its first occurrence."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=zone_rules(zone)).timestamp())


def exists_in_zone(start: str, zone: str) -> bool:
    """Whether clocks in `zone` ever showed the local moment `start`; they skip an hour in spring."""
    local = datetime.fromisoformat(start).replace(tzinfo=zone_rules(zone))
    shown = local.astimezone(UTC).astimezone(zone_rules(zone))
    return shown.replace(tzinfo=None) == local.replace(tzinfo=None)
