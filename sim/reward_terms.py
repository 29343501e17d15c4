"""What the reward pool is deployed with: the scenario's terms in their units."""

from __future__ import annotations

from typing import TypeVar

from chain.contracts.deployment.reward_pool import Conversion, Curve, Destination, RewardTerms
from sim.scenario import Scenario
from sim.units import SECONDS_PER_DAY

_Choice = TypeVar("_Choice", Conversion, Curve, Destination)


def reward_terms(scenario: Scenario, start_unix_s: int) -> RewardTerms:
    """Return the terms of a pool whose first epoch begins with the run.

    Points, caps and the fixed rate are those of one person and are not divided by the person weight; the emission
    that they share is.
    """
    rewards = scenario.rewards
    return RewardTerms(
        first_epoch_start_s=start_unix_s,
        epoch_length_s=rewards.epoch_days * SECONDS_PER_DAY,
        patient_points=rewards.patient_points,
        provider_points=rewards.provider_points,
        share_patient_points=rewards.share_patient_points,
        share_issuer_points=rewards.share_issuer_points,
        share_acceptor_points=rewards.share_acceptor_points,
        conversion=_named(Conversion, rewards.conversion),
        fixed_rate_med_units=rewards.fixed_rate_med_units,
        curve=_named(Curve, rewards.curve),
        curation_curve=_named(Curve, rewards.curation_curve),
        curation_share_basis_points=rewards.curation_share_basis_points,
        vesting_share_basis_points=rewards.vesting_share_basis_points,
        power_down_parts=rewards.power_down_parts,
        power_down_part_s=rewards.power_down_part_days * SECONDS_PER_DAY,
        leftover_to=_named(Destination, rewards.leftover),
        slashed_to=_named(Destination, rewards.slashed),
        account_cap_points=rewards.account_cap_points,
        provider_cap_points=rewards.provider_cap_points,
    )


def _named(choices: type[_Choice], name: str) -> _Choice:
    """Return the contract's word for a scenario's: `square-root` is `SQUARE_ROOT`."""
    return choices[name.upper().replace("-", "_")]
