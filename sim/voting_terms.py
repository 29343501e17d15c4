"""What staking and governance are deployed with: the scenario's terms in their units.

In a representative run each amount of MED is divided by the person weight, as the opening supply is.
"""

from __future__ import annotations

from typing import Final

from chain.block import Address
from chain.contracts.deployment.governance import GovernanceTerms
from chain.contracts.deployment.staking import StakingTerms
from chain.units import MED_UNITS_PER_MED
from sim.scenario import Scenario
from sim.units import SECONDS_PER_DAY, part_of

BASIS_POINTS: Final = 10_000


def governance_terms(scenario: Scenario) -> GovernanceTerms:
    """Return how a proposal becomes a rule, with the chain's own limits at the start."""
    terms, weight = scenario.governance, scenario.economy.person_weight
    supply_med_units = scenario.token.opening_supply_med * MED_UNITS_PER_MED // weight
    return GovernanceTerms(
        voting_delay_s=terms.voting_delay_days * SECONDS_PER_DAY,
        voting_period_s=terms.voting_period_days * SECONDS_PER_DAY,
        proposal_threshold_med_units=part_of(supply_med_units, terms.threshold_share),
        quorum_basis_points=round(terms.quorum_share * BASIS_POINTS),
        least_quorum_med_units=part_of(supply_med_units, terms.least_quorum_share),
        timelock_delay_s=terms.timelock_delay_days * SECONDS_PER_DAY,
        block_gas_limit_gas=scenario.chain.gas_limit_gas,
        minimum_gas_price_sat=scenario.chain.minimum_gas_price_sat,
    )


def staking_terms(scenario: Scenario, treasury: Address) -> StakingTerms:
    """Return how long MED stays locked or bonded, and what a validator brings; slashed MED goes to the treasury."""
    validators, weight = scenario.validators, scenario.economy.person_weight
    return StakingTerms(
        unlock_period_s=scenario.governance.unlock_days * SECONDS_PER_DAY,
        unbonding_period_s=validators.unbonding_days * SECONDS_PER_DAY,
        minimum_commission_basis_points=round(validators.minimum_commission_share * BASIS_POINTS),
        own_minimum_med_units=max(1, validators.own_minimum_med * MED_UNITS_PER_MED // weight),
        treasury=treasury,
    )
