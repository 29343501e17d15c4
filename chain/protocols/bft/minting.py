"""Inflation: what each block mints. Source: cosmos/cosmos-sdk, x/mint/types/minter.go and x/mint/abci.go.

Amounts are whole units of 10^-8 MED; the real chain cuts its provisions to 10^-6 MED, its smallest unit.
"""

from __future__ import annotations

from chain.protocols.bft.fixed import ONE, divided, multiplied
from chain.protocols.bft.parameters import BftParameters


def next_inflation(parameters: BftParameters, inflation: int, bonded_sat: int, supply_sat: int) -> int:
    """Return the yearly inflation after one more block: it rises while less is bonded than the goal.

    A change is a year's, divided by the *assumed* blocks of a year.
    """
    bonded = bonded_sat * ONE // supply_sat
    yearly = multiplied(ONE - divided(bonded, parameters.goal_bonded), parameters.inflation_change)
    changed = inflation + divided(yearly, parameters.assumed_blocks_per_year * ONE)
    return min(max(changed, parameters.inflation_minimum), parameters.inflation_maximum)


def provision_sat(parameters: BftParameters, inflation: int, supply_sat: int) -> int:
    """Return what a block mints: a year's inflation of the supply, divided by the assumed blocks, cut off."""
    return inflation * supply_sat // (parameters.assumed_blocks_per_year * ONE)
