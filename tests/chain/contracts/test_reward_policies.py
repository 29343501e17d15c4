"""Curves and points are governance's, and change nothing that was earned before the change."""

from __future__ import annotations

from math import isqrt

import pytest
from rewarding import (
    WEEK_UNITS,
    Governed,
    books_close,
    close,
    governed,
    over,
    paid,
    points_of,
    settle,
    told,
    visit,
)

from chain.contracts.deployment.reward_pool import Contribution, Curve
from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.reward_pool import end_epoch
from chain.contracts.rehearsal.terms import START_S, WEEK_S
from chain.contracts.system import GOVERNOR_ROLE

TABLE = (100, 50, 30, 20, 40)
AUTHORS = 0


@pytest.fixture
def stage() -> Governed:
    return governed()  # type: ignore[no-any-return]


def unauthorised(who: bytes, role: bytes) -> str:
    return f"AccessControlUnauthorizedAccount(account=0x{who.hex()}, neededRole=0x{role.hex()})"


def sums(stage: Governed, epoch: int) -> tuple[int, int]:
    total = stage.read(stage.system.rewards, "epochOf", epoch)[AUTHORS]
    return total["points"], total["weight"]


def three_visits(stage: Governed) -> None:
    """A patient who visits twice, and one who visits once, at one provider."""
    for number, patient in ((1, PATIENT), (2, PATIENT), (3, OTHER_PATIENT)):
        visit(stage, number, patient=patient)


EARNED = {PATIENT.address: 200, OTHER_PATIENT.address: 100, PROVIDER.address: 150}


@pytest.mark.parametrize("curve", Curve)
def test_weights_follow_the_curve_and_grow_with_each_credit(curve: Curve) -> None:
    stage = governed(curve=curve)
    three_visits(stage)
    weights = {
        Curve.LINEAR: list(EARNED.values()),
        Curve.SQUARE_ROOT: [isqrt(points * 10**12) for points in EARNED.values()],
        Curve.QUADRATIC: [points**2 for points in EARNED.values()],
    }[curve]
    assert sums(stage, 0) == (450, sum(weights))
    over(stage, 0)
    amounts = [WEEK_UNITS * weight // sum(weights) for weight in weights]
    assert list(paid(settle(stage, 0, *EARNED)).values()) == amounts
    books_close(stage)


def test_a_curve_holds_from_the_next_epoch_on(stage: Governed) -> None:
    visit(stage, 1)
    outcome = stage.by_vote("setCurve", Curve.QUADRATIC)
    assert told(outcome, "PolicySet") == {
        "number": 2,
        "fromEpoch": 1,
        "curve": Curve.QUADRATIC,
        "curationCurve": Curve.SQUARE_ROOT,
        "points": dict(zip(POINT_NAMES, TABLE, strict=True)),
        "caps": {"perAccount": 0, "perProvider": 0},
    }
    visit(stage, 2)
    assert sums(stage, 0) == (300, 300)
    end_epoch(stage, 0)
    visit(stage, 3)
    assert sums(stage, 1) == (150, 100**2 + 50**2)


POINT_NAMES = ("visitPatient", "visitProvider", "sharePatient", "shareIssuer", "shareAcceptor")


def test_an_epoch_is_paid_by_its_own_curve_however_often_it_changed_since() -> None:
    stage = governed(curve=Curve.QUADRATIC)
    three_visits(stage)
    for epoch, curve in enumerate([Curve.LINEAR, Curve.SQUARE_ROOT, Curve.LINEAR]):
        stage.by_vote("setCurve", curve)
        end_epoch(stage, epoch)
    assert stage.read(stage.system.rewards, "lastPolicy") == 4
    close(stage, 0)
    whole = 200**2 + 100**2 + 150**2
    assert paid(settle(stage, 0, *EARNED)) == {
        account: WEEK_UNITS * points**2 // whole for account, points in EARNED.items()
    }


def test_a_second_change_before_the_epoch_begins_replaces_the_first(stage: Governed) -> None:
    stage.by_vote("setCurve", Curve.QUADRATIC)
    stage.by_vote("setPoints", (1, 2, 3, 4, 5))
    stage.by_vote("setCurve", Curve.LINEAR)
    rewards = stage.system.rewards
    assert stage.read(rewards, "lastPolicy") == 2
    from_epoch, curve, _curation, points, caps = stage.read(rewards, "policyOf", 2)
    assert (from_epoch, curve, tuple(points.values())) == (1, Curve.LINEAR, (1, 2, 3, 4, 5))
    assert tuple(caps.values()) == (0, 0)
    assert stage.read(rewards, "policyOf", 1)[:2] == (0, Curve.LINEAR)


def test_points_change_what_acts_earn_from_the_next_epoch_on(stage: Governed) -> None:
    stage.by_vote("setPoints", (7, 0, 0, 0, 0))
    visit(stage, 1)
    assert points_of(stage, 0, PATIENT.address) == (100, 0)
    end_epoch(stage, 0)
    visit(stage, 2)
    assert points_of(stage, 1, PATIENT.address) == (7, 0)
    assert points_of(stage, 1, PROVIDER.address) == (0, 0)


def test_each_setting_leaves_the_others_as_they_are(stage: Governed) -> None:
    for function, argument in (
        ("setCurve", Curve.SQUARE_ROOT),
        ("setCurationCurve", Curve.QUADRATIC),
        ("setPoints", (1, 2, 3, 4, 5)),
        ("setCaps", (6, 7)),
    ):
        stage.by_vote(function, argument)
    from_epoch, curve, curation_curve, points, caps = stage.read(stage.system.rewards, "policyOf", 2)
    assert (from_epoch, curve, curation_curve) == (1, Curve.SQUARE_ROOT, Curve.QUADRATIC)
    assert (tuple(points.values()), tuple(caps.values())) == ((1, 2, 3, 4, 5), (6, 7))


def test_before_the_first_epoch_the_first_policy_itself_changes() -> None:
    stage = governed(first_epoch_start_s=START_S + 10 * WEEK_S)
    outcome = stage.by_vote("setCurve", Curve.QUADRATIC)
    assert (told(outcome, "PolicySet")["number"], told(outcome, "PolicySet")["fromEpoch"]) == (1, 0)
    stage.time_s = START_S + 10 * WEEK_S
    stage.pass_time(1)
    visit(stage)
    assert sums(stage, 0) == (150, 100**2 + 50**2)


def test_an_epoch_without_points_needs_no_policy_of_its_own(stage: Governed) -> None:
    stage.by_vote("setCurve", Curve.QUADRATIC)
    assert over(stage, 0)["points"] == 0
    assert over(stage, 1)["points"] == 0
    visit(stage)
    assert sums(stage, 2) == (150, 100**2 + 50**2)


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        ("setCurve", Curve.LINEAR),
        ("setCurationCurve", Curve.LINEAR),
        ("setPoints", TABLE),
        ("setCaps", (0, 0)),
    ],
)
def test_only_governance_changes_policies(stage: Governed, function: str, argument: object) -> None:
    refused = stage.send(STRANGER, stage.system.rewards, function, argument)
    assert refused.error == unauthorised(STRANGER.address, GOVERNOR_ROLE)
    assert stage.by_vote(function, argument).status == 1


def test_every_act_and_role_has_its_points(stage: Governed) -> None:
    points = stage.read(stage.system.rewards, "policyOf", 1)[3]
    assert [points[POINT_NAMES[contribution]] for contribution in Contribution] == list(TABLE)


def test_zero_points_are_credited_all_the_same() -> None:
    stage = governed(patient_points=0, provider_points=0)
    made = visit(stage)
    assert points_of(stage, 0, PATIENT.address) == (0, 0)
    assert stage.read(stage.system.checkin, "visitOf", made.check_in_id)["status"] == 2
    assert over(stage, 0)["authorsBudget"] == 0
