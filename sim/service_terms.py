"""What identity, consents, data deals and insurance are deployed with: the scenario's terms in their units."""

from __future__ import annotations

from typing import Final

from chain.contracts.deployment.consent_registry import ConsentTerms
from chain.contracts.deployment.data_market import MarketTerms
from chain.contracts.deployment.identity_registry import IdentityTerms
from chain.contracts.deployment.insurance import InsuranceTerms
from sim.scenario import Scenario
from sim.units import SECONDS_PER_DAY

BASIS_POINTS: Final = 10_000
SECONDS_PER_HOUR: Final = 3_600


def identity_terms(scenario: Scenario) -> IdentityTerms:
    """Return how a lost phone's key is replaced."""
    terms = scenario.identity
    return IdentityTerms(
        recovery_delay_s=terms.recovery_days * SECONDS_PER_DAY, maximum_guardians=terms.maximum_guardians
    )


def consent_terms(scenario: Scenario) -> ConsentTerms:
    """Return how long consents and emergencies last."""
    terms = scenario.consents
    return ConsentTerms(
        longest_s=terms.longest_days * SECONDS_PER_DAY,
        emergency_s=terms.emergency_hours * SECONDS_PER_HOUR,
        answer_s=terms.answer_days * SECONDS_PER_DAY,
    )


def market_terms(scenario: Scenario) -> MarketTerms:
    """Return how long deals are reviewed and disputed, and the commission on them."""
    terms = scenario.market
    return MarketTerms(
        review_s=terms.review_days * SECONDS_PER_DAY,
        arbitration_s=terms.arbitration_days * SECONDS_PER_DAY,
        commission_basis_points=round(terms.commission_share * BASIS_POINTS),
    )


def insurance_terms(scenario: Scenario) -> InsuranceTerms:
    """Return what an insurer must put up, and how long people have to act on a claim."""
    terms = scenario.insurance
    return InsuranceTerms(
        reserve_basis_points=round(terms.reserve_share * BASIS_POINTS),
        maximum_filings=terms.maximum_filings,
        arbitration_s=terms.arbitration_days * SECONDS_PER_DAY,
        maximum_review_s=terms.longest_review_days * SECONDS_PER_DAY,
        minimum_appeal_s=terms.shortest_appeal_days * SECONDS_PER_DAY,
    )
