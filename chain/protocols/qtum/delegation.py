"""Delegation of coins to a super-staker, as far as the coins are concerned.

A delegated coin plays the kernel's lottery for its super-staker. Whoever makes a block with one puts a coin of
its own into the stake transaction, the companion: it is spent and comes back with the super-staker's part of the
reward, while the delegated coin is not spent, but rests as if it had been. Without a companion at hand, delegated
coins win nothing. Which coin a super-staker puts in is its wallet's choice; here it is the oldest.

Source: qtumproject/qtum, files pos.cpp (CheckProofOfStake) and wallet/stake.cpp (CreateCoinStakeFromDelegate,
AvailableDelegateCoinsForStaking).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chain.protocols.qtum.coins import Coin


class Delegations:
    """Who stakes whose coins, and what of it changes with every block.

    `producers` names by owner who makes the blocks that the owner's coins win: itself, or its super-staker.
    `companions` are a super-staker's own mature coins that may go along, `delegated_sat` what was delegated to it
    and is mature, `idle` the mature delegated coins that are too small to stake.
    """

    __slots__ = (
        "companion_from_sat",
        "companions",
        "delegated_from_sat",
        "delegated_sat",
        "idle",
        "producers",
    )

    def __init__(self, producers: Sequence[int], companion_from_sat: int, delegated_from_sat: int) -> None:
        self.producers: Final = tuple(producers)
        self.companion_from_sat: Final = companion_from_sat
        self.delegated_from_sat: Final = delegated_from_sat
        super_stakers = sorted({to for owner, to in enumerate(producers) if to != owner})
        self.companions: dict[int, list[Coin]] = {owner: [] for owner in super_stakers}
        self.delegated_sat: dict[int, int] = dict.fromkeys(super_stakers, 0)
        self.idle: list[Coin] = []

    def copy(self) -> Delegations:
        """Return delegations that change apart from these."""
        twin = Delegations(self.producers, self.companion_from_sat, self.delegated_from_sat)
        twin.companions = {owner: coins.copy() for owner, coins in self.companions.items()}
        twin.delegated_sat = self.delegated_sat.copy()
        twin.idle = self.idle.copy()
        return twin

    def is_too_small(self, coin: Coin) -> bool:
        """Say whether a coin is delegated and below what its super-staker stakes."""
        return self.producers[coin.owner] != coin.owner and coin.value_sat < self.delegated_from_sat

    def enter(self, coin: Coin) -> int:
        """Note that a coin may stake; return by how much its producer's weight rises."""
        producer = self.producers[coin.owner]
        if producer != coin.owner:
            self.delegated_sat[producer] += coin.value_sat
            return coin.value_sat if self.companions[producer] else 0
        if producer not in self.companions or coin.value_sat < self.companion_from_sat:
            return coin.value_sat
        companions = self.companions[producer]
        insort(companions, coin)
        return coin.value_sat + (self.delegated_sat[producer] if len(companions) == 1 else 0)

    def leave(self, coin: Coin) -> int:
        """Note that a coin may stake no more; return by how much its producer's weight falls."""
        producer = self.producers[coin.owner]
        if producer != coin.owner:
            self.delegated_sat[producer] -= coin.value_sat
            return coin.value_sat if self.companions[producer] else 0
        if producer not in self.companions or coin.value_sat < self.companion_from_sat:
            return coin.value_sat
        companions = self.companions[producer]
        del companions[bisect_left(companions, coin)]
        return coin.value_sat + (0 if companions else self.delegated_sat[producer])

    def companion_of(self, coin: Coin) -> Coin | None:
        """Return what goes along with a coin: None for one that stakes for its owner.

        Raises `LookupError` for a delegated coin whose super-staker has nothing to put in.
        """
        producer = self.producers[coin.owner]
        return None if producer == coin.owner else self.companions[producer][0]

    def may_stake(self, coin: Coin) -> bool:
        """Say whether a mature coin may win a block now."""
        producer = self.producers[coin.owner]
        return producer == coin.owner or bool(self.companions[producer])
