"""Accounts of the test chain: stakes, votes, candidacies, and the vote power that follows from them.

Books are never changed: an operation gives new ones that share what it left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from chain.block import Address
from chain.protocols.buckets import Buckets

_DIGEST_MASK: Final = (1 << 256) - 1


@dataclass(frozen=True)
class Account:
    """One account. Amounts in 10^-8 MED, times in Unix seconds.

    `votes` are candidacies by their serial number: who quits and stands again is another candidacy, and old
    votes stay with the old one. `candidacy` is the account's own, or None.
    """

    owner_id: str
    address: Address
    balance_sat: int = 0
    stake_sat: int = 0
    unstaking_sat: int = 0
    unstaking_since_s: int = 0
    votes: tuple[int, ...] = ()
    candidacy: int | None = None
    collateral_sat: int = 0
    alias: str | None = None
    alias_collateral_sat: int = 0

    @property
    def coins_sat(self) -> int:
        """All that the account owns here."""
        return (
            self.balance_sat
            + self.stake_sat
            + self.unstaking_sat
            + self.collateral_sat
            + self.alias_collateral_sat
        )

    def digest(self) -> int:
        """Return a commitment to all of it."""
        parts = (
            self.owner_id, self.address.hex(), self.balance_sat, self.stake_sat, self.unstaking_sat,
            self.unstaking_since_s, self.votes, self.candidacy, self.collateral_sat, self.alias,
            self.alias_collateral_sat,
        )  # fmt: skip
        return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest(), "big")


@dataclass(frozen=True)
class Candidate:
    """One candidacy and the summed stakes of those who vote for it, in 10^-8 MED."""

    serial: int
    owner_id: str
    address: Address
    vote_power_sat: int


Seats = tuple[Candidate | None, ...]


@dataclass(frozen=True)
class Books:
    """All accounts and candidacies. `order` has every account in the order in which it came.

    `producers` has every account that was ever a candidate, in the order in which they first stood: states
    keep what producers earned at these places.
    """

    accounts: Buckets[Account]
    order: tuple[Address, ...]
    candidates: Mapping[int, Candidate]
    producers: tuple[Address, ...]
    next_serial: int
    coins_sat: int
    digest: int
    places: Mapping[Address, int] = field(repr=False, compare=False)

    @staticmethod
    def empty() -> Books:
        """Return books without an account."""
        return Books(Buckets(), (), {}, (), 0, 0, 0, {})

    def account(self, address: Address) -> Account | None:
        """Return an account, or None where nobody has opened it."""
        return self.accounts.get(address)

    def elected(self, seats: int) -> Seats:
        """Return who sits in a dynasty elected from these books: the strongest, in the order of addresses.

        Missing candidates leave seats empty; these come first, as the zero address sorts before all others.
        The source leaves open who wins among equals: here the lower address does.
        """
        return self._election(seats)

    def with_account(self, account: Account) -> Books:
        """Return books in which the account is as given."""
        before = self.accounts.get(account.address)
        if before == account:
            return self
        change_sat = account.coins_sat - (before.coins_sat if before else 0)
        digest = self.digest + account.digest() - (before.digest() if before else 0)
        return replace(
            self,
            accounts=self.accounts.updated({account.address: account}),
            order=self.order if before else (*self.order, account.address),
            coins_sat=self.coins_sat + change_sat,
            digest=digest & _DIGEST_MASK,
        )

    def with_candidates(self, candidates: Mapping[int, Candidate]) -> Books:
        """Return books with these candidacies; vote power is part of them."""
        return replace(self, candidates=candidates)

    def with_votes_moved(self, power_by_serial: Sequence[tuple[int, int]]) -> Books:
        """Return books in which vote power was added to candidacies; those that were quit stay quit."""
        candidates = dict(self.candidates)
        for serial, power_sat in power_by_serial:
            if serial in candidates:
                candidate = candidates[serial]
                candidates[serial] = replace(candidate, vote_power_sat=candidate.vote_power_sat + power_sat)
        return self.with_candidates(candidates)

    def with_candidate(self, owner_id: str, address: Address) -> Books:
        """Return books with one more candidacy, of the next serial number and without votes."""
        candidates = dict(self.candidates)
        candidates[self.next_serial] = Candidate(self.next_serial, owner_id, address, 0)
        known = address in self.places
        return replace(
            self,
            candidates=candidates,
            next_serial=self.next_serial + 1,
            producers=self.producers if known else (*self.producers, address),
            places=self.places if known else {**self.places, address: len(self.producers)},
        )

    def root(self) -> bytes:
        """Return a commitment to accounts and candidacies."""
        powers = tuple((c.serial, c.address.hex(), c.vote_power_sat) for c in self.candidates.values())
        body = repr((self.digest, self.next_serial, powers)).encode()
        return hashlib.sha256(body + b"".join(self.order) + b"".join(self.producers)).digest()

    def _election(self, seats: int) -> Seats:
        known = self._elections.get(seats)
        if known is None:
            strongest = sorted(self.candidates.values(), key=lambda c: (-c.vote_power_sat, c.address))[:seats]
            filled = sorted(strongest, key=lambda c: c.address)
            known = self._elections[seats] = (*(None,) * (seats - len(filled)), *filled)
        return known

    @cached_property
    def _elections(self) -> dict[int, Seats]:
        return {}
