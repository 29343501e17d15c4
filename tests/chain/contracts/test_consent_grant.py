"""A consent names recipient, purpose, items and period; the patient narrows and withdraws it at any time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    STRANGER,
)
from chain.contracts.rehearsal.consent_registry import anchored, granted, record_of
from chain.contracts.rehearsal.data_market import corrected
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.signed.consent import (
    FOREVER_S,
    NO_RECORD,
    Purpose,
    Scope,
    kinds_mask,
    of_kinds,
    of_record,
)
from chain.contracts.signed.consent import consent_id as reckoned_id
from chain.hashing import keccak
from chain.keys import PrivateKey

GRANT_MOST_GAS = 90_000
LONGEST_S = 3_650 * DAY_S
CARE = Purpose.CARE


@pytest.fixture
def visit(stage: Stage) -> Visit:
    """A record of kind 1 by the first provider, for the first patient."""
    return anchored(stage, 1)


def permitted(
    stage: Stage,
    visit: Visit,
    *,
    grantee: PrivateKey = OTHER_PROVIDER,
    patient: PrivateKey = PATIENT,
    purpose: Purpose = CARE,
) -> bool:
    arguments = (patient.address, grantee.address, purpose, record_of(visit))
    return bool(stage.read(stage.system.consents, "permits", *arguments))


def consent_id(
    stage: Stage,
    *,
    patient: PrivateKey = PATIENT,
    grantee: PrivateKey = OTHER_PROVIDER,
    purpose: Purpose = CARE,
    record_id: bytes = NO_RECORD,
) -> bytes:
    arguments = (patient.address, grantee.address, purpose, record_id)
    return bytes(stage.read(stage.system.consents, "consentIdOf", *arguments))


def narrow(
    stage: Stage,
    scope: Scope,
    expiry_s: int,
    *,
    patient: PrivateKey = PATIENT,
    grantee: PrivateKey = OTHER_PROVIDER,
) -> Outcome:
    arguments = (grantee.address, CARE, scope.arguments, expiry_s)
    return stage.send(patient, stage.system.consents, "narrow", *arguments)


def revoke(
    stage: Stage,
    *,
    patient: PrivateKey = PATIENT,
    grantee: PrivateKey = OTHER_PROVIDER,
    purpose: Purpose = CARE,
    record_id: bytes = NO_RECORD,
) -> Outcome:
    return stage.send(patient, stage.system.consents, "revoke", grantee.address, purpose, record_id)


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def shown(account: PrivateKey) -> str:
    return f"0x{account.address.hex()}"


def test_a_grant_says_all_that_the_law_asks_for(stage: Stage, visit: Visit) -> None:
    expiry_s = stage.time_s + 30 * DAY_S
    outcome = granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 5), for_s=30 * DAY_S)
    identifier = consent_id(stage)
    assert [event.name for event in outcome.events] == ["ConsentGranted"]
    assert outcome.events[0].arguments == {
        "consentId": identifier,
        "patient": PATIENT.address,
        "grantee": OTHER_PROVIDER.address,
        "purpose": CARE,
        "recordId": NO_RECORD,
        "kinds": 0b100010,
        "anchoredFrom": 0,
        "anchoredUntil": FOREVER_S,
        "expiry": expiry_s,
        "edition": 1,
    }
    assert stage.read(stage.system.consents, "consentOf", identifier) == {
        "kinds": 0b100010,
        "anchoredFrom": 0,
        "anchoredUntil": FOREVER_S,
        "grantedAt": stage.time_s,
        "expiry": expiry_s,
        "edition": 1,
        "revoked": False,
    }
    assert stage.read(stage.system.consents, "isLive", identifier)
    assert permitted(stage, visit)


def test_an_identifier_is_the_contracts_own(stage: Stage) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    parties = (PATIENT.address, OTHER_PROVIDER.address, CARE)
    for record_id in (NO_RECORD, keccak(b"record")):
        reckoned = reckoned_id(*parties, record_id)
        for patient in (PATIENT, NEW_PHONE):
            assert consent_id(stage, patient=patient, record_id=record_id) == reckoned


def test_nothing_is_permitted_without_a_consent(stage: Stage, visit: Visit) -> None:
    assert not permitted(stage, visit)
    assert not stage.read(stage.system.consents, "isLive", consent_id(stage))


def test_a_consent_is_for_its_grantee_purpose_and_patient_only(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    assert permitted(stage, visit)
    assert not permitted(stage, visit, grantee=PROVIDER)
    for purpose in Purpose:
        assert permitted(stage, visit, purpose=purpose) is (purpose is CARE)
    others = anchored(stage, 2, patient=OTHER_PATIENT)
    assert not permitted(stage, others, patient=OTHER_PATIENT)


def test_a_consent_by_kind_covers_its_kinds_only(stage: Stage, visit: Visit) -> None:
    other_kind, high_kind = anchored(stage, 2, kind=3), anchored(stage, 3, kind=64 + 1)
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    assert permitted(stage, visit)
    assert not permitted(stage, other_kind)
    assert not permitted(stage, high_kind)


def test_a_kind_above_63_is_consented_to_one_by_one(stage: Stage) -> None:
    visit = anchored(stage, 2, kind=1_000)
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(*range(64)))
    assert not permitted(stage, visit)
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_record(record_of(visit)))
    assert permitted(stage, visit)


def test_a_consent_covers_a_period_of_anchoring_with_both_its_ends(stage: Stage, visit: Visit) -> None:
    anchored_at_s = stage.time_s
    for first_s, last_s, covered in (
        (anchored_at_s, anchored_at_s, True),
        (anchored_at_s + 1, FOREVER_S, False),
        (0, anchored_at_s - 1, False),
    ):
        future = stage.branch()
        scope = of_kinds(1, anchored_from_s=first_s, anchored_until_s=last_s)
        granted(future, PATIENT, OTHER_PROVIDER, CARE, scope)
        assert permitted(future, visit) is covered


def test_a_consent_to_one_record_covers_no_other(stage: Stage, visit: Visit) -> None:
    other = anchored(stage, 2)
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_record(record_of(visit)))
    assert permitted(stage, visit)
    assert not permitted(stage, other)


def test_a_correction_is_another_record(stage: Stage, visit: Visit) -> None:
    """Covered by a consent to its kind, not by one to the record that it corrects."""
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_record(record_of(visit)))
    granted(stage, PATIENT, PROVIDER, CARE, of_kinds(1))
    correction = corrected(stage, visit, keccak(b"corrected"))
    assert permitted(stage, correction, grantee=PROVIDER)
    assert not permitted(stage, correction)


def test_a_record_that_nobody_anchored_is_of_no_kind(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(*range(64)))
    assert permitted(stage, visit)
    assert not permitted(stage, visit.but(root=keccak(b"never anchored")))


def test_there_is_no_record_zero(stage: Stage) -> None:
    """Zero stands for a consent by kind and must not be taken for a record that is consented to."""
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(0, 1))
    arguments = (PATIENT.address, OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert not stage.read(stage.system.consents, "permits", *arguments)


def test_a_consent_is_live_through_its_last_second(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1), for_s=DAY_S)
    stage.time_s = stage.read(stage.system.consents, "consentOf", consent_id(stage))["expiry"]
    assert permitted(stage, visit)
    stage.pass_time(1)
    assert not permitted(stage, visit)
    assert not stage.read(stage.system.consents, "isLive", consent_id(stage))


def test_withdrawal_counts_from_its_block_on(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    outcome = revoke(stage)
    identifier = consent_id(stage)
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("ConsentRevoked", {"consentId": identifier, "patient": PATIENT.address, "edition": 2})
    ]
    assert not permitted(stage, visit)
    assert not stage.read(stage.system.consents, "isLive", identifier)
    assert stage.read(stage.system.consents, "consentOf", identifier)["revoked"]


def test_withdrawing_one_consent_leaves_the_others(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_record(record_of(visit)))
    assert revoke(stage).status
    assert permitted(stage, visit)
    assert revoke(stage, record_id=record_of(visit)).status
    assert not permitted(stage, visit)


def test_a_withdrawn_consent_may_be_granted_again(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    revoke(stage)
    again = granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    assert again.events[0].arguments["edition"] == 3
    assert permitted(stage, visit)


def test_granting_again_replaces_what_stood_there(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(2))
    assert not permitted(stage, visit)


@pytest.mark.parametrize(
    "ended", ["never granted", "withdrawn", "expired", "another purpose", "a stranger's"]
)
def test_what_is_not_live_is_neither_withdrawn_nor_narrowed(stage: Stage, ended: str) -> None:
    who = STRANGER if ended == "a stranger's" else PATIENT
    if ended != "never granted":
        purpose = Purpose.CLAIM if ended == "another purpose" else CARE
        assert granted(stage, PATIENT, OTHER_PROVIDER, purpose, of_kinds(1, 2), for_s=DAY_S).status
    if ended == "withdrawn":
        revoke(stage)
    if ended == "expired":
        stage.pass_time(2 * DAY_S)
    error = f"ConsentNotLive(consentId=0x{consent_id(stage, patient=who).hex()})"
    assert revoke(stage.branch(), patient=who).error == error
    assert narrow(stage, of_kinds(1), stage.time_s + DAY_S // 2, patient=who).error == error


def test_a_suspended_patient_can_still_withdraw_but_not_grant(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    stage.do(CERTIFIER, stage.system.identity, "suspend", PATIENT.address, keccak(b"reason"))
    refused = granted(stage, PATIENT, PROVIDER, CARE, of_kinds(1))
    assert refused.error == f"PatientNotActive(patient={shown(PATIENT)})"
    assert revoke(stage).status
    assert not permitted(stage, visit)


def test_only_patients_consent(stage: Stage) -> None:
    for who in (STRANGER, PROVIDER):
        refused = granted(stage, who, OTHER_PROVIDER, CARE, of_kinds(1))
        assert refused.error == f"PatientNotActive(patient={shown(who)})"


def test_the_grantee_is_somebody(stage: Stage) -> None:
    refused = granted(stage, PATIENT, STRANGER, CARE, of_kinds(1))
    assert refused.error == f"GranteeNotActive(grantee={shown(STRANGER)})"
    stage.do(CERTIFIER, stage.system.identity, "suspend", PROVIDER.address, keccak(b"reason"))
    refused = granted(stage, PATIENT, PROVIDER, CARE, of_kinds(1))
    assert refused.error == f"GranteeNotActive(grantee={shown(PROVIDER)})"


def test_a_suspended_grantee_may_not_read_until_it_is_reinstated(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    stage.do(CERTIFIER, stage.system.identity, "suspend", OTHER_PROVIDER.address, keccak(b"reason"))
    assert not permitted(stage, visit)
    stage.do(CERTIFIER, stage.system.identity, "reinstate", OTHER_PROVIDER.address, keccak(b"reason"))
    assert permitted(stage, visit)


def test_a_consent_has_a_purpose(stage: Stage) -> None:
    assert granted(stage, PATIENT, PROVIDER, Purpose.NONE, of_kinds(1)).error == "PurposeMissing()"
    unknown = max(Purpose) + 1
    arguments = (PROVIDER.address, unknown, of_kinds(1).arguments, stage.time_s + DAY_S)
    refused = stage.send(PATIENT, stage.system.consents, "grant", *arguments)
    assert refused.error == "reverted without data"


def test_a_consent_has_items(stage: Stage) -> None:
    assert granted(stage, PATIENT, PROVIDER, CARE, Scope()).error == "ScopeEmpty()"
    period = of_kinds(1, anchored_from_s=8, anchored_until_s=7)
    refused = granted(stage, PATIENT, PROVIDER, CARE, period)
    assert refused.error == "ScopePeriodEmpty(anchoredFrom=8, anchoredUntil=7)"
    assert granted(stage, PATIENT, PROVIDER, CARE, of_kinds(1, anchored_from_s=7, anchored_until_s=7)).status


@pytest.mark.parametrize("extra", [{"kinds": 2}, {"anchored_from_s": 3}, {"anchored_until_s": FOREVER_S}])
def test_one_record_or_kinds_but_not_both(stage: Stage, visit: Visit, extra: dict[str, int]) -> None:
    scope = Scope(record_of(visit), **extra)
    refused = granted(stage, PATIENT, PROVIDER, CARE, scope)
    assert refused.error == (
        f"ScopeAmbiguous(recordId=0x{scope.record_id.hex()}, kinds={scope.kinds}, "
        f"anchoredFrom={scope.anchored_from_s}, anchoredUntil={scope.anchored_until_s})"
    )


def test_a_consent_has_a_period(stage: Stage) -> None:
    next_block_s = stage.time_s + BLOCK_S
    for expiry_s, error in (
        (next_block_s - 1, f"ExpiryPassed(expiry={next_block_s - 1}, time={next_block_s})"),
        (next_block_s, ""),
        (next_block_s + LONGEST_S, ""),
        (
            next_block_s + LONGEST_S + 1,
            f"ExpiryTooFar(expiry={next_block_s + LONGEST_S + 1}, latestExpiry={next_block_s + LONGEST_S})",
        ),
    ):
        arguments = (PROVIDER.address, CARE, of_kinds(1).arguments, expiry_s)
        outcome = stage.branch().send(PATIENT, stage.system.consents, "grant", *arguments)
        assert outcome.error == error


def test_narrowing_leaves_less(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))
    before = stage.read(stage.system.consents, "consentOf", consent_id(stage))
    expiry_s = stage.time_s + DAY_S
    outcome = narrow(stage, of_kinds(2, anchored_from_s=5, anchored_until_s=9), expiry_s)
    left = {"kinds": 0b100, "anchoredFrom": 5, "anchoredUntil": 9, "expiry": expiry_s, "edition": 2}
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("ConsentNarrowed", {"consentId": consent_id(stage), **left})
    ]
    assert stage.read(stage.system.consents, "consentOf", consent_id(stage)) == {**before, **left}
    assert not permitted(stage, visit)


@pytest.mark.parametrize("part", ["kinds", "from", "until", "expiry"])
def test_each_part_can_be_narrowed_and_never_widened(stage: Stage, part: str) -> None:
    expiry_s = stage.time_s + 9 * DAY_S
    scope = of_kinds(1, 2, anchored_from_s=100, anchored_until_s=200)
    stage.do(PATIENT, stage.system.consents, "grant", OTHER_PROVIDER.address, CARE, scope.arguments, expiry_s)
    less, more = {
        "kinds": (
            (of_kinds(1, anchored_from_s=100, anchored_until_s=200), 0),
            (Scope(NO_RECORD, 15, 100, 200), 0),
        ),
        "from": ((Scope(NO_RECORD, 6, 101, 200), 0), (Scope(NO_RECORD, 6, 99, 200), 0)),
        "until": ((Scope(NO_RECORD, 6, 100, 199), 0), (Scope(NO_RECORD, 6, 100, 201), 0)),
        "expiry": ((scope, -1), (scope, 1)),
    }[part]
    error = f"NotNarrower(consentId=0x{consent_id(stage).hex()})"
    assert narrow(stage.branch(), more[0], expiry_s + more[1]).error == error
    assert narrow(stage.branch(), scope, expiry_s).error == error
    assert narrow(stage, less[0], expiry_s + less[1]).status


def test_narrowing_one_part_does_not_excuse_widening_another(stage: Stage) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))
    wider_elsewhere = of_kinds(1, 3)
    refused = narrow(stage, wider_elsewhere, stage.time_s + DAY_S)
    assert refused.error == f"NotNarrower(consentId=0x{consent_id(stage).hex()})"


def test_of_a_consent_to_one_record_only_time_can_be_taken(stage: Stage, visit: Visit) -> None:
    scope = of_record(record_of(visit))
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, scope)
    assert narrow(stage, Scope(scope.record_id, 2), stage.time_s + DAY_S).error.startswith("ScopeAmbiguous")
    assert narrow(stage, scope, stage.time_s + DAY_S).status
    stage.pass_time(2 * DAY_S)
    assert not permitted(stage, visit)


def test_narrowing_to_nothing_is_withdrawing(stage: Stage) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    assert narrow(stage, Scope(), stage.time_s + DAY_S).error == "ScopeEmpty()"
    next_block_s = stage.time_s + BLOCK_S
    refused = narrow(stage, of_kinds(1), next_block_s - 1)
    assert refused.error == f"ExpiryPassed(expiry={next_block_s - 1}, time={next_block_s})"


def test_a_new_phone_manages_the_old_ones_consents(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))
    rotate(stage, PATIENT, NEW_PHONE)
    assert permitted(stage, visit)
    assert permitted(stage, visit, patient=NEW_PHONE)
    for act in (revoke(stage.branch()), narrow(stage.branch(), of_kinds(1), stage.time_s + DAY_S)):
        assert act.error == f"PatientNotActive(patient={shown(PATIENT)})"
    assert granted(stage, PATIENT, PROVIDER, CARE, of_kinds(1)).error.startswith("PatientNotActive")
    assert narrow(stage, of_kinds(1), stage.time_s + DAY_S, patient=NEW_PHONE).status
    assert permitted(stage, visit)
    assert revoke(stage, patient=NEW_PHONE).status
    assert not permitted(stage, visit)
    assert granted(stage, NEW_PHONE, OTHER_PROVIDER, CARE, of_kinds(1)).status
    assert permitted(stage, visit)


def test_a_consent_follows_its_grantees_key(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    rotate(stage, OTHER_PROVIDER, NEW_PHONE)
    assert permitted(stage, visit, grantee=NEW_PHONE)
    assert revoke(stage, grantee=NEW_PHONE).status
    assert not permitted(stage, visit, grantee=NEW_PHONE)


def test_a_patient_without_coin_consents_through_the_forwarder(stage: Stage, visit: Visit) -> None:
    consents = stage.system.consents
    data = consents.encode("grant", OTHER_PROVIDER.address, CARE, of_kinds(1).arguments, stage.time_s + DAY_S)
    assert stage.forward(stage.request(PATIENT, consents, data), PATIENT).status
    assert permitted(stage, visit)
    data = consents.encode("revoke", OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert stage.forward(stage.request(STRANGER, consents, data), STRANGER).error == "FailedCall()"
    assert stage.forward(stage.request(PATIENT, consents, data), PATIENT).status
    assert not permitted(stage, visit)


@pytest.mark.parametrize("of_one", [False, True], ids=["by kind", "one record"])
def test_a_direct_grant_stays_within_its_gas(stage: Stage, visit: Visit, of_one: bool) -> None:
    """Cold: the first consent of this patient to this grantee, which has never been granted anything."""
    scope = of_record(record_of(visit)) if of_one else of_kinds(1, 3, anchored_until_s=stage.time_s)
    outcome = granted(stage, PATIENT, OTHER_PROVIDER, CARE, scope)
    assert outcome.status
    assert outcome.gas_gas <= GRANT_MOST_GAS


def test_a_grant_after_a_lost_phone_stays_within_its_gas_too(stage: Stage) -> None:
    stage.do(RESEARCHER, stage.system.identity, "register", Role.RESEARCHER)
    rotate(stage, PATIENT, NEW_PHONE)
    outcome = granted(stage, NEW_PHONE, RESEARCHER, Purpose.RESEARCH, of_kinds(1))
    assert outcome.status
    assert outcome.gas_gas <= GRANT_MOST_GAS


def test_the_opening_names_the_reviewers_and_the_timelock_administers(stage: Stage) -> None:
    consents = stage.system.consents
    role = stage.read(consents, "REVIEWER_ROLE")
    assert [stage.read(consents, "hasRole", role, who.address) for who in (CERTIFIER, ARBITER, PATIENT)] == [
        True,
        True,
        False,
    ]
    admin = stage.read(consents, "DEFAULT_ADMIN_ROLE")
    assert stage.read(consents, "hasRole", admin, stage.system.address_of("Timelock"))


def test_terms_arrive(stage: Stage) -> None:
    system = stage.system
    terms = [1_000, 20, 3]
    at = [system.address_of(name) for name in ("Forwarder", "Timelock", "IdentityRegistry", "RecordRegistry")]
    fresh = deploy(stage, "ConsentRegistry", *at[:2], [], *at[2:], tuple(terms))
    names = ("LONGEST_PERIOD", "EMERGENCY_PERIOD", "ANSWER_PERIOD")
    assert [stage.read(fresh, name) for name in names] == terms
    assert [stage.read(fresh, name) for name in ("trustedForwarder", "IDENTITY", "RECORDS")] == [
        at[0],
        *at[2:],
    ]


kinds = st.integers(0, 70)
seconds = st.integers(-40, 40)


@settings(max_examples=25, deadline=None)
@given(
    mask=st.sets(st.integers(0, 63), min_size=1, max_size=8),
    first=seconds,
    last=seconds,
    kind=kinds,
    later_s=st.integers(0, 3 * DAY_S),
)
def test_permission_is_what_was_consented_to(
    peopled: Stage, mask: set[int], first: int, last: int, kind: int, later_s: int
) -> None:
    """By kind, period of anchoring and time, against the same three comparisons in Python."""
    stage = peopled.branch()
    visit = anchored(stage, 1, kind=kind)
    anchored_at_s = stage.time_s
    scope = Scope(NO_RECORD, kinds_mask(*mask), anchored_at_s + first, anchored_at_s + last)
    outcome = granted(stage, PATIENT, OTHER_PROVIDER, CARE, scope, for_s=2 * DAY_S)
    assert bool(outcome.status) is (first <= last)
    granted_at_s = stage.time_s - BLOCK_S
    stage.pass_time(later_s)
    covered = kind in mask and first <= 0 <= last and stage.time_s <= granted_at_s + 2 * DAY_S
    assert permitted(stage, visit) is covered
