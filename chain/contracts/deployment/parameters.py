"""Everything that is fixed when the system is deployed."""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Address
from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.reward_pool import RewardTerms


@dataclass(frozen=True)
class SystemParameters:
    """The contracts' terms, who holds which role from the opening on, and the first holders of MED.

    `certifiers` may certify providers. `opening_balances_med_units` are minted in order.
    """

    check_in: CheckInTerms
    rewards: RewardTerms
    certifiers: tuple[Address, ...] = ()
    opening_balances_med_units: tuple[tuple[Address, int], ...] = ()
