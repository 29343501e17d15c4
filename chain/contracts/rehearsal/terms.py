"""The rehearsal's terms: round numbers that are easy to reckon with; any group may be replaced."""

from __future__ import annotations

from typing import Any, Final

from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER

DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
START_S: Final = 1_538_352_000
BLOCK_S: Final = 16


def parameters(**changes: Any) -> SystemParameters:
    """Return the system's parameters, with some groups replaced."""
    values: dict[str, Any] = {
        "check_in": CheckInTerms(grace_s=7_200),
        "rewards": reward_terms(),
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
