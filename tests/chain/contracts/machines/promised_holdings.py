"""MED that waits for somebody: what the sale sells and locks, what vests for the team, what is staked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address
from chain.contracts.deployment.token_sale import WHOLE_BASIS_POINTS, Phase, SaleTerms
from chain.contracts.reference.vesting import vested_med_units

LockKey = tuple[Address, int]


class SaleBook(Book):
    """The sale keeps to its phases, prices and caps; locks hold what was bought until their time."""

    def __init__(self, world: World, terms: SaleTerms, owner: Address) -> None:
        super().__init__(world)
        self.phases = terms.phases
        self.caps = {phase: terms.phases[phase].cap_med_units for phase in Phase}
        self.owners = {"TokenSale": owner, "TokenLock": owner}
        self.paused = False
        self.sold: Counter[Phase] = Counter()
        self.bought: Counter[tuple[Phase, Address]] = Counter()
        self.locks: dict[LockKey, int] = defaultdict(int)

    def handlers(self) -> Handlers:
        return {
            ("TokenSale", "Bought"): self._bought,
            ("TokenSale", "CapRaised"): self._cap_raised,
            ("TokenSale", "Paused"): lambda _said: self._pause(True),
            ("TokenSale", "Unpaused"): lambda _said: self._pause(False),
            ("TokenSale", "Finished"): self._finished,
            ("TokenSale", "OwnershipTransferred"): lambda said: self._owned("TokenSale", said),
            ("TokenLock", "OwnershipTransferred"): lambda said: self._owned("TokenLock", said),
            ("TokenLock", "Locked"): self._locked,
            ("TokenLock", "Released"): self._released,
            ("TokenLock", "ClawedBack"): self._clawed_back,
        }

    @property
    def owed(self) -> int:
        """What all locks hold."""
        return sum(self.locks.values())

    def _bought(self, said: Said) -> None:
        phase = Phase(said["phase"])
        terms = self.phases[phase]
        assert not self.paused
        assert terms.start_s <= self.world.now_s < terms.end_s
        price = terms.med_units_per_satoshi * (WHOLE_BASIS_POINTS + terms.bonus_basis_points)
        assert said["amount"] == said["paymentSatoshi"] * price // WHOLE_BASIS_POINTS
        assert said["lockedAmount"] == said["amount"] * terms.locked_basis_points // WHOLE_BASIS_POINTS
        self.sold[phase] += said["amount"]
        self.bought[phase, said["buyer"]] += said["amount"]
        assert self.sold[phase] <= self.caps[phase]
        assert self.bought[phase, said["buyer"]] <= (terms.buyer_cap_med_units or self.caps[phase])
        self.world.explain("TokenSale", said["amount"])

    def _cap_raised(self, said: Said) -> None:
        assert self.world.author == self.owners["TokenSale"]
        assert said["cap"] > self.caps[Phase.MAIN_SALE]
        self.caps[Phase.MAIN_SALE] = said["cap"]

    def _pause(self, paused: bool) -> None:
        assert self.world.author == self.owners["TokenSale"]
        self.paused = paused

    def _finished(self, said: Said) -> None:
        assert self.world.now_s >= self.phases[Phase.MAIN_SALE].end_s
        self.world.explain("TokenSale", said["amount"])

    def _owned(self, contract: str, said: Said) -> None:
        assert said["previousOwner"] == self.owners[contract]
        self.owners[contract] = said["newOwner"]

    def _locked(self, said: Said) -> None:
        assert said["releaseAt"] == self.phases[said["lockId"]].release_at_s
        self.locks[said["beneficiary"], said["lockId"]] += said["amount"]

    def _released(self, said: Said) -> None:
        early = self.world.now_s < self.phases[said["lockId"]].release_at_s
        assert not early or self.world.author == self.owners["TokenLock"]
        self._ends(said)

    def _clawed_back(self, said: Said) -> None:
        terms = self.phases[said["lockId"]]
        assert self.world.author == self.owners["TokenLock"]
        assert terms.revocable
        assert self.world.now_s < terms.release_at_s
        self._ends(said)

    def _ends(self, said: Said) -> None:
        assert said["amount"] == self.locks.pop((said["beneficiary"], said["lockId"]))
        self.world.explain("TokenLock", said["amount"])


class VestingBook(Book):
    """The team gets what has fallen due of its grants, and no more."""

    def __init__(self, world: World, grants: Mapping[Address, int], first_release_at_s: int) -> None:
        super().__init__(world)
        self.grants = dict(grants)
        self.released: Counter[Address] = Counter()
        self.first_release_at_s = first_release_at_s

    def handlers(self) -> Handlers:
        return {
            ("TeamVesting", "Released"): self._released,
            ("TeamVesting", "BeneficiaryChanged"): self._beneficiary_changed,
        }

    @property
    def owed(self) -> int:
        """What was granted and not released."""
        return sum(self.grants.values()) - self.released.total()

    def _released(self, said: Said) -> None:
        beneficiary = said["beneficiary"]
        self.released[beneficiary] += said["amount"]
        due = vested_med_units(self.grants[beneficiary], self.first_release_at_s, self.world.now_s)
        assert self.released[beneficiary] == due
        self.world.explain("TeamVesting", said["amount"])

    def _beneficiary_changed(self, said: Said) -> None:
        old, new = said["beneficiary"], said["successor"]
        assert old == self.world.author
        assert new not in self.grants
        self.grants[new], self.released[new] = self.grants.pop(old), self.released.pop(old, 0)


class StakeBook(Book):
    """What is staked comes back to whom it belongs, or is slashed by who may."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.owed = 0
        self.locked: Counter[Address] = Counter()
        self.unlocking: Counter[Address] = Counter()
        self.unlocked_at_s: dict[Address, int] = {}
        self.unbonded_at_s: dict[tuple[Address, Address], int] = {}
        self.bonds: Counter[tuple[Address, Address]] = Counter()
        self.validators: list[Address] = []
        self.totals: list[tuple[int, int]] = [(0, 0)]

    def handlers(self) -> Handlers:
        return {
            ("Staking", "Locked"): self._locked,
            ("Staking", "Unlocking"): self._unlocking,
            ("Staking", "Unlocked"): self._unlocked,
            ("Staking", "ValidatorRegistered"): lambda said: self.validators.append(said["validator"]),
            ("Staking", "Bonded"): self._bonded,
            ("Staking", "Rewarded"): self._rewarded,
            ("Staking", "Unbonding"): self._unbonding,
            ("Staking", "Unbonded"): self._unbonded,
            ("Staking", "Slashed"): self._slashed,
        }

    def locked_at(self, time_s: int) -> int:
        """Return what was locked in all at a second of the past."""
        return next(total for since_s, total in reversed(self.totals) if since_s <= time_s)

    def _locked(self, said: Said) -> None:
        assert said["account"] == self.world.author
        self.owed += said["amount"]
        self._lock(said["account"], said["amount"])

    def _unlocking(self, said: Said) -> None:
        assert said["account"] == self.world.author
        self._lock(said["account"], -said["amount"])
        self.unlocking[said["account"]] += said["amount"]
        self.unlocked_at_s[said["account"]] = said["readyAt"]

    def _lock(self, account: Address, amount: int) -> None:
        self.locked[account] += amount
        assert self.locked[account] >= 0
        self.totals.append((self.world.now_s, self.totals[-1][1] + amount))

    def _unlocked(self, said: Said) -> None:
        account = said["account"]
        assert said["amount"] == self.unlocking.pop(account)
        assert self.world.now_s >= self.unlocked_at_s[account]
        self._leaves(said["amount"])

    def _bonded(self, said: Said) -> None:
        assert said["account"] == self.world.author
        self.owed += said["amount"]
        self.bonds[said["validator"], said["account"]] += said["poolShares"]

    def _rewarded(self, said: Said) -> None:
        self.owed += said["amount"]

    def _unbonding(self, said: Said) -> None:
        bond = said["validator"], said["account"]
        self.bonds[bond] -= said["poolShares"]
        self.unbonded_at_s[bond] = said["readyAt"]

    def _unbonded(self, said: Said) -> None:
        assert self.world.now_s >= self.unbonded_at_s.pop((said["validator"], said["account"]))
        self._leaves(said["amount"])

    def _slashed(self, said: Said) -> None:
        self._leaves(said["fromBonded"] + said["fromUnbonding"])

    def _leaves(self, amount: int) -> None:
        self.owed -= amount
        self.world.explain("Staking", amount)
