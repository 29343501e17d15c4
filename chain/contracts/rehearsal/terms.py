"""The rehearsal's terms: round numbers that are easy to reckon with; any group may be replaced."""

from __future__ import annotations

from typing import Any, Final

from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.governance import GovernanceTerms
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.deployment.staking import StakingTerms
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, DEPLOYER, TREASURY

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
START_S: Final = 1_538_352_000
BLOCK_S: Final = 16


def parameters(**changes: Any) -> SystemParameters:
    """Return the system's parameters, with some groups replaced."""
    values: dict[str, Any] = {
        "check_in": CheckInTerms(grace_s=7_200),
        "rewards": reward_terms(),
        "staking": staking_terms(),
        "governance": governance_terms(),
        "slashers": (ARBITER.address,),
        "certifiers": (CERTIFIER.address,),
        "opening_balances_med_units": ((DEPLOYER.address, 10**18),),
    }
    return SystemParameters(**{**values, **changes})


def reward_terms(**changes: Any) -> RewardTerms:
    """Return the reward pool's terms, with some replaced."""
    values = {
        "first_epoch_start_s": START_S,
        "epoch_length_s": WEEK_S,
        "yearly_rate_millipercent": 5_000,
        "patient_points": 100,
        "provider_points": 50,
    }
    return RewardTerms(**{**values, **changes})


def staking_terms(**changes: Any) -> StakingTerms:
    """Return the terms of staking, with some replaced."""
    values: dict[str, Any] = {
        "unlock_period_s": WEEK_S,
        "unbonding_period_s": 3 * WEEK_S,
        "minimum_commission_basis_points": 300,
        "own_minimum_med_units": 10**11,
        "treasury": TREASURY.address,
    }
    return StakingTerms(**{**values, **changes})


def governance_terms(**changes: Any) -> GovernanceTerms:
    """Return the terms of governance, with some replaced."""
    values: dict[str, Any] = {
        "voting_delay_s": DAY_S,
        "voting_period_s": WEEK_S,
        "proposal_threshold_med_units": 10**11,
        "quorum_basis_points": 2_000,
        "least_quorum_med_units": 10**12,
        "timelock_delay_s": 2 * DAY_S,
        "block_gas_limit_gas": 40_000_000,
        "minimum_gas_price_sat": 40,
    }
    return GovernanceTerms(**{**values, **changes})
