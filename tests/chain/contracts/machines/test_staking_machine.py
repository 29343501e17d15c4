"""Staking against a model: votes are what is locked, pools lose nothing to rounding, only a slash takes from a bond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, MED, ContractMachine, actors, machine_tests

from chain.contracts.rehearsal.cast import ARBITER, DEPLOYER, STRANGER, TREASURY, VALIDATORS
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import WEEK_S
from chain.contracts.signed.ballot import Delegation, split, staking_domain
from chain.contracts.system import SLASHER_ROLE
from chain.keys import PrivateKey

OWN = 1_000 * MED
PURSE = 10_000_000 * MED
LOCKED, BONDED = 777 * MED, 333 * MED
WHOLE = 10_000
NOBODY = bytes(20)
HOLDERS = ACTORS[:8]
"""Few, so that they meet in the same pools."""

holders = st.sampled_from(HOLDERS)
portions = st.one_of(
    st.sampled_from([1, 2, 3, MED, OWN, OWN + 1, 2 * OWN]), st.integers(1, 10**12), st.integers(1, 10**15)
)
own_amounts = st.one_of(st.sampled_from([OWN - 1, OWN]), st.integers(OWN, 10 * OWN))
basis_points = st.one_of(
    st.sampled_from([300, 301, 1_000, 10_000]), st.integers(0, 11_000), st.integers(300, 9_999)
)


@dataclass
class Pool:
    """One validator in the model; amounts in MED units."""

    commission: int
    bonded: int = 0
    unbonding: int = 0
    jailed_until_s: int = 0
    next_commission: int = 0
    next_commission_at_s: int = 0
    shares: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    released: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    ready_at_s: dict[bytes, int] = field(default_factory=dict)

    @property
    def all_shares(self) -> int:
        return sum(self.shares.values())

    @property
    def all_released(self) -> int:
        return sum(self.released.values())

    def worth(self, account: bytes) -> int:
        return self.shares[account] * self.bonded // self.all_shares if self.all_shares else 0

    def leaving(self, account: bytes) -> int:
        return self.released[account] * self.unbonding // self.all_released if self.all_released else 0

    def bond(self, account: bytes, amount: int) -> int:
        """Return what is taken: 0 where it pays for no share."""
        total = self.all_shares
        bought = amount * total // self.bonded if total else amount
        cost = -(-bought * self.bonded // total) if total else amount
        self.bonded += cost
        self.shares[account] += bought
        return cost

    def unbond(self, account: bytes, shares: int, ready_at_s: int) -> int:
        amount = shares * self.bonded // self.all_shares
        released = amount * self.all_released // self.unbonding if self.all_released else amount
        self.shares[account] -= shares
        self.bonded -= amount
        self.unbonding += amount
        self.released[account] += released
        self.ready_at_s[account] = ready_at_s
        return amount

    def withdraw(self, account: bytes) -> int:
        amount = self.leaving(account)
        self.unbonding -= amount
        self.released[account] = 0
        return amount

    def reward(self, validator: bytes, amount: int, time_s: int) -> int:
        kept = amount * self.commission_at(time_s) // WHOLE
        self.shares[validator] += kept * self.all_shares // (self.bonded + amount - kept)
        self.bonded += amount
        return kept

    def slash(self, share_basis_points: int) -> int:
        taken = [total * share_basis_points // WHOLE for total in (self.bonded, self.unbonding)]
        self.bonded, self.unbonding = self.bonded - taken[0], self.unbonding - taken[1]
        return sum(taken)

    def commission_at(self, time_s: int) -> int:
        return self.commission if time_s < self.next_commission_at_s else self.next_commission


class StakingMachine(ContractMachine):
    """Holders lock, lend, bond, earn, are slashed and leave, in any order."""

    CONTRACTS = ("Staking",)

    def __init__(self) -> None:
        super().__init__()
        self.staking = self.system.staking
        self.timelock = self.system.address_of("Timelock")
        self.locked: dict[bytes, int] = defaultdict(int)
        self.unlocking: dict[bytes, tuple[int, int]] = {}
        self.delegates: dict[bytes, bytes] = {}
        self.pools: dict[bytes, Pool] = {}
        self.slashers = {ARBITER.address, self.timelock}
        self.worths: dict[tuple[bytes, bytes], int] = {}
        self.spared: set[tuple[bytes, bytes]] = set()
        self.pools[HOLDERS[0].address] = Pool(300, next_commission=300)
        self.pools[HOLDERS[0].address].bond(HOLDERS[0].address, 3 * OWN)
        for holder in HOLDERS[:4]:
            self.locked[holder.address] = LOCKED
            self.pools[HOLDERS[0].address].bond(holder.address, BONDED)

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """Everybody has MED that staking may take; one is a validator already, and half have locked and bonded."""
        for holder in HOLDERS:
            if holder is not DEPLOYER:
                stage.do(DEPLOYER, stage.system.token, "transfer", holder.address, PURSE)
            stage.do(holder, stage.system.token, "approve", stage.system.staking.address, 2**256 - 1)
        stage.do(HOLDERS[0], stage.system.staking, "registerValidator", 300, 3 * OWN)
        for holder in HOLDERS[:4]:
            stage.do(holder, stage.system.staking, "lock", LOCKED)
            stage.do(holder, stage.system.staking, "bond", HOLDERS[0].address, BONDED)

    @rule(who=holders, amount=portions)
    def locks(self, who: PrivateKey, amount: int) -> None:
        possible = amount <= self.scene.balance(who)
        outcome = self.attempt(who, self.staking, "lock", amount)
        assert outcome.status == possible
        if possible:
            self.locked[who.address] += amount

    @rule(who=holders, part=st.integers(1, 4))
    def unlocks(self, who: PrivateKey, part: int) -> None:
        """A part of what is locked, and once in a while a unit more than there is."""
        amount = self.locked[who.address] // part if part < 4 else self.locked[who.address] + 1
        outcome = self.attempt(who, self.staking, "unlock", amount)
        assert outcome.status == (0 < amount <= self.locked[who.address])
        if outcome.status:
            self.locked[who.address] -= amount
            waiting, _ready = self.unlocking.get(who.address, (0, 0))
            self.unlocking[who.address] = waiting + amount, self.scene.time_s + WEEK_S

    @rule(data=st.data(), patient=st.booleans())
    def withdraws_what_it_unlocked(self, data: st.DataObject, patient: bool) -> None:
        waiting = [holder for holder in HOLDERS if holder.address in self.unlocking]
        who = data.draw(st.sampled_from([*waiting * 3, HOLDERS[0]]))
        amount, ready_at_s = self.unlocking.get(who.address, (0, 0))
        if patient:
            self.scene.pass_time(max(0, ready_at_s - self.scene.time_s))
        outcome = self.attempt(who, self.staking, "withdrawUnlocked")
        assert outcome.status == (amount > 0 and self.scene.time_s >= ready_at_s)
        if outcome.status:
            assert outcome.output == amount
            del self.unlocking[who.address]

    @rule(who=holders, whom=actors, signed=st.booleans(), broken=st.booleans())
    def lends_its_votes(self, who: PrivateKey, whom: PrivateKey, signed: bool, broken: bool) -> None:
        if not signed:
            assert self.attempt(who, self.staking, "delegate", whom.address).status
        else:
            nonce = self.ask(self.staking, "nonces", who.address)
            lent = Delegation(whom.address, nonce, self.scene.time_s + 60)
            signature = split(who.sign(lent.digest(staking_domain(self.system))))
            outcome = self.attempt(
                STRANGER,
                self.staking,
                "delegateBySig",
                whom.address,
                nonce + broken,
                lent.expiry_s,
                *signature,
            )
            assert outcome.status != broken
            if broken:
                return
        self.delegates[who.address] = whom.address

    @rule(who=st.sampled_from(HOLDERS[:3]), commission=basis_points, amount=own_amounts)
    def registers(self, who: PrivateKey, commission: int, amount: int) -> None:
        possible = (
            who.address not in self.pools
            and OWN <= amount <= self.scene.balance(who)
            and 300 <= commission <= WHOLE
        )
        outcome = self.attempt(who, self.staking, "registerValidator", commission, amount)
        assert outcome.status == possible
        if possible:
            self.pools[who.address] = Pool(commission, next_commission=commission)
            self.pools[who.address].bond(who.address, amount)

    @rule(data=st.data(), commission=basis_points)
    def changes_its_commission(self, data: st.DataObject, commission: int) -> None:
        who = self.any_validator(data)
        outcome = self.attempt(who, self.staking, "setCommission", commission)
        assert outcome.status == (who.address in self.pools and 300 <= commission <= WHOLE)
        if outcome.status:
            pool = self.pools[who.address]
            pool.commission = pool.commission_at(self.scene.time_s)
            delay_s = 3 * WEEK_S if commission > pool.commission else 0
            pool.next_commission, pool.next_commission_at_s = commission, self.scene.time_s + delay_s

    @rule(data=st.data(), who=holders, amount=portions)
    def bonds(self, data: st.DataObject, who: PrivateKey, amount: int) -> None:
        validator = self.any_validator(data).address
        before = self.scene.balance(who)
        outcome = self.attempt(who, self.staking, "bond", validator, amount)
        pool = self.pools.get(validator)
        if pool is None or not (who.address == validator or self.active(validator)):
            assert not outcome.status
            return
        total, bonded = pool.all_shares, pool.bonded
        bought = amount * total // bonded if total else amount
        cost = -(-bought * bonded // total) if total else amount
        assert outcome.status == (bought > 0 and cost <= before)
        if outcome.status:
            assert pool.bond(who.address, amount) == cost <= amount
            assert (outcome.output, before - self.scene.balance(who)) == (bought, cost)

    @rule(data=st.data(), part=st.integers(1, 4))
    def unbonds(self, data: st.DataObject, part: int) -> None:
        """Who has a bond gives back a part of it, and once in a while a share more than there is."""
        validator, who = self.any_bond(data, lambda pool: pool.shares)
        pool = self.pools.get(validator)
        held = pool.shares[who.address] if pool else 0
        shares = held // part if part < 4 else held + 1
        outcome = self.attempt(who, self.staking, "unbond", validator, shares)
        if (
            pool is None
            or shares > held
            or not pool.all_shares
            or not shares * pool.bonded // pool.all_shares
        ):
            assert not outcome.status
            return
        assert outcome.output == pool.unbond(who.address, shares, self.scene.time_s + 3 * WEEK_S)
        self.spared.add((validator, who.address))

    @rule(data=st.data(), patient=st.booleans())
    def withdraws_what_it_unbonded(self, data: st.DataObject, patient: bool) -> None:
        validator, who = self.any_bond(data, lambda pool: pool.released)
        pool = self.pools.get(validator)
        if patient and pool is not None and pool.released[who.address]:
            self.scene.pass_time(max(0, pool.ready_at_s[who.address] - self.scene.time_s))
        outcome = self.attempt(who, self.staking, "withdrawUnbonded", validator)
        if pool is None or not pool.released[who.address]:
            assert not outcome.status
            return
        assert outcome.status == (self.scene.time_s >= pool.ready_at_s[who.address])
        if outcome.status:
            assert outcome.output == pool.withdraw(who.address)

    @rule(data=st.data(), who=holders, amount=portions)
    def rewards(self, data: st.DataObject, who: PrivateKey, amount: int) -> None:
        validator = self.any_validator(data).address
        before, pool = self.scene.balance(who), self.pools.get(validator)
        outcome = self.attempt(who, self.staking, "reward", validator, amount)
        assert outcome.status == (pool is not None and pool.all_shares > 0 and amount <= before)
        if outcome.status and pool is not None:
            pool.reward(validator, amount, self.scene.time_s)

    @rule(data=st.data(), who=st.sampled_from([ARBITER, ARBITER, TREASURY, "timelock"]), share=basis_points)
    def slashes(self, data: st.DataObject, who: PrivateKey | str, share: int) -> None:
        validator, before = self.any_validator(data).address, self.scene.balance(TREASURY)
        outcome = self.attempt(self.slasher(who), self.staking, "slash", validator, share)
        possible = self.may_slash(who) and validator in self.pools and 0 < share < WHOLE
        assert outcome.status == possible
        if possible:
            pool = self.pools[validator]
            assert outcome.output == pool.slash(share) == self.scene.balance(TREASURY) - before
            self.spared.update((validator, account) for account in pool.shares)

    @rule(data=st.data(), who=st.sampled_from([ARBITER, TREASURY]), seconds=st.integers(-600, WEEK_S))
    def jails(self, data: st.DataObject, who: PrivateKey, seconds: int) -> None:
        validator, until_s = self.any_validator(data).address, self.scene.time_s + seconds
        outcome = self.attempt(who, self.staking, "jail", validator, until_s)
        assert outcome.status == (self.may_slash(who) and validator in self.pools)
        if outcome.status:
            self.pools[validator].jailed_until_s = until_s

    @rule(who=st.sampled_from([ARBITER, TREASURY]), change=st.sampled_from(["grant", "revoke", "renounce"]))
    def slashers_come_and_go(self, who: PrivateKey, change: str) -> None:
        sender = who if change == "renounce" else self.timelock
        assert self.attempt(sender, self.staking, f"{change}Role", SLASHER_ROLE, who.address).status
        if change == "grant":
            self.slashers.add(who.address)
        else:
            self.slashers.discard(who.address)

    @invariant()
    def what_is_owed_is_what_came_less_what_went(self) -> None:
        if self.changed:
            assert self.ask(self.staking, "obligations") == (
                sum(self.locked.values())
                + sum(amount for amount, _ready in self.unlocking.values())
                + sum(pool.bonded + pool.unbonding for pool in self.pools.values())
            )

    @invariant()
    def votes_are_what_is_locked_and_lent(self) -> None:
        if not self.changed:
            return
        votes: dict[bytes, int] = defaultdict(int)
        for account, amount in self.locked.items():
            assert self.ask(self.staking, "lockedOf", account) == amount
            votes[self.delegates.get(account, NOBODY)] += amount
        for delegate in self.delegates.values():
            assert self.ask(self.staking, "getVotes", delegate) == votes[delegate]

    @invariant()
    def pools_are_those_of_the_model(self) -> None:
        if not self.changed:
            return
        for validator, pool in self.pools.items():
            seen = self.ask(self.staking, "validatorOf", validator)
            assert (seen["bonded"], seen["bondedShares"]) == (pool.bonded, pool.all_shares)
            assert (seen["unbonding"], seen["unbondingShares"]) == (pool.unbonding, pool.all_released)
            assert self.ask(self.staking, "isActive", validator) == self.active(validator)
            assert (pool.bonded > 0) == (pool.all_shares > 0)
            assert pool.unbonding <= pool.all_released
            for account, shares in pool.shares.items():
                worth = self.ask(self.staking, "bondOf", validator, account)
                assert worth == (pool.worth(account), shares)

    @invariant()
    def only_a_slash_makes_a_bond_poorer(self) -> None:
        """Whatever others do: a bond is worth no less than before, but after a slash or its owner's unbonding."""
        now = {
            (validator, account): pool.worth(account)
            for validator, pool in self.pools.items()
            for account in pool.shares
        }
        for key, before in self.worths.items():
            assert key in self.spared or now[key] >= before
        self.worths = now
        self.spared.clear()

    def any_validator(self, data: st.DataObject) -> PrivateKey:
        """Somebody who could be a validator, mostly one who is."""
        known = [holder for holder in HOLDERS if holder.address in self.pools]
        return data.draw(st.sampled_from([*known * 12, *HOLDERS[:3], *VALIDATORS]))

    def any_bond(
        self, data: st.DataObject, side: Callable[[Pool], dict[bytes, int]]
    ) -> tuple[bytes, PrivateKey]:
        """A validator and a holder, mostly one who has something there."""
        by_address = {holder.address: holder for holder in HOLDERS}
        there = [
            (validator, by_address[account])
            for validator, pool in self.pools.items()
            for account, shares in side(pool).items()
            if shares
        ]
        return data.draw(st.sampled_from([*there * 3, (HOLDERS[0].address, HOLDERS[1])]))

    def active(self, validator: bytes) -> bool:
        pool = self.pools[validator]
        return pool.worth(validator) >= OWN and self.scene.time_s >= pool.jailed_until_s

    def slasher(self, who: PrivateKey | str) -> PrivateKey | bytes:
        return self.timelock if isinstance(who, str) else who

    def may_slash(self, who: PrivateKey | str) -> bool:
        return isinstance(who, str) or who.address in self.slashers


test_staking, test_staking_for_long = machine_tests(StakingMachine)
