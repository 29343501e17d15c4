"""Nobody earns more by replacing keys: under a curve or a cap it is the person who earns, and who is capped."""

from __future__ import annotations

import pytest
from rewarding import WEEK_UNITS, books_close, over, paid, points_of, settle, staged, visit

from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.rehearsal.cast import ARBITER, NEW_PHONE, OTHER_PROVIDER, PATIENT, PROVIDER, key
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.reward_pool import EVIDENCE, presented
from chain.contracts.rehearsal.stage import Stage
from chain.keys import PrivateKey

NEW_KEY = key(302)


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def test_under_a_linear_curve_points_are_noted_under_the_key_that_acted() -> None:
    stage = staged()
    visit(stage, 1)
    rotate(stage, PATIENT, NEW_PHONE)
    visit(stage, 2, patient=NEW_PHONE)
    assert points_of(stage, 0, PATIENT.address) == points_of(stage, 0, NEW_PHONE.address) == (100, 0)
    over(stage, 0)
    amounts = paid(settle(stage, 0, PATIENT.address, NEW_PHONE.address))
    assert list(amounts.values()) == [WEEK_UNITS // 3] * 2
    assert stage.balance(NEW_PHONE.address) == WEEK_UNITS // 3 * 2


@pytest.mark.parametrize("curve", [Curve.SQUARE_ROOT, Curve.QUADRATIC])
def test_under_any_other_curve_under_the_person(curve: Curve) -> None:
    stage = staged(curve=curve)
    visit(stage, 1)
    rotate(stage, PATIENT, NEW_PHONE)
    made = visit(stage, 2, patient=NEW_PHONE)
    assert points_of(stage, 0, PATIENT.address) == (200, 0)
    assert points_of(stage, 0, NEW_PHONE.address) == (0, 0)
    twin = staged(curve=curve)
    for number in (1, 2):
        visit(twin, number)
    sums = [one.read(one.system.rewards, "epochOf", 0)[0] for one in (stage, twin)]
    assert sums[0] == sums[1]
    named = 0, made.code.struct_hash, NEW_PHONE.address
    stage.do(ARBITER, stage.system.rewards, "slashVisit", *named, 40, 0, EVIDENCE)
    assert points_of(stage, 0, PATIENT.address) == (160, 0)
    over(stage, 0)
    amounts = paid(settle(stage, 0, PATIENT.address, PROVIDER.address))
    assert stage.balance(NEW_PHONE.address) == amounts[PATIENT.address] > 0
    assert stage.balance(PATIENT.address) == 0
    books_close(stage)


def test_an_accounts_cap_is_its_persons() -> None:
    stage = staged(account_cap_points=130)
    visit(stage, 1)
    rotate(stage, PATIENT, NEW_PHONE)
    visit(stage, 2, patient=NEW_PHONE)
    assert points_of(stage, 0, PATIENT.address) == (130, 0)


def test_a_providers_cap_is_its_persons() -> None:
    stage = staged(provider_cap_points=200)
    visit(stage, 1)
    rotate(stage, PROVIDER, NEW_KEY)
    visit(stage, 2, provider=NEW_KEY)
    assert points_of(stage, 0, PATIENT.address) == (150, 0)
    assert points_of(stage, 0, PROVIDER.address) == (50, 0)
    assert stage.read(stage.system.rewards, "tallyOf", 0, PROVIDER.address)["issued"] == 200


def test_curators_are_told_by_their_own_curve() -> None:
    """Under roots it would pay to accept under many keys."""
    stage = staged(curation_curve=Curve.SQUARE_ROOT)
    first, second = visit(stage, 1), visit(stage, 2)
    stage.do(OTHER_PROVIDER, stage.system.rewards, "creditShare", *presented(stage, first, OTHER_PROVIDER))
    rotate(stage, OTHER_PROVIDER, NEW_KEY)
    stage.do(NEW_KEY, stage.system.rewards, "creditShare", *presented(stage, second, NEW_KEY))
    assert points_of(stage, 0, OTHER_PROVIDER.address) == (0, 80)
    assert points_of(stage, 0, NEW_KEY.address) == (0, 0)


def test_a_settlement_names_the_address_that_the_credit_told() -> None:
    """Where persons are told apart that is the first key; the present one is paid."""
    stage = staged(account_cap_points=1_000)
    rotate(stage, PATIENT, NEW_PHONE)
    visit(stage, 1, patient=NEW_PHONE)
    over(stage, 0)
    assert settle(stage, 0, NEW_PHONE.address).events == []
    assert paid(settle(stage, 0, PATIENT.address))[PATIENT.address] == stage.balance(NEW_PHONE.address) > 0
