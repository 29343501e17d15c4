"""Validators, their delegators, and what each of them has; never changed, only followed.

Whoever delegates gets shares of a validator. Rewards are added up per share, and a slash makes all shares worth
less, so that nothing has to be done for each delegator. Source: cosmos/cosmos-sdk, x/staking and x/distribution
(the F1 fee distribution), with whole shares in place of decimal ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from chain.block import Address
from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.parameters import BftParameters

Selection = tuple[tuple[int, int], ...]
"""(place, power) of each validator that votes, the strongest first."""


@dataclass(frozen=True)
class Signing:
    """What a validator missed of its last window.

    Blocks are counted from `since_number` on; bit i of `missed_bits` stands for the blocks whose count is i modulo
    the window. `start_number` is the height at which it first voted.
    """

    start_number: int
    since_number: int
    missed_bits: int = 0
    missed_blocks: int = 0


@dataclass(frozen=True)
class Validator:
    """One validator. Amounts in 10^-8 MED, commission as a fraction of `fixed.ONE`, times in Unix seconds.

    `per_share` is what a share has earned since the start, in units of 10^-18 of 10^-8 MED; `pot_sat` is what
    delegators have earned and not drawn. `left_s` is when it last stopped voting, None while it votes.
    """

    owner_id: str
    address: Address
    commission: int
    tokens_sat: int = 0
    shares: int = 0
    commission_sat: int = 0
    per_share: int = 0
    pot_sat: int = 0
    jailed: bool = False
    jailed_until_s: int = 0
    tombstoned: bool = False
    left_s: int | None = 0
    signing: Signing | None = None

    def shares_for(self, amount_sat: int) -> int:
        """Return the shares that an amount buys now, rounded down."""
        return amount_sat if not self.shares else amount_sat * self.shares // self.tokens_sat

    def worth_sat(self, shares: int) -> int:
        """Return what shares are worth now, rounded down."""
        return shares * self.tokens_sat // self.shares if self.shares else 0


@dataclass(frozen=True)
class Delegation:
    """Shares of one delegator, and `Validator.per_share` when it last drew its rewards."""

    shares: int
    per_share: int


@dataclass(frozen=True)
class Unbonding:
    """An amount on its way back to a delegator. `initial_sat` is what it was before any slash."""

    delegator_id: str
    place: int
    number: int
    due_s: int
    initial_sat: int
    amount_sat: int


@dataclass(frozen=True)
class Staking:
    """All of it. `liquid_sat` is what people hold here without staking it."""

    validators: tuple[Validator, ...]
    places: Mapping[str, int]
    delegations: Mapping[tuple[str, int], Delegation] = field(default_factory=dict)
    unbondings: tuple[Unbonding, ...] = ()
    liquid_sat: Mapping[str, int] = field(default_factory=dict)

    def with_validator(self, place: int, validator: Validator) -> Staking:
        """Return the same with one validator as given."""
        return self.with_validators({place: validator})

    def with_validators(self, changed: Mapping[int, Validator]) -> Staking:
        """Return the same with these validators as given, by place."""
        validators = list(self.validators)
        for place, validator in changed.items():
            validators[place] = validator
        return replace(self, validators=tuple(validators))

    def with_liquid(self, owner_id: str, change_sat: int) -> Staking:
        """Return the same with an amount more, or less, in somebody's hands."""
        liquid = {**self.liquid_sat, owner_id: self.liquid_sat.get(owner_id, 0) + change_sat}
        return replace(self, liquid_sat=liquid)

    def selected(self, parameters: BftParameters) -> Selection:
        """Return who should vote: the strongest that are not jailed, of equals the lower address first."""
        return self._selection(parameters.validators, parameters.power_unit_sat)

    @cached_property
    def held_sat(self) -> int:
        """All tokens, rewards, unbondings and liquid amounts here."""
        of_validators = sum(v.tokens_sat + v.commission_sat + v.pot_sat for v in self.validators)
        return of_validators + sum(u.amount_sat for u in self.unbondings) + sum(self.liquid_sat.values())

    @cached_property
    def bonded_sat(self) -> int:
        """The tokens of those who vote."""
        return sum(v.tokens_sat for v in self.validators if v.left_s is None)

    @cached_property
    def has_misses(self) -> bool:
        """Whether somebody's window holds a missed block."""
        return any(v.signing is not None and v.signing.missed_blocks for v in self.validators)

    def root(self) -> bytes:
        """Return a commitment to all of it."""
        return self._root

    @cached_property
    def _root(self) -> bytes:
        parts = (
            self.validators,
            tuple(sorted(self.delegations.items(), key=lambda item: item[0])),
            self.unbondings,
            tuple(sorted(self.liquid_sat.items())),
        )
        return hashlib.sha256(repr(parts).encode()).digest()

    @cached_property
    def _selections(self) -> dict[tuple[int, int], Selection]:
        return {}

    def _selection(self, most: int, unit_sat: int) -> Selection:
        known = self._selections.get((most, unit_sat))
        if known is None:
            powers = [
                (place, v.tokens_sat // unit_sat) for place, v in enumerate(self.validators) if not v.jailed
            ]
            strongest = sorted(
                ((place, power) for place, power in powers if power),
                key=lambda one: (-one[1], self.validators[one[0]].address),
            )
            known = self._selections[most, unit_sat] = tuple(strongest[:most])
        return known


def settled(validator: Validator, outstanding_sat: int) -> Validator:
    """Return a validator whose rewards were divided: its commission to itself, the rest to its shares.

    What does not divide by the shares stays in the pot.
    """
    if not outstanding_sat:
        return validator
    commission_sat = outstanding_sat * validator.commission // ONE if validator.shares else outstanding_sat
    shared_sat = outstanding_sat - commission_sat
    gained = shared_sat * ONE // validator.shares if validator.shares else 0
    return replace(
        validator,
        commission_sat=validator.commission_sat + commission_sat,
        pot_sat=validator.pot_sat + shared_sat,
        per_share=validator.per_share + gained,
    )
