"""Emergencies against a model: access only by a certified provider in time, and every one of them is answered for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import ClassVar, Final

from consents import Anchored, anchored_records
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, machine_tests
from people import PATIENTS, PROVIDERS, PeopledMachine, mostly

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER
from chain.contracts.rehearsal.consent_registry import FINDING, JUSTIFICATION, emergency_of
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.hashing import keccak

EMERGENCY_S, ANSWER_S = DAY_S, 7 * DAY_S
OPEN, ANSWERED, UNANSWERED, JUSTIFIED, UNJUSTIFIED, UNDER_REVIEW = range(1, 7)
JUDGEABLE: Final = (ANSWERED, UNANSWERED, UNDER_REVIEW)
REVIEWERS: Final = (CERTIFIER, ARBITER)
REASONS: Final = tuple(keccak(bytes([number])) for number in range(40))


@dataclass
class Emergency:
    """Broken glass in the model, by the persons' first keys."""

    provider: Address
    patient: Address
    opened_at_s: int
    status: int = OPEN
    objected: bool = False
    contested: bool = False
    accesses: int = 0
    reviewer: Address = bytes(20)


class EmergencyMachine(PeopledMachine):
    """Providers break the glass, read, answer or do not; reviewers judge, patients contest."""

    CONTRACTS = ("ConsentRegistry",)
    records: ClassVar[list[Anchored]]

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        super().prepare(stage)
        cls.records = anchored_records(stage)

    def __init__(self) -> None:
        super().__init__()
        self.emergencies: dict[Hash32, Emergency] = {}
        self.tallies: dict[Address, Counter[str]] = defaultdict(Counter)

    @rule(data=st.data(), acts=st.lists(st.sampled_from(range(5)), max_size=6))
    def somebody_breaks_the_glass(self, data: st.DataObject, acts: list[int]) -> None:
        self._open(data)
        self.an_emergency_goes_on(data, acts)

    @rule(data=st.data(), acts=st.lists(st.sampled_from(range(5)), min_size=1, max_size=4))
    def an_emergency_goes_on(self, data: st.DataObject, acts: list[int]) -> None:
        """In any order: what comes too early or too late is refused."""
        done = (self._read, self._answer, self._judge, self._contest, self._report)
        for act in acts:
            done[act](data)

    def _open(self, data: st.DataObject) -> None:
        reason = data.draw(st.sampled_from(REASONS))
        provider, patient = self.somebody(data, *PROVIDERS), self.somebody(data, *PATIENTS)
        outcome = self.attempt(provider, self.system.consents, "openEmergency", patient.address, reason)
        identifier = emergency_of(provider, patient, reason)
        person = self.people.person(patient.address)
        if not self.people.is_certified(provider.address):
            refusal = "ProviderNotCertified"
        elif self.people.roles.get(person) is not Role.PATIENT:
            refusal = "PatientNotRegistered"
        else:
            refusal = "EmergencyOpenedAlready" if identifier in self.emergencies else ""
        assert outcome.error_name == refusal
        if outcome.status:
            opener = self.people.person(provider.address)
            self.emergencies[identifier] = Emergency(opener, person, self.scene.time_s)
            self.tallies[opener]["opened"] += 1

    def _read(self, data: st.DataObject) -> None:
        identifier, emergency = self._emergency(data, OPEN)
        if emergency is None:
            return
        sender = self.speaker(data, emergency.provider)
        own = [one for one in self.records if self.people.person(one.patient) == emergency.patient]
        record = data.draw(st.sampled_from(own if data.draw(mostly) else self.records))
        arguments = (identifier, record.patient, record.root, record.issuer)
        outcome = self.attempt(sender, self.system.consents, "logEmergencyAccess", *arguments)
        if sender.address != self.people.current(emergency.provider):
            refusal = "NotTheProvider"
        elif not self.people.is_certified(sender.address):
            refusal = "ProviderNotCertified"
        elif emergency.status != OPEN:
            refusal = "EmergencyStatusUnfit"
        elif self.scene.time_s > emergency.opened_at_s + EMERGENCY_S:
            refusal = "EmergencyOver"
        else:
            refusal = "" if record in own else "RecordOutsideEmergency"
        assert outcome.error_name == refusal
        emergency.accesses += outcome.status

    def _answer(self, data: st.DataObject) -> None:
        identifier, emergency = self._emergency(data, OPEN)
        if emergency is None:
            return
        sender = self.speaker(data, emergency.provider)
        arguments = (identifier, JUSTIFICATION)
        outcome = self.attempt(sender, self.system.consents, "answerEmergency", *arguments)
        if sender.address != self.people.current(emergency.provider):
            refusal = "NotTheProvider"
        elif emergency.status != OPEN:
            refusal = "EmergencyStatusUnfit"
        else:
            refusal = "AnswerOverdue" if self._is_overdue(emergency) else ""
        assert outcome.error_name == refusal
        if outcome.status:
            emergency.status = ANSWERED
            self.tallies[emergency.provider]["answered"] += 1

    def _report(self, data: st.DataObject) -> None:
        identifier, emergency = self._emergency(data, OPEN)
        if emergency is None:
            return
        if data.draw(st.booleans()):
            self.scene.pass_time(EMERGENCY_S + ANSWER_S)
        outcome = self.attempt(
            data.draw(st.sampled_from(ACTORS)), self.system.consents, "reportUnanswered", identifier
        )
        if emergency.status != OPEN:
            refusal = "EmergencyStatusUnfit"
        else:
            refusal = "" if self._is_overdue(emergency) else "AnswerNotOverdue"
        assert outcome.error_name == refusal
        if outcome.status:
            emergency.status = UNANSWERED
            self.tallies[emergency.provider]["unanswered"] += 1

    def _judge(self, data: st.DataObject) -> None:
        justified = data.draw(st.booleans())
        identifier, emergency = self._emergency(data, *JUDGEABLE)
        if emergency is None:
            return
        reviewer = data.draw(st.sampled_from([*REVIEWERS * 4, *ACTORS[4:8]]))
        arguments = (identifier, justified, FINDING)
        outcome = self.attempt(reviewer, self.system.consents, "judgeEmergency", *arguments)
        if reviewer not in REVIEWERS:
            refusal = "AccessControlUnauthorizedAccount"
        elif emergency.status not in JUDGEABLE:
            refusal = "EmergencyStatusUnfit"
        else:
            refusal = "ReviewerJudgedAlready" if emergency.reviewer == reviewer.address else ""
        assert outcome.error_name == refusal
        if outcome.status:
            emergency.status, emergency.reviewer = JUSTIFIED if justified else UNJUSTIFIED, reviewer.address
            self.tallies[emergency.provider]["justified" if justified else "unjustified"] += 1

    def _contest(self, data: st.DataObject) -> None:
        identifier, emergency = self._emergency(data, ANSWERED, JUSTIFIED)
        if emergency is None:
            return
        sender = self.speaker(data, emergency.patient)
        outcome = self.attempt(sender, self.system.consents, "contestEmergency", identifier, REASONS[0])
        if sender.address != self.people.current(emergency.patient):
            refusal = "NotThePatient"
        elif emergency.status == UNJUSTIFIED:
            refusal = "EmergencyStatusUnfit"
        elif emergency.status in (JUSTIFIED, UNDER_REVIEW):
            refusal = "ContestedAlready" if emergency.contested else ""
        else:
            refusal = "ContestedAlready" if emergency.objected else ""
        assert outcome.error_name == refusal
        if not outcome.status:
            return
        if emergency.status == JUSTIFIED:
            emergency.contested, emergency.status = True, UNDER_REVIEW
            self.tallies[emergency.provider]["contested"] += 1
            self.tallies[emergency.provider]["justified"] -= 1
        else:
            emergency.objected = True
            self.tallies[emergency.provider]["objected"] += 1

    @invariant()
    def every_provider_answers_for_its_own(self) -> None:
        if not self.changed:
            return
        for provider in PROVIDERS:
            counts = self.ask(self.system.consents, "accountabilityOf", self.people.current(provider.address))
            assert {
                name.removesuffix("Count"): count for name, count in counts.items() if count
            } == +self.tallies[provider.address]
        for identifier, emergency in list(self.emergencies.items())[-4:]:
            kept = self.ask(self.system.consents, "emergencyOf", identifier)
            words = (emergency.objected, emergency.contested)
            assert (kept["status"], kept["objected"], kept["contested"]) == (emergency.status, *words)
            assert (kept["accessCount"], kept["reviewer"]) == (emergency.accesses, emergency.reviewer)
            live = emergency.status == OPEN and self.scene.time_s <= emergency.opened_at_s + EMERGENCY_S
            assert self.ask(self.system.consents, "isEmergencyLive", identifier) == live

    def _emergency(self, data: st.DataObject, *likely: int) -> tuple[Hash32, Emergency | None]:
        """Draw an emergency, mostly in one of these states and a recent one."""
        chosen = [pair for pair in self.emergencies.items() if pair[1].status in likely]
        if chosen and data.draw(mostly):
            return chosen[-1] if data.draw(st.booleans()) else data.draw(st.sampled_from(chosen))
        every = list(self.emergencies.items())
        return data.draw(st.sampled_from(every)) if every else (bytes(32), None)

    def _is_overdue(self, emergency: Emergency) -> bool:
        return self.scene.time_s > emergency.opened_at_s + EMERGENCY_S + ANSWER_S


test_emergencies, test_emergencies_for_long = machine_tests(EmergencyMachine)
