"""Sponsors' purses against a model: every refusal is foretold, nobody is paid back more than it paid, books agree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ContractMachine, machine_tests
from scene import Outcome

from chain.block import Address
from chain.contracts.messages import ForwardRequest
from chain.contracts.rehearsal.cast import (
    BUYERS,
    CERTIFIER,
    DEPLOYER,
    NEW_PHONE,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    SPONSOR,
    STRANGER,
)
from chain.contracts.rehearsal.forwarder import COIN_WEI, LIMITS, MINIMUM_GAS_PRICE_WEI, Limits
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.hashing import keccak
from chain.keys import PrivateKey

SPONSORS = (SPONSOR, BUYERS[0])
RELAYERS = (DEPLOYER, BUYERS[1], BUYERS[2], SPONSOR)
AUTHORS = (PATIENT, OTHER_PATIENT, PROVIDER, NEW_PHONE)
"""The last is not registered."""

KEY_OF = {author.address: author for author in AUTHORS}
ROOM_WEI = 13 * COIN_WEI
"""What a transaction of the largest gas at the highest price needs in advance."""

FEES_WEI = 30_000_000 * MINIMUM_GAS_PRICE_WEI
TRANSACTION_GAS, HANDLING_GAS, MOST_LOSS_GAS = 21_000, 100_000, 200
REASON = keccak(b"the reason, kept off the chain")
UNKNOWN, ACTIVE, SUSPENDED = 0, 1, 2

sponsors, relayers, authors = map(st.sampled_from, (SPONSORS, RELAYERS, AUTHORS))
prices_wei = st.sampled_from(
    [
        MINIMUM_GAS_PRICE_WEI,
        MINIMUM_GAS_PRICE_WEI,
        0,
        1,
        MINIMUM_GAS_PRICE_WEI // 2,
        MINIMUM_GAS_PRICE_WEI + 1,
    ]
)
GENEROUS = Limits(MINIMUM_GAS_PRICE_WEI, 1_000_000, 100, True, True, COIN_WEI, 3 * COIN_WEI)
any_limits = st.builds(
    Limits,
    gas_price_ceiling_wei=st.sampled_from([MINIMUM_GAS_PRICE_WEI, MINIMUM_GAS_PRICE_WEI // 4, 0]),
    request_gas=st.sampled_from([1_000_000, LIMITS.request_gas, 300_000, 0]),
    author_day_requests=st.sampled_from([100, 3, 1, 0]),
    open_to_registered=st.sampled_from([True, True, False]),
    all_system_targets=st.sampled_from([True, True, False]),
    author_day_wei=st.sampled_from([COIN_WEI, COIN_WEI // 4, 10**16, 2**128 - 1]),
    day_wei=st.sampled_from([3 * COIN_WEI, COIN_WEI // 2, 10**16, 2**96 - 1]),
)
limits = st.one_of(st.just(GENEROUS), st.just(GENEROUS), any_limits)
WAYS = ("well",) * 12 + ("value", "padded", "expired", "forged", "untrusted", "timelock", "again")


@dataclass
class Purse:
    """One sponsor in the model; money in wei."""

    limits: Limits = field(default_factory=Limits)
    deposit_wei: int = 0
    targets: set[Address] = field(default_factory=set)
    authors: set[Address] = field(default_factory=set)
    spent_wei: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    uses: dict[tuple[int, Address], list[int]] = field(default_factory=lambda: defaultdict(list))


class ForwarderMachine(ContractMachine):
    """Two sponsors, four authors, four relayers; days pass, people are suspended, limits change."""

    CONTRACTS = ("Forwarder",)

    def __init__(self) -> None:
        super().__init__()
        self.forwarder = self.system.forwarder
        self.token = self.system.token
        self.at = self.forwarder.address or b""
        self.purses = {sponsor.address: Purse() for sponsor in SPONSORS}
        self.standings = {author.address: ACTIVE for author in AUTHORS} | {NEW_PHONE.address: UNKNOWN}
        self.last: ForwardRequest | None = None
        for sponsor in SPONSORS:
            self.somebody_deposits(DEPLOYER, sponsor, 3 * COIN_WEI)
            self.a_sponsor_sets_its_limits(sponsor, GENEROUS)

    @rule(
        who=st.sampled_from(RELAYERS + SPONSORS),
        sponsor=sponsors,
        value_wei=st.sampled_from([0, 1, COIN_WEI, COIN_WEI]),
    )
    def somebody_deposits(self, who: PrivateKey, sponsor: PrivateKey, value_wei: int) -> None:
        if self.scene.coins_wei(who) < ROOM_WEI:
            return
        outcome = self.attempt(who, self.forwarder, "deposit", sponsor.address, value_wei=value_wei)
        assert outcome.error_name == ("" if value_wei else "NothingDeposited")
        self.purses[sponsor.address].deposit_wei += value_wei

    @rule(
        who=st.sampled_from((*SPONSORS, *SPONSORS, STRANGER, PATIENT)),
        part=st.sampled_from([100, 10, 3, 1, 0]),
    )
    def somebody_withdraws(self, who: PrivateKey, part: int) -> None:
        purse = self.purses.get(who.address, Purse())
        value_wei = purse.deposit_wei // part if part else purse.deposit_wei + 1
        before_wei = self.scene.coins_wei(who)
        outcome = self.attempt(who, self.forwarder, "withdraw", value_wei)
        assert outcome.error_name == ("" if value_wei <= purse.deposit_wei else "DepositTooSmall")
        if outcome.status:
            purse.deposit_wei -= value_wei
            assert self.scene.coins_wei(who) == before_wei + value_wei

    @rule(sponsor=sponsors, given=limits)
    def a_sponsor_sets_its_limits(self, sponsor: PrivateKey, given: Limits) -> None:
        assert self.attempt(sponsor, self.forwarder, "setLimits", given).status
        self.purses[sponsor.address].limits = given

    @rule(sponsor=sponsors, author=authors, listed=st.booleans())
    def a_sponsor_lists_an_author(self, sponsor: PrivateKey, author: PrivateKey, listed: bool) -> None:
        assert self.attempt(sponsor, self.forwarder, "setAuthors", [author.address], listed).status
        known = self.purses[sponsor.address].authors
        (known.add if listed else known.discard)(author.address)

    @rule(
        sponsor=sponsors,
        name=st.sampled_from(["MedToken", "IdentityRegistry", "Timelock"]),
        listed=st.booleans(),
    )
    def a_sponsor_lists_a_target(self, sponsor: PrivateKey, name: str, listed: bool) -> None:
        target = self.system.address_of(name)
        assert self.attempt(sponsor, self.forwarder, "setTargets", [target], listed).status
        known = self.purses[sponsor.address].targets
        (known.add if listed else known.discard)(target)

    @rule(author=authors)
    def a_certifier_changes_its_mind(self, author: PrivateKey) -> None:
        standing = self.standings[author.address]
        if standing == UNKNOWN:
            return
        function = "suspend" if standing == ACTIVE else "reinstate"
        assert self.scene.send(CERTIFIER, self.system.identity, function, author.address, REASON).status
        self.standings[author.address] = SUSPENDED if standing == ACTIVE else ACTIVE

    @rule(
        relayer=relayers,
        sponsor=sponsors,
        author=authors,
        price_wei=prices_wei,
        amount=st.integers(0, 3),
        way=st.sampled_from(WAYS),
        spare_bytes=st.sampled_from([0, 0, 0, 1, 31, 32, 2_000]),
    )
    def a_request_is_sponsored(
        self,
        relayer: PrivateKey,
        sponsor: PrivateKey,
        author: PrivateKey,
        price_wei: int,
        amount: int,
        way: str,
        spare_bytes: int,
    ) -> None:
        asked = self.request(author, amount, way, spare_bytes)
        signature = (STRANGER if way == "forged" else author).sign(asked.digest(self.system.forwarder_domain))
        if way == "again" and self.last is not None:
            asked = self.last
            signature = KEY_OF[asked.sender].sign(asked.digest(self.system.forwarder_domain))
        data = self.forwarder.encode("executeSponsored", asked.arguments(signature), sponsor.address)
        sent = data + b"\1" * 32 if way == "padded" else data
        if self.scene.coins_wei(relayer) < FEES_WEI:
            price_wei = 0
        expected, reserved_wei = self.foretell(asked, sponsor, price_wei, sent, way)
        before_wei = self.scene.coins_wei(relayer)
        outcome = self.scene.send_data(
            relayer, self.forwarder, sent, function="executeSponsored", gas_price_wei=price_wei
        )
        self.count(self.forwarder, "executeSponsored", outcome)
        assert outcome.error_name == expected, (outcome.error, expected)
        fee_wei = outcome.gas_gas * price_wei
        if outcome.status:
            self.pay_back(outcome, asked, sponsor, reserved_wei, price_wei)
            before_wei += outcome.events[-1].arguments["refundWei"]
            self.last = asked
        assert self.scene.coins_wei(relayer) == before_wei - fee_wei

    @rule(sender=relayers, author=authors, amount=st.integers(0, 3), batch=st.booleans())
    def a_request_is_sent_without_a_sponsor(
        self, sender: PrivateKey, author: PrivateKey, amount: int, batch: bool
    ) -> None:
        requests = []
        for one in (author, *(other for other in AUTHORS[:2] if batch and other is not author)):
            asked = self.request(one, amount, "well", 0)
            requests.append(asked.arguments(one.sign(asked.digest(self.system.forwarder_domain))))
            self.last = asked
        if batch:
            assert self.attempt(sender, self.forwarder, "executeBatch", requests, sender.address).status
        else:
            assert self.attempt(sender, self.forwarder, "execute", requests[0]).status

    @rule(sender=relayers, author=authors, value_wei=st.sampled_from([1, COIN_WEI]), batch=st.booleans())
    def value_is_asked_of_the_forwarder(
        self, sender: PrivateKey, author: PrivateKey, value_wei: int, batch: bool
    ) -> None:
        """Deposits lie there: no request gets hold of them."""
        asked = replace(self.request(author, 1, "well", 0), value_wei=value_wei)
        signed = asked.arguments(author.sign(asked.digest(self.system.forwarder_domain)))
        arguments = ([signed], sender.address) if batch else (signed,)
        outcome = self.attempt(sender, self.forwarder, "executeBatch" if batch else "execute", *arguments)
        assert outcome.error_name == "ERC2771ForwarderMismatchedValue"

    @invariant()
    def the_forwarder_holds_what_sponsors_deposited(self) -> None:
        if not self.changed:
            return
        assert self.scene.coins_wei(self.at) == sum(purse.deposit_wei for purse in self.purses.values())

    @invariant()
    def every_purse_is_as_the_model_says(self) -> None:
        if not self.changed:
            return
        today = self.scene.time_s // DAY_S
        for sponsor, purse in self.purses.items():
            assert self.ask(self.forwarder, "depositOf", sponsor) == purse.deposit_wei
            assert self.ask(self.forwarder, "spentToday", sponsor) == purse.spent_wei[today]
            assert tuple(self.ask(self.forwarder, "limitsOf", sponsor).values()) == purse.limits
            for author in AUTHORS:
                use = purse.uses[today, author.address]
                found = self.ask(self.forwarder, "useToday", sponsor, author.address)
                assert found == (len(use), sum(use))

    def request(self, author: PrivateKey, amount: int, way: str, spare_bytes: int) -> ForwardRequest:
        """An approval of so much, or whatever else is to be tried; bytes that nobody needs at its end."""
        to = {"untrusted": STRANGER.address, "timelock": self.system.address_of("Timelock")}.get(
            way, self.token.address or b""
        )
        return ForwardRequest(
            sender=author.address,
            to=to,
            gas_gas=100_000,
            nonce=self.ask(self.forwarder, "nonces", author.address),
            deadline_s=self.scene.time_s + (0 if way == "expired" else 3_600),
            data=self.token.encode("approve", SPONSOR.address, amount) + b"\7" * spare_bytes,
            value_wei=1 if way == "value" else 0,
        )

    def foretell(
        self, asked: ForwardRequest, sponsor: PrivateKey, price_wei: int, sent: bytes, way: str
    ) -> tuple[str, int]:
        """Return the name of the error that the call must end in, and the most that it may cost the sponsor."""
        purse = self.purses[sponsor.address]
        given = purse.limits
        now_s = self.scene.time_s + BLOCK_S
        today = now_s // DAY_S
        use = purse.uses[today, asked.sender]
        calldata_gas = sum(16 if byte else 4 for byte in sent)
        needed_gas = TRANSACTION_GAS + HANDLING_GAS + 2 * calldata_gas + asked.gas_gas
        needed_wei = needed_gas * min(price_wei, given.gas_price_ceiling_wei)
        nonce = self.ask(self.forwarder, "nonces", asked.sender)
        target_paid = asked.to in purse.targets or (
            given.all_system_targets and asked.to == self.token.address
        )
        refusals = (
            ("ValueNotSponsored", asked.value_wei > 0),
            ("CalldataLengthWrong", way == "padded"),
            ("TargetNotSponsored", not target_paid),
            ("AuthorNotSponsored", not self.pays_for(purse, asked.sender)),
            ("RequestGasAboveLimit", needed_gas > given.request_gas),
            ("AuthorRequestsUsedUp", len(use) >= given.author_day_requests),
            ("AuthorBudgetUsedUp", needed_wei > max(0, given.author_day_wei - sum(use))),
            ("DayBudgetUsedUp", needed_wei > max(0, given.day_wei - purse.spent_wei[today])),
            ("DepositTooSmall", needed_wei > purse.deposit_wei),
            ("ERC2771UntrustfulTarget", asked.to != self.token.address),
            ("ERC2771ForwarderExpiredRequest", asked.deadline_s < now_s),
            ("ERC2771ForwarderInvalidSigner", way == "forged" or asked.nonce != nonce),
        )
        return next((name for name, holds in refusals if holds), ""), needed_wei

    def pays_for(self, purse: Purse, author: Address) -> bool:
        standing = self.standings[author]
        if standing == ACTIVE:
            return purse.limits.open_to_registered or author in purse.authors
        return standing == UNKNOWN and author in purse.authors

    def pay_back(
        self,
        outcome: Outcome,
        asked: ForwardRequest,
        sponsor: PrivateKey,
        reserved_wei: int,
        price_wei: int,
    ) -> None:
        """Enter a refund. Beside what clearing storage gives back, it is what was paid, up to the ceiling."""
        told = outcome.events[-1].arguments
        refund_wei = told["refundWei"]
        purse = self.purses[sponsor.address]
        assert (told["sponsor"], told["author"], told["success"]) == (sponsor.address, asked.sender, True)
        paid_wei = outcome.gas_gas * min(price_wei, purse.limits.gas_price_ceiling_wei)
        loss_wei = MOST_LOSS_GAS * min(price_wei, purse.limits.gas_price_ceiling_wei)
        assert refund_wei <= reserved_wei
        assert paid_wei - loss_wei <= refund_wei
        clears = not any(asked.data[36:68])
        assert refund_wei <= (paid_wei * 5 // 4 if clears else paid_wei)
        purse.deposit_wei -= refund_wei
        today = self.scene.time_s // DAY_S
        purse.spent_wei[today] += refund_wei
        purse.uses[today, asked.sender].append(refund_wei)


test_forwarder, test_forwarder_for_long = machine_tests(ForwarderMachine)
