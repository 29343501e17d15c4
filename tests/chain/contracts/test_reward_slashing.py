"""Slashing reaches points that have not been paid and MED that has not vested, nothing else, and all sums stay true."""

from __future__ import annotations

from math import isqrt
from typing import Any

import pytest
from rewarding import (
    OPENING_UNITS,
    WEEK_UNITS,
    books_close,
    governed,
    over,
    paid,
    points_of,
    settle,
    staged,
    told,
    vesting,
    visit,
)

from chain.contracts.deployment.reward_pool import Curve, Destination
from chain.contracts.rehearsal.cast import (
    ARBITER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.reward_pool import EVIDENCE, credit, presented
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import WEEK_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.system import JUDGE_ROLE
from chain.keys import PrivateKey

EVERYTHING = 2**64 - 1
AUTHORS, CURATORS, AUTHORS_FUND, _CURATORS_FUND = range(4)


@pytest.fixture
def stage() -> Stage:
    return staged()


def slash(
    stage: Stage, account: bytes, points: int, curation_points: int = 0, *, epoch: int = 0,
    judge: PrivateKey = ARBITER,
) -> Outcome:  # fmt: skip
    return stage.send(
        judge, stage.system.rewards, "slashPoints", epoch, account, points, curation_points, EVIDENCE
    )


def slash_visit(
    stage: Stage, made: Visit, *points: int, epoch: int = 0, judge: PrivateKey = ARBITER
) -> Outcome:
    named = epoch, made.code.struct_hash, made.patient.address
    return stage.send(judge, stage.system.rewards, "slashVisit", *named, *points, EVIDENCE)


def slash_vesting(stage: Stage, account: bytes, amount: int, *, judge: PrivateKey = ARBITER) -> Outcome:
    return stage.send(judge, stage.system.rewards, "slashVesting", account, amount, EVIDENCE)


def book(stage: Stage, part: int) -> tuple[int, ...]:
    return tuple(stage.read(stage.system.rewards, "epochOf", 0)[part].values())


@pytest.mark.parametrize("curve", Curve)
def test_points_of_an_open_epoch_leave_the_sums_and_the_others_part_grows(curve: Curve) -> None:
    stage = staged(curve=curve)
    visit(stage, 1)
    visit(stage, 2, patient=OTHER_PATIENT)
    outcome = slash(stage, PROVIDER.address, 60)
    assert told(outcome, "PointsSlashed") == {
        "epoch": 0,
        "account": PROVIDER.address,
        "points": 60,
        "curationPoints": 0,
        "amount": 0,
        "destination": Destination.NEXT_EPOCH,
        "evidence": EVIDENCE,
    }
    weigh = {
        Curve.LINEAR: lambda points: points,
        Curve.SQUARE_ROOT: lambda points: isqrt(points * 10**12),
        Curve.QUADRATIC: lambda points: points**2,
    }[curve]
    weights = [weigh(100), weigh(100), weigh(40)]
    assert book(stage, AUTHORS)[:2] == (sum(weights), 240)
    over(stage, 0)
    amounts = paid(settle(stage, 0, PATIENT.address, OTHER_PATIENT.address, PROVIDER.address))
    assert list(amounts.values()) == [WEEK_UNITS * weight // sum(weights) for weight in weights]
    assert stage.read(stage.system.rewards, "unpaid") == 0
    books_close(stage)


@pytest.mark.parametrize("curve", Curve)
def test_points_of_a_closed_epoch_are_redeemed_and_the_others_part_stays(curve: Curve) -> None:
    stage = staged(curve=curve)
    visit(stage, 1)
    twin = stage.branch()
    over(stage, 0)
    over(twin, 0)
    outcome = slash(stage, PROVIDER.address, EVERYTHING, EVERYTHING)
    worth = paid(settle(twin, 0, PROVIDER.address))[PROVIDER.address]
    assert told(outcome, "PointsSlashed")["amount"] == worth > 0
    assert settle(stage, 0, PROVIDER.address).events == []
    assert paid(settle(stage, 0, PATIENT.address)) == paid(settle(twin, 0, PATIENT.address))
    assert stage.balance(PROVIDER.address) == 0
    dust = twin.read(twin.system.rewards, "carried")
    assert stage.read(stage.system.rewards, "carried") == worth + dust
    assert stage.read(stage.system.rewards, "unpaid") == 0
    books_close(stage)


def test_a_part_of_the_points_of_a_closed_epoch(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    slash(stage, PATIENT.address, 30)
    assert points_of(stage, 0, PATIENT.address) == (70, 0)
    assert book(stage, AUTHORS_FUND) == (WEEK_UNITS, WEEK_UNITS * 30 // 150, 120)
    amounts = paid(settle(stage, 0, PATIENT.address, PROVIDER.address))
    assert list(amounts.values()) == [WEEK_UNITS * 70 // 150, WEEK_UNITS * 50 // 150]
    books_close(stage)


def test_curation_points_are_slashed_on_their_side() -> None:
    stage = staged(curation_share_basis_points=2_500)
    made = visit(stage)
    stage.do(OTHER_PROVIDER, stage.system.rewards, "creditShare", *presented(stage, made, OTHER_PROVIDER))
    slash(stage, OTHER_PROVIDER.address, 0, 10)
    assert points_of(stage, 0, OTHER_PROVIDER.address) == (0, 30)
    assert book(stage, CURATORS)[:2] == (isqrt(30 * 10**12), 30)
    assert book(stage, AUTHORS)[:2] == (200, 200)
    slash(stage, OTHER_PROVIDER.address, 0, EVERYTHING)
    assert book(stage, CURATORS)[:2] == (0, 0)
    assert over(stage, 0)["curatorsBudget"] == 0
    books_close(stage)


@pytest.mark.parametrize("destination", Destination)
def test_slashed_med_goes_where_the_terms_say(destination: Destination) -> None:
    stage = staged(slashed_to=destination, vesting_share_basis_points=5_000)
    visit(stage, 1)
    over(stage, 0)
    points = told(slash(stage, PROVIDER.address, EVERYTHING), "PointsSlashed")
    settle(stage, 0, PATIENT.address)
    vested = told(slash_vesting(stage, PATIENT.address, 1_000), "VestingSlashed")
    assert points["destination"] == vested["destination"] == destination
    gone = points["amount"] + vested["amount"]
    assert stage.balance(TREASURY.address) == (gone if destination is Destination.TREASURY else 0)
    burned = OPENING_UNITS + WEEK_UNITS - stage.read(stage.system.token, "totalSupply")
    assert burned == (gone if destination is Destination.BURN else 0)
    carried = stage.read(stage.system.rewards, "carried")
    assert carried == (gone if destination is Destination.NEXT_EPOCH else 0)
    books_close(stage)


def test_what_was_paid_is_out_of_reach(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PROVIDER.address)
    held = stage.balance(PROVIDER.address)
    assert slash(stage, PROVIDER.address, 1).error == f"NothingToSlash(account=0x{PROVIDER.address.hex()})"
    assert slash_vesting(stage, PROVIDER.address, 1).error.startswith("NothingToSlash")
    assert stage.balance(PROVIDER.address) == held > 0


@pytest.mark.parametrize(("account", "epoch", "points"), [(STRANGER, 0, 1), (PATIENT, 1, 1), (PATIENT, 0, 0)])
def test_where_there_are_no_points_there_is_nothing_to_slash(
    stage: Stage, account: PrivateKey, epoch: int, points: int
) -> None:
    visit(stage)
    refused = slash(stage, account.address, points, epoch=epoch)
    assert refused.error == f"NothingToSlash(account=0x{account.address.hex()})"
    assert points_of(stage, 0, PATIENT.address) == (100, 0)


def test_a_visit_is_slashed_once_and_no_further_than_a_visit_earns(stage: Stage) -> None:
    visits = [visit(stage, number) for number in (1, 2)]
    outcome = slash_visit(stage, visits[0], 10_000, 10_000)
    taken = {
        event.arguments["account"]: event.arguments["points"]
        for event in outcome.events
        if event.name == "PointsSlashed"
    }
    assert taken == {PATIENT.address: 100, PROVIDER.address: 50}
    check_in_id = visits[0].check_in_id
    assert told(outcome, "VisitSlashed") == {"checkInId": check_in_id, "evidence": EVIDENCE}
    assert stage.read(stage.system.rewards, "isVisitSlashed", check_in_id) is True
    assert points_of(stage, 0, PATIENT.address) == (100, 0)
    again = slash_visit(stage, visits[0], 100, 50)
    assert again.error == f"VisitSlashedAlready(checkInId=0x{check_in_id.hex()})"
    assert stage.read(stage.system.rewards, "isVisitSlashed", visits[1].check_in_id) is False


def test_an_innocent_patient_keeps_the_points(stage: Stage) -> None:
    made = visit(stage)
    slash_visit(stage, made, 0, 50)
    assert points_of(stage, 0, PATIENT.address) == (100, 0)
    assert points_of(stage, 0, PROVIDER.address) == (0, 0)


def test_a_visit_of_a_closed_epoch_is_worth_its_points(stage: Stage) -> None:
    made = visit(stage)
    visit(stage, 2, patient=OTHER_PATIENT)
    over(stage, 0)
    slash_visit(stage, made, 100, 50)
    assert stage.read(stage.system.rewards, "carried") == WEEK_UNITS * 100 // 300 + WEEK_UNITS * 50 // 300
    assert points_of(stage, 0, PROVIDER.address) == (50, 0)
    books_close(stage)


def test_a_visit_that_earned_nothing_that_is_left_is_not_slashed(stage: Stage) -> None:
    made = visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    refused = slash_visit(stage, made, 100, 50)
    assert refused.error == f"NothingToSlash(account=0x{PROVIDER.address.hex()})"
    assert stage.read(stage.system.rewards, "isVisitSlashed", made.check_in_id) is False


def test_only_a_credited_visit_is_slashed(stage: Stage) -> None:
    visit(stage, 1)
    made = Visit.at(stage, number=2)
    made.check_in(stage)
    unknown = f"VisitNotCredited(checkInId=0x{made.check_in_id.hex()})"
    assert slash_visit(stage, made, 100, 50).error == unknown


def test_vesting_is_slashed_down_to_nothing_and_the_due_parts_are_paid() -> None:
    stage = staged(vesting_share_basis_points=5_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    held, liquid = vesting(stage, PATIENT.address)["balance"], stage.balance(PATIENT.address)
    stage.do(PATIENT, stage.system.rewards, "powerDown", held)
    stage.pass_time(3 * WEEK_S)
    outcome = slash_vesting(stage, PATIENT.address, 10**18)
    due = held // 13 * 3
    assert told(outcome, "Withdrawn")["amount"] == due
    assert told(outcome, "VestingSlashed")["amount"] == held - due
    assert stage.balance(PATIENT.address) == liquid + due
    assert vesting(stage, PATIENT.address) == {
        **vesting(stage, PATIENT.address), "balance": 0, "leaving": 0, "left": 0, "due": 0,
    }  # fmt: skip
    books_close(stage)


@pytest.mark.parametrize("taken", [1, 400])
def test_a_power_down_goes_on_where_enough_is_left_and_ends_where_not(taken: int) -> None:
    stage = staged(vesting_share_basis_points=5_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address)
    held = vesting(stage, PATIENT.address)["balance"]
    stage.do(PATIENT, stage.system.rewards, "powerDown", held - 100)
    slash_vesting(stage, PATIENT.address, taken)
    after = vesting(stage, PATIENT.address)
    assert after["balance"] == held - taken
    assert after["leaving"] == (held - 100 if taken <= 100 else 0)
    stage.pass_time(20 * WEEK_S)
    refused = stage.send(STRANGER, stage.system.rewards, "withdraw", PATIENT.address)
    assert refused.status == (taken <= 100)
    books_close(stage)


def test_new_vesting_does_not_feed_a_power_down_that_a_slash_has_ended() -> None:
    """Else what vests later would leave at once."""
    stage = staged(vesting_share_basis_points=10_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address)
    held = vesting(stage, PATIENT.address)["balance"]
    stage.do(PATIENT, stage.system.rewards, "powerDown", held)
    slash_vesting(stage, PATIENT.address, held)
    visit(stage, 2)
    over(stage, 1)
    settle(stage, 1, PATIENT.address)
    stage.pass_time(20 * WEEK_S)
    refused = stage.send(STRANGER, stage.system.rewards, "withdraw", PATIENT.address)
    assert refused.error == f"NothingDue(account=0x{PATIENT.address.hex()})"


@pytest.mark.parametrize("act", ["points", "visit", "vesting"])
def test_only_a_judge_slashes(stage: Stage, act: str) -> None:
    made = visit(stage)
    refused = {
        "points": lambda: slash(stage, PATIENT.address, 1, judge=STRANGER),
        "visit": lambda: slash_visit(stage, made, 1, 1, judge=STRANGER),
        "vesting": lambda: slash_vesting(stage, PATIENT.address, 1, judge=STRANGER),
    }[act]()
    who, role = f"account=0x{STRANGER.address.hex()}", f"neededRole=0x{JUDGE_ROLE.hex()}"
    assert refused.error == f"AccessControlUnauthorizedAccount({who}, {role})"


@pytest.fixture
def with_a_partial_judge() -> Any:
    """A patient and a provider judge too, the provider by its second key."""
    stage = governed(vesting_share_basis_points=5_000)
    for judge in (PATIENT, NEW_PHONE):
        stage.by_vote("grantRole", JUDGE_ROLE, judge.address)
    return stage


@pytest.mark.parametrize("judge", [PATIENT, NEW_PHONE], ids=["the patient", "the provider's second key"])
def test_a_party_does_not_judge_its_visit(with_a_partial_judge: Any, judge: PrivateKey) -> None:
    stage = with_a_partial_judge
    own = Visit.at(stage, number=1)
    others = Visit.at(stage, number=2, patient=OTHER_PATIENT, provider=OTHER_PROVIDER)
    for made in (own, others):
        credit(stage, made)
    if judge is NEW_PHONE:
        consent = consenting(stage, PROVIDER.address, NEW_PHONE)
        stage.do(PROVIDER, stage.system.identity, "replaceKey", *consent)
    words = f"JudgeIsParty(judge=0x{judge.address.hex()})"
    assert slash_visit(stage, own, 100, 50, judge=judge).error == words
    assert slash_visit(stage, others, 100, 50, judge=judge).status
    assert slash_visit(stage, own, 100, 50).status


@pytest.mark.parametrize("judge", [PATIENT, NEW_PHONE], ids=["the patient", "the provider's second key"])
def test_nobody_judges_itself(with_a_partial_judge: Any, judge: PrivateKey) -> None:
    stage = with_a_partial_judge
    for number in (1, 2):
        credit(stage, Visit.at(stage, number=number))
        if number == 1:
            over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    if judge is NEW_PHONE:
        consent = consenting(stage, PROVIDER.address, NEW_PHONE)
        stage.do(PROVIDER, stage.system.identity, "replaceKey", *consent)
    own, other = (PATIENT, PROVIDER) if judge is PATIENT else (PROVIDER, PATIENT)
    words = f"JudgeIsParty(judge=0x{judge.address.hex()})"
    assert slash(stage, own.address, 1, epoch=1, judge=judge).error == words
    assert slash(stage, other.address, 1, epoch=1, judge=judge).status
    assert slash_vesting(stage, own.address, 1, judge=judge).error == words
    assert slash_vesting(stage, other.address, 1, judge=judge).status
