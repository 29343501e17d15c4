"""A patient consents, narrows and withdraws; a second provider reads, and breaks the glass when it may not."""

from __future__ import annotations

from typing import Final

from chain.block import Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S, WEEK_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.consent import (
    NO_RECORD,
    Consent,
    Purpose,
    Scope,
    consents_domain,
    of_kinds,
    of_record,
)
from chain.contracts.system import REVIEWER_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

REASON: Final = keccak(b"unconscious on arrival, medication unknown")
JUSTIFICATION: Final = keccak(b"anticoagulant found in the records, antidote given")
FINDING: Final = keccak(b"the chart agrees")


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    for who, role in ((INSURER, Role.INSURER), (RESEARCHER, Role.RESEARCHER)):
        stage.do(who, stage.system.identity, "register", role)
    visits = [anchored(stage, number) for number in (501, 502)]
    _consent(stage, visits[0])
    _break_the_glass(stage, visits[1])
    _appoint_a_reviewer(stage)


def anchored(
    stage: Stage,
    number: int,
    *,
    patient: PrivateKey = PATIENT,
    provider: PrivateKey = PROVIDER,
    kind: int = 1,
) -> Visit:
    """Return a visit after which its record is anchored."""
    visit = Visit.at(stage, patient=patient, provider=provider, number=number).but(kind=kind)
    assert [visit.check_in(stage).status, visit.anchor(stage).status] == [1, 1]
    return visit


def record_of(visit: Visit) -> Hash32:
    """Return the identifier of a visit's record."""
    return visit.receipt().record_id


def granted(
    stage: Stage,
    patient: PrivateKey,
    grantee: PrivateKey,
    purpose: Purpose,
    scope: Scope,
    *,
    for_s: int = 365 * DAY_S,
) -> Outcome:
    """Have a patient consent for `for_s` seconds from now."""
    arguments = (grantee.address, purpose, scope.arguments, stage.time_s + for_s)
    return stage.send(patient, stage.system.consents, "grant", *arguments)


def signed(
    stage: Stage,
    patient: PrivateKey,
    grantee: PrivateKey,
    purpose: Purpose,
    scope: Scope,
    *,
    for_s: int = 365 * DAY_S,
    good_for_s: int = 3_600,
) -> tuple[Consent, tuple[bytes, bytes]]:
    """Return a consent in its next edition and the patient's signature over it."""
    consents = stage.system.consents
    parties = (patient.address, grantee.address, purpose, scope.record_id)
    present = stage.read(consents, "consentOf", stage.read(consents, "consentIdOf", *parties))
    consent = Consent(
        patient.address,
        grantee.address,
        purpose,
        scope,
        stage.time_s + for_s,
        present["edition"] + 1,
        stage.time_s + good_for_s,
    )
    return consent, compact(patient.sign(consent.digest(consents_domain(stage.system))))


def emergency_of(provider: PrivateKey, patient: PrivateKey, reason: Hash32) -> Hash32:
    """Return the identifier of a provider's emergency."""
    words = (provider.address.rjust(32, b"\0"), patient.address.rjust(32, b"\0"), reason)
    return keccak(b"".join(words))


def _consent(stage: Stage, visit: Visit) -> None:
    consents, care = stage.system.consents, Purpose.CARE
    access = (PATIENT.address, care, visit.root, PROVIDER.address)
    scope = of_kinds(1, 2, anchored_until_s=stage.time_s + 30 * DAY_S)
    granted(stage, PATIENT, OTHER_PROVIDER, care, scope)
    for _reading in range(2):
        stage.do(OTHER_PROVIDER, consents, "logAccess", *access)
    less, expiry_s = of_kinds(1, anchored_until_s=stage.time_s), stage.time_s + 30 * DAY_S
    stage.do(PATIENT, consents, "narrow", OTHER_PROVIDER.address, care, less.arguments, expiry_s)
    stage.do(OTHER_PROVIDER, consents, "logAccess", *access)
    stage.do(PATIENT, consents, "revoke", OTHER_PROVIDER.address, care, NO_RECORD)
    for grantee in (PROVIDER, INSURER):
        consent, signature = signed(stage, PATIENT, grantee, Purpose.CLAIM, of_record(record_of(visit)))
        stage.do(grantee, consents, "grantSigned", *consent.arguments(signature))
    for patient, grantee in ((OTHER_PATIENT, RESEARCHER), (PATIENT, RESEARCHER)):
        granted(stage, patient, grantee, Purpose.RESEARCH, of_kinds(1))


def _break_the_glass(stage: Stage, visit: Visit) -> None:
    """The first emergency is answered, judged justified, contested, and judged again; the second is not answered."""
    consents = stage.system.consents
    first, second = (emergency_of(OTHER_PROVIDER, PATIENT, reason) for reason in (REASON, keccak(REASON)))
    stage.do(OTHER_PROVIDER, consents, "openEmergency", PATIENT.address, REASON)
    for _reading in range(2):
        record = (PATIENT.address, visit.root, PROVIDER.address)
        stage.do(OTHER_PROVIDER, consents, "logEmergencyAccess", first, *record)
    stage.do(OTHER_PROVIDER, consents, "answerEmergency", first, JUSTIFICATION)
    stage.do(CERTIFIER, consents, "judgeEmergency", first, True, FINDING)
    stage.do(PATIENT, consents, "contestEmergency", first, keccak(b"I was awake"))
    stage.do(ARBITER, consents, "judgeEmergency", first, False, FINDING)
    stage.do(OTHER_PROVIDER, consents, "openEmergency", PATIENT.address, keccak(REASON))
    stage.pass_time(2 * WEEK_S)
    stage.do(STRANGER, consents, "reportUnanswered", second)
    stage.do(CERTIFIER, consents, "judgeEmergency", second, False, FINDING)


def _appoint_a_reviewer(stage: Stage) -> None:
    """Governance has the treasury review instead of the arbiter; the treasury resigns."""
    appoint = ("ConsentRegistry", "grantRole", (REVIEWER_ROLE, TREASURY.address))
    dismiss = ("ConsentRegistry", "revokeRole", (REVIEWER_ROLE, ARBITER.address))
    carry(stage, "Another reviewer", appoint, dismiss)
    stage.do(TREASURY, stage.system.consents, "renounceRole", REVIEWER_ROLE, TREASURY.address)
