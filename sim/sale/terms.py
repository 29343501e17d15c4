"""What the contracts of the sale are deployed with: the scenario's terms in their units.

In a representative run each amount of MED, and each payment, is divided by the person weight, while prices and
times stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from chain.block import Address
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import (
    FIRST_PRESALE,
    MAIN_SALE,
    SECOND_PRESALE,
    WHOLE_BASIS_POINTS,
    PhaseTerms,
    SaleTerms,
)
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM
from sim.scenario import Scenario
from sim.scenario.sale_calendar import phase_times, team_release_times_s
from sim.units import part_of

PUBLISHED: Final = (FIRST_PRESALE, SECOND_PRESALE, MAIN_SALE)
"""The phases as the published contracts had them; the scenario sets all but whether a lock can be taken back."""


@dataclass(frozen=True)
class Split:
    """Who receives which part of the opening supply, in units of 10^-8 MED; the reserve is the foundation's."""

    sale_med_units: int
    team_med_units: int
    reserve_med_units: int


def opening_supply_med_units(scenario: Scenario) -> int:
    """Return what is minted at the opening, in units of 10^-8 MED."""
    return scenario.token.opening_supply_med * MED_UNITS_PER_MED // scenario.economy.person_weight


def split(scenario: Scenario) -> Split:
    """Return how a sale's opening supply is split."""
    supply = opening_supply_med_units(scenario)
    sale = part_of(supply, scenario.sale.allocation_share)
    # Two shares whose sum is 1 in floats may exceed it by a last digit as they are written.
    team = min(part_of(supply, scenario.sale.team_share), supply - sale)
    return Split(sale, team, supply - sale - team)


def med_units(scenario: Scenario, amount_med: int) -> int:
    """Return an amount of MED in units, as it counts in this run."""
    return amount_med * MED_UNITS_PER_MED // scenario.economy.person_weight


def sale_terms(scenario: Scenario) -> SaleTerms:
    """Return the sale's terms."""
    first, second, main = phases(scenario)
    return SaleTerms(
        phases=(first, second, main),
        allocation_med_units=split(scenario).sale_med_units,
        burns_unsold=scenario.sale.unsold == "burned",
    )


def phases(scenario: Scenario) -> tuple[PhaseTerms, ...]:
    """Return the terms of the three phases, in order."""
    chapters = (scenario.first_presale, scenario.second_presale, scenario.main_sale)
    return tuple(
        replace(
            published,
            start_s=times.start_s,
            end_s=times.end_s,
            release_at_s=times.release_at_s,
            # One MED has as many units as a native coin has satoshi, so that both prices are one number.
            med_units_per_satoshi=chapter.med_per_qtum,
            cap_med_units=med_units(scenario, chapter.cap_med),
            buyer_cap_med_units=med_units(scenario, chapter.buyer_cap_med),
            minimum_sat=_minimum_sat(scenario, chapter.minimum_qtum),
            bonus_basis_points=round(chapter.bonus_share * WHOLE_BASIS_POINTS),
            locked_basis_points=round(chapter.locked_share * WHOLE_BASIS_POINTS),
        )
        for published, chapter, times in zip(PUBLISHED, chapters, phase_times(scenario), strict=True)
    )


def vesting_terms(scenario: Scenario, team: Sequence[Address]) -> VestingTerms:
    """Return the team's terms: equal grants, of which the first takes what division leaves."""
    total = split(scenario).team_med_units
    each, rest = divmod(total, len(team))
    amounts = [each + rest, *[each] * (len(team) - 1)]
    return VestingTerms(
        first_release_at_s=team_release_times_s(scenario)[0],
        grants_med_units=tuple(
            (member, amount) for member, amount in zip(team, amounts, strict=True) if amount
        ),
    )


def _minimum_sat(scenario: Scenario, minimum_qtum: float) -> int:
    return max(1, part_of(SATOSHI_PER_QTUM, minimum_qtum) // scenario.economy.person_weight)
