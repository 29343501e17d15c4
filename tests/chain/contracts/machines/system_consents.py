"""Acts about who reads what: consents given, narrowed and withdrawn, readings, and broken glass."""

from __future__ import annotations

from consents import ConsentKey
from system_acting import ActingMachine, an_act
from system_stage import KINDS

from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER
from chain.contracts.rehearsal.consent_registry import FINDING, JUSTIFICATION
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.consent import (
    NO_RECORD,
    Consent,
    Purpose,
    Scope,
    consents_domain,
    of_kinds,
    of_record,
)
from chain.eip712 import compact
from chain.hashing import keccak

READERS = (
    (Role.PROVIDER, Purpose.CARE),
    (Role.RESEARCHER, Purpose.RESEARCH),
    (Role.INSURER, Purpose.CLAIM),
    (Role.INSURER, Purpose.RESEARCH),
)


class ConsentActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def a_patient_consents(self) -> None:
        """Itself, or by a signature that somebody brings, at once or later."""
        patient = self.somebody(Role.PATIENT)
        role, purpose = self.pick(READERS)
        grantee = self.speaker(self.pick(self.persons(role)))
        scope, expiry_s = self._scope(), self.now_s + self.pick([DAY_S, 90 * DAY_S, 900 * DAY_S])
        registry = self.system.consents
        if self.likely(0.5):
            self.act(patient, registry, "grant", grantee.address, purpose, scope.arguments, expiry_s)
            return
        parties = (patient.address, grantee.address, purpose)
        edition = self.world.consents.edition(self.world.consents.key(*parties, scope.record_id)) + 1
        signer = patient if self.likely() else self.anybody()
        consent = Consent(*parties, scope, expiry_s, edition, self.now_s + 3 * DAY_S)
        signature = compact(signer.sign(consent.digest(consents_domain(self.system))))
        if signer is patient and not self.people.is_retired(patient.address):
            self.world.signed.append((*parties, scope, expiry_s, edition))
        if not self.likely(0.7):
            self.wait_until(self.now_s + DAY_S)
        arguments = consent.arguments(signature)
        forged = signer is not patient
        self.act(self.anybody(), registry, "grantSigned", *arguments, by=[signer], forged=forged)

    @an_act
    def a_patient_changes_its_mind(self) -> None:
        """Narrows or withdraws a consent; whoever read by it tries again."""
        key = self._some_consent()
        if key is None:
            return
        person, reader, purpose, record = key
        word, registry = self.world.consents.words[key], self.system.consents
        patient, named = self.speaker(person), self.any_key_of(reader)
        if self.likely(0.4):
            less = Scope(
                record, word.scope.kinds & 0b10, word.scope.anchored_from_s, word.scope.anchored_until_s
            )
            scope = word.scope if record != NO_RECORD or not less.kinds else less
            expiry_s = word.expiry_s - self.pick([0, DAY_S])
            self.act(patient, registry, "narrow", named, purpose, scope.arguments, expiry_s)
        else:
            self.act(patient, registry, "revoke", named, purpose, record)
        self._read(key)

    @an_act
    def somebody_reads(self) -> None:
        key = self._some_consent()
        if key is not None:
            self._read(key)

    @an_act
    def somebody_reads_again(self) -> None:
        """Readings count double."""
        key = self._some_consent()
        if key is not None:
            self._read(key)

    @an_act
    def the_glass_is_broken(self) -> None:
        """A provider opens an emergency, reads, and mostly answers for it."""
        person = self.pick(self.persons(Role.PROVIDER)[:4])
        self.keep_in_standing(person)
        provider, registry = self.speaker(person), self.system.consents
        patient = self.any_key_of(self.pick(self.persons(Role.PATIENT)[:4]))
        reason = keccak(self.next_number().to_bytes(4, "big"))
        outcome = self.act(provider, registry, "openEmergency", patient, reason)
        if not outcome.status:
            return
        (emergency_id,) = (
            event.arguments["emergencyId"] for event in outcome.events if event.name == "EmergencyOpened"
        )
        self._read_in_emergency(emergency_id)
        if self.likely(0.7):
            self.act(provider, registry, "answerEmergency", emergency_id, JUSTIFICATION)
            if self.likely(0.3):
                self._read_in_emergency(emergency_id)

    @an_act
    def an_emergency_goes_on(self) -> None:
        emergencies, registry = self.books.access.emergencies, self.system.consents
        if not emergencies:
            return
        identifier = self.pick(list(emergencies)[-5:])
        emergency = emergencies[identifier]
        what = self.pick(["read", "answer", "report", "judge", "judge", "contest"])
        if what == "read":
            self._read_in_emergency(identifier)
        elif what == "answer":
            sender = self.speaker(self.people.person(emergency.provider))
            self.act(sender, registry, "answerEmergency", identifier, JUSTIFICATION)
        elif what == "report":
            if emergency.open and self.likely(0.8):
                self.wait_until(emergency.ends_at_s + 7 * DAY_S + 1)
            self.act(self.anybody(), registry, "reportUnanswered", identifier)
        elif what == "judge":
            reviewer = self.pick([CERTIFIER, ARBITER]) if self.likely() else self.anybody()
            self.act(reviewer, registry, "judgeEmergency", identifier, self.likely(0.5), FINDING)
        else:
            sender = self.speaker(self.people.person(emergency.patient))
            self.act(sender, registry, "contestEmergency", identifier, FINDING)

    def _read(self, key: ConsentKey) -> None:
        """Mostly a record that the consent covers or covered, by its reader."""
        person, reader, purpose, _record = key
        records = [one for one in self.world.records.values() if self.people.person(one.patient) == person]
        covered = [one for one in records if self.world.consents.words[key].covers(one)]
        if not (covered or records):
            return
        record = self.pick((covered if covered and self.likely(0.9) else records)[-8:])
        grantee = self.speaker(reader)
        names = (record.patient, purpose, record.root, record.issuer)
        self.act(grantee, self.system.consents, "logAccess", *names)

    def _read_in_emergency(self, identifier: bytes) -> None:
        emergency = self.books.access.emergencies[identifier]
        person = self.people.person(emergency.patient)
        own = [one for one in self.world.records.values() if self.people.person(one.patient) == person]
        records = own if own and self.likely() else list(self.world.records.values())
        record = self.pick(records[-8:])
        provider = self.speaker(self.people.person(emergency.provider))
        names = (record.patient, record.root, record.issuer)
        self.act(provider, self.system.consents, "logEmergencyAccess", identifier, *names)

    def _scope(self) -> Scope:
        if self.likely(0.3):
            return of_record(self.pick(list(self.world.records)))
        return of_kinds(*self.pick([KINDS, KINDS[:1], (1, 2, 3)]))

    def _some_consent(self) -> ConsentKey | None:
        """Return a consent that there is or was, mostly a live one."""
        consents = self.world.consents
        keys = list(consents.words)
        live = [key for key in keys if consents.is_live(key, self.now_s)]
        if live and self.likely(0.85):
            return self.pick(live)
        return self.pick(keys) if keys else None
