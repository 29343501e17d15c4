"""Breaking the glass: a certified provider reads without consent, for a short time, and answers for it."""

from __future__ import annotations

import pytest

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
from chain.contracts.rehearsal.consent_registry import (
    FINDING,
    JUSTIFICATION,
    REASON,
    anchored,
    emergency_of,
    record_of,
)
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.identity_registry import SPARE_PHONE, consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.system import REVIEWER_ROLE
from chain.hashing import keccak
from chain.keys import PrivateKey

EMERGENCY_S, ANSWER_S = DAY_S, 7 * DAY_S
OPEN, ANSWERED, UNANSWERED, JUSTIFIED, UNJUSTIFIED, UNDER_REVIEW = range(1, 7)
EMERGENCY = emergency_of(OTHER_PROVIDER, PATIENT, REASON)
COMPLAINT = keccak(b"I was awake")


@pytest.fixture
def broken(stage: Stage) -> Stage:
    """The second provider has broken the glass on the patient; the next block comes with it."""
    act(stage, "openEmergency", PATIENT.address, REASON)
    return stage


@pytest.fixture
def answered(broken: Stage) -> Stage:
    act(broken, "answerEmergency", EMERGENCY, JUSTIFICATION)
    return broken


def tried(stage: Stage, function: str, *arguments: object, sender: PrivateKey = OTHER_PROVIDER) -> Outcome:
    return stage.send(sender, stage.system.consents, function, *arguments)


def act(stage: Stage, function: str, *arguments: object, sender: PrivateKey = OTHER_PROVIDER) -> Outcome:
    return stage.do(sender, stage.system.consents, function, *arguments)


def read_record(
    stage: Stage, visit: Visit, *, patient: PrivateKey = PATIENT, sender: PrivateKey = OTHER_PROVIDER
) -> Outcome:
    record = (patient.address, visit.root, visit.provider.address)
    return tried(stage, "logEmergencyAccess", EMERGENCY, *record, sender=sender)


def status_of(stage: Stage) -> int:
    return int(stage.read(stage.system.consents, "emergencyOf", EMERGENCY)["status"])


def tally(stage: Stage, provider: PrivateKey = OTHER_PROVIDER) -> dict[str, int]:
    counts = stage.read(stage.system.consents, "accountabilityOf", provider.address)
    return {name.removesuffix("Count"): count for name, count in counts.items() if count}


def unfit(status: int) -> str:
    return f"EmergencyStatusUnfit(emergencyId=0x{EMERGENCY.hex()}, status={status})"


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def test_breaking_the_glass_is_told_and_kept(stage: Stage) -> None:
    outcome = act(stage, "openEmergency", PATIENT.address, REASON)
    told = {
        "emergencyId": EMERGENCY,
        "provider": OTHER_PROVIDER.address,
        "patient": PATIENT.address,
        "reason": REASON,
        "endsAt": stage.time_s + EMERGENCY_S,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("EmergencyOpened", told)]
    assert stage.read(stage.system.consents, "emergencyOf", EMERGENCY) == {
        "provider": OTHER_PROVIDER.address,
        "openedAt": stage.time_s,
        "status": OPEN,
        "objected": False,
        "contested": False,
        "accessCount": 0,
        "patient": PATIENT.address,
        "reviewer": bytes(20),
    }
    assert tally(stage) == {"opened": 1}
    assert tally(stage, PROVIDER) == {}
    assert stage.read(stage.system.consents, "isEmergencyLive", EMERGENCY)


def test_an_emergency_is_no_consent(broken: Stage) -> None:
    visit = anchored(broken, 1)
    arguments = (PATIENT.address, OTHER_PROVIDER.address, 1, record_of(visit))
    assert not broken.read(broken.system.consents, "permits", *arguments)


@pytest.mark.parametrize("who", [STRANGER, PATIENT, RESEARCHER], ids=["stranger", "patient", "unregistered"])
def test_only_a_certified_provider_breaks_the_glass(stage: Stage, who: PrivateKey) -> None:
    outcome = tried(stage, "openEmergency", PATIENT.address, REASON, sender=who)
    assert outcome.error == f"ProviderNotCertified(provider=0x{who.address.hex()})"


def test_a_provider_whose_certification_was_revoked_breaks_no_glass(stage: Stage) -> None:
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", OTHER_PROVIDER.address)
    outcome = tried(stage, "openEmergency", PATIENT.address, REASON)
    assert outcome.error == f"ProviderNotCertified(provider=0x{OTHER_PROVIDER.address.hex()})"


@pytest.mark.parametrize("whom", [STRANGER, PROVIDER], ids=["stranger", "provider"])
def test_only_patients_have_records_to_open(stage: Stage, whom: PrivateKey) -> None:
    outcome = tried(stage, "openEmergency", whom.address, REASON)
    assert outcome.error == f"PatientNotRegistered(patient=0x{whom.address.hex()})"


def test_an_emergency_has_a_reason_of_its_own(broken: Stage) -> None:
    assert tried(broken, "openEmergency", PATIENT.address, bytes(32)).error == "ReasonMissing()"
    again = tried(broken, "openEmergency", PATIENT.address, REASON)
    assert again.error == f"EmergencyOpenedAlready(emergencyId=0x{EMERGENCY.hex()})"
    assert tried(broken, "openEmergency", PATIENT.address, keccak(REASON)).status
    assert tried(broken, "openEmergency", OTHER_PATIENT.address, REASON).status
    assert tally(broken) == {"opened": 3}


def test_accesses_are_logged_as_emergency_accesses_and_counted(broken: Stage) -> None:
    visit = anchored(broken, 1)
    outcome = read_record(broken, visit)
    told = {
        "emergencyId": EMERGENCY,
        "recordId": record_of(visit),
        "provider": OTHER_PROVIDER.address,
        "patient": PATIENT.address,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("EmergencyAccessLogged", told)]
    read_record(broken, visit)
    assert broken.read(broken.system.consents, "emergencyOf", EMERGENCY)["accessCount"] == 2


def test_access_ends_with_the_term(broken: Stage) -> None:
    visit = anchored(broken, 1)
    opened_at_s = broken.read(broken.system.consents, "emergencyOf", EMERGENCY)["openedAt"]
    broken.time_s = opened_at_s + EMERGENCY_S - BLOCK_S
    late = broken.branch()
    late.pass_time(1)
    ends_at_s = opened_at_s + EMERGENCY_S
    error = f"EmergencyOver(emergencyId=0x{EMERGENCY.hex()}, endsAt={ends_at_s})"
    assert read_record(late, visit).error == error
    assert not late.read(late.system.consents, "isEmergencyLive", EMERGENCY)
    assert read_record(broken, visit).status
    assert broken.read(broken.system.consents, "isEmergencyLive", EMERGENCY)


def test_access_ends_with_the_answer(broken: Stage) -> None:
    visit = anchored(broken, 1)
    act(broken, "answerEmergency", EMERGENCY, JUSTIFICATION)
    assert read_record(broken, visit).error == unfit(ANSWERED)
    assert not broken.read(broken.system.consents, "isEmergencyLive", EMERGENCY)


def test_access_ends_with_the_certification(broken: Stage) -> None:
    visit = anchored(broken, 1)
    broken.do(CERTIFIER, broken.system.identity, "revokeCertification", OTHER_PROVIDER.address)
    error = f"ProviderNotCertified(provider=0x{OTHER_PROVIDER.address.hex()})"
    assert read_record(broken, visit).error == error


def test_an_emergency_opens_its_own_patients_records_only(broken: Stage) -> None:
    others = anchored(broken, 2, patient=OTHER_PATIENT)
    error = (
        f"RecordOutsideEmergency(recordPatient=0x{OTHER_PATIENT.address.hex()}, "
        f"patient=0x{PATIENT.address.hex()})"
    )
    assert read_record(broken, others, patient=OTHER_PATIENT).error == error


def test_what_was_never_anchored_is_not_read(broken: Stage) -> None:
    visit = Visit.at(broken, number=1)
    unknown = f"RecordUnknown(recordId=0x{record_of(visit).hex()})"
    assert read_record(broken, visit).error == unknown
    assert broken.read(broken.system.consents, "emergencyOf", EMERGENCY)["accessCount"] == 0
    assert [visit.check_in(broken).status, visit.anchor(broken).status] == [1, 1]
    assert read_record(broken, visit).status


def test_an_emergency_is_its_providers_own(broken: Stage) -> None:
    visit = anchored(broken, 1)
    error = f"NotTheProvider(caller=0x{PROVIDER.address.hex()}, provider=0x{OTHER_PROVIDER.address.hex()})"
    assert read_record(broken, visit, sender=PROVIDER).error == error
    answer = tried(broken, "answerEmergency", EMERGENCY, JUSTIFICATION, sender=PROVIDER)
    assert answer.error == error


def test_keys_may_change_on_both_sides(broken: Stage) -> None:
    visit = anchored(broken, 1)
    rotate(broken, PATIENT, NEW_PHONE)
    rotate(broken, OTHER_PROVIDER, SPARE_PHONE)
    assert read_record(broken, visit).error.startswith("NotTheProvider")
    assert read_record(broken, visit, sender=SPARE_PHONE).status
    assert tried(broken, "answerEmergency", EMERGENCY, JUSTIFICATION, sender=SPARE_PHONE).status
    refused = tried(broken, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    patient = PATIENT.address.hex()
    assert refused.error == f"NotThePatient(caller=0x{patient}, patient=0x{patient})"
    assert tried(broken, "contestEmergency", EMERGENCY, COMPLAINT, sender=NEW_PHONE).status
    assert tally(broken, SPARE_PHONE) == tally(broken) == {"opened": 1, "answered": 1, "objected": 1}


def test_an_answer_is_kept(broken: Stage) -> None:
    outcome = act(broken, "answerEmergency", EMERGENCY, JUSTIFICATION)
    told = {
        "emergencyId": EMERGENCY,
        "provider": OTHER_PROVIDER.address,
        "justification": JUSTIFICATION,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("EmergencyAnswered", told)]
    assert status_of(broken) == ANSWERED
    assert tally(broken) == {"opened": 1, "answered": 1}
    assert tried(broken, "answerEmergency", EMERGENCY, JUSTIFICATION).error == unfit(ANSWERED)


def test_an_answer_justifies(broken: Stage) -> None:
    assert tried(broken, "answerEmergency", EMERGENCY, bytes(32)).error == "JustificationMissing()"


def test_an_answer_is_due_by_the_second(broken: Stage) -> None:
    due_at_s = broken.time_s + EMERGENCY_S + ANSWER_S
    broken.time_s = due_at_s - BLOCK_S
    late = broken.branch()
    late.pass_time(1)
    early_report = tried(broken.branch(), "reportUnanswered", EMERGENCY, sender=STRANGER)
    assert early_report.error == f"AnswerNotOverdue(emergencyId=0x{EMERGENCY.hex()}, dueAt={due_at_s})"
    too_late = tried(late.branch(), "answerEmergency", EMERGENCY, JUSTIFICATION)
    assert too_late.error == f"AnswerOverdue(emergencyId=0x{EMERGENCY.hex()}, dueAt={due_at_s})"
    assert tried(broken, "answerEmergency", EMERGENCY, JUSTIFICATION).status
    report = tried(late, "reportUnanswered", EMERGENCY, sender=STRANGER)
    told = {"emergencyId": EMERGENCY, "provider": OTHER_PROVIDER.address}
    assert [(event.name, event.arguments) for event in report.events] == [("EmergencyUnanswered", told)]
    assert (status_of(late), tally(late)) == (UNANSWERED, {"opened": 1, "unanswered": 1})
    again = tried(late, "reportUnanswered", EMERGENCY, sender=STRANGER)
    assert again.error == unfit(UNANSWERED)


def test_who_lost_its_certification_still_answers(broken: Stage) -> None:
    broken.do(CERTIFIER, broken.system.identity, "revokeCertification", OTHER_PROVIDER.address)
    assert tried(broken, "answerEmergency", EMERGENCY, JUSTIFICATION).status


@pytest.mark.parametrize("justified", [True, False])
def test_a_reviewer_judges(answered: Stage, justified: bool) -> None:
    outcome = act(answered, "judgeEmergency", EMERGENCY, justified, FINDING, sender=CERTIFIER)
    told = {
        "emergencyId": EMERGENCY,
        "reviewer": CERTIFIER.address,
        "justified": justified,
        "finding": FINDING,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("EmergencyJudged", told)]
    status, count = (JUSTIFIED, "justified") if justified else (UNJUSTIFIED, "unjustified")
    assert status_of(answered) == status
    assert tally(answered) == {"opened": 1, "answered": 1, count: 1}
    assert answered.read(answered.system.consents, "emergencyOf", EMERGENCY)["reviewer"] == CERTIFIER.address
    again = tried(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=ARBITER)
    assert again.error == unfit(status)


def test_nobody_else_judges(answered: Stage) -> None:
    outcome = tried(answered, "judgeEmergency", EMERGENCY, True, FINDING)
    assert outcome.error == (
        f"AccessControlUnauthorizedAccount(account=0x{OTHER_PROVIDER.address.hex()}, "
        f"neededRole=0x{REVIEWER_ROLE.hex()})"
    )


def test_an_emergency_is_not_judged_before_it_was_answered_for(broken: Stage) -> None:
    early = tried(broken, "judgeEmergency", EMERGENCY, False, FINDING, sender=CERTIFIER)
    assert early.error == unfit(OPEN)
    broken.pass_time(EMERGENCY_S + ANSWER_S + 1)
    act(broken, "reportUnanswered", EMERGENCY, sender=STRANGER)
    act(broken, "judgeEmergency", EMERGENCY, False, FINDING, sender=CERTIFIER)
    assert tally(broken) == {"opened": 1, "unanswered": 1, "unjustified": 1}


@pytest.mark.parametrize("party", ["provider", "patient"])
def test_parties_do_not_judge(stage: Stage, party: str) -> None:
    """A registry of its own whose reviewers are the very parties, one of them with a new key."""
    at = stage.system.address_of
    parties = [OTHER_PROVIDER.address, NEW_PHONE.address]
    neighbours = (at("IdentityRegistry"), at("RecordRegistry"))
    consents = deploy(
        stage, "ConsentRegistry", at("Forwarder"), at("Timelock"), parties, *neighbours, (DAY_S, DAY_S, DAY_S)
    )
    stage.do(OTHER_PROVIDER, consents, "openEmergency", PATIENT.address, REASON)
    stage.do(OTHER_PROVIDER, consents, "answerEmergency", EMERGENCY, JUSTIFICATION)
    rotate(stage, PATIENT, NEW_PHONE)
    reviewer = OTHER_PROVIDER if party == "provider" else NEW_PHONE
    outcome = stage.send(reviewer, consents, "judgeEmergency", EMERGENCY, True, FINDING)
    assert outcome.error == f"ReviewerIsParty(reviewer=0x{reviewer.address.hex()})"


@pytest.mark.parametrize("state", ["open", "answered", "unanswered"])
def test_a_patient_contests_before_the_verdict(broken: Stage, state: str) -> None:
    if state == "answered":
        act(broken, "answerEmergency", EMERGENCY, JUSTIFICATION)
    if state == "unanswered":
        broken.pass_time(EMERGENCY_S + ANSWER_S)
        act(broken, "reportUnanswered", EMERGENCY, sender=STRANGER)
    before = status_of(broken)
    outcome = act(broken, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    told = {"emergencyId": EMERGENCY, "patient": PATIENT.address, "reason": COMPLAINT}
    assert [(event.name, event.arguments) for event in outcome.events] == [("EmergencyContested", told)]
    assert status_of(broken) == before
    assert tally(broken)["objected"] == 1
    kept = broken.read(broken.system.consents, "emergencyOf", EMERGENCY)
    assert (kept["objected"], kept["contested"]) == (True, False)
    again = tried(broken, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    assert again.error == f"ContestedAlready(emergencyId=0x{EMERGENCY.hex()})"


def test_a_contested_verdict_is_reviewed_by_another(answered: Stage) -> None:
    act(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=CERTIFIER)
    act(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    assert status_of(answered) == UNDER_REVIEW
    assert tally(answered) == {"opened": 1, "answered": 1, "contested": 1}
    same = tried(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=CERTIFIER)
    assert same.error == f"ReviewerJudgedAlready(reviewer=0x{CERTIFIER.address.hex()})"
    act(answered, "judgeEmergency", EMERGENCY, False, FINDING, sender=ARBITER)
    assert tally(answered) == {"opened": 1, "answered": 1, "contested": 1, "unjustified": 1}


def test_who_objected_early_contests_the_verdict_too(answered: Stage) -> None:
    act(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    act(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=CERTIFIER)
    assert act(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT).status
    assert status_of(answered) == UNDER_REVIEW
    assert tally(answered) == {"opened": 1, "answered": 1, "objected": 1, "contested": 1}
    act(answered, "judgeEmergency", EMERGENCY, False, FINDING, sender=ARBITER)
    assert status_of(answered) == UNJUSTIFIED


def test_a_patient_contests_one_verdict(answered: Stage) -> None:
    act(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=CERTIFIER)
    act(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    error = f"ContestedAlready(emergencyId=0x{EMERGENCY.hex()})"
    assert tried(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT).error == error
    act(answered, "judgeEmergency", EMERGENCY, True, FINDING, sender=ARBITER)
    assert tried(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT).error == error


def test_what_was_judged_unjustified_needs_no_contest(answered: Stage) -> None:
    act(answered, "judgeEmergency", EMERGENCY, False, FINDING, sender=CERTIFIER)
    outcome = tried(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=PATIENT)
    assert outcome.error == unfit(UNJUSTIFIED)


def test_only_its_patient_contests(answered: Stage) -> None:
    outcome = tried(answered, "contestEmergency", EMERGENCY, COMPLAINT, sender=OTHER_PATIENT)
    assert outcome.error == (
        f"NotThePatient(caller=0x{OTHER_PATIENT.address.hex()}, patient=0x{PATIENT.address.hex()})"
    )


@pytest.mark.parametrize(
    ("function", "arguments", "sender"),
    [
        ("logEmergencyAccess", (PATIENT.address, bytes(32), PROVIDER.address), OTHER_PROVIDER),
        ("answerEmergency", (JUSTIFICATION,), OTHER_PROVIDER),
        ("reportUnanswered", (), STRANGER),
        ("judgeEmergency", (True, FINDING), CERTIFIER),
        ("contestEmergency", (COMPLAINT,), PATIENT),
    ],
)
def test_there_is_no_such_emergency(
    broken: Stage, function: str, arguments: tuple[object, ...], sender: PrivateKey
) -> None:
    unknown = keccak(EMERGENCY)
    outcome = tried(broken, function, unknown, *arguments, sender=sender)
    assert outcome.error == f"EmergencyUnknown(emergencyId=0x{unknown.hex()})"


def test_a_reviewer_resigns_in_its_own_name_only(stage: Stage) -> None:
    resigning = (REVIEWER_ROLE, CERTIFIER.address)
    assert tried(stage, "renounceRole", *resigning).error == "AccessControlBadConfirmation()"
    assert tried(stage, "renounceRole", *resigning, sender=CERTIFIER).status
