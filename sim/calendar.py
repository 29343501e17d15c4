"""The calendar: simulated seconds, Unix seconds and local time of one scenario.

Zone rules come from the pinned `tzdata` package and never from the machine, so that a run is the same
everywhere.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sim.errors import MedSimError
from sim.zones import zone_rules


class CalendarError(MedSimError):
    """A calendar start or time zone that does not exist."""


class Calendar:
    """Simulated second 0 is `start_local` in `zone`: "2018-10-01T00:00:00" in "Asia/Seoul".

    A local time that a clock change repeats means its first occurrence; one that it skips is a
    `CalendarError`, as are an unknown zone and an unreadable start.
    """

    def __init__(self, start_local: str, zone: str) -> None:
        self.start_local = start_local
        self.zone = zone
        self._zone_rules = _rules(zone)
        start = _start(start_local, self._zone_rules, zone)
        self.start_unix_s = int(start.timestamp())

    def __repr__(self) -> str:
        return f"Calendar({self.start_local!r}, {self.zone!r})"

    def unix_s(self, sim_s: float) -> int:
        """Return the Unix second in which the simulated instant lies (rounded down)."""
        return self.start_unix_s + math.floor(sim_s)

    def sim_s(self, unix_s: int) -> int:
        """Return the simulated second of a Unix second; negative before the start."""
        return unix_s - self.start_unix_s

    def local(self, sim_s: float) -> datetime:
        """Return the local date and time of a simulated instant, to the second, with its zone."""
        utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self.unix_s(sim_s))
        return utc.astimezone(self._zone_rules)

    def weekday(self, sim_s: float) -> int:
        """Return the local day of the week: 0 is Monday, 6 is Sunday."""
        return self.local(sim_s).weekday()

    def hour(self, sim_s: float) -> int:
        """Return the local hour of the day, 0 to 23."""
        return self.local(sim_s).hour


def _rules(zone: str) -> ZoneInfo:
    try:
        return zone_rules(zone)
    except LookupError as error:
        raise CalendarError(
            f"unknown time zone {zone!r}: a name such as 'Asia/Seoul' or 'UTC' is needed"
        ) from error


def _start(start_local: str, rules: ZoneInfo, zone: str) -> datetime:
    try:
        naive = datetime.fromisoformat(start_local)
    except ValueError:
        naive = None
    if naive is None or naive.tzinfo is not None or naive.microsecond or naive.year < 1970:
        raise CalendarError(
            f"unreadable start {start_local!r}: a local time since 1970 such as '2018-10-01T00:00:00' is "
            "needed, in whole seconds and without an offset"
        )
    start = naive.replace(tzinfo=rules)
    if start.astimezone(UTC).astimezone(rules).replace(tzinfo=None) != naive:
        raise CalendarError(f"start {start_local!r} does not exist in {zone}: the clock skips it")
    return start
