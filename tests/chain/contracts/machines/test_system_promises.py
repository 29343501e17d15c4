"""The alarms of the system machine: whatever breaks a promise is told to its books, and they raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import system_stage
from engines import REFERENCE
from machine import _stage
from scene import Outcome
from system_stage import PRODUCTS, PROVIDERS
from test_system_machine import SystemMachine

from chain.abi import Event
from chain.block import Address
from chain.contracts.messages import NOBODY, record_id
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    GUARDIANS,
    INSURER,
    NEW_PHONE,
    OTHER_INSURER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    SPONSOR,
    STRANGER,
)
from chain.contracts.rehearsal.data_market import REASON
from chain.contracts.rehearsal.insurance import BilledVisit
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.consent import NO_RECORD, Purpose, kinds_mask
from chain.contracts.signed.deal import DealRequest, submission_id
from chain.contracts.signed.identity import KeyConsent, identity_domain, recovery_identifier
from chain.contracts.signed.insurance import claim_id
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

PHONE = system_stage.PHONES[0]


@dataclass
class Play:
    """A machine without Hypothesis: calls that must succeed, and what is told of them."""

    machine: SystemMachine = field(default_factory=SystemMachine)

    def do(self, who: PrivateKey, contract: Any, function: str, *arguments: object) -> Outcome:
        outcome = self.machine.attempt(who, contract, function, *arguments)
        assert outcome.status, outcome.error
        return outcome

    def tell_again(self, outcome: Outcome, author: PrivateKey) -> None:
        self.machine._tell(outcome, author.address)

    def tell(self, author: Address, *told: tuple[str, str, dict[str, Any]]) -> None:
        events = [(contract, Event(name, arguments)) for contract, name, arguments in told]
        self.machine.promises.tell(events, author, self.machine.now_s)

    @property
    def billed(self) -> BilledVisit:
        """A visit of the patient's and the provider's whose record is anchored."""
        return next(
            made
            for made in self.machine.papers.values()
            if (made.visit.patient, made.visit.provider) == (PATIENT, PROVIDER)
        )

    def read(self) -> Outcome:
        """Have the other provider's consent used."""
        visit = self.billed.visit
        names = (PATIENT.address, Purpose.CARE, visit.root, PROVIDER.address)
        return self.do(PROVIDERS[1], self.machine.system.consents, "logAccess", *names)

    def rotate(self) -> None:
        """Let the patient change phones."""
        identity = self.machine.system.identity
        consent = KeyConsent(PATIENT.address, PHONE.address, self.machine.now_s + DAY_S)
        signature = compact(PHONE.sign(consent.digest(identity_domain(self.machine.system))))
        self.do(PATIENT, identity, "replaceKey", PHONE.address, consent.deadline_s, signature)


@pytest.fixture
def play() -> Play:
    _stage(SystemMachine, REFERENCE)
    return Play()


def credited(play: Play) -> tuple[Outcome, PrivateKey]:
    visit, rewards = play.billed.visit, play.machine.system.rewards
    arguments = (visit.code.struct_hash, PATIENT.address, visit.root)
    return play.do(PROVIDER, rewards, "credit", *arguments), PROVIDER


def emitted(play: Play) -> tuple[Outcome, PrivateKey]:
    play.machine.scene.pass_time(DAY_S)
    return play.do(STRANGER, play.machine.system.emission, "emitDue", 1), STRANGER


def closed(play: Play) -> tuple[Outcome, PrivateKey]:
    play.machine.wait_until(play.machine.books.rewards.epoch_end_s(0))
    return play.do(STRANGER, play.machine.system.rewards, "closeEpoch", 0), STRANGER


def settled(play: Play) -> tuple[Outcome, PrivateKey]:
    credited(play)
    closed(play)
    rewards = play.machine.system.rewards
    return play.do(STRANGER, rewards, "settle", 0, [PATIENT.address]), STRANGER


def submitted(play: Play) -> tuple[Outcome, PrivateKey]:
    visit, market = play.billed.visit, play.machine.system.market
    request = DealRequest(
        keccak(b"terms"), 1_000, 2, kinds_mask(1), Purpose.RESEARCH, play.machine.now_s + DAY_S
    )
    play.do(RESEARCHER, market, "openDeal", request.arguments)
    disclosure = (visit.root, PROVIDER.address, PATIENT.address, visit.root, [])
    deal_id = request.deal_id(RESEARCHER.address)
    return play.do(PATIENT, market, "submit", deal_id, disclosure), PATIENT


def accepted(play: Play) -> tuple[Outcome, PrivateKey]:
    submitted(play)
    (known,) = play.machine.books.market.submissions
    return play.do(RESEARCHER, play.machine.system.market, "accept", *known), RESEARCHER


def claimed(play: Play) -> tuple[Outcome, PrivateKey]:
    """A bill that is paid at once, under a policy that forbids a second payment."""
    policy_id = next(
        one
        for one, policy in play.machine.books.insurance.policies.items()
        if policy.patient == PATIENT.address and policy.product.insurer == INSURER.address
    )
    filing = play.billed.filing(policy_id)
    return play.do(PATIENT, play.machine.system.insurance, "file", filing.arguments), PATIENT


@pytest.mark.parametrize("act", [credited, emitted, closed, settled, submitted, accepted, claimed])
def test_what_happens_once_is_not_believed_twice(
    play: Play, act: Callable[[Play], tuple[Outcome, PrivateKey]]
) -> None:
    outcome, author = act(play)
    with pytest.raises(AssertionError):
        play.tell_again(outcome, author)


def test_reading_twice_is_no_fault(play: Play) -> None:
    play.tell_again(play.read(), PROVIDERS[1])


def test_no_access_after_the_consent_is_withdrawn(play: Play) -> None:
    outcome = play.read()
    gone = (PROVIDERS[1].address, Purpose.CARE, NO_RECORD)
    play.do(PATIENT, play.machine.system.consents, "revoke", *gone)
    with pytest.raises(AssertionError):
        play.tell_again(outcome, PROVIDERS[1])


def test_no_access_of_others_by_the_same_consent(play: Play) -> None:
    outcome = play.read()
    with pytest.raises(AssertionError):
        play.tell_again(outcome, RESEARCHER)


def test_no_access_after_an_emergency(play: Play) -> None:
    consents, visit = play.machine.system.consents, play.billed.visit
    opened = play.do(PROVIDERS[1], consents, "openEmergency", PATIENT.address, REASON)
    names = (opened.output, PATIENT.address, visit.root, PROVIDER.address)
    outcome = play.do(PROVIDERS[1], consents, "logEmergencyAccess", *names)
    play.tell_again(outcome, PROVIDERS[1])
    play.machine.scene.pass_time(DAY_S)
    with pytest.raises(AssertionError):
        play.tell_again(outcome, PROVIDERS[1])


def test_a_consent_that_its_patient_did_not_say_is_none(play: Play) -> None:
    said = (RESEARCHER.address, Purpose.PRODUCT, (NO_RECORD, 2, 0, 2**40 - 1), play.machine.now_s + DAY_S)
    outcome = play.do(PATIENT, play.machine.system.consents, "grant", *said)
    again = outcome.events[0].arguments | {"edition": 2}
    play.tell(PATIENT.address, ("ConsentRegistry", "ConsentGranted", again))
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("ConsentRegistry", "ConsentGranted", again | {"edition": 3}))


@pytest.mark.parametrize("amount", [1, 10**15])
def test_med_is_minted_by_the_schedule_alone(play: Play, amount: int) -> None:
    pool = play.machine.system.address_of("RewardPool")
    minted = ("MedToken", "Transfer", {"from": NOBODY, "to": pool, "value": amount})
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, minted)


def test_what_is_emitted_is_the_schedules_to_the_unit(play: Play) -> None:
    play.machine.scene.pass_time(DAY_S)
    pool = play.machine.system.address_of("RewardPool")
    with pytest.raises(AssertionError):
        play.tell(
            STRANGER.address,
            ("Emission", "Emitted", {"firstDay": 0, "count": 1, "amount": 1}),
            ("MedToken", "Transfer", {"from": NOBODY, "to": pool, "value": 1}),
        )


@pytest.mark.parametrize(
    "name", ["RewardPool", "TokenSale", "TokenLock", "TeamVesting", "DataMarket", "Insurance", "Staking"]
)
def test_nothing_leaves_a_contract_untold(play: Play, name: str) -> None:
    left = {"from": play.machine.system.address_of(name), "to": STRANGER.address, "value": 1}
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("MedToken", "Transfer", left))


def test_a_record_is_paid_by_one_insurer_where_a_policy_forbids_two(play: Play) -> None:
    claimed(play)
    books = play.machine.books.insurance
    other = next(
        one
        for one, policy in books.policies.items()
        if policy.patient == PATIENT.address
        and (policy.product.insurer, policy.product_id)
        == (OTHER_INSURER.address, PRODUCTS[0].product_id(OTHER_INSURER.address))
    )
    record = play.billed.record_id
    second = claim_id(other, play.billed.case_id, 1)
    filed = {
        "claimId": second,
        "policyId": other,
        "recordId": record,
        "ceiling": 5,
        "until": play.machine.now_s,
    }
    play.tell(PATIENT.address, ("Insurance", "ClaimFiled", filed))
    paid = {"claimId": second, "patient": PATIENT.address, "insurer": OTHER_INSURER.address, "amount": 5}
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("Insurance", "ClaimPaid", paid))


def transfer(play: Play, contract: str, to: Address, amount: int) -> tuple[str, str, dict[str, Any]]:
    """MED that leaves a contract, as the token tells it."""
    house = play.machine.system.address_of(contract)
    return "MedToken", "Transfer", {"from": house, "to": to, "value": amount}


def test_nothing_is_paid_for_a_record_that_was_the_means_of_a_fraud(play: Play) -> None:
    """Under whatever policy: the proof was brought against another claim for it."""
    books, record = play.machine.books.insurance, play.billed.record_id
    policies = [one for one, policy in books.policies.items() if policy.patient == PATIENT.address]
    claims = [bytes([number]) * 32 for number in (1, 2)]
    filed = {"recordId": record, "ceiling": 5, "until": play.machine.now_s}
    for claim, policy_id in zip(claims, policies, strict=False):
        told = filed | {"claimId": claim, "policyId": policy_id}
        play.tell(PATIENT.address, ("Insurance", "ClaimFiled", told))
    proven = {"policyId": policies[0], "claimId": claims[0]}
    closed = {"claimId": claims[0], "awarded": 0}
    play.tell(ARBITER.address, ("Insurance", "FraudProven", proven), ("Insurance", "ClaimClosed", closed))
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("Insurance", "ClaimClosed", {"claimId": claims[1], "awarded": 5}))
    insurer = books.policies[policies[1]].product.insurer
    paid = {"claimId": claims[1], "patient": PATIENT.address, "insurer": insurer, "amount": 5}
    books.claims[claims[1]].awarded = 5
    moved = transfer(play, "Insurance", PATIENT.address, 5)
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("Insurance", "ClaimPaid", paid), moved)
    play.tell(STRANGER.address, ("Insurance", "ClaimClosed", {"claimId": claims[1], "awarded": 0}))


@pytest.mark.parametrize("revoked", [False, True])
def test_silence_does_not_pay_for_what_its_issuer_took_back(play: Play, revoked: bool) -> None:
    submitted(play)
    ((deal_id, identifier),) = play.machine.books.market.submissions
    visit = play.billed.visit
    if revoked:
        names = (visit.root, PROVIDER.address, PATIENT.address)
        play.do(PROVIDER, play.machine.system.records, "revoke", *names)
    said = {"dealId": deal_id, "submissionId": identifier, "amount": 950, "commission": 50}
    paid = ("DataMarket", "SubmissionPaid", said | {"patient": PATIENT.address})
    moved = transfer(play, "DataMarket", PATIENT.address, 1_000)
    if revoked:
        with pytest.raises(AssertionError):
            play.tell(STRANGER.address, paid, moved)
    play.tell(RESEARCHER.address if revoked else STRANGER.address, paid, moved)


def test_a_correction_that_another_provider_anchors_is_the_same_record(play: Play) -> None:
    submitted(play)
    ((deal_id, _identifier),) = play.machine.books.market.submissions
    world, (first, other) = play.machine.world, (play.billed, PROVIDERS[1])
    root = keccak(b"corrected")
    record = (root, other.address, PATIENT.address)
    said = {"recordId": record_id(*record), "issuer": other.address, "patient": PATIENT.address, "root": root}
    play.tell(other.address, ("RecordRegistry", "RecordAnchored", said | {"kind": 1}))
    sold = {"dealId": deal_id, "submissionId": b"\1" * 32, "patient": PATIENT.address}
    world.first_roots[PATIENT.address, root] = first.visit.root
    with pytest.raises(AssertionError):
        play.tell(PATIENT.address, ("DataMarket", "RecordSubmitted", sold | {"recordId": said["recordId"]}))
    del world.first_roots[PATIENT.address, root]
    play.tell(PATIENT.address, ("DataMarket", "RecordSubmitted", sold | {"recordId": said["recordId"]}))


def test_no_refund_exceeds_what_was_due(play: Play) -> None:
    (policy_id, policy), *_rest = play.machine.books.insurance.policies.items()
    policy.refund_due = 7
    paid = {"policyId": policy_id, "patient": play.machine.people.current(policy.patient)}
    for amount in (4, 3):
        moved = transfer(play, "Insurance", paid["patient"], amount)
        play.tell(STRANGER.address, ("Insurance", "RefundPaid", paid | {"amount": amount}), moved)
    moved = transfer(play, "Insurance", paid["patient"], 1)
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("Insurance", "RefundPaid", paid | {"amount": 1}), moved)


def test_who_is_paid_is_the_present_key(play: Play) -> None:
    submitted(play)
    ((deal_id, identifier),) = play.machine.books.market.submissions
    assert identifier == submission_id(deal_id, PATIENT.address, play.billed.visit.root)
    play.rotate()
    said = {"dealId": deal_id, "submissionId": identifier, "amount": 950, "commission": 50}
    with pytest.raises(AssertionError):
        play.tell(RESEARCHER.address, ("DataMarket", "SubmissionPaid", said | {"patient": PATIENT.address}))


def test_a_retired_key_is_not_heard(play: Play) -> None:
    """An act whose signature is a retired key's must fail; one that needs no person may not."""
    machine, token = play.machine, play.machine.system.token
    machine.act(PATIENT, token, "transfer", STRANGER.address, 1, by=[PATIENT])
    play.rotate()
    machine.act(PATIENT, token, "transfer", STRANGER.address, 1)
    with pytest.raises(AssertionError, match="heard a retired key"):
        machine.act(PATIENT, token, "transfer", STRANGER.address, 1, by=[PATIENT])


def test_a_forged_signature_is_not_believed(play: Play) -> None:
    with pytest.raises(AssertionError, match="believed a forged signature"):
        play.machine.act(PATIENT, play.machine.system.token, "transfer", STRANGER.address, 1, forged=True)


@pytest.mark.parametrize("author", [STRANGER, GUARDIANS[0]])
def test_nobody_is_given_another_key(play: Play, author: PrivateKey) -> None:
    said = {"person": PATIENT.address, "oldKey": PATIENT.address, "newKey": PHONE.address}
    with pytest.raises(AssertionError):
        play.tell(author.address, ("IdentityRegistry", "KeyReplaced", said))


@pytest.mark.parametrize("approvals", [1, 2])
def test_a_recovery_takes_enough_guardians_and_its_time(play: Play, approvals: int) -> None:
    machine, identity = play.machine, play.machine.system.identity
    consent = KeyConsent(PATIENT.address, PHONE.address, machine.now_s + DAY_S)
    signature = compact(PHONE.sign(consent.digest(identity_domain(machine.system))))
    asked = (PATIENT.address, PHONE.address, consent.deadline_s, signature)
    recovery_id = play.do(GUARDIANS[0], identity, "proposeNewKey", *asked).output
    assert recovery_id == recovery_identifier(PATIENT.address, PHONE.address, 1)
    if approvals == 2:
        play.do(GUARDIANS[1], identity, "approveNewKey", recovery_id)
    done = {"recoveryId": recovery_id, "account": PATIENT.address, "newKey": PHONE.address}
    completed = ("IdentityRegistry", "RecoveryCompleted", done)
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, completed)
    machine.wait_until(machine.now_s + 3 * DAY_S)
    if approvals == 2:
        play.tell(STRANGER.address, completed)
    else:
        with pytest.raises(AssertionError):
            play.tell(STRANGER.address, completed)


@pytest.mark.parametrize("barred", [True, False])
def test_nobody_suspended_is_paid(play: Play, barred: bool) -> None:
    """The chain pays somebody of whom the books know that they are suspended."""
    credited(play)
    closed(play)
    rewards = play.machine.system.rewards
    if not barred:
        play.do(STRANGER, rewards, "settle", 0, [PATIENT.address])
        return
    play.machine.promises.world.people.suspended.add(PATIENT.address)
    with pytest.raises(AssertionError, match="somebody suspended was paid"):
        play.do(STRANGER, rewards, "settle", 0, [PATIENT.address])


def test_an_old_visit_earns_nothing(play: Play) -> None:
    machine = play.machine
    twin = machine.promises.branch()
    outcome = machine.scene.send(
        PROVIDER,
        machine.system.rewards,
        "credit",
        play.billed.visit.code.struct_hash,
        PATIENT.address,
        play.billed.visit.root,
    )
    (told, *_) = [event for event in outcome.events if event.name == "Credited"]
    twin.tell([("RewardPool", told)], PROVIDER.address, machine.now_s)
    later_s = machine.books.rewards.epoch_end_s(1) + 1
    late = Event("Credited", {**told.arguments, "epoch": 2})
    with pytest.raises(AssertionError, match="an old visit earned"):
        machine.promises.tell([("RewardPool", late)], PROVIDER.address, later_s)


def named(*guardians: PrivateKey) -> tuple[str, str, dict[str, Any]]:
    seats = tuple(guardian.address for guardian in guardians)
    said = {"account": PATIENT.address, "guardians": seats, "threshold": len(seats)}
    return "IdentityRegistry", "GuardiansNamed", said


@pytest.mark.parametrize("breach", ["at once", "other ones", "by a thief who is suspended", "in a recovery"])
def test_guardians_cannot_be_removed_by_a_thief(play: Play, breach: str) -> None:
    machine, identity = play.machine, play.machine.system.identity
    if breach != "at once":
        play.do(PATIENT, identity, "setGuardians", [], 0)
    if breach == "in a recovery":
        consent = KeyConsent(PATIENT.address, PHONE.address, machine.now_s + DAY_S)
        signature = compact(PHONE.sign(consent.digest(identity_domain(machine.system))))
        asked = (PATIENT.address, PHONE.address, consent.deadline_s, signature)
        recovery_id = play.do(GUARDIANS[0], identity, "proposeNewKey", *asked).output
        play.do(GUARDIANS[1], identity, "approveNewKey", recovery_id)
    machine.wait_until(machine.now_s + 3 * DAY_S)
    if breach in ("other ones", "by a thief who is suspended"):
        machine.promises.branch().tell(
            [(contract, Event(name, said)) for contract, name, said in [named()]],
            STRANGER.address,
            machine.now_s,
        )
    if breach == "by a thief who is suspended":
        play.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    with pytest.raises((AssertionError, KeyError)):
        play.tell(PATIENT.address, named(*([STRANGER] if breach == "other ones" else [])))


def test_an_uncertified_providers_record_is_none(play: Play) -> None:
    said = {"recordId": bytes(32), "issuer": STRANGER.address, "patient": PATIENT.address}
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("RecordRegistry", "RecordAnchored", said))


def test_what_takes_a_vote_happens_by_no_other_way(play: Play) -> None:
    with pytest.raises(AssertionError):
        play.tell(ARBITER.address, ("DataMarket", "CommissionSet", {"commissionBasisPoints": 0}))


def test_an_office_is_given_by_no_other_way(play: Play) -> None:
    said = {"role": keccak(b"ARBITER_ROLE"), "account": STRANGER.address, "sender": STRANGER.address}
    play.tell(STRANGER.address, ("DataMarket", "RoleRevoked", said))
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("DataMarket", "RoleGranted", said))


def test_a_sponsor_pays_no_more_than_it_has(play: Play) -> None:
    deposit_wei = play.machine.books.coins.deposits_wei[SPONSOR.address]
    said = {"sponsor": SPONSOR.address, "author": NEW_PHONE.address, "relayer": STRANGER.address}
    play.tell(STRANGER.address, ("Forwarder", "Sponsored", said | {"refundWei": deposit_wei}))
    with pytest.raises(AssertionError):
        play.tell(STRANGER.address, ("Forwarder", "Sponsored", said | {"refundWei": 1}))


@pytest.mark.parametrize("change", [1, -1])
def test_the_books_are_held_against_the_contracts(play: Play, change: int) -> None:
    play.machine.what_is_owed_is_there()
    play.machine.books.insurance.owed += change
    with pytest.raises(AssertionError, match="Insurance holds"):
        play.machine.what_is_owed_is_there()


def test_native_coin_is_held_against_the_books(play: Play) -> None:
    play.machine.native_coin_is_what_was_deposited_and_raised()
    play.machine.books.coins.proceeds_wei += 1
    with pytest.raises(AssertionError):
        play.machine.native_coin_is_what_was_deposited_and_raised()
