"""The rehearsal's terms: round numbers that are easy to reckon with; any group may be replaced."""

from __future__ import annotations

from typing import Any, Final

from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.emission import EmissionTerms
from chain.contracts.deployment.governance import GovernanceTerms
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.deployment.staking import StakingTerms
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import PhaseTerms, SaleTerms
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, DEPLOYER, TEAM, TREASURY

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
START_S: Final = 1_538_352_000
BLOCK_S: Final = 16

COIN_SAT: Final = 10**8
SUPPLY_MED_UNITS: Final = 10**18
"""All MED at the opening."""
ALLOCATION_MED_UNITS: Final = 4 * 10**13
"""What the sale receives to sell: a quarter more than its caps, so that the main sale's can be raised."""
GRANTS_MED_UNITS: Final = ((TEAM[0].address, 10**13), (TEAM[1].address, 7 * 10**12 + 5))
"""The team's grants; the second divides neither by 3 nor by 12."""
DEPLOYER_MED_UNITS: Final = (
    SUPPLY_MED_UNITS - ALLOCATION_MED_UNITS - sum(amount for _, amount in GRANTS_MED_UNITS)
)
"""What the deployer holds: all the rest."""


def parameters(**changes: Any) -> SystemParameters:
    """Return the system's parameters, with some groups replaced."""
    values: dict[str, Any] = {
        "check_in": CheckInTerms(grace_s=7_200),
        "rewards": reward_terms(),
        "emission": emission_terms(),
        "sale": SaleTerms(phases=sale_phases(), allocation_med_units=ALLOCATION_MED_UNITS),
        "vesting": VestingTerms(START_S + 4 * WEEK_S, GRANTS_MED_UNITS),
        "treasury": TREASURY.address,
        "staking": staking_terms(),
        "governance": governance_terms(),
        "slashers": (ARBITER.address,),
        "judges": (ARBITER.address,),
        "certifiers": (CERTIFIER.address,),
        "reviewers": (CERTIFIER.address, ARBITER.address),
        "arbiters": (ARBITER.address,),
        "opening_balances_med_units": ((DEPLOYER.address, DEPLOYER_MED_UNITS),),
    }
    return SystemParameters(**{**values, **changes})


def reward_terms(**changes: Any) -> RewardTerms:
    """Return the reward pool's terms, with some replaced."""
    values: dict[str, Any] = {
        "first_epoch_start_s": START_S,
        "epoch_length_s": WEEK_S,
        "patient_points": 100,
        "provider_points": 50,
        "share_patient_points": 30,
        "share_issuer_points": 20,
        "share_acceptor_points": 40,
        "curation_share_basis_points": 2_500,
        "vesting_share_basis_points": 5_000,
    }
    return RewardTerms(**{**values, **changes})


def emission_terms(**changes: Any) -> EmissionTerms:
    """Return the emission schedule, with some terms replaced."""
    values = {
        "start_s": START_S,
        "yearly_rate_millipercent": 5_000,
        "yearly_rate_kept_millipercent": 90_000,
        "stoppable_after_s": START_S + 2 * 365 * DAY_S,
    }
    return EmissionTerms(**{**values, **changes})


def sale_phases() -> tuple[PhaseTerms, PhaseTerms, PhaseTerms]:
    """Return the sale's phases: all locked and revocable; half locked, with a bonus and a cap a buyer; free."""
    first = PhaseTerms(
        start_s=START_S,
        end_s=START_S + WEEK_S,
        med_units_per_satoshi=2_200,
        cap_med_units=10**13,
        minimum_sat=COIN_SAT,
        locked_basis_points=10_000,
        release_at_s=START_S + 5 * WEEK_S,
        revocable=True,
    )
    second = PhaseTerms(
        start_s=START_S + WEEK_S,
        end_s=START_S + 2 * WEEK_S,
        med_units_per_satoshi=2_000,
        cap_med_units=10**13,
        buyer_cap_med_units=5 * 10**12,
        bonus_basis_points=1_000,
        locked_basis_points=5_000,
        release_at_s=START_S + 6 * WEEK_S,
    )
    main = PhaseTerms(
        start_s=START_S + 2 * WEEK_S,
        end_s=START_S + 4 * WEEK_S,
        med_units_per_satoshi=1_800,
        cap_med_units=10**13,
    )
    return first, second, main


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
