"""The reward pool against its reference model: anybody earns, closes, settles, withdraws, slashes and votes, in any
order, while keys change, people are suspended and years pass."""

from __future__ import annotations

from typing import ClassVar, Final

import pytest
from engines import FASTEST
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, actors, machine_tests, run_machine
from people import PATIENTS, PROVIDERS, People, PeopledMachine, mostly
from rewarded import NO_EVIDENCE, Kept, Rewarded
from scene import Outcome

from chain.block import Address
from chain.contracts.batches import Batch
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import (
    Contribution,
    Conversion,
    Curve,
    Destination,
    RewardTerms,
)
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.messages import Role, SignedReceipt
from chain.contracts.reference.rewards import People as Keys
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, START_S, WEEK_S, parameters, reward_terms
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.eip712 import compact
from chain.keys import PrivateKey

CENTURIES_S: Final = 300 * 365 * DAY_S
ALONE: Final = bytes(32)
ALL: Final = 2**64 - 1
judges = st.sampled_from([ARBITER] * 5 + [PATIENT, PROVIDER])
some_points = st.sampled_from([(ALL, ALL), (1, 1), (60, 0), (ALL, 0), (0, 10), (0, 0)])


class _PeoplesKeys(Keys):
    """The machine's persons, as the reference model asks for them."""

    def __init__(self, people: People) -> None:
        super().__init__()
        self._people = people

    def person(self, account: Address) -> Address:
        return self._people.person(account)

    def key(self, account: Address) -> Address:
        return self._people.current(account)

    def is_suspended(self, account: Address) -> bool:
        return self.person(account) in self._people.suspended


class RewardPoolMachine(PeopledMachine):
    """Budgets are shared out under a square root; a quarter is the curators', half of everything vests."""

    CONTRACTS = ("RewardPool",)
    TERMS: ClassVar[RewardTerms] = reward_terms(
        curve=Curve.SQUARE_ROOT,
        curation_share_basis_points=2_500,
        vesting_share_basis_points=5_000,
        account_cap_points=450,
        provider_cap_points=900,
    )

    @classmethod
    def terms(cls) -> SystemParameters:
        return parameters(rewards=cls.TERMS, sale=SaleTerms(), vesting=VestingTerms())

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        super().prepare(stage)
        for provider in PROVIDERS:
            expiry_s = START_S + CENTURIES_S
            stage.do(CERTIFIER, stage.system.identity, "certify", provider.address, expiry_s)

    def __init__(self) -> None:
        super().__init__()
        self.rewards = self.system.rewards
        self.it = Rewarded(self.scene, self.TERMS, _PeoplesKeys(self.people), self.attempt)
        self.model = self.it.model
        self.slashed: set[bytes] = set()
        self.put_off: list[Visit] = []
        self.number = 10_000

    # What earns

    def parties(self, data: st.DataObject) -> tuple[PrivateKey, PrivateKey] | None:
        """Draw a patient and a provider by their present keys; None where either may not act."""
        patient = self.people.key(data.draw(st.sampled_from(PATIENTS)).address)
        provider = self.people.key(data.draw(st.sampled_from(PROVIDERS)).address)
        able = self.people.is_active(patient.address, Role.PATIENT)
        return (patient, provider) if able and self.people.is_certified(provider.address) else None

    def catch_up(self, data: st.DataObject) -> None:
        """Mostly close what is over, as a foundation would: else tallies of old epochs block what comes."""
        if not data.draw(mostly):
            return
        while self.model.next_epoch < self.it.epoch:
            self.it.close()

    def something_to_pay(self, data: st.DataObject) -> bool:
        """See to it that a closed epoch has unpaid points: else let there be a visit, and its epoch end."""
        if not self.with_points(range(self.model.next_epoch)):
            if (parties := self.parties(data)) is None:
                return False
            while self.model.next_epoch < self.it.epoch:
                self.it.close()
            self.it.visit(*parties)
            self.it.at(self.model.epoch_end_s(self.it.epoch))
            while self.model.next_epoch < self.it.epoch:
                self.it.close()
        return bool(self.with_points(range(self.model.next_epoch)))

    def something_vests(self, data: st.DataObject) -> bool:
        """See to it that somebody has something vesting: else let somebody be paid."""
        if not any(self.model.vesting.values()) and self.something_to_pay(data):
            epoch, account = self.with_points(range(self.model.next_epoch))[0]
            assert self.it.settle(epoch, [account]).status
        return any(self.model.vesting.values())

    @rule(data=st.data())
    def a_visit_is_credited(self, data: st.DataObject) -> None:
        self.catch_up(data)
        if (parties := self.parties(data)) is None:
            return
        visit = self.it.papers(*parties)
        addresses = [party.address for party in parties]
        if not data.draw(mostly):
            refused = self.it.credit(
                visit, sender=data.draw(actors.filter(lambda who: who is not parties[1]))
            )
            assert refused.error_name == "NotTheProvider"
        outcome = self.it.credit(visit)
        may = self.model.may_visit(self.it.now_s, *addresses)
        assert outcome.error_name == ("" if outcome.status else "EpochNotClosed")
        assert outcome.status or not may

    @rule(data=st.data(), put_off=st.booleans(), weeks=st.sampled_from([0, 0, 1, 1, 2]))
    def a_visit_is_credited_late(self, data: st.DataObject, put_off: bool, weeks: int) -> None:
        """By the key that checked in, whatever has become of it since."""
        if put_off or not self.put_off:
            if parties := self.parties(data):
                self.put_off.append(self.it.papers(*parties))
            return
        visit = self.put_off.pop(data.draw(st.sampled_from(range(len(self.put_off)))))
        self.scene.pass_time(weeks * WEEK_S)
        self.catch_up(data)
        outcome = self.it.credit(visit)
        parties_ = visit.patient.address, visit.provider.address
        may = self.model.may_visit(self.it.now_s, *parties_)
        if not self.model.is_recent(self.it.now_s, visit.scanned_at_s):
            assert outcome.error_name == "VisitTooOld"
        elif not outcome.status:
            assert not may
            assert outcome.error_name in ("EpochNotClosed", "PersonSuspended")

    @rule(data=st.data())
    def a_visit_is_credited_again(self, data: st.DataObject) -> None:
        if not self.it.visits or data.draw(mostly):
            return
        outcome = self.it.credit(data.draw(st.sampled_from(self.it.visits[-4:])))
        assert outcome.error_name == "CheckInAlreadyCredited"

    @rule(data=st.data(), count=st.integers(1, 3), check_ins=st.booleans(), records=st.booleans())
    def visits_are_credited_out_of_batches(
        self, data: st.DataObject, count: int, check_ins: bool, records: bool
    ) -> None:
        self.catch_up(data)
        if (parties := self.parties(data)) is None:
            return
        visits = self.anchored(count, *parties, check_ins=check_ins, records=records)
        batches, items = self.items(visits, check_ins=check_ins, records=records)
        outcome = self.attempt(parties[1], self.rewards, "creditBatch", *batches, items)
        if not outcome.status:
            assert outcome.error_name == "EpochNotClosed"
            return
        addresses = [who.address for who in parties]
        earned = [one for _ in visits for one in self.model.credit_visit(self.it.now_s, *addresses)]
        self.it.note_earned(outcome, earned)
        self.it.visits += visits

    def anchored(
        self, count: int, patient: PrivateKey, provider: PrivateKey, *, check_ins: bool, records: bool
    ) -> list[Visit]:
        """Put visits' papers on chain, in batches or each alone."""
        visits = []
        for _ in range(count):
            self.number += 1
            visits.append(
                Visit.at(self.scene, patient=patient, provider=provider, number=self.number)  # type: ignore[arg-type]
            )
        send, system = self.scene.send, self.system
        for batched, contract, one, many, batch in (
            (check_ins, system.checkin, "checkIn", "checkInBatch", self.check_ins(visits)),
            (records, system.records, "anchor", "anchorBatch", self.receipts(visits)),
        ):
            calls = [(many, batch.arguments)] if batched else [(one, (p.arguments,)) for p in batch.papers]
            for function, arguments in calls:
                outcome = send(provider, contract, function, *arguments)
                assert outcome.status, outcome.error
        return visits

    def check_ins(self, visits: list[Visit]) -> Batch:
        domain = self.system.checkin_domain
        return Batch(visits[0].provider.address, [visit.signed_check_in(domain) for visit in visits])

    def receipts(self, visits: list[Visit]) -> Batch:
        domain, papers = self.system.records_domain, []
        for visit in visits:
            receipt = visit.receipt()
            papers.append(SignedReceipt(receipt, compact(visit.patient.sign(receipt.digest(domain)))))
        return Batch(visits[0].provider.address, papers)

    def items(
        self, visits: list[Visit], *, check_ins: bool, records: bool
    ) -> tuple[tuple[bytes, bytes], list[tuple[object, ...]]]:
        """Return both batches (none where papers stand alone) and the items of `creditBatch`."""
        scans, receipts = self.check_ins(visits), self.receipts(visits)
        batches = scans.batch_id if check_ins else ALONE, receipts.batch_id if records else ALONE
        items: list[tuple[object, ...]] = [
            (visit.code.struct_hash, *scans.proving(index)[1:], *receipts.proving(index)[1:])
            for index, visit in enumerate(visits)
        ]
        return batches, items

    @rule(data=st.data())
    def a_record_is_shared(self, data: st.DataObject) -> None:
        if not self.it.kept:
            return
        self.catch_up(data)
        kept = data.draw(st.sampled_from(self.it.kept[-6:]))
        person = self.people.person
        others = [who for who in PROVIDERS if person(kept.issuer.address) != who.address]
        acceptor = self.somebody(data, *(others if data.draw(mostly) else PROVIDERS))
        presenter = self.speaker(data, self.people.person(kept.patient.address))
        accepted = self.scene.read(self.rewards, "isShareCredited", kept.record_id, acceptor.address)
        expected = self.foretold(kept, acceptor, presenter, accepted=accepted)
        outcome = self.it.share(kept, acceptor, presenter=presenter)
        if expected:
            assert outcome.error_name == expected
        elif not outcome.status:
            assert outcome.error_name == "EpochNotClosed"
        else:
            assert self.ask(self.rewards, "isShareCredited", kept.record_id, acceptor.address) is True

    def foretold(self, kept: Kept, acceptor: PrivateKey, presenter: PrivateKey, *, accepted: bool) -> str:
        """The error that a share meets, where it is refused for its own sake."""
        person = self.people.person
        if not self.people.is_certified(acceptor.address):
            return "ProviderNotCertified"
        if person(kept.issuer.address) == person(acceptor.address):
            return "OwnRecord"
        if self.scene.time_s > self.record_ends_s(kept):
            return "RecordNotValid"
        if accepted:
            return "ShareCreditedAlready"
        if {person(kept.patient.address), person(kept.issuer.address)} & self.people.suspended:
            return "PersonSuspended"
        signed_by_patient = presenter.address == self.people.current(kept.patient.address)
        return "" if signed_by_patient else "InvalidPatientSignature"

    def record_ends_s(self, kept: Kept) -> int:
        return int(self.scene.read(self.system.records, "recordOf", kept.record_id)["validUntil"])

    @rule(data=st.data(), who=actors)
    def a_presentation_expires(self, data: st.DataObject, who: PrivateKey) -> None:
        if not self.it.kept or data.draw(mostly):
            return
        kept = self.it.kept[-1]
        certified = [
            key for key in map(self.people.key, (p.address for p in PROVIDERS))
            if self.people.is_certified(key.address)
            and self.people.person(key.address) != self.people.person(kept.issuer.address)
        ]  # fmt: skip
        if not certified:
            return
        presentation = Presentation(kept.record_id, certified[0].address, self.scene.time_s)
        signature = compact(who.sign(presentation.digest(rewards_domain(self.system))))
        parties = kept.issuer.address, kept.patient.address
        outcome = self.attempt(
            certified[0], self.rewards, "creditShare",
            kept.root, *parties, presentation.valid_until_s, signature,
        )  # fmt: skip
        assert outcome.error_name == "PresentationExpired"

    # What is paid

    @rule(data=st.data(), who=actors)
    def somebody_closes_an_epoch(self, data: st.DataObject, who: PrivateKey) -> None:
        due = self.model.next_epoch
        if data.draw(st.integers(0, 9)) == 9:
            wrong = due + data.draw(st.sampled_from([-1, 1, 7])) if due else due + 1
            assert self.attempt(who, self.rewards, "closeEpoch", wrong).error_name == "EpochNotNext"
            return
        if self.model.epoch_end_s(due) > self.scene.time_s + 16 and data.draw(mostly):
            self.scene.pass_time(self.model.epoch_end_s(due) - self.scene.time_s)
        outcome = self.it.close(sender=who)
        over = self.scene.time_s >= self.model.epoch_end_s(due)
        assert outcome.error_name == ("" if over else "EpochNotOver")

    @rule(data=st.data(), who=actors)
    def somebody_settles(self, data: st.DataObject, who: PrivateKey) -> None:
        closed = self.model.next_epoch
        if data.draw(st.integers(0, 9)) == 9:
            refused = self.attempt(who, self.rewards, "settle", closed, [PATIENT.address])
            assert refused.error_name == "EpochNotClosed"
            return
        if not self.something_to_pay(data):
            return
        epoch, first = data.draw(st.sampled_from(self.with_points(range(self.model.next_epoch))))
        known = [*self.it.accounts, *(actor.address for actor in ACTORS[:3])]
        accounts = [first, *data.draw(st.lists(st.sampled_from(known), max_size=4))]
        # Named twice, an account is paid once: the model is told of each once.
        outcome = self.attempt(who, self.rewards, "settle", epoch, accounts)
        assert outcome.status, outcome.error
        assert outcome.output == self.model.settle(epoch, dict.fromkeys(accounts))

    # What vests

    @rule(data=st.data())
    def somebody_powers_down(self, data: st.DataObject) -> None:
        self.something_vests(data)
        person = self.vesting_person(data)
        who = self.speaker(data, person)
        held = self.model.vesting[self.people.person(who.address)]
        held -= self.model.due(self.scene.time_s + 16, who.address)
        amount = data.draw(st.sampled_from([held, held // 2, held // 3 + 1, 0, 13, held + 1]))
        self.powers_down(who, amount)

    def powers_down(self, who: PrivateKey, amount: int) -> None:
        held = self.model.vesting[self.people.person(who.address)]
        held -= self.model.due(self.scene.time_s + 16, who.address)
        outcome = self.attempt(who, self.rewards, "powerDown", amount)
        if self.people.current(who.address) != who.address:
            expected = "KeyReplaced"
        elif self.people.person(who.address) in self.people.suspended:
            expected = "PersonSuspended"
        else:
            expected = "AboveVestingBalance" if amount > held else ""
        assert outcome.error_name == expected
        if outcome.status:
            self.model.power_down(self.it.now_s, who.address, amount)

    @rule(data=st.data(), who=actors)
    def somebody_withdraws(self, data: st.DataObject, who: PrivateKey) -> None:
        running = [person for person, down in self.model.power_downs.items() if down.waiting]
        if not running and self.something_vests(data):
            running = [self.vesting_person(data)]
            self.powers_down(self.people.key(running[0]), self.model.vesting[running[0]])
        person = data.draw(st.sampled_from(running)) if running else who.address
        if data.draw(mostly):
            self.scene.pass_time(WEEK_S)
        account = self.any_key_of(data, person) if person in self.people.roles else person
        outcome = self.attempt(who, self.rewards, "withdraw", account)
        due = self.model.due(self.it.now_s, account)
        barred = self.people.person(account) in self.people.suspended
        assert outcome.error_name == ("NothingDue" if not due else "PersonSuspended" if barred else "")
        assert (outcome.output or 0) == (0 if barred else due)
        if outcome.status:
            self.model.withdraw(self.it.now_s, account)

    def vesting_person(self, data: st.DataObject) -> Address:
        """Draw somebody with something vesting, if anybody has."""
        rich = [person for person, amount in self.model.vesting.items() if amount]
        return data.draw(st.sampled_from(rich)) if rich else PATIENT.address

    # What is slashed

    @rule(data=st.data(), judge=judges, points=some_points, back=st.integers(0, 1))
    def points_are_slashed(
        self, data: st.DataObject, judge: PrivateKey, points: tuple[int, int], back: int
    ) -> None:
        epoch = max(0, self.it.epoch - back)
        if data.draw(mostly):
            self.something_to_pay(data)
        earners = self.with_points()
        epoch, account = data.draw(st.sampled_from(earners)) if earners else (epoch, PATIENT.address)
        has = self.model.points_of(epoch, account)
        outcome = self.attempt(judge, self.rewards, "slashPoints", epoch, account, *points, NO_EVIDENCE)
        if judge is not ARBITER:
            assert outcome.error_name == "AccessControlUnauthorizedAccount"
        elif not any(map(min, points, has)):
            assert outcome.error_name == "NothingToSlash"
        else:
            assert outcome.status, outcome.error
            worth = self.model.slash_points(epoch, account, *points)
            assert self.worth_of(outcome) == worth

    @rule(data=st.data(), judge=judges, patient_points=st.sampled_from([0, 100, 10**6]))
    def a_visit_is_slashed(self, data: st.DataObject, judge: PrivateKey, patient_points: int) -> None:
        if not self.it.visits:
            return
        visit = data.draw(st.sampled_from(self.it.visits[-5:]))
        check_in_id = visit.check_in_id
        keys = (visit.provider.address, self.people.person(visit.provider.address))
        epochs = [epoch for epoch, who in self.with_points() if who in keys]
        epoch = epochs[-1] if epochs and data.draw(mostly) else self.it.epoch
        parties = visit.patient.address, visit.provider.address
        earns = self.model.policy_of(epoch).points
        limits = min(patient_points, earns[0]), min(50, earns[1])
        holders = [self.model.holder(epoch, Contribution.VISIT_PATIENT, party) for party in parties]
        left = [self.model.points_of(epoch, holder)[0] for holder in holders]
        outcome = self.attempt(
            judge, self.rewards, "slashVisit",
            epoch, visit.code.struct_hash, parties[0], patient_points, 50, NO_EVIDENCE,
        )  # fmt: skip
        if judge is not ARBITER:
            assert outcome.error_name == "AccessControlUnauthorizedAccount"
        elif check_in_id in self.slashed:
            assert outcome.error_name == "VisitSlashedAlready"
        elif not any(map(min, limits, left)):
            assert outcome.error_name == "NothingToSlash"
        else:
            assert outcome.status, outcome.error
            self.slashed.add(check_in_id)
            assert self.worth_of(outcome) == self.model.slash_visit(epoch, *parties, patient_points, 50)
            assert self.ask(self.rewards, "isVisitSlashed", check_in_id) is True

    @rule(data=st.data(), judge=judges, share=st.sampled_from([1, 3, 10**9]))
    def vesting_is_slashed(self, data: st.DataObject, judge: PrivateKey, share: int) -> None:
        self.something_vests(data)
        person = self.vesting_person(data)
        account = self.any_key_of(data, person)
        most = max(1, self.model.vesting[person] // share)
        due = 0 if person in self.people.suspended else self.model.due(self.scene.time_s + 16, person)
        taken = min(most, self.model.vesting[person] - due)
        outcome = self.attempt(judge, self.rewards, "slashVesting", account, most, NO_EVIDENCE)
        if judge is not ARBITER:
            assert outcome.error_name == "AccessControlUnauthorizedAccount"
        elif not taken:
            assert outcome.error_name == "NothingToSlash"
        else:
            assert outcome.output == self.model.slash_vesting(self.it.now_s, account, most) == taken

    def with_points(self, epochs: range | None = None) -> list[tuple[int, Address]]:
        """Epochs, by default the last two, and accounts with unpaid points of theirs."""
        last = range(max(0, self.it.epoch - 1), self.it.epoch + 1)
        return [
            (epoch, account)
            for account in self.it.accounts
            for epoch in self.model.unpaid_epochs(account)
            if epoch in (last if epochs is None else epochs)
        ]

    def worth_of(self, outcome: Outcome) -> int:
        return sum(e.arguments["amount"] for e in outcome.events if e.name == "PointsSlashed")

    # What governance changes

    @rule(curve=st.sampled_from(Curve), curators=st.booleans())
    def governance_sets_a_curve(self, curve: Curve, curators: bool) -> None:
        function, name = ("setCurationCurve", "curation_curve") if curators else ("setCurve", "curve")
        self.govern(function, curve, **{name: curve})

    @rule(points=st.tuples(*[st.integers(0, 120)] * 5))
    def governance_sets_points(self, points: tuple[int, ...]) -> None:
        self.govern("setPoints", points, points=points)

    @rule(caps=st.tuples(st.sampled_from([0, 100, 450]), st.sampled_from([0, 300, 900])))
    def governance_sets_caps(self, caps: tuple[int, int]) -> None:
        self.govern("setCaps", caps, account_cap_points=caps[0], provider_cap_points=caps[1])

    def govern(self, function: str, argument: object, **changes: object) -> None:
        timelock = self.system.address_of("Timelock")
        assert self.attempt(timelock, self.rewards, function, argument).status
        self.model.set_policy(self.it.now_s, **changes)
        number = self.scene.read(self.rewards, "lastPolicy")
        policy, last = self.ask(self.rewards, "policyOf", number), self.model.policies[-1]
        assert (*policy[:3], tuple(policy[3].values()), tuple(policy[4].values())) == (
            last.from_epoch,
            last.curve,
            last.curation_curve,
            last.points,
            (last.account_cap_points, last.provider_cap_points),
        )

    @rule(who=actors, curve=st.sampled_from(Curve))
    def nobody_else_governs(self, who: PrivateKey, curve: Curve) -> None:
        for function, argument in (
            ("setCurve", curve), ("setCurationCurve", curve), ("setPoints", (1,) * 5), ("setCaps", (1, 1))
        ):  # fmt: skip
            refused = self.scene.send(who, self.rewards, function, argument)
            assert refused.error_name == "AccessControlUnauthorizedAccount"

    # What always holds

    @invariant()
    def the_books_are_the_models(self) -> None:
        """What is owed and held, to the unit: never more was paid than was emitted."""
        if self.changed:
            self.it.compare_books()

    @invariant()
    def sums_are_those_of_the_tallies(self) -> None:
        if self.changed:
            for epoch in range(max(0, self.it.epoch - 1), self.it.epoch + 1):
                self.it.compare_epoch(epoch)

    def teardown(self) -> None:
        """Everything once more at the end, account by account."""
        self.it.compare()


class FixedRateMachine(RewardPoolMachine):
    """A fixed rate is paid for squared points, the rest is burned; everything vests, and leaves in two days."""

    TERMS = reward_terms(
        conversion=Conversion.FIXED_RATE,
        fixed_rate_med_units=2 * 10**10,
        curve=Curve.QUADRATIC,
        curation_curve=Curve.LINEAR,
        curation_share_basis_points=1,
        vesting_share_basis_points=10_000,
        power_down_parts=2,
        power_down_part_s=DAY_S,
        leftover_to=Destination.BURN,
        slashed_to=Destination.TREASURY,
    )


test_reward_pool, test_reward_pool_for_long = machine_tests(RewardPoolMachine)
test_fixed_rate, _ = machine_tests(FixedRateMachine)


@pytest.mark.long
def test_fixed_rate_for_long() -> None:
    """Fewer: what its functions do besides the terms, the machine above has tried."""
    run_machine(FixedRateMachine, "long", FASTEST, examples=100, steps=500)
