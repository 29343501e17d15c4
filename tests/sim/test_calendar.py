"""Simulated seconds, Unix seconds and local time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar, CalendarError

SEOUL = Calendar("2018-10-01T00:00:00", "Asia/Seoul")


def test_the_start_is_local_midnight() -> None:
    assert SEOUL.start_unix_s == 1538319600  # 2018-09-30 15:00 UTC
    assert SEOUL.local(0).isoformat() == "2018-10-01T00:00:00+09:00"
    assert SEOUL.weekday(0) == 0
    assert repr(SEOUL) == "Calendar('2018-10-01T00:00:00', 'Asia/Seoul')"


def test_weekday_and_hour_are_local() -> None:
    sunday_evening_s = 6 * 86400 + 22.5 * 3600

    assert SEOUL.weekday(sunday_evening_s) == 6
    assert SEOUL.hour(sunday_evening_s) == 22
    assert Calendar("2018-10-01T00:00:00", "UTC").hour(86400 + 3599.9) == 0


@given(st.integers(-(10**9), 10**9))
def test_unix_and_simulated_seconds_are_inverse(sim_s: int) -> None:
    assert SEOUL.sim_s(SEOUL.unix_s(sim_s)) == sim_s


@given(st.floats(0, 10**8))
def test_an_instant_belongs_to_the_second_it_lies_in(sim_s: float) -> None:
    assert 0 <= sim_s - SEOUL.sim_s(SEOUL.unix_s(sim_s)) < 1


def test_clock_changes_come_from_the_zone() -> None:
    calendar = Calendar("2019-03-30T12:00:00", "Europe/Berlin")

    assert calendar.local(13 * 3600).isoformat() == "2019-03-31T01:00:00+01:00"
    assert calendar.local(14 * 3600).isoformat() == "2019-03-31T03:00:00+02:00"


def test_a_repeated_local_time_means_its_first_occurrence() -> None:
    first = datetime(2019, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert Calendar("2019-10-27T02:30:00", "Europe/Berlin").start_unix_s == int(first.timestamp())


def test_a_skipped_local_time_is_refused() -> None:
    with pytest.raises(CalendarError, match="does not exist in Europe/Berlin"):
        Calendar("2019-03-31T02:30:00", "Europe/Berlin")


@pytest.mark.parametrize(
    "start",
    [
        "",
        "yesterday",
        "2018-13-01T00:00:00",
        "2018-10-01T00:00:00+09:00",
        "2018-10-01T00:00:00.5",
        "1969-12-31",
    ],
)
def test_an_unreadable_start_is_refused(start: str) -> None:
    with pytest.raises(CalendarError, match="a local time since 1970"):
        Calendar(start, "Asia/Seoul")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "asia/seoul"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(CalendarError, match="unknown time zone"):
        Calendar("2018-10-01T00:00:00", zone)
