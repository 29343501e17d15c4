"""How people act in the system machine: what they choose, which way a call goes, and who must not be heard.

An act is a rule of one draw: all that is chosen inside follows from a seed. Hypothesis chooses acts and their order,
and long examples are not cut short by the number of draws. It likes to draw what it has drawn before, zero above all:
hence every example has a salt, and a seed that comes again is another one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, wraps
from inspect import getmembers
from random import Random
from typing import Any, ClassVar, Final, TypeVar

import stored
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from machine import ContractMachine
from scene import Actor, Outcome, address_of
from system_stage import (
    BUYERS,
    CAST,
    CERTIFIER,
    DEPLOYER,
    PHONES,
    PURSE,
    SPENDERS,
    SPONSOR,
    UNLIMITED,
    YEARS_S,
    Beginning,
    Books,
    Papers,
    terms,
)

from chain.abi import PANICS, ContractAbi
from chain.block import Address, Hash32
from chain.contracts.artifact import CONTRACTS
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.messages import ForwardRequest, Role
from chain.contracts.rehearsal.insurance import REASON, BilledVisit
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S
from chain.keys import PrivateKey

RELAYER: Final = BUYERS[0]
GAS_PRICE_WEI: Final = 10**9
FORWARDED_GAS: Final = 2_000_000
BETWEEN_FULL_CHECKS: Final = 20
REMEMBERED: Final = 40
PANIC: Final = PANICS[0x11]
"""What no call of these ends in: sums that are owed never exceed what they are taken from."""
UNFORWARDED: Final = frozenset({"Forwarder", "Timelock"})
"""Contracts that know no forwarder."""

OF_A_PERSON: Final = {
    "IdentityRegistry": {
        *("register", "certify", "revokeCertification", "suspend", "reinstate", "replaceKey", "setGuardians"),
        *("refuseRecovery", "proposeNewKey", "approveNewKey", "retractApproval"),
    },
    "RecordRegistry": {"anchor", "anchorBatch", "supersede", "revoke"},
    "CheckIn": {"checkIn", "checkInBatch"},
    "RewardPool": {"creditShare", "powerDown"},
    "ConsentRegistry": {
        *("grant", "narrow", "revoke", "logAccess", "openEmergency", "logEmergencyAccess"),
        *("answerEmergency", "contestEmergency"),
    },
    "DataMarket": {
        *("openDeal", "openDealWithPermit", "submit", "accept", "dispute"),
        *("stateEvidence", "stop"),
    },
    "Insurance": {
        *("offer", "withdrawProduct", "withdraw", "withdrawQuote", "take", "renew", "accept", "cancel"),
        *("file", "decide", "appeal", "withdrawClaim"),
    },
}
"""What only a person does, with the key that speaks for it: a retired key is refused.

`credit` and `creditBatch` are not among it: beside its successor a provider's retired key can still bring visits that
it checked in before, nobody else can, and the present key is paid (`RewardBook`). Nor is a patient's scan for
`checkIn`: no record can be anchored for a retired key, and without one nothing is credited. To ask the registry in
either place would take a check-in, or a visit, beyond its gas.
"""

Call = tuple[PrivateKey, ContractAbi, str, tuple[object, ...], int, Sequence[PrivateKey]]
"""Who called what, with which arguments, how much coin, and whose signatures."""

Option = TypeVar("Option")
seeds: Final = st.integers(0, 2**64 - 1)


def an_act(play: Callable[[Any], None]) -> Callable[..., None]:
    """Make a method a rule of one draw, from which `self.random` draws all the rest."""

    @rule(seed=seeds)
    @wraps(play)
    def acted(self: ActingMachine, seed: int) -> None:
        self.random = Random(f"{self.salt}/{seed}/{self.drawn[seed]}")
        self.drawn[seed] += 1
        play(self)

    acted.play = play  # type: ignore[attr-defined]
    return acted


@cache
def _acts(machine: type[ActingMachine]) -> list[Callable[[Any], None]]:
    """Return all acts of a machine, by name."""
    return [member.play for _name, member in getmembers(machine) if hasattr(member, "play")]


class ActingMachine(ContractMachine):
    """Everybody, with keys, papers and purses; every call that succeeds is told to the books of promises."""

    CONTRACTS = CONTRACTS
    VOTES_ARE_CAST = True
    beginning: ClassVar[Beginning]

    @classmethod
    def terms(cls) -> SystemParameters:
        return terms()

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        cls.beginning = Beginning(stage)

    def __init__(self) -> None:
        super().__init__()
        begun = type(self).beginning
        self.salt = 0
        self.drawn: Counter[int] = Counter()
        self.random = Random(0)
        self.promises = begun.promises.branch()
        self.books = Books.of(self.promises)
        self.world = self.promises.world
        self.people = self.world.people
        self.names = begun.names
        self.papers: Papers = {made.record_id: made for made in begun.billed}
        self.uncredited: list[BilledVisit] = list(begun.billed)
        self.phones = list(PHONES)
        self.used_keys = list(CAST)
        self.nonces: Counter[Address] = Counter()
        self.recent: deque[Call] = deque(maxlen=REMEMBERED)
        self.allowed = {(who.address, spender) for who in CAST for spender in SPENDERS}
        self.serial = 1_000
        self._changes = 0

    @rule(seed=seeds)
    def a_bit_of_everything(self, seed: int) -> None:
        """Any act: this rule comes first in the alphabet, and Hypothesis takes the first again and again."""
        self.random = Random(f"{self.salt}/{seed}/{self.drawn[seed]}")
        self.drawn[seed] += 1
        self.pick(_acts(type(self)))(self)

    @initialize(salt=seeds)
    def an_example_begins(self, salt: int) -> None:
        self.salt = salt

    # Choices

    def likely(self, share: float = 0.93) -> bool:
        return self.random.random() < share

    def pick(self, options: Sequence[Option]) -> Option:
        return self.random.choice(options)

    def next_number(self) -> int:
        self.serial += 1
        return self.serial

    @property
    def now_s(self) -> int:
        """When the next call will be made, Unix seconds."""
        return self.scene.time_s + BLOCK_S

    def wait_until(self, time_s: int) -> None:
        """Let the next call come at a time, or as soon after as it can."""
        self.scene.time_s = max(self.scene.time_s, time_s - BLOCK_S)

    # People

    def persons(self, *roles: Role) -> list[Address]:
        """Return the first keys of whoever is registered in one of these roles."""
        return [person for person, role in self.people.roles.items() if role in roles]

    def anybody(self) -> PrivateKey:
        """Return any key that was ever used."""
        return self.pick(self.used_keys)

    def speaker(self, person: Address) -> PrivateKey:
        """Return the present key of a person; now and then a retired one, or anybody's."""
        if person in self.people.roles and self.likely():
            return self.people.key(person)
        retired = self.people.retired_of(person)
        return self.pick(retired) if retired and self.likely(0.7) else self.anybody()

    def somebody(self, *roles: Role) -> PrivateKey:
        """Return a present key of somebody in one of these roles; now and then anybody's, or a retired one."""
        return self.speaker(self.pick(self.persons(*roles)))

    def any_key_of(self, person: Address) -> Address:
        return self.pick(self.people.keys_of(person))

    def keep_in_standing(self, person: Address) -> None:
        """Mostly, a certifier sees to it that a person may act: a suspension ends, a licence is renewed."""
        account = self.people.current(person)
        if person in self.people.suspended and self.likely():
            self.act(CERTIFIER, self.system.identity, "reinstate", account, REASON)
        self.people.now_s = self.now_s
        uncertified = self.people.roles.get(person) is Role.PROVIDER and not self.people.is_certified(account)
        if uncertified and self.likely() and person not in self.people.suspended:
            until_s = self.now_s + self.pick([20, 200, YEARS_S // 86_400]) * 86_400
            self.act(CERTIFIER, self.system.identity, "certify", account, until_s)

    def fund(self, payer: PrivateKey, spender: str, amount: int) -> None:
        """Give a payer what an act costs: a new phone begins without MED, and without an allowance."""
        if payer != DEPLOYER and self.scene.balances.get(payer.address, 0) < amount:
            self.act(DEPLOYER, self.system.token, "transfer", payer.address, max(amount, PURSE // 10))
        if (payer.address, spender) not in self.allowed:
            contract = self.system.address_of(spender)
            self.act(payer, self.system.token, "approve", contract, UNLIMITED)
            self.allowed.add((payer.address, spender))

    # Calls

    def act(
        self,
        who: Actor,
        contract: ContractAbi,
        function: str,
        *arguments: object,
        value_wei: int = 0,
        by: Sequence[PrivateKey] = (),
        forged: bool = False,
    ) -> Outcome:
        """Have somebody call, directly or through the forwarder, at its own cost or a sponsor's.

        `by` are the keys whose signatures the arguments hold; no call succeeds that needs one of a retired key, nor one
        with a signature that is `forged`. The outcome of a forwarded call has no output.
        """
        name = contract.artifact.name
        speaking = [key.address for key in by]
        if function in OF_A_PERSON.get(name, ()):
            speaking.append(address_of(who))
        retired = [account for account in speaking if self.people.is_retired(account)]
        forwardable = isinstance(who, PrivateKey) and not value_wei and name not in UNFORWARDED
        if forwardable and not self.likely(0.92):
            assert isinstance(who, PrivateKey)
            outcome = self._forward(who, contract, function, arguments)
        else:
            outcome = self.attempt(who, contract, function, *arguments, value_wei=value_wei)
        if outcome.status and isinstance(who, PrivateKey):
            self.recent.append((who, contract, function, arguments, value_wei, by))
        assert not (outcome.status and retired), f"{name}.{function} heard a retired key"
        assert not (outcome.status and forged), f"{name}.{function} believed a forged signature"
        return outcome

    def attempt(
        self, sender: Actor, contract: ContractAbi, function: str, *arguments: object, value_wei: int = 0
    ) -> Outcome:
        outcome = super().attempt(sender, contract, function, *arguments, value_wei=value_wei)
        assert PANIC not in outcome.error, f"{function} is refused by arithmetic: {outcome.error}"
        self._tell(outcome, address_of(sender))
        return outcome

    def requested(self, author: PrivateKey, contract: ContractAbi, data: bytes) -> tuple[object, ...]:
        """Return what an author signs to have data sent to a contract, as the forwarder takes it."""
        asked = ForwardRequest(
            sender=author.address,
            to=contract.address or b"",
            gas_gas=FORWARDED_GAS,
            nonce=self.nonces[author.address],
            deadline_s=self.now_s,
            data=data,
        )
        return asked.arguments(author.sign(asked.digest(self.system.forwarder_domain)))

    def _forward(
        self, author: PrivateKey, contract: ContractAbi, function: str, arguments: tuple[object, ...]
    ) -> Outcome:
        forwarder = self.system.forwarder
        signed = self.requested(author, contract, contract.encode(function, *arguments))
        sponsored = self.likely(0.5)
        if sponsored:
            data = forwarder.encode("executeSponsored", signed, SPONSOR.address)
            outcome = self.scene.send_data(RELAYER, forwarder, data, gas_price_wei=GAS_PRICE_WEI)
            self.count(forwarder, "executeSponsored", outcome)
        else:
            outcome = self.scene.send(self.anybody(), forwarder, "execute", signed)
            self.count(forwarder, "execute", outcome)
        self._tell(outcome, author.address)
        if sponsored and outcome.status and not outcome.events[-1].arguments["success"]:
            outcome = replace(outcome, status=0, error="")
        self.count(contract, function, outcome)
        return outcome

    def _tell(self, outcome: Outcome, author: Address) -> None:
        if not outcome.status:
            return
        names = [self.names[emitter] for emitter in outcome.emitters]
        self.promises.tell(list(zip(names, outcome.events, strict=True)), author, self.scene.time_s)
        for event in outcome.events:
            if event.name == "ExecutedForwardRequest":
                self.nonces[event.arguments["signer"]] += 1

    # What must hold after every act

    @invariant()
    def med_is_conserved(self) -> None:
        """Supply and touched balances are what events explain, and the supply is what the schedule allows."""
        if not self.changed:
            return
        scene = self.scene
        assert stored.supply(scene) == scene.supply == self.books.supply.supply
        for account in scene.touched:
            assert stored.balance(scene, account) == scene.balances[account] >= 0
        scene.touched.clear()

    @invariant()
    def what_is_owed_is_there(self) -> None:
        """Every contract owes what the books say, and holds at least as much."""
        if not self.changed:
            return
        books, emitted = self.books, self.books.supply.emitted
        for name, expected in (
            ("RewardPool", books.rewards.owed),
            ("TokenSale", 0),
            ("TokenLock", books.sale.owed),
            ("TeamVesting", books.vesting.owed),
            ("DataMarket", books.market.owed),
            ("Insurance", books.insurance.owed),
            ("Staking", books.stakes.owed),
        ):
            owed = stored.owed(self.scene, name, emitted)
            held = self.scene.balances.get(self.system.address_of(name), 0)
            assert held >= owed == expected, f"{name} holds {held}, owes {owed}, and should owe {expected}"

    @invariant()
    def native_coin_is_what_was_deposited_and_raised(self) -> None:
        if not self.changed:
            return
        coins = self.books.coins
        assert self.scene.coins_wei(self.system.address_of("Forwarder")) == coins.deposits_wei.total()
        assert self.scene.coins_wei(self.system.address_of("TokenSale")) == coins.proceeds_wei

    @invariant()
    def contracts_say_what_their_storage_does(self) -> None:
        """Now and then, and in the end, the contracts themselves are asked for the sums that are else read."""
        if not self.changed:
            return
        self._changes += 1
        if self._changes % BETWEEN_FULL_CHECKS == 1:
            self._ask_for_sums()

    def teardown(self) -> None:
        self._ask_for_sums()
        super().teardown()

    def _ask_for_sums(self) -> None:
        scene, emitted = self.scene, self.books.supply.emitted
        assert self.ask(self.system.token, "totalSupply") == scene.supply
        account = self.pick(list(scene.balances))
        assert scene.balance(account) == scene.balances[account]
        for name in stored.OWED:
            contract = stored.contract_of(self.system, name)
            assert self.ask(contract, "obligations") == stored.owed(scene, name, emitted)

    def is_credited(self, record: Hash32) -> bool:
        """Whether the registry has a record as credited."""
        return bool(self.scene.read(self.system.records, "recordOf", record)["status"] == 2)
