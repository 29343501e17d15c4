"""Guardians replace a lost phone's key: threshold, period, refusal, and nothing left over from earlier attempts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.deployment.identity_registry import IdentityTerms
from chain.contracts.deployment.opening import opening_transactions
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    BUYERS,
    CERTIFIER,
    DEPLOYER,
    GUARDIANS,
    NEW_PHONE,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.identity_registry import SPARE_PHONE, consenting, proposed
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, parameters
from chain.contracts.signed.identity import KeyConsent, identity_domain, recovery_identifier
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

REASON = keccak(b"the reason, kept off the chain")
FIRST, SECOND, THIRD = GUARDIANS
PERIOD_S = IdentityTerms().recovery_delay_s
MAXIMUM = IdentityTerms().maximum_guardians


def name(stage: Stage, who: PrivateKey, guardians: list[PrivateKey], threshold: int) -> Outcome:
    addresses = [guardian.address for guardian in guardians]
    return stage.send(who, stage.system.identity, "setGuardians", addresses, threshold)


def propose(
    stage: Stage, guardian: PrivateKey, new_key: PrivateKey = NEW_PHONE, account: PrivateKey = PATIENT
) -> Outcome:
    present = stage.read(stage.system.identity, "currentKeyOf", account.address)
    arguments = consenting(stage, present, new_key)
    return stage.send(guardian, stage.system.identity, "proposeNewKey", account.address, *arguments)


def approve(stage: Stage, guardian: PrivateKey, new_key: PrivateKey = NEW_PHONE) -> Outcome:
    recovery_id = proposed(stage, PATIENT.address, new_key.address)
    return stage.send(guardian, stage.system.identity, "approveNewKey", recovery_id)


def retract(stage: Stage, guardian: PrivateKey, new_key: PrivateKey = NEW_PHONE) -> Outcome:
    recovery_id = proposed(stage, PATIENT.address, new_key.address)
    return stage.send(guardian, stage.system.identity, "retractApproval", recovery_id)


def confirm(stage: Stage, account: PrivateKey = PATIENT) -> Outcome:
    return stage.send(STRANGER, stage.system.identity, "confirmGuardians", account.address)


def coming(stage: Stage) -> tuple[tuple[bytes, ...], int, int]:
    return stage.read(stage.system.identity, "comingGuardiansOf", PATIENT.address)


def guarding(stage: Stage) -> tuple[tuple[bytes, ...], int]:
    return stage.read(stage.system.identity, "guardiansOf", PATIENT.address)


def complete(stage: Stage, account: PrivateKey = PATIENT) -> Outcome:
    return stage.send(STRANGER, stage.system.identity, "completeRecovery", account.address)


def running(stage: Stage) -> tuple[bytes, int]:
    return stage.read(stage.system.identity, "recoveryOf", PATIENT.address)


@pytest.fixture
def guarded(stage: Stage) -> Stage:
    """The patient has three guardians, two of whom must agree."""
    assert name(stage, PATIENT, list(GUARDIANS), 2).status
    return stage


@pytest.fixture
def under_way(guarded: Stage) -> Stage:
    """Two guardians have approved the new phone."""
    assert propose(guarded, FIRST).status
    assert approve(guarded, SECOND).status
    return guarded


def test_guardians_are_named_and_replaced(stage: Stage) -> None:
    """The first ones at once, others after their notice, carried out by whomever."""
    assert guarding(stage) == ((), 0)
    for guardians, threshold in (([FIRST, SECOND], 2), ([THIRD], 1), ([], 0), ([FIRST], 1)):
        addresses, before = tuple(guardian.address for guardian in guardians), guarding(stage)
        outcome = name(stage, PATIENT, guardians, threshold)
        if before[1]:
            told = {"account": PATIENT.address, "guardians": addresses, "threshold": threshold}
            announced = {**told, "effectiveAt": stage.time_s + PERIOD_S}
            assert [(event.name, event.arguments) for event in outcome.events] == [
                ("GuardianChangeAnnounced", announced)
            ]
            assert guarding(stage) == before
            assert coming(stage) == (addresses, threshold, stage.time_s + PERIOD_S)
            stage.pass_time(PERIOD_S)
            outcome = confirm(stage)
        assert [(event.name, event.arguments) for event in outcome.events] == [
            (
                "GuardiansNamed",
                {"account": PATIENT.address, "guardians": addresses, "threshold": threshold},
            )
        ]
        assert guarding(stage) == (addresses, threshold)
        assert coming(stage) == ((), 0, 0)


def test_a_change_of_guardians_takes_effect_on_the_second(guarded: Stage) -> None:
    assert name(guarded, PATIENT, [], 0).status
    effective_at_s = guarded.time_s + PERIOD_S
    guarded.time_s = effective_at_s - BLOCK_S - 1
    early = guarded.branch()
    words = f"GuardianChangeNotReady(effectiveAt={effective_at_s}, time={effective_at_s - 1})"
    assert confirm(early).error == words
    guarded.time_s = effective_at_s - BLOCK_S
    assert confirm(guarded).status
    assert guarding(guarded) == ((), 0)
    assert confirm(guarded).error == f"NoGuardianChange(account={shown(PATIENT)})"


def test_a_later_notice_takes_the_place_of_the_one_before(guarded: Stage) -> None:
    assert name(guarded, PATIENT, [], 0).status
    guarded.pass_time(PERIOD_S - BLOCK_S)
    assert name(guarded, PATIENT, [THIRD], 1).status
    assert confirm(guarded).error.startswith("GuardianChangeNotReady")
    guarded.pass_time(PERIOD_S)
    assert confirm(guarded).status
    assert guarding(guarded) == ((THIRD.address,), 1)


def test_whoever_holds_the_phone_does_not_get_rid_of_a_recovery(under_way: Stage) -> None:
    """A thief names none; the guardians' recovery runs on, and what the thief asked for is void with the key."""
    assert name(under_way, PATIENT, [], 0).status
    assert running(under_way)[0] == NEW_PHONE.address
    under_way.pass_time(PERIOD_S)
    words = f"RecoveryRunning(account={shown(PATIENT)}, newKey={shown(NEW_PHONE)})"
    assert confirm(under_way).error == words
    outcome = complete(under_way)
    assert outcome.status
    assert ("GuardianChangeVoided", {"account": PATIENT.address}) in [
        (event.name, event.arguments) for event in outcome.events
    ]
    assert confirm(under_way).error == f"NoGuardianChange(account={shown(NEW_PHONE)})"
    assert guarding(under_way) == (tuple(guardian.address for guardian in GUARDIANS), 2)


def test_a_suspension_voids_a_change_of_guardians(guarded: Stage) -> None:
    identity = guarded.system.identity
    assert name(guarded, PATIENT, [], 0).status
    outcome = guarded.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    assert [event.name for event in outcome.events] == ["Suspended", "GuardianChangeVoided"]
    guarded.do(CERTIFIER, identity, "reinstate", PATIENT.address, REASON)
    guarded.pass_time(PERIOD_S)
    assert confirm(guarded).error == f"NoGuardianChange(account={shown(PATIENT)})"
    assert guarding(guarded)[1] == 2
    again = guarded.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    assert [event.name for event in again.events] == ["Suspended"]


def test_a_replaced_key_voids_a_change_of_guardians(guarded: Stage) -> None:
    assert name(guarded, PATIENT, [], 0).status
    rotate(guarded, PATIENT, SPARE_PHONE)
    guarded.pass_time(PERIOD_S)
    assert confirm(guarded).error == f"NoGuardianChange(account={shown(SPARE_PHONE)})"
    assert guarding(guarded)[1] == 2


def test_as_many_guardians_as_allowed_and_no_more(stage: Stage) -> None:
    many = [key(500 + number) for number in range(MAXIMUM + 1)]
    outcome = name(stage, PATIENT, many, 1)
    assert outcome.error == f"TooManyGuardians(count={MAXIMUM + 1}, maximumGuardians={MAXIMUM})"
    assert name(stage, PATIENT, many[:-1], MAXIMUM).status == 1
    for guardian in many[:-1]:
        outcome = propose(stage, guardian) if guardian is many[0] else approve(stage, guardian)
    assert outcome.events[-1].name == "RecoveryStarted"


@pytest.mark.parametrize(("count", "threshold"), [(2, 3), (2, 0), (0, 1)])
def test_a_threshold_is_one_to_the_number_of_guardians(stage: Stage, count: int, threshold: int) -> None:
    outcome = name(stage, PATIENT, list(GUARDIANS[:count]), threshold)
    assert outcome.error == f"ThresholdOutOfRange(threshold={threshold}, count={count})"


def test_the_zero_address_guards_nobody(stage: Stage) -> None:
    outcome = stage.send(PATIENT, stage.system.identity, "setGuardians", [bytes(20)], 1)
    assert outcome.error == "GuardianZero()"


def test_nobody_guards_itself_under_any_key(stage: Stage) -> None:
    assert name(stage, PATIENT, [FIRST, PATIENT], 1).error == f"GuardianIsSelf(guardian={shown(PATIENT)})"
    rotate(stage, PATIENT, NEW_PHONE)
    assert name(stage, NEW_PHONE, [PATIENT], 1).error == f"GuardianIsSelf(guardian={shown(PATIENT)})"


def test_a_guardian_is_named_once_under_any_key(stage: Stage) -> None:
    assert name(stage, PATIENT, [FIRST, FIRST], 1).error == f"GuardianNamedTwice(guardian={shown(FIRST)})"
    rotate(stage, PROVIDER, NEW_PHONE)
    outcome = name(stage, PATIENT, [NEW_PHONE, FIRST, PROVIDER], 2)
    assert outcome.error == f"GuardianNamedTwice(guardian={shown(PROVIDER)})"


def test_only_the_registered_name_guardians(stage: Stage) -> None:
    assert name(stage, STRANGER, [FIRST], 1).error == f"NotRegistered(account={shown(STRANGER)})"


def test_a_suspended_key_names_no_guardians(stage: Stage) -> None:
    stage.do(CERTIFIER, stage.system.identity, "suspend", PATIENT.address, REASON)
    assert name(stage, PATIENT, [FIRST], 1).error == f"AccountSuspended(account={shown(PATIENT)})"


def test_a_lost_phone_is_replaced(guarded: Stage) -> None:
    stage, identity, lost, new = guarded, guarded.system.identity, PATIENT.address, NEW_PHONE.address
    outcome = propose(stage, FIRST)
    recovery_id = recovery_identifier(lost, new, 1)
    deadline_s = stage.time_s - BLOCK_S + 3 * DAY_S
    assert [(event.name, event.arguments) for event in outcome.events] == [
        (
            "RecoveryProposed",
            {
                "recoveryId": recovery_id,
                "account": lost,
                "newKey": new,
                "guardian": FIRST.address,
                "deadline": deadline_s,
            },
        ),
        ("RecoveryApproved", {"recoveryId": recovery_id, "guardian": FIRST.address, "approvals": 1}),
    ]
    assert running(stage) == (bytes(20), 0)
    assert stage.read(identity, "proposalOf", recovery_id) == (lost, new, deadline_s, 1, True)
    outcome = approve(stage, SECOND)
    ready_at_s = stage.time_s + PERIOD_S
    started = {"recoveryId": recovery_id, "account": lost, "newKey": new, "readyAt": ready_at_s}
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("RecoveryApproved", {"recoveryId": recovery_id, "guardian": SECOND.address, "approvals": 2}),
        ("RecoveryStarted", started),
    ]
    assert running(stage) == (new, ready_at_s)
    stage.time_s = ready_at_s - BLOCK_S
    outcome = complete(stage)
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("KeyReplaced", {"person": lost, "oldKey": lost, "newKey": new}),
        ("RecoveryCompleted", {"recoveryId": recovery_id, "account": lost, "newKey": new}),
    ]
    assert stage.read(identity, "isActive", new, Role.PATIENT) is True
    assert stage.read(identity, "isActive", lost, Role.PATIENT) is False
    assert running(stage) == (bytes(20), 0)
    assert stage.read(identity, "proposalOf", recovery_id)[-1] is False


def test_the_period_passes_to_its_last_second(under_way: Stage) -> None:
    _new_key, ready_at_s = running(under_way)
    under_way.time_s = ready_at_s - 1 - BLOCK_S
    early = complete(under_way)
    assert early.error == f"RecoveryNotReady(readyAt={ready_at_s}, time={ready_at_s - 1})"
    under_way.time_s = ready_at_s - BLOCK_S
    assert complete(under_way).status == 1


def test_guardians_move_with_the_person(under_way: Stage) -> None:
    under_way.pass_time(PERIOD_S)
    assert complete(under_way).status == 1
    for guardian, act in ((SECOND, propose), (THIRD, approve)):
        assert act(under_way, guardian, SPARE_PHONE).status == 1
    under_way.pass_time(PERIOD_S)
    assert complete(under_way, NEW_PHONE).status == 1
    current = under_way.read(under_way.system.identity, "currentKeyOf", PATIENT.address)
    assert current == SPARE_PHONE.address


def test_what_does_not_run_is_not_carried_out(guarded: Stage) -> None:
    assert complete(guarded).error == f"NoRecoveryRunning(account={shown(PATIENT)})"
    propose(guarded, FIRST)
    guarded.pass_time(PERIOD_S)
    assert complete(guarded).error == f"NoRecoveryRunning(account={shown(PATIENT)})"
    assert complete(guarded, STRANGER).error == f"NoRecoveryRunning(account={shown(STRANGER)})"


def test_a_recovery_is_carried_out_once(under_way: Stage) -> None:
    under_way.pass_time(PERIOD_S)
    assert complete(under_way).status == 1
    assert complete(under_way).error == f"NoRecoveryRunning(account={shown(NEW_PHONE)})"


def test_the_present_key_refuses_a_running_recovery(under_way: Stage) -> None:
    stage, identity = under_way, under_way.system.identity
    recovery_id = proposed(stage, PATIENT.address, NEW_PHONE.address)
    outcome = stage.do(PATIENT, identity, "refuseRecovery")
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("RecoveryRefused", {"account": PATIENT.address, "newKey": NEW_PHONE.address})
    ]
    stage.pass_time(PERIOD_S)
    assert complete(stage).error == f"NoRecoveryRunning(account={shown(PATIENT)})"
    void = stage.send(THIRD, identity, "approveNewKey", recovery_id)
    assert void.error == f"RecoveryVoid(recoveryId=0x{recovery_id.hex()})"


def test_the_present_key_refuses_a_proposal_before_it_runs(guarded: Stage) -> None:
    identity = guarded.system.identity
    propose(guarded, FIRST)
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    outcome = guarded.do(PATIENT, identity, "refuseRecovery")
    assert outcome.events[0].arguments == {"account": PATIENT.address, "newKey": bytes(20)}
    for function in ("approveNewKey", "retractApproval"):
        void = guarded.send(FIRST, identity, function, recovery_id)
        assert void.error == f"RecoveryVoid(recoveryId=0x{recovery_id.hex()})"


def test_approvals_of_a_refused_proposal_do_not_count_for_the_next(under_way: Stage) -> None:
    under_way.do(PATIENT, under_way.system.identity, "refuseRecovery")
    outcome = propose(under_way, FIRST)
    assert [event.name for event in outcome.events] == ["RecoveryProposed", "RecoveryApproved"]
    assert running(under_way) == (bytes(20), 0)
    assert approve(under_way, SECOND).events[-1].name == "RecoveryStarted"


def test_there_is_nothing_to_refuse_without_a_proposal(guarded: Stage) -> None:
    for _again in range(2):
        outcome = guarded.send(PATIENT, guarded.system.identity, "refuseRecovery")
        assert outcome.error == f"NothingProposed(account={shown(PATIENT)})"
        propose(guarded, FIRST)
        guarded.do(PATIENT, guarded.system.identity, "refuseRecovery")


@pytest.mark.parametrize("other", [STRANGER, FIRST, NEW_PHONE], ids=["stranger", "guardian", "new phone"])
def test_only_the_present_key_refuses(under_way: Stage, other: PrivateKey) -> None:
    outcome = under_way.send(other, under_way.system.identity, "refuseRecovery")
    assert outcome.error == f"NotRegistered(account={shown(other)})"


def test_a_suspended_key_refuses_nothing_and_its_suspension_moves_with_the_person(under_way: Stage) -> None:
    """A thief would refuse every recovery: a certifier suspends the stolen phone and reinstates the new one."""
    stage, identity = under_way, under_way.system.identity
    stage.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    refused = stage.send(PATIENT, identity, "refuseRecovery")
    assert refused.error == f"AccountSuspended(account={shown(PATIENT)})"
    stage.pass_time(PERIOD_S)
    assert complete(stage).status == 1
    assert stage.read(identity, "isActive", NEW_PHONE.address, Role.PATIENT) is False
    stage.do(CERTIFIER, identity, "reinstate", NEW_PHONE.address, REASON)
    assert stage.read(identity, "isActive", NEW_PHONE.address, Role.PATIENT) is True


def test_a_change_of_guardians_voids_what_the_old_ones_proposed(guarded: Stage) -> None:
    assert name(guarded, PATIENT, list(GUARDIANS), 2).status
    guarded.pass_time(PERIOD_S)
    assert propose(guarded, FIRST).status
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    assert confirm(guarded).status
    void = guarded.send(THIRD, guarded.system.identity, "approveNewKey", recovery_id)
    assert void.error == f"RecoveryVoid(recoveryId=0x{recovery_id.hex()})"


def test_replacing_the_key_voids_a_running_recovery(under_way: Stage) -> None:
    rotate(under_way, PATIENT, SPARE_PHONE)
    under_way.pass_time(PERIOD_S)
    assert complete(under_way).error == f"NoRecoveryRunning(account={shown(SPARE_PHONE)})"


@pytest.mark.parametrize("other", [STRANGER, PATIENT, OTHER_PATIENT], ids=["stranger", "itself", "patient"])
def test_only_guardians_propose_and_approve(guarded: Stage, other: PrivateKey) -> None:
    words = f"NotGuardian(account={shown(PATIENT)}, caller={shown(other)})"
    assert propose(guarded, other).error == words
    propose(guarded, FIRST)
    assert approve(guarded, other).error == words
    assert retract(guarded, other).error == words


def test_guardians_of_the_past_have_no_say(guarded: Stage) -> None:
    assert name(guarded, PATIENT, [SECOND, THIRD], 1).status
    guarded.pass_time(PERIOD_S)
    assert confirm(guarded).status
    outcome = propose(guarded, FIRST)
    assert outcome.error == f"NotGuardian(account={shown(PATIENT)}, caller={shown(FIRST)})"


def test_a_suspended_guardian_has_no_say(guarded: Stage) -> None:
    identity = guarded.system.identity
    guarded.do(FIRST, identity, "register", Role.PATIENT)
    propose(guarded, SECOND)
    guarded.do(CERTIFIER, identity, "suspend", FIRST.address, REASON)
    for outcome in (propose(guarded, FIRST, SPARE_PHONE), approve(guarded, FIRST)):
        assert outcome.error == f"AccountSuspended(account={shown(FIRST)})"


def test_a_guardian_speaks_through_its_present_key_once(guarded: Stage) -> None:
    guarded.do(FIRST, guarded.system.identity, "register", Role.PATIENT)
    propose(guarded, FIRST)
    successor = BUYERS[0]
    rotate(guarded, FIRST, successor)
    assert approve(guarded, FIRST).error == f"KeyRetired(account={shown(FIRST)})"
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    again = approve(guarded, successor)
    assert again.error == f"AlreadyApproved(recoveryId=0x{recovery_id.hex()}, guardian={shown(successor)})"
    assert retract(guarded, successor).status == 1
    assert approve(guarded, successor).status == 1


def test_two_guardians_that_become_one_person_approve_once(stage: Stage) -> None:
    """An unregistered guardian may become the new key of another guardian."""
    stage.do(FIRST, stage.system.identity, "register", Role.PATIENT)
    name(stage, PATIENT, [FIRST, SECOND, THIRD], 2)
    propose(stage, FIRST)
    rotate(stage, FIRST, SECOND)
    assert approve(stage, SECOND).error.startswith("AlreadyApproved(")
    assert running(stage) == (bytes(20), 0)
    assert approve(stage, THIRD).events[-1].name == "RecoveryStarted"


def test_a_person_with_two_seats_has_one_approval(stage: Stage) -> None:
    stage.do(FIRST, stage.system.identity, "register", Role.PATIENT)
    name(stage, PATIENT, [FIRST, SECOND, THIRD], 2)
    rotate(stage, FIRST, SECOND)
    assert propose(stage, SECOND).events[-1].arguments["approvals"] == 1
    assert running(stage) == (bytes(20), 0)
    assert retract(stage, SECOND).events[-1].arguments["approvals"] == 0


def test_a_guardian_approves_once(guarded: Stage) -> None:
    propose(guarded, FIRST)
    outcome = approve(guarded, FIRST)
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    assert outcome.error == f"AlreadyApproved(recoveryId=0x{recovery_id.hex()}, guardian={shown(FIRST)})"


def test_an_approval_counts_for_one_proposal(guarded: Stage) -> None:
    """Proposals stand side by side, so that one guardian cannot keep the others from proposing."""
    propose(guarded, FIRST, NEW_PHONE)
    propose(guarded, SECOND, SPARE_PHONE)
    assert running(guarded) == (bytes(20), 0)
    approve(guarded, THIRD, SPARE_PHONE)
    assert running(guarded)[0] == SPARE_PHONE.address


def test_one_recovery_of_a_person_runs_at_a_time(guarded: Stage) -> None:
    propose(guarded, FIRST, SPARE_PHONE)
    propose(guarded, SECOND, NEW_PHONE)
    assert approve(guarded, THIRD, NEW_PHONE).events[-1].name == "RecoveryStarted"
    words = f"RecoveryRunning(account={shown(PATIENT)}, newKey={shown(NEW_PHONE)})"
    assert propose(guarded, THIRD, key(92)).error == words
    assert approve(guarded, THIRD, SPARE_PHONE).error == words


def test_a_key_is_proposed_again_only_after_its_consent_expired(guarded: Stage) -> None:
    propose(guarded, FIRST)
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    assert propose(guarded, SECOND).error == f"AlreadyProposed(recoveryId=0x{recovery_id.hex()})"
    deadline_s = guarded.read(guarded.system.identity, "proposalOf", recovery_id)[2]
    guarded.time_s = deadline_s - BLOCK_S
    assert propose(guarded.branch(), SECOND).error == f"AlreadyProposed(recoveryId=0x{recovery_id.hex()})"
    guarded.pass_time(1)
    outcome = propose(guarded, SECOND)
    assert outcome.events[-1].arguments["approvals"] == 1


def test_approvals_end_with_the_consent(guarded: Stage) -> None:
    propose(guarded, FIRST)
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    deadline_s = guarded.read(guarded.system.identity, "proposalOf", recovery_id)[2]
    late = guarded.branch()
    late.time_s = deadline_s - BLOCK_S + 1
    assert approve(late, SECOND).error == f"ConsentExpired(deadline={deadline_s}, time={deadline_s + 1})"
    guarded.time_s = deadline_s - BLOCK_S
    assert approve(guarded, SECOND).status == 1


def test_a_proposal_needs_a_consent_in_time(guarded: Stage) -> None:
    identity = guarded.system.identity
    new_key, deadline_s, signature = consenting(guarded, PATIENT.address, NEW_PHONE, for_s=0)
    arguments = (PATIENT.address, new_key, deadline_s, signature)
    outcome = guarded.send(FIRST, identity, "proposeNewKey", *arguments)
    assert outcome.error == f"ConsentExpired(deadline={deadline_s}, time={deadline_s + BLOCK_S})"


def test_a_proposed_key_must_consent_itself_and_to_the_present_key(guarded: Stage) -> None:
    identity, domain = guarded.system.identity, identity_domain(guarded.system)
    consent = KeyConsent(PATIENT.address, NEW_PHONE.address, guarded.time_s + DAY_S)
    elsewhere = replace(consent, account=OTHER_PATIENT.address)
    for signer, signed in ((FIRST, consent), (NEW_PHONE, elsewhere)):
        signature = compact(signer.sign(signed.digest(domain)))
        arguments = (PATIENT.address, NEW_PHONE.address, consent.deadline_s, signature)
        outcome = guarded.send(FIRST, identity, "proposeNewKey", *arguments)
        assert outcome.error == f"ConsentInvalid(newKey={shown(NEW_PHONE)})"


def test_a_key_in_use_or_retired_is_not_proposed(guarded: Stage) -> None:
    assert propose(guarded, FIRST, OTHER_PATIENT).error == f"KeyInUse(newKey={shown(OTHER_PATIENT)})"
    rotate(guarded, PATIENT, NEW_PHONE)
    for used in (PATIENT, NEW_PHONE):
        assert propose(guarded, FIRST, used).error == f"KeyInUse(newKey={shown(used)})"


def test_a_guardian_does_not_propose_itself(guarded: Stage) -> None:
    assert propose(guarded, FIRST, SECOND).error == f"KeyIsGuardian(newKey={shown(SECOND)})"


def test_a_key_that_registered_meanwhile_is_withdrawn_for_another(under_way: Stage) -> None:
    stage = under_way
    stage.do(NEW_PHONE, stage.system.identity, "register", Role.PATIENT)
    stage.pass_time(PERIOD_S)
    assert complete(stage).error == f"KeyInUse(newKey={shown(NEW_PHONE)})"
    assert retract(stage, FIRST).status == 1
    assert running(stage) == (bytes(20), 0)
    propose(stage, FIRST, SPARE_PHONE)
    assert approve(stage, SECOND, SPARE_PHONE).events[-1].name == "RecoveryStarted"


def test_too_few_approvals_stop_a_running_recovery_and_another_starts_its_period_anew(
    under_way: Stage,
) -> None:
    recovery_id = proposed(under_way, PATIENT.address, NEW_PHONE.address)
    under_way.pass_time(PERIOD_S)
    outcome = retract(under_way, SECOND)
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("ApprovalRetracted", {"recoveryId": recovery_id, "guardian": SECOND.address, "approvals": 1})
    ]
    assert complete(under_way).error == f"NoRecoveryRunning(account={shown(PATIENT)})"
    under_way.pass_time(-PERIOD_S + DAY_S)
    assert approve(under_way, THIRD).status == 1
    assert running(under_way) == (NEW_PHONE.address, under_way.time_s + PERIOD_S)


def test_a_recovery_runs_on_while_enough_approve(under_way: Stage) -> None:
    """A third approval: one that is retracted is not needed."""
    before = running(under_way)
    assert [event.name for event in approve(under_way, THIRD).events] == ["RecoveryApproved"]
    assert retract(under_way, SECOND).status == 1
    assert running(under_way) == before
    assert retract(under_way, FIRST).status == 1
    assert running(under_way) == (bytes(20), 0)


def test_retracting_from_another_proposal_leaves_the_running_one(stage: Stage) -> None:
    name(stage, PATIENT, list(GUARDIANS), 2)
    propose(stage, FIRST, SPARE_PHONE)
    propose(stage, SECOND, NEW_PHONE)
    approve(stage, THIRD, NEW_PHONE)
    before = running(stage)
    assert retract(stage, FIRST, SPARE_PHONE).status == 1
    assert running(stage) == before == (NEW_PHONE.address, before[1])


def test_only_who_approved_retracts_and_once(guarded: Stage) -> None:
    propose(guarded, FIRST)
    recovery_id = proposed(guarded, PATIENT.address, NEW_PHONE.address)
    words = f"NotApproved(recoveryId=0x{recovery_id.hex()}, guardian={shown(SECOND)})"
    assert retract(guarded, SECOND).error == words
    approve(guarded, SECOND)
    assert retract(guarded, SECOND).status == 1
    assert retract(guarded, SECOND).error == words


@pytest.mark.parametrize("function", ["approveNewKey", "retractApproval"])
def test_what_was_never_proposed_is_unknown(guarded: Stage, function: str) -> None:
    recovery_id = keccak(b"nothing")
    outcome = guarded.send(FIRST, guarded.system.identity, function, recovery_id)
    assert outcome.error == f"RecoveryUnknown(recoveryId=0x{recovery_id.hex()})"
    unknown = guarded.read(guarded.system.identity, "proposalOf", recovery_id)
    assert unknown == (bytes(20), bytes(20), 0, 0, False)


def test_whom_nobody_guards_nobody_recovers(stage: Stage) -> None:
    outcome = propose(stage, FIRST)
    assert outcome.error == f"NotGuardian(account={shown(PATIENT)}, caller={shown(FIRST)})"


def test_identifiers_are_as_python_reckons_them(guarded: Stage) -> None:
    arguments = (PATIENT.address, NEW_PHONE.address, 7)
    read = guarded.read(guarded.system.identity, "recoveryIdentifier", *arguments)
    assert read == recovery_identifier(*arguments)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (IdentityTerms(recovery_delay_s=0), "RecoveryPeriodZero()"),
        (IdentityTerms(maximum_guardians=0), "MaximumGuardiansOutOfRange(maximumGuardians=0)"),
        (IdentityTerms(maximum_guardians=17), "MaximumGuardiansOutOfRange(maximumGuardians=17)"),
        (IdentityTerms(recovery_delay_s=1, maximum_guardians=16), ""),
    ],
)
def test_terms_that_protect_nobody_are_refused(opened: Stage, terms: IdentityTerms, error: str) -> None:
    stage = opened.branch()
    creation = next(
        transaction
        for transaction in opening_transactions(parameters(identity=terms), stage.system, 0)
        if transaction.data.startswith(stage.system.identity.artifact.bytecode)
    )
    nonce = stage.engine.nonce(stage.root, DEPLOYER.address)
    receipts = stage.execute([replace(creation, nonce=nonce)]).receipts
    assert ("" if receipts.status[0] else stage.system.decode_error(receipts.output[0])) == error


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def shown(key: PrivateKey) -> str:
    return f"0x{key.address.hex()}"
