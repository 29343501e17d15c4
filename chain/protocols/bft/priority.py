"""Whose turn it is to propose: CometBFT's weighted rotation, exactly.

Each step adds to every validator's priority its power, and takes the whole power from the one that leads, who
proposes. Before steps, priorities are scaled down where they lie too far apart, and centred. Newcomers start far
behind, so that leaving and coming back gains nothing. Source: cometbft/cometbft, types/validator_set.go and
types/validator.go. Its sums are cut at 64 bits; with a total power of at most 2^63 / 8 none ever is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from chain.block import Address
from chain.protocols.bft.fixed import ONE
from chain.protocols.protocol import ProtocolError

MOST_TOTAL_POWER: Final = (2**63 - 1) // 8
WINDOW_FACTOR: Final = 2


@dataclass(frozen=True)
class Roster:
    """Who votes: places among all validators, addresses and powers, the strongest first, then by address."""

    places: tuple[int, ...]
    addresses: tuple[Address, ...]
    powers: tuple[int, ...]

    @cached_property
    def total(self) -> int:
        """All power."""
        return sum(self.powers)

    @property
    def quorum(self) -> int:
        """The least power that is more than two thirds of all."""
        return self.total * 2 // 3 + 1

    @cached_property
    def fractions(self) -> tuple[int, ...]:
        """Each power's part of the total in units of `fixed.ONE`, rounded down."""
        return tuple(power * ONE // self.total for power in self.powers)


@dataclass(frozen=True)
class ValidatorSet:
    """A roster with its priorities. `proposer` is the index of who proposes in the first round."""

    roster: Roster
    priorities: tuple[int, ...]
    proposer: int

    @staticmethod
    def first(members: Sequence[tuple[int, Address, int]]) -> ValidatorSet:
        """Return a new set of (place, address, power), with its first proposer; raises `ProtocolError`."""
        empty = ValidatorSet(Roster((), (), ()), (), 0)
        changes = {place: power for place, _address, power in members}
        return empty.updated(changes, {place: address for place, address, _power in members}).stepped(1)

    def stepped(self, steps: int) -> ValidatorSet:
        """Return the set `steps` steps on, at least 1."""
        roster = self.roster
        powers, total = roster.powers, roster.total
        priorities = _centred(_scaled(self.priorities, WINDOW_FACTOR * total))
        leader = self.proposer
        for _ in range(steps):
            priorities = [priority + power for priority, power in zip(priorities, powers, strict=True)]
            leader = leading(priorities, roster.addresses)
            priorities[leader] -= total
        return ValidatorSet(roster, tuple(priorities), leader)

    def updated(self, changes: Mapping[int, int], addresses: Mapping[int, Address]) -> ValidatorSet:
        """Return the set with new powers by place, 0 to leave; the proposer stands until the next step.

        Raises `ProtocolError` where nobody would be left, or there would be too much power.
        """
        known = dict(zip(self.roster.places, self.roster.powers, strict=True))
        priority_of = dict(zip(self.roster.places, self.priorities, strict=True))
        address_of = dict(zip(self.roster.places, self.roster.addresses, strict=True))
        raised = {place: power for place, power in changes.items() if power}
        before_removals = self.roster.total + sum(
            power - known.get(place, 0) for place, power in raised.items()
        )
        for place, power in raised.items():
            if place not in known:
                priority_of[place] = -(before_removals + (before_removals >> 3))
                address_of[place] = addresses[place]
            known[place] = power
        members = [place for place in known if changes.get(place, 1)]
        if not members:
            raise ProtocolError("no validator would be left")
        members.sort(key=lambda place: (-known[place], address_of[place]))
        roster = Roster(
            tuple(members),
            tuple(address_of[place] for place in members),
            tuple(known[place] for place in members),
        )
        if roster.total > MOST_TOTAL_POWER:
            raise ProtocolError(f"a total power of {roster.total} is more than {MOST_TOTAL_POWER}")
        priorities = _scaled([priority_of[place] for place in members], WINDOW_FACTOR * roster.total)
        return ValidatorSet(roster, tuple(_centred(priorities)), 0)


def _scaled(priorities: Sequence[int], window: int) -> Sequence[int]:
    spread = max(priorities) - min(priorities)
    if spread <= window:
        return priorities
    ratio = -(-spread // window)
    return [priority // ratio if priority >= 0 else -(-priority // ratio) for priority in priorities]


def _centred(priorities: Sequence[int]) -> list[int]:
    mean = sum(priorities) // len(priorities)
    return [priority - mean for priority in priorities]


def leading(priorities: list[int], addresses: Sequence[Address]) -> int:
    """Return the index of the highest priority, of equals the one with the lowest address."""
    most = max(priorities)
    leader = priorities.index(most)
    if priorities.count(most) > 1:
        leader = min(
            (index for index, priority in enumerate(priorities) if priority == most),
            key=lambda index: addresses[index],
        )
    return leader
