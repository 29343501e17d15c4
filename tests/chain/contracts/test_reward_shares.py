"""A record that another provider accepts is credited once; those who accept have a share of the budget of their own."""

from __future__ import annotations

from math import isqrt

import pytest
from rewarding import WEEK_UNITS, books_close, earned, over, paid, points_of, settle, staged, visit

from chain.contracts.deployment.reward_pool import Contribution, Curve
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.record_registry import correction_of, names_of
from chain.contracts.rehearsal.reward_pool import presented
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S, START_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.eip712 import compact
from chain.keys import PrivateKey

THIRD_PROVIDER = key(301)


@pytest.fixture
def stage() -> Stage:
    return staged()


@pytest.fixture
def made(stage: Stage) -> Visit:
    return visit(stage)


def accept(stage: Stage, made: Visit, acceptor: PrivateKey = OTHER_PROVIDER, **named: object) -> Outcome:
    arguments = presented(stage, made, acceptor, **named)  # type: ignore[arg-type]
    return stage.send(acceptor, stage.system.rewards, "creditShare", *arguments)


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def third_provider(stage: Stage) -> None:
    stage.do(THIRD_PROVIDER, stage.system.identity, "register", Role.PROVIDER)
    stage.do(CERTIFIER, stage.system.identity, "certify", THIRD_PROVIDER.address, START_S + 3650 * DAY_S)


def test_patient_issuer_and_acceptor_earn_their_points(stage: Stage, made: Visit) -> None:
    outcome = accept(stage, made)
    record_id = made.receipt().record_id
    common = {"epoch": 0, "sourceId": record_id}
    assert [dict(event.arguments) for event in outcome.events] == [
        {**common, "account": account.address, "contribution": contribution, "points": points}
        for account, contribution, points in (
            (PATIENT, Contribution.SHARE_PATIENT, 30),
            (PROVIDER, Contribution.SHARE_ISSUER, 20),
            (OTHER_PROVIDER, Contribution.SHARE_ACCEPTOR, 40),
        )
    ]
    assert points_of(stage, 0, PATIENT.address) == (130, 0)
    assert points_of(stage, 0, PROVIDER.address) == (70, 0)
    assert points_of(stage, 0, OTHER_PROVIDER.address) == (0, 40)
    assert stage.read(stage.system.rewards, "isShareCredited", record_id, OTHER_PROVIDER.address) is True
    assert stage.read(stage.system.rewards, "isShareCredited", record_id, PROVIDER.address) is False


def test_once_a_record_and_accepting_provider(stage: Stage, made: Visit) -> None:
    third_provider(stage)
    assert accept(stage, made).status == 1
    refused = accept(stage, made)
    record = f"recordId=0x{made.receipt().record_id.hex()}"
    assert refused.error == f"ShareCreditedAlready({record}, provider=0x{OTHER_PROVIDER.address.hex()})"
    assert accept(stage, made, THIRD_PROVIDER).status == 1


def test_a_provider_with_a_new_key_is_the_same_provider(stage: Stage, made: Visit) -> None:
    assert accept(stage, made).status == 1
    rotate(stage, OTHER_PROVIDER, NEW_PHONE)
    assert accept(stage, made, NEW_PHONE).error.startswith("ShareCreditedAlready")


def test_a_correction_is_the_same_record(stage: Stage, made: Visit) -> None:
    assert accept(stage, made).status == 1
    correction = correction_of(made)
    signature = compact(PATIENT.sign(correction.digest(stage.system.records_domain)))
    stage.do(PROVIDER, stage.system.records, "supersede", *names_of(made), *correction.arguments, signature)
    corrected = made.but(root=correction.root)
    assert accept(stage, corrected).error.startswith("ShareCreditedAlready")
    assert accept(stage, made).error == f"RecordNotValid(recordId=0x{made.receipt().record_id.hex()})"


def test_nobody_earns_by_accepting_its_own_record(stage: Stage, made: Visit) -> None:
    parties = f"issuer=0x{PROVIDER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert accept(stage, made, PROVIDER).error == f"OwnRecord({parties})"
    rotate(stage, PROVIDER, NEW_PHONE)
    assert accept(stage, made, NEW_PHONE).error.startswith("OwnRecord")


def test_only_a_certified_provider_accepts(stage: Stage, made: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", OTHER_PROVIDER.address)
    refused = accept(stage, made)
    assert refused.error == f"ProviderNotCertified(provider=0x{OTHER_PROVIDER.address.hex()})"
    assert accept(stage, made, STRANGER).error.startswith("ProviderNotCertified")


def test_the_patient_names_the_provider_and_signs(stage: Stage, made: Visit) -> None:
    third_provider(stage)
    for_another = presented(stage, made, THIRD_PROVIDER)
    stolen = stage.send(OTHER_PROVIDER, stage.system.rewards, "creditShare", *for_another)
    assert stolen.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"
    assert accept(stage, made, signer=OTHER_PATIENT).error.startswith("InvalidPatientSignature")
    assert stage.send(THIRD_PROVIDER, stage.system.rewards, "creditShare", *for_another).status == 1


def test_a_presentation_lasts_until_its_last_second(stage: Stage, made: Visit) -> None:
    arguments = presented(stage, made, OTHER_PROVIDER, for_s=100)
    last_s = stage.time_s + 100
    stage.time_s = last_s - 16
    in_time, late = stage.branch(), stage.branch()
    late.pass_time(1)
    refused = late.send(OTHER_PROVIDER, late.system.rewards, "creditShare", *arguments)
    assert refused.error == f"PresentationExpired(validUntil={last_s}, time={last_s + 1})"
    assert in_time.send(OTHER_PROVIDER, in_time.system.rewards, "creditShare", *arguments).status == 1


@pytest.mark.parametrize("how", ["never anchored", "revoked", "past its time"])
def test_the_record_must_be_valid(stage: Stage, made: Visit, how: str) -> None:
    shown = made
    if how == "never anchored":
        shown = made.but(root=bytes(31) + b"\1")
    elif how == "revoked":
        stage.do(PROVIDER, stage.system.records, "revoke", *names_of(made))
    else:
        stage.time_s = made.valid_until_s + 1
        stage.do(CERTIFIER, stage.system.identity, "certify", OTHER_PROVIDER.address, stage.time_s + DAY_S)
    refused = accept(stage, shown)
    assert refused.error == f"RecordNotValid(recordId=0x{shown.receipt().record_id.hex()})"


def test_a_patient_with_a_new_phone_signs_and_earns_with_it(stage: Stage, made: Visit) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    old = accept(stage, made)
    assert old.error == f"InvalidPatientSignature(patient=0x{NEW_PHONE.address.hex()})"
    assert earned(accept(stage, made, signer=NEW_PHONE)) == [30, 20, 40]
    assert points_of(stage, 0, NEW_PHONE.address) == (30, 0)


@pytest.mark.parametrize("curve", Curve)
def test_curators_share_their_part_by_a_curve_of_their_own(curve: Curve) -> None:
    stage = staged(curation_share_basis_points=2_500, curation_curve=curve)
    third_provider(stage)
    for number in (1, 2, 3):
        accept(stage, visit(stage, number))
    accept(stage, visit(stage, 4), THIRD_PROVIDER)
    closed = over(stage, 0)
    part = WEEK_UNITS // 4
    assert (closed["authorsBudget"], closed["curatorsBudget"]) == (WEEK_UNITS - part, part)
    assert (closed["points"], closed["curationPoints"]) == (4 * 200, 160)
    weigh = {
        Curve.LINEAR: lambda points: points,
        Curve.SQUARE_ROOT: lambda points: isqrt(points * 10**12),
        Curve.QUADRATIC: lambda points: points**2,
    }[curve]
    whole = weigh(120) + weigh(40)
    assert paid(settle(stage, 0, OTHER_PROVIDER.address, THIRD_PROVIDER.address)) == {
        OTHER_PROVIDER.address: part * weigh(120) // whole,
        THIRD_PROVIDER.address: part * weigh(40) // whole,
    }
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    assert stage.read(stage.system.rewards, "unpaid") == 0
    books_close(stage)


def test_an_epoch_without_curators_gives_their_part_to_the_authors() -> None:
    stage = staged(curation_share_basis_points=2_500)
    visit(stage)
    closed = over(stage, 0)
    assert (closed["authorsBudget"], closed["curatorsBudget"]) == (WEEK_UNITS, 0)


def test_an_epoch_with_curators_alone_leaves_the_authors_part_over() -> None:
    stage = staged(
        curation_share_basis_points=2_500, patient_points=0, provider_points=0,
        share_patient_points=0, share_issuer_points=0,
    )  # fmt: skip
    accept(stage, visit(stage))
    closed = over(stage, 0)
    assert (closed["authorsBudget"], closed["curatorsBudget"]) == (0, WEEK_UNITS // 4)
    assert stage.read(stage.system.rewards, "carried") == WEEK_UNITS - WEEK_UNITS // 4
    assert sum(paid(settle(stage, 0, OTHER_PROVIDER.address)).values()) == WEEK_UNITS // 4
    books_close(stage)


def test_the_digest_is_what_the_contract_says(stage: Stage) -> None:
    presentation = Presentation(b"\7" * 32, OTHER_PROVIDER.address, START_S)
    said = stage.read(stage.system.rewards, "presentationDigest", b"\7" * 32, OTHER_PROVIDER.address, START_S)
    assert presentation.digest(rewards_domain(stage.system)) == said
