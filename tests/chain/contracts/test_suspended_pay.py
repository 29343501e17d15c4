"""Nobody suspended is paid: what was earned waits in the pool until the person is reinstated, or is slashed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewarding import (
    WEEK_UNITS,
    books_close,
    close,
    over,
    paid,
    points_of,
    settle,
    staged,
    vesting,
    visit,
)

from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    NEW_PHONE,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.reward_pool import EVIDENCE, presented
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import WEEK_S
from chain.contracts.rehearsal.visit import Visit
from chain.hashing import keccak
from chain.keys import PrivateKey

REASON = keccak(b"fraud is suspected")
PROVIDERS_PART = WEEK_UNITS * 50 // 150
PATIENTS_PART = WEEK_UNITS * 100 // 150


@pytest.fixture
def stage() -> Stage:
    return staged()


def suspend(stage: Stage, who: PrivateKey) -> None:
    stage.do(CERTIFIER, stage.system.identity, "suspend", who.address, REASON)


def reinstate(stage: Stage, who: PrivateKey) -> None:
    stage.do(CERTIFIER, stage.system.identity, "reinstate", who.address, REASON)


def suspended(who: PrivateKey) -> str:
    return f"PersonSuspended(account=0x{who.address.hex()})"


def withdraw(stage: Stage, who: PrivateKey) -> Outcome:
    return stage.send(STRANGER, stage.system.rewards, "withdraw", who.address)


def test_a_settlement_passes_over_whom_is_suspended(stage: Stage) -> None:
    visit(stage)
    suspend(stage, PROVIDER)
    over(stage, 0)
    outcome = settle(stage, 0, PROVIDER.address, PATIENT.address)
    assert paid(outcome) == {PATIENT.address: PATIENTS_PART}
    assert points_of(stage, 0, PROVIDER.address) == (50, 0)
    assert stage.read(stage.system.rewards, "unpaid") == WEEK_UNITS - PATIENTS_PART
    reinstate(stage, PROVIDER)
    assert paid(settle(stage, 0, PROVIDER.address)) == {PROVIDER.address: PROVIDERS_PART}
    books_close(stage)


def test_what_a_suspended_provider_has_credited_alone_waits_too(stage: Stage) -> None:
    made = Visit.at(stage)
    assert [made.check_in(stage).status, made.anchor(stage).status] == [1, 1]
    suspend(stage, PROVIDER)
    assert made.credit(stage).status
    over(stage, 0)
    assert paid(settle(stage, 0, PROVIDER.address)) == {}


def test_a_new_key_does_not_shake_a_suspension_off(stage: Stage) -> None:
    """Points stand under the first key, and the suspension moves to the second with a recovery."""
    identity = stage.system.identity
    visit(stage)
    stage.do(PROVIDER, identity, "setGuardians", [ARBITER.address], 1)
    suspend(stage, PROVIDER)
    stage.do(
        ARBITER, identity, "proposeNewKey", PROVIDER.address, *consenting(stage, PROVIDER.address, NEW_PHONE)
    )
    over(stage, 0)
    stage.do(STRANGER, identity, "completeRecovery", PROVIDER.address)
    assert paid(settle(stage, 0, PROVIDER.address)) == {}
    reinstate(stage, NEW_PHONE)
    assert paid(settle(stage, 0, PROVIDER.address)) == {PROVIDER.address: PROVIDERS_PART}
    assert stage.balance(NEW_PHONE.address) == PROVIDERS_PART


def test_what_waits_can_be_slashed(stage: Stage) -> None:
    visit(stage)
    suspend(stage, PROVIDER)
    over(stage, 0)
    settle(stage, 0, PROVIDER.address, PATIENT.address)
    stage.do(ARBITER, stage.system.rewards, "slashPoints", 0, PROVIDER.address, 50, 0, EVIDENCE)
    assert stage.read(stage.system.rewards, "unpaid") == 0
    books_close(stage)


@pytest.mark.parametrize("who", [PROVIDER, PATIENT], ids=["provider", "patient"])
def test_a_credit_does_not_pay_old_points_of_whom_is_suspended(stage: Stage, who: PrivateKey) -> None:
    """Points of two epochs ago make room for new ones by being paid."""
    visit(stage)
    over(stage, 0)
    stage.pass_time(WEEK_S)
    made = Visit.at(stage, number=2)
    assert [made.check_in(stage).status, made.anchor(stage).status] == [1, 1]
    suspend(stage, who)
    assert made.credit(stage).error == suspended(who)
    reinstate(stage, who)
    assert made.credit(stage).status
    assert stage.balance(who.address) == (PROVIDERS_PART if who is PROVIDER else PATIENTS_PART)


def test_a_suspended_provider_credits_no_batch(stage: Stage) -> None:
    system, day = stage.system, Day.of(stage, 2, first=1)
    check_ins, records = day.check_ins(system.checkin_domain), day.records(system.records_domain)
    stage.do(PROVIDER, system.checkin, "checkInBatch", *check_ins.arguments)
    stage.do(PROVIDER, system.records, "anchorBatch", *records.arguments)
    items = [(bytes(32), *check_ins.proving(index)[1:], *records.proving(index)[1:]) for index in range(2)]
    arguments = (check_ins.batch_id, records.batch_id, items)
    suspend(stage, PROVIDER)
    assert stage.send(PROVIDER, system.rewards, "creditBatch", *arguments).error == suspended(PROVIDER)
    reinstate(stage, PROVIDER)
    assert stage.send(PROVIDER, system.rewards, "creditBatch", *arguments).status


@pytest.mark.parametrize("who", [PROVIDER, PATIENT], ids=["issuer", "patient"])
def test_no_share_of_or_from_whom_is_suspended(stage: Stage, who: PrivateKey) -> None:
    arguments = presented(stage, visit(stage), OTHER_PROVIDER)
    suspend(stage, who)
    outcome = stage.send(OTHER_PROVIDER, stage.system.rewards, "creditShare", *arguments)
    assert outcome.error == suspended(who)
    reinstate(stage, who)
    assert stage.send(OTHER_PROVIDER, stage.system.rewards, "creditShare", *arguments).status


@pytest.fixture
def leaving() -> Stage:
    """All of a week's payouts vests, and the patient's leaves in thirteen weekly parts, one of which is due."""
    stage = staged(vesting_share_basis_points=10_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    stage.do(PATIENT, stage.system.rewards, "powerDown", PATIENTS_PART)
    stage.pass_time(WEEK_S)
    return stage


@pytest.mark.parametrize(
    "ask",
    [
        lambda stage: withdraw(stage, PATIENT),
        lambda stage: stage.send(PATIENT, stage.system.rewards, "powerDown", 0),
    ],
    ids=["withdraw", "powerDown"],
)
def test_what_vests_for_whom_is_suspended_stays(leaving: Stage, ask: Callable[[Stage], Outcome]) -> None:
    suspend(leaving, PATIENT)
    assert ask(leaving).error == suspended(PATIENT)
    assert leaving.balance(PATIENT.address) == 0
    reinstate(leaving, PATIENT)
    assert ask(leaving).status
    assert leaving.balance(PATIENT.address) == PATIENTS_PART // 13


@pytest.mark.parametrize("barred", [True, False], ids=["suspended", "in good standing"])
def test_a_slash_of_what_vests_pays_what_was_due_but_to_whom_is_suspended(
    leaving: Stage, barred: bool
) -> None:
    if barred:
        suspend(leaving, PATIENT)
    leaving.do(ARBITER, leaving.system.rewards, "slashVesting", PATIENT.address, 2**128, EVIDENCE)
    assert leaving.balance(PATIENT.address) == (0 if barred else PATIENTS_PART // 13)
    assert vesting(leaving, PATIENT.address)["balance"] == 0
    books_close(leaving)


def test_a_part_of_a_slash_leaves_the_power_down_of_whom_is_suspended(leaving: Stage) -> None:
    suspend(leaving, PATIENT)
    leaving.do(ARBITER, leaving.system.rewards, "slashVesting", PATIENT.address, 1, EVIDENCE)
    left = vesting(leaving, PATIENT.address)
    assert (left["balance"], left["leaving"]) == (PATIENTS_PART - 1, 0)
    reinstate(leaving, PATIENT)
    assert withdraw(leaving, PATIENT).error == f"NothingDue(account=0x{PATIENT.address.hex()})"
    assert close(leaving, 1).status
    books_close(leaving)
