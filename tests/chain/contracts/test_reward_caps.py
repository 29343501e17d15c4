"""Caps: what an epoch lets an account earn and a provider issue; what lies above is not earned, the visit counts."""

from __future__ import annotations

import pytest
from rewarding import Governed, close, earned, governed, over, paid, points_of, settle, staged, visit

from chain.contracts.rehearsal.cast import OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER
from chain.contracts.rehearsal.reward_pool import end_epoch, presented
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import Visit

CREDITED = 2


def credited(stage: Stage, number: int, **named: object) -> list[int]:
    """Points of patient and provider for a visit, as its events tell them."""
    made = Visit.at(stage, number=number, **named)  # type: ignore[arg-type]
    made.check_in(stage)
    made.anchor(stage)
    outcome = made.credit(stage)
    assert outcome.status == 1, outcome.error
    assert stage.read(stage.system.checkin, "visitOf", made.check_in_id)["status"] == CREDITED
    return earned(outcome)


def test_an_account_earns_up_to_its_cap_and_no_more() -> None:
    stage = staged(account_cap_points=130)
    assert [credited(stage, number) for number in (1, 2, 3)] == [[100, 50], [30, 50], [0, 30]]
    assert points_of(stage, 0, PATIENT.address) == (130, 0)
    assert points_of(stage, 0, PROVIDER.address) == (130, 0)


def test_a_provider_issues_up_to_its_cap_to_the_patient_first() -> None:
    stage = staged(provider_cap_points=240)
    assert [credited(stage, number) for number in (1, 2, 3)] == [[100, 50], [90, 0], [0, 0]]
    assert credited(stage, 4, provider=OTHER_PROVIDER) == [100, 50]


def test_a_cap_of_one_kind_is_no_cap_of_the_other() -> None:
    stage = staged(account_cap_points=120)
    credits = [
        credited(stage, number, patient=patient)
        for number, patient in enumerate([PATIENT] * 2 + [OTHER_PATIENT])
    ]
    assert credits == [[100, 50], [20, 50], [100, 20]]


def test_both_caps_bind_together() -> None:
    stage = staged(account_cap_points=60, provider_cap_points=150)
    assert [credited(stage, number) for number in (1, 2)] == [[60, 50], [0, 10]]
    assert credited(stage, 3, patient=OTHER_PATIENT) == [30, 0]
    assert credited(stage, 4, patient=OTHER_PATIENT, provider=OTHER_PROVIDER) == [30, 50]


def test_caps_begin_anew_with_each_epoch() -> None:
    stage = staged(account_cap_points=130, provider_cap_points=200)
    assert [credited(stage, number) for number in (1, 2)] == [[100, 50], [30, 20]]
    end_epoch(stage, 0)
    assert credited(stage, 3) == [100, 50]
    close(stage, 0)
    end_epoch(stage, 1)
    assert credited(stage, 4) == [100, 50]


def test_curation_points_count_against_both_caps() -> None:
    stage = staged(account_cap_points=70, provider_cap_points=100)
    made = visit(stage)
    assert points_of(stage, 0, PATIENT.address) == (70, 0)
    share = presented(stage, made, OTHER_PROVIDER)
    outcome = stage.do(OTHER_PROVIDER, stage.system.rewards, "creditShare", *share)
    # The patient's cap is used up; the issuer has 30 and 20 more fit; the acceptor's 40 fit into both.
    assert earned(outcome) == [0, 20, 40]
    assert credited(stage, 2, patient=OTHER_PATIENT, provider=OTHER_PROVIDER) == [40, 0]
    assert points_of(stage, 0, OTHER_PROVIDER.address) == (0, 40)


def test_points_above_a_cap_weigh_nothing() -> None:
    stage = staged(account_cap_points=100)
    for number in range(1, 4):
        credited(stage, number)
    assert over(stage, 0)["points"] == 200
    amounts = paid(settle(stage, 0, PATIENT.address, PROVIDER.address))
    assert amounts[PATIENT.address] == amounts[PROVIDER.address]


def test_governance_sets_caps_for_the_next_epoch() -> None:
    stage: Governed = governed()
    visit(stage, 1)
    stage.by_vote("setCaps", (60, 0))
    visit(stage, 2)
    assert points_of(stage, 0, PATIENT.address) == (200, 0)
    end_epoch(stage, 0)
    visit(stage, 3)
    assert points_of(stage, 1, PATIENT.address) == (60, 0)
    stage.by_vote("setCaps", (0, 0))
    close(stage, 0)
    end_epoch(stage, 1)
    visit(stage, 4)
    assert points_of(stage, 2, PATIENT.address) == (100, 0)


@pytest.mark.parametrize("caps", [{"account_cap_points": 2**64 - 1}, {"provider_cap_points": 2**64 - 1}])
def test_the_highest_cap_is_as_good_as_none(caps: dict[str, int]) -> None:
    stage = staged(**caps)
    assert [credited(stage, number) for number in (1, 2)] == [[100, 50]] * 2
