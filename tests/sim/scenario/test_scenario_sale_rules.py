"""A sale before the run: its keys fit each other and the run, or the scenario is refused by name."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.errors import ScenarioError
from sim.scenario import load
from sim.scenario.sale_calendar import (
    deployment_s,
    height_at,
    phase_times,
    team_release_times_s,
)

SALE = {"token.opening": "sale"}

BREACHES = [
    ({"second_presale.opens": "2017-11-10T23:59:59"}, "second_presale.opens", "not before first_presale has ended"),
    ({"main_sale.opens": "2017-11-24T23:59:59"}, "main_sale.opens", "not before second_presale has ended, 10 days"),
    ({"first_presale.open_days": 15}, "second_presale.opens", "15 days after 2017-11-01T00:00:00"),
    ({"main_sale.open_days": 365}, "main_sale.opens", "over a day before time.start"),
    ({"time.start": "2017-12-16T00:00:00"}, "main_sale.opens", "over a day before time.start"),
    ({"chain.opening_height": 100_000}, "first_presale.opens", "at most 166 days before time.start"),
    ({"sale.team_share": 0.6}, "sale.team_share", "at most 1 less sale.allocation_share = 0.5"),
    ({"main_sale.raised_cap_med": 3_000_000_001}, "main_sale.raised_cap_med", "at most 3,000,000,000, what the sale"),
    ({"main_sale.raised_cap_med": 0, "main_sale.cap_med": 3_000_000_001}, "main_sale.cap_med", "at most 3,000,000,000"),
    ({"sale.allocation_share": 0.1}, "main_sale.raised_cap_med", "at most 0, what the sale receives"),
    ({"main_sale.raised_cap_med": 2_000_000_000}, "main_sale.raised_cap_med", "more than main_sale.cap_med"),
    ({"main_sale.raised_after_days": 18}, "main_sale.raised_after_days", "less than main_sale.open_days = 18"),
    (
        {"sale.team_first_release": "2018-03-25T02:30:00", "time.zone": "Europe/Berlin"},
        "sale.team_first_release",
        "a moment that exists in Europe/Berlin",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "allowed"), BREACHES, ids=[str(case[0]) for case in BREACHES])
def test_a_sale_that_cannot_be_played_is_refused(changes: dict[str, object], key: str, allowed: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", SALE | changes)
    assert caught.value.keys == (key,)
    assert allowed in caught.value.allowed


@pytest.mark.parametrize("changes", [case[0] for case in BREACHES], ids=[str(case[0]) for case in BREACHES])
def test_where_there_is_no_sale_its_keys_bind_nobody(changes: dict[str, object]) -> None:
    load("baseline", changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"second_presale.opens": "2017-11-11T00:00:00"},
        {"time.start": "2017-12-16T00:00:01"},
        {"sale.team_share": 0.5},
        {"main_sale.raised_cap_med": 0},
        {"main_sale.raised_after_days": 17},
        {"main_sale.raised_cap_med": 0, "main_sale.raised_after_days": 300},
    ],
)
def test_one_beside_it_is_accepted(changes: dict[str, object]) -> None:
    load("baseline", SALE | changes)


def test_moments_are_those_of_the_scenarios_zone() -> None:
    here, there = load("baseline", SALE), load("baseline", {**SALE, "time.zone": "UTC"})
    first, second, main = phase_times(there)
    assert (first.start_s, first.end_s, first.release_at_s) == (1_509_494_400, 1_510_358_400, 1_512_086_400)
    assert second.release_at_s == 1_513_382_400
    assert (main.start_s, main.end_s) == (1_511_740_800, 1_513_296_000)
    assert phase_times(here)[0].start_s == first.start_s - 9 * 3_600
    assert deployment_s(there) == first.start_s - 86_400


def test_the_team_waits_for_nine_parts() -> None:
    times_s = team_release_times_s(load("baseline", SALE))
    assert len(times_s) == 9
    assert times_s[0] == 1_515_942_000
    assert {after - before for before, after in pairwise(times_s)} == {7_884_000}


def test_heights_before_the_start_are_near_the_published_ones() -> None:
    scenario = load("baseline", SALE)
    for height, time_s in ((32_615, 1_508_803_200), (98_677, 1_518_307_200)):
        assert height_at(scenario, time_s) == pytest.approx(height, abs=1_500)
