"""Time zones are those of the pinned package, whatever the machine has."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sim.zones import zone_names, zone_rules


def test_seoul_is_nine_hours_ahead() -> None:
    assert datetime(2018, 10, 1, tzinfo=zone_rules("Asia/Seoul")).utcoffset() == timedelta(hours=9)


def test_every_listed_zone_has_rules() -> None:
    assert len(zone_names()) > 400
    assert all(zone_rules(name).key == name for name in zone_names()[::20])


@pytest.mark.parametrize("name", ["", "Asia", "../Asia/Seoul", "Asia/Seoul\0", "asia/seoul"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(LookupError):
        zone_rules(name)
