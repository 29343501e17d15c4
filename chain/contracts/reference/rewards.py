"""Medi Points and their conversion, reckoned from who has earned what.

Where `RewardPool` keeps running sums (Σf, unsettled weights, totals of what vests), this keeps each account's points
and each person's parts and adds them up when they are asked for, so that a mistake in one is no mistake in the other.
Amounts are units of 10^-8 MED, times Unix seconds. Nothing is checked that the contract refuses: callers enter what
was accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import isqrt
from typing import Final

from chain.block import Address
from chain.contracts.deployment.reward_pool import Contribution, Conversion, Curve, Destination, RewardTerms

BASIS_POINTS: Final = 10_000
ROOT_SCALE: Final = 10**6
"""What a square root is multiplied with before it is rounded down."""


def weight_of(curve: Curve, points: int) -> int:
    """Return what points weigh: p, ⌊10^6 · √p⌋ or p²."""
    if curve is Curve.SQUARE_ROOT:
        return isqrt(points * ROOT_SCALE**2)
    return points**2 if curve is Curve.QUADRATIC else points


def unit_of(curve: Curve) -> int:
    """Return the weight that counts as one where a rate is paid per weight."""
    return ROOT_SCALE if curve is Curve.SQUARE_ROOT else 1


@dataclass(frozen=True)
class Policy:
    """What governance has set for the epochs from `from_epoch` on; caps of 0 are none."""

    from_epoch: int
    curve: Curve
    curation_curve: Curve
    points: tuple[int, ...]
    account_cap_points: int
    provider_cap_points: int


@dataclass
class Side:
    """One side of an epoch: who has earned what, and from closing on the money and what has been drawn of it."""

    curve: Curve
    points: Counter[Address] = field(default_factory=Counter)
    closed: bool = False
    budget: int = 0
    whole_weight: int = 0
    drawn: int = 0

    @property
    def weight(self) -> int:
        """The weight of the points that are there."""
        return sum(weight_of(self.curve, points) for points in self.points.values())

    def take(self, account: Address, points: int) -> int:
        """Take points off an account; return what they are worth."""
        before = self.weight
        self.points[account] -= points
        if not self.closed or not points:
            return 0
        amount = self.budget * (before - self.weight) // self.whole_weight
        self.drawn += amount
        return amount


@dataclass
class PowerDown:
    """Parts that leave, each when it falls due."""

    parts: list[tuple[int, int]] = field(default_factory=list)

    def take_due(self, time_s: int) -> int:
        """Take out the parts that are due; return their sum."""
        due = sum(amount for at_s, amount in self.parts if at_s <= time_s)
        self.parts = [(at_s, amount) for at_s, amount in self.parts if at_s > time_s]
        return due

    @property
    def waiting(self) -> int:
        """The sum of the parts that have not left."""
        return sum(amount for _, amount in self.parts)


@dataclass
class People:
    """Whose keys are whose: every key's person (its first key) and every person's present key; who is suspended."""

    person_of_key: dict[Address, Address] = field(default_factory=dict)
    key_of_person: dict[Address, Address] = field(default_factory=dict)
    suspended: set[Address] = field(default_factory=set)

    def person(self, account: Address) -> Address:
        """Return the person's first key."""
        return self.person_of_key.get(account, account)

    def key(self, account: Address) -> Address:
        """Return the person's present key."""
        person = self.person(account)
        return self.key_of_person.get(person, person)

    def is_suspended(self, account: Address) -> bool:
        """Return whether an account's person is suspended, and so is paid nothing."""
        return self.person(account) in self.suspended

    def replace(self, account: Address, new_key: Address) -> None:
        """Note that a person speaks by a new key from now on."""
        person = self.person(account)
        self.person_of_key[new_key] = person
        self.key_of_person[person] = new_key


class RewardReference:
    """What `RewardPool` should owe, hold and have paid. `paid_out` is what accounts received, liquid and withdrawn."""

    def __init__(self, terms: RewardTerms, people: People | None = None) -> None:
        self.terms = terms
        self.people = people or People()
        caps = terms.account_cap_points, terms.provider_cap_points
        self.policies = [Policy(0, terms.curve, terms.curation_curve, terms.points, *caps)]
        self.next_epoch = 0
        self.budgeted = 0
        self.carried = 0
        self.burned = 0
        self.sent_to_treasury = 0
        self.paid_out: Counter[Address] = Counter()
        self.vesting: Counter[Address] = Counter()
        self.power_downs: dict[Address, PowerDown] = {}
        self._authors: dict[int, Side] = {}
        self._curators: dict[int, Side] = {}
        self._issued: Counter[tuple[int, Address]] = Counter()
        self._earned: dict[Address, set[int]] = {}

    # What governance changes

    def set_policy(self, time_s: int, **changes: object) -> None:
        """Change curves, points or caps from the next epoch on that has not begun."""
        epoch = 0 if time_s < self.terms.first_epoch_start_s else self.epoch_at(time_s) + 1
        changed = replace(self.policies[-1], from_epoch=epoch, **changes)  # type: ignore[arg-type]
        self.policies = [policy for policy in self.policies if policy.from_epoch != epoch] + [changed]

    def policy_of(self, epoch: int) -> Policy:
        """Return what holds in an epoch."""
        return max(
            (policy for policy in self.policies if policy.from_epoch <= epoch),
            key=lambda policy: policy.from_epoch,
        )

    # What earns

    def epoch_at(self, time_s: int) -> int:
        """Return the epoch of a moment."""
        return (time_s - self.terms.first_epoch_start_s) // self.terms.epoch_length_s

    def epoch_end_s(self, epoch: int) -> int:
        """Return when an epoch is over."""
        return self.terms.first_epoch_start_s + (epoch + 1) * self.terms.epoch_length_s

    def authors(self, epoch: int) -> Side:
        """Return the authors' side of an epoch."""
        return self._authors.setdefault(epoch, Side(self.policy_of(epoch).curve))

    def curators(self, epoch: int) -> Side:
        """Return the curators' side of an epoch."""
        return self._curators.setdefault(epoch, Side(self.policy_of(epoch).curation_curve))

    def holder(self, epoch: int, what: Contribution, account: Address) -> Address:
        """Return under which address points are noted: the person's, where a curve or a cap would reward two keys."""
        policy = self.policy_of(epoch)
        curve = policy.curation_curve if what is Contribution.SHARE_ACCEPTOR else policy.curve
        matters = policy.account_cap_points or policy.provider_cap_points or curve is not Curve.LINEAR
        return self.people.person(account) if matters else account

    def may_visit(self, time_s: int, patient: Address, provider: Address) -> bool:
        """Return whether no tally of the two holds points of an earlier epoch that cannot be paid now.

        They cannot where that epoch has not been closed, or where their person is suspended.
        """
        epoch = self.epoch_at(time_s)
        holders = (self.holder(epoch, Contribution.VISIT_PATIENT, party) for party in (patient, provider))
        return all(
            old < self.next_epoch and not self.people.is_suspended(holder)
            for holder in holders
            for old in self._older(epoch, holder)
        )

    def is_recent(self, time_s: int, scanned_at_s: int) -> bool:
        """Return whether a visit that was scanned then still counts: in the epoch of its scan, or the next."""
        return self.epoch_at(time_s) - self.epoch_at(scanned_at_s) <= 1

    def credit_visit(self, time_s: int, patient: Address, provider: Address) -> list[tuple[Address, int]]:
        """Credit a visit; return under which addresses patient and provider earned how much."""
        epoch = self.epoch_at(time_s)
        shares = ((patient, Contribution.VISIT_PATIENT), (provider, Contribution.VISIT_PROVIDER))
        return [self._earn(epoch, account, what, provider) for account, what in shares]

    def credit_share(
        self, time_s: int, patient: Address, issuer: Address, acceptor: Address
    ) -> list[tuple[Address, int]]:
        """Credit a share; return under which addresses patient, issuer and accepting provider earned how much."""
        epoch = self.epoch_at(time_s)
        shares = (
            (patient, Contribution.SHARE_PATIENT),
            (issuer, Contribution.SHARE_ISSUER),
            (acceptor, Contribution.SHARE_ACCEPTOR),
        )
        return [self._earn(epoch, self.people.key(account), what, acceptor) for account, what in shares]

    def points_of(self, epoch: int, account: Address) -> tuple[int, int]:
        """Return an account's unpaid points and curation points of an epoch."""
        return self.authors(epoch).points[account], self.curators(epoch).points[account]

    def _earn(self, epoch: int, key: Address, what: Contribution, provider: Address) -> tuple[Address, int]:
        account, through = self.holder(epoch, what, key), self.people.person(provider)
        for old in self._older(epoch, account):
            self._pay(old, account)
        self._earned[account] = {*self.unpaid_epochs(account), epoch}
        policy = self.policy_of(epoch)
        points = policy.points[what]
        if policy.account_cap_points:
            points = min(points, policy.account_cap_points - sum(self.points_of(epoch, account)))
        if policy.provider_cap_points:
            points = min(points, policy.provider_cap_points - self._issued[epoch, through])
        if policy.account_cap_points or policy.provider_cap_points:
            self._issued[epoch, through] += points
        side = self.curators(epoch) if what is Contribution.SHARE_ACCEPTOR else self.authors(epoch)
        side.points[account] += points
        return account, points

    def unpaid_epochs(self, account: Address) -> list[int]:
        """Return the epochs of which an account has unpaid points."""
        return sorted(epoch for epoch in self._earned.get(account, ()) if any(self.points_of(epoch, account)))

    def _older(self, epoch: int, account: Address) -> list[int]:
        """Epochs before whose points of the account lie in the same tally."""
        mine = self.unpaid_epochs(account)
        return [old for old in mine if old < epoch and (epoch - old) % 2 == 0]

    # What is paid

    def close(self, emitted_through: int) -> None:
        """Close the next epoch; `emitted_through` is all emission of days that ended with it or before."""
        epoch, terms = self.next_epoch, self.terms
        budget = emitted_through - self.budgeted + self.carried
        self.next_epoch, self.budgeted, self.carried = epoch + 1, emitted_through, 0
        authors, curators = self.authors(epoch), self.curators(epoch)
        part = budget * terms.curation_share_basis_points // BASIS_POINTS if curators.weight else 0
        for side, most in ((authors, budget - part), (curators, part)):
            side.closed, side.whole_weight = True, side.weight
            if not side.whole_weight:
                continue
            fixed = terms.fixed_rate_med_units * side.whole_weight // unit_of(side.curve)
            side.budget = most if terms.conversion is Conversion.POOL_SHARE else min(most, fixed)
        self._send(budget - authors.budget - curators.budget, terms.leftover_to)

    def settle(self, epoch: int, accounts: Iterable[Address]) -> int:
        """Pay accounts for a closed epoch, but for those whose person is suspended; return the sum."""
        return sum(self._pay(epoch, account) for account in accounts if not self.people.is_suspended(account))

    def _pay(self, epoch: int, account: Address) -> int:
        amount = self._take(epoch, account, *self.points_of(epoch, account))
        vested = amount * self.terms.vesting_share_basis_points // BASIS_POINTS
        self.vesting[self.people.person(account)] += vested
        self.paid_out[self.people.key(account)] += amount - vested
        return amount

    def _take(self, epoch: int, account: Address, points: int, curation_points: int) -> int:
        """Take points off an account; what a side's last points leave over is carried."""
        amount = 0
        for side, taken in ((self.authors(epoch), points), (self.curators(epoch), curation_points)):
            amount += side.take(account, taken)
            if side.closed and taken and not side.weight:
                self.carried += side.budget - side.drawn
                side.drawn = side.budget
        return amount

    def _send(self, amount: int, destination: Destination) -> None:
        if destination is Destination.NEXT_EPOCH:
            self.carried += amount
        elif destination is Destination.BURN:
            self.burned += amount
        else:
            self.sent_to_treasury += amount

    # What vests

    def power_down(self, time_s: int, account: Address, amount: int) -> None:
        """Start a power-down in place of the one that is running."""
        self.withdraw(time_s, account)
        count, length_s = self.terms.power_down_parts, self.terms.power_down_part_s
        each = amount // count
        parts = [(time_s + number * length_s, each) for number in range(1, count)]
        last = (time_s + count * length_s, amount - each * (count - 1))
        self.power_downs[self.people.person(account)] = PowerDown([*parts, last])

    def due(self, time_s: int, account: Address) -> int:
        """Return what a power-down has due."""
        running = self.power_downs.get(self.people.person(account), PowerDown())
        return sum(amount for at_s, amount in running.parts if at_s <= time_s)

    def withdraw(self, time_s: int, account: Address) -> int:
        """Pay what a power-down has due; return it."""
        person = self.people.person(account)
        due = self.power_downs.setdefault(person, PowerDown()).take_due(time_s)
        self.vesting[person] -= due
        self.paid_out[self.people.key(account)] += due
        return due

    # What is slashed

    def slash_points(self, epoch: int, account: Address, points: int, curation_points: int) -> int:
        """Take at most so many points; return what they were worth in a closed epoch."""
        has, curates = self.points_of(epoch, account)
        amount = self._take(epoch, account, min(points, has), min(curation_points, curates))
        self._send(amount, self.terms.slashed_to)
        return amount

    def slash_visit(
        self, epoch: int, patient: Address, provider: Address, patient_points: int, provider_points: int
    ) -> int:
        """Take at most what any visit of the epoch earned; return what it was worth in a closed epoch."""
        earns = self.policy_of(epoch).points
        return sum(
            self.slash_points(epoch, self.holder(epoch, what, account), min(points, earns[what]), 0)
            for account, what, points in (
                (patient, Contribution.VISIT_PATIENT, patient_points),
                (provider, Contribution.VISIT_PROVIDER, provider_points),
            )
        )

    def slash_vesting(self, time_s: int, account: Address, amount: int) -> int:
        """Take at most so much of what vests. Return what was taken.

        What had been due is paid, unless the person is suspended: then it can be taken too.
        """
        if not self.people.is_suspended(account):
            self.withdraw(time_s, account)
        person = self.people.person(account)
        taken = min(amount, self.vesting[person])
        self.vesting[person] -= taken
        if self.power_downs.setdefault(person, PowerDown()).waiting > self.vesting[person]:
            self.power_downs[person] = PowerDown()
        self._send(taken, self.terms.slashed_to)
        return taken

    # What is owed

    @property
    def unpaid(self) -> int:
        """What closed epochs still owe."""
        sides = (*self._authors.values(), *self._curators.values())
        return sum(side.budget - side.drawn for side in sides if side.closed)

    def obligations(self, emitted: int) -> int:
        """Return everything owed; `emitted` is all emission so far."""
        return self.unpaid + self.vesting.total() + self.carried + emitted - self.budgeted
