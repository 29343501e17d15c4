"""Who gets what a block distributes: the provision just minted and the fees of the block before.

The proposer of the block before gets a base share and a bonus for the pre-commits that it gathered; the rest goes
to its voters by power, to the absent ones too; what rounding leaves goes to the community. Source:
cosmos/cosmos-sdk v0.34 to v0.45, x/distribution/keeper/allocation.go and abci.go (later versions dropped the
proposer's part).
"""

from __future__ import annotations

from chain.protocols.bft.fixed import ONE, divided
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import Roster


def proposer_fraction(parameters: BftParameters, roster: Roster, signed_power: int) -> int:
    """Return the proposer's part before its share as a voter, in units of `ONE`."""
    signed = divided(signed_power * ONE, roster.total * ONE)
    return parameters.base_proposer_reward + parameters.bonus_proposer_reward * signed // ONE


def allocated_sat(
    parameters: BftParameters, roster: Roster, proposer: int, signed_power: int, collected_sat: int
) -> tuple[list[int], int]:
    """Return what each of the roster gets, by index, and what is left for the community, in 10^-8 MED.

    `proposer` is the index of who proposed the block before, -1 where it has left the roster.
    """
    to_proposer = proposer_fraction(parameters, roster, signed_power)
    to_voters = ONE - to_proposer - parameters.community_tax
    rewards = [collected_sat * to_voters * fraction // (ONE * ONE) for fraction in roster.fractions]
    if proposer >= 0:
        rewards[proposer] += collected_sat * to_proposer // ONE
    return rewards, collected_sat - sum(rewards)
