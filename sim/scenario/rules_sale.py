"""Rules between the keys of a sale that is played before the run; none binds where there is no sale."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sim.scenario.breach import Breach, Rule
from sim.scenario.chapters.checks import exists_in_zone, unix_s
from sim.scenario.sale_calendar import (
    BLOCK_INTERVAL_S,
    PHASES,
    deployment_s,
    height_at,
    phase_times,
)
from sim.units import SECONDS_PER_DAY, part_of

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def _moments_exist(scenario: Scenario) -> Iterator[Breach]:
    zone = scenario.time.zone
    moments = {f"{name}.opens": getattr(scenario, name).opens for name in PHASES}
    for key, moment in {**moments, "sale.team_first_release": scenario.sale.team_first_release}.items():
        if not exists_in_zone(moment, zone):
            yield Breach(key, moment, f"a moment that exists in {zone}; its clocks skipped this one")


def _phases_follow_each_other(scenario: Scenario) -> Iterator[Breach]:
    for (before, earlier), (after, later) in pairwise(zip(PHASES, phase_times(scenario), strict=True)):
        if later.start_s < earlier.end_s:
            days = getattr(scenario, before).open_days
            yield Breach(
                f"{after}.opens",
                getattr(scenario, after).opens,
                f"not before {before} has ended, {days} days after {getattr(scenario, before).opens}",
            )


def _sale_is_over_before_the_run(scenario: Scenario) -> Iterator[Breach]:
    over_s = phase_times(scenario)[-1].end_s + SECONDS_PER_DAY
    if unix_s(scenario.time.start, scenario.time.zone) <= over_s:
        yield Breach(
            "main_sale.opens",
            scenario.main_sale.opens,
            f"a sale that is over a day before time.start = {scenario.time.start}; "
            f"main_sale.open_days is {scenario.main_sale.open_days}",
        )


def _chain_existed_at_the_sale(scenario: Scenario) -> Iterator[Breach]:
    if height_at(scenario, deployment_s(scenario)) < 2:
        days = scenario.chain.opening_height * BLOCK_INTERVAL_S // SECONDS_PER_DAY
        yield Breach(
            "first_presale.opens",
            scenario.first_presale.opens,
            f"at most {days:,} days before time.start, because chain.opening_height = "
            f"{scenario.chain.opening_height:,} blocks of {BLOCK_INTERVAL_S} s take no longer",
        )


def _split_is_at_most_the_whole(scenario: Scenario) -> Iterator[Breach]:
    sale = scenario.sale
    if sale.allocation_share + sale.team_share > 1:
        yield Breach(
            "sale.team_share",
            sale.team_share,
            f"at most 1 less sale.allocation_share = {sale.allocation_share:g}",
        )


def _caps_are_covered(scenario: Scenario) -> Iterator[Breach]:
    allocation_med = part_of(scenario.token.opening_supply_med, scenario.sale.allocation_share)
    main = scenario.main_sale
    presales_med = scenario.first_presale.cap_med + scenario.second_presale.cap_med
    highest_med = max(main.cap_med, main.raised_cap_med)
    if presales_med + highest_med > allocation_med:
        key = "main_sale.raised_cap_med" if main.raised_cap_med > main.cap_med else "main_sale.cap_med"
        yield Breach(
            key,
            highest_med,
            f"at most {max(0, allocation_med - presales_med):,}, what the sale receives (sale.allocation_share of "
            "token.opening_supply_med) less the presales' caps",
        )


def _cap_is_raised_in_the_main_sale(scenario: Scenario) -> Iterator[Breach]:
    main = scenario.main_sale
    if not main.raised_cap_med:
        return
    if main.raised_cap_med <= main.cap_med:
        yield Breach(
            "main_sale.raised_cap_med",
            main.raised_cap_med,
            f"0, or more than main_sale.cap_med = {main.cap_med:,}",
        )
    if main.raised_after_days >= main.open_days:
        yield Breach(
            "main_sale.raised_after_days",
            main.raised_after_days,
            f"less than main_sale.open_days = {main.open_days}",
        )


_RULES: Final[tuple[Rule, ...]] = (
    _moments_exist,
    _phases_follow_each_other,
    _sale_is_over_before_the_run,
    _chain_existed_at_the_sale,
    _split_is_at_most_the_whole,
    _caps_are_covered,
    _cap_is_raised_in_the_main_sale,
)


def sale_rules_hold(scenario: Scenario) -> Iterator[Breach]:
    """Look at the sale's keys where the opening is a sale."""
    if scenario.token.opening == "sale":
        for rule in _RULES:
            yield from rule(scenario)
