"""What the buyers want: where they live, what they would spend, in which phase and on which day they send it.

All of it is drawn before anything is executed. What comes of it, whom a minimum or a cap refuses, is the
contract's affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.contracts.deployment.token_sale import PhaseTerms
from chain.units import SATOSHI_PER_QTUM
from sim.chance import Chance, Stream
from sim.maths import zipf_shares
from sim.sale.terms import phases
from sim.scenario import Scenario
from sim.units import SECONDS_PER_DAY

HOME: Final = "Korea"
"""The country of rank 1: the service was Korean."""

_BUDGET, _FIRST_INVITATION, _SECOND_INVITATION, _MOMENT = range(4)
"""Ordinals of a buyer's draws."""


@dataclass(frozen=True)
class Purchase:
    """One payment that a buyer sends to the sale.

    `phase` is the number of the phase in the contract, `sent_at_s` the time (Unix seconds) of the block that
    holds it, `offered_sat` what is sent along.
    """

    buyer_id: str
    country: str
    phase: int
    sent_at_s: int
    offered_sat: int


def buyer_ids(scenario: Scenario) -> tuple[str, ...]:
    """Return the buyers' names in tables."""
    return tuple(f"b{number:05d}" for number in range(1, scenario.sale.buyers + 1))


def team_ids(scenario: Scenario) -> tuple[str, ...]:
    """Return the names in tables of the team's members."""
    return tuple(f"t{number:03d}" for number in range(1, scenario.sale.team_members + 1))


def plan_purchases(scenario: Scenario, chance: Chance) -> list[Purchase]:
    """Return every buyer's purchase in the order in which they are sent.

    A day's purchases stand in one block, a second before the day or the phase ends.
    """
    stream = chance.stream("sale")
    terms = phases(scenario)
    ordered = []
    for buyer_id, country in zip(buyer_ids(scenario), countries(scenario), strict=True):
        offered_sat = _offered_sat(scenario, stream, buyer_id)
        phase = _phase(scenario, stream, buyer_id, offered_sat, terms)
        moment_s = stream.integer(buyer_id, _MOMENT, terms[phase].end_s - terms[phase].start_s)
        sent_at_s = _end_of_day_s(terms[phase], moment_s)
        ordered.append((sent_at_s, moment_s, Purchase(buyer_id, country, phase, sent_at_s, offered_sat)))
    return [purchase for _sent_at_s, _moment_s, purchase in sorted(ordered, key=lambda entry: entry[:2])]


def countries(scenario: Scenario) -> list[str]:
    """Return each buyer's country: every country has one buyer, the others follow Zipf's law."""
    sale = scenario.sale
    count = min(sale.countries, sale.buyers)
    further = zipf_shares(sale.buyers - count, count, sale.country_zipf_exponent)
    names = [HOME, *(f"country {rank:02d}" for rank in range(2, count + 1))]
    return [name for name, more in zip(names, further, strict=True) for _ in range(1 + more)]


def _offered_sat(scenario: Scenario, stream: Stream, buyer_id: str) -> int:
    sale = scenario.sale
    wanted_krw = stream.lognormal(buyer_id, _BUDGET, sale.median_purchase_krw, sale.purchase_sigma)
    krw = min(wanted_krw, sale.largest_purchase_krw)
    return max(1, int(krw / sale.qtum_krw * SATOSHI_PER_QTUM) // scenario.economy.person_weight)


def _phase(
    scenario: Scenario, stream: Stream, buyer_id: str, offered_sat: int, terms: tuple[PhaseTerms, ...]
) -> int:
    """Return the first phase that is offered to the buyer and whose minimum it means to spend; the last is for all."""
    presales = (scenario.first_presale, scenario.second_presale)
    for phase, (chapter, ordinal) in enumerate(
        zip(presales, (_FIRST_INVITATION, _SECOND_INVITATION), strict=True)
    ):
        invited = stream.happens(buyer_id, ordinal, chapter.invited_share)
        if invited and offered_sat >= terms[phase].minimum_sat:
            return phase
    return len(presales)


def _end_of_day_s(phase: PhaseTerms, moment_s: int) -> int:
    day = moment_s // SECONDS_PER_DAY
    return min(phase.start_s + (day + 1) * SECONDS_PER_DAY, phase.end_s) - 1
