"""Consents against a model: what is permitted is what was consented to, and no access is logged that was not."""

from __future__ import annotations

from typing import ClassVar, Final

from consents import KINDS, Anchored, ConsentKey, Consents, anchored_records
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, machine_tests
from people import CONSUMERS, PATIENTS, PROVIDERS, PeopledMachine, mostly

from chain.block import Address
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.consent import (
    FOREVER_S,
    NO_RECORD,
    Consent,
    Purpose,
    Scope,
    consent_id,
    consents_domain,
    of_kinds,
)
from chain.eip712 import compact

STANDING: Final = (
    *((provider, Purpose.CARE) for provider in PROVIDERS),
    *((consumer, Purpose.RESEARCH) for consumer in CONSUMERS),
)
"""What every patient has consented to before the story begins."""
LIFE_S: Final = 200 * DAY_S

words = st.lists(st.sampled_from(range(6)), min_size=2, max_size=6)
purposes = st.sampled_from([Purpose.CARE, Purpose.CARE, Purpose.CLAIM, Purpose.RESEARCH, *Purpose])
masks = st.one_of(st.just(2), st.integers(1, 2**64 - 1), st.sampled_from([2**64 - 1, 2, 6, 0]))
NARROWING: Final = st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 3), st.integers(-2, 30 * DAY_S))
lives_s = st.one_of(
    st.just(90 * DAY_S),
    st.integers(DAY_S, 400 * DAY_S),
    st.integers(DAY_S, 400 * DAY_S),
    st.sampled_from([BLOCK_S, BLOCK_S - 1, 0, 3_650 * DAY_S + BLOCK_S, 3_650 * DAY_S + BLOCK_S + 1]),
)


class ConsentMachine(PeopledMachine):
    """Patients consent, narrow, withdraw and change phones; others read, with consent or by breaking the glass."""

    CONTRACTS = ("ConsentRegistry",)
    records: ClassVar[list[Anchored]]
    said: ClassVar[list[tuple[Address, Address, Purpose, Scope, int]]]

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        super().prepare(stage)
        cls.records = anchored_records(stage)
        cls.said = []
        for patient in PATIENTS:
            for grantee, purpose in STANDING:
                scope, expiry_s = of_kinds(*KINDS[:3]), stage.time_s + LIFE_S
                arguments = (grantee.address, purpose, scope.arguments, expiry_s)
                stage.do(patient, stage.system.consents, "grant", *arguments)
                cls.said.append((patient.address, grantee.address, purpose, scope, expiry_s))

    def __init__(self) -> None:
        super().__init__()
        self.consents = Consents(self.people)
        for patient, grantee, purpose, scope, expiry_s in self.said:
            self.consents.grant(self.consents.key(patient, grantee, purpose, NO_RECORD), scope, expiry_s)
        self.signed: list[tuple[Consent, tuple[bytes, bytes]]] = []

    @rule(data=st.data(), words=words)
    def patients_speak(self, data: st.DataObject, words: list[int]) -> None:
        said = (self._consent_to, self._consent_to, self._narrow, self._sign, self._withdraw, self._bring)
        for word in words:
            said[word](data)

    @rule(data=st.data(), words=words)
    def patients_speak_again(self, data: st.DataObject, words: list[int]) -> None:
        """Hypothesis takes rules evenly: this one counts double."""
        self.patients_speak(data, words)

    def _consent_to(self, data: st.DataObject) -> None:
        purpose, life_s = data.draw(purposes), data.draw(lives_s)
        patient, grantee = self.somebody(data, *PATIENTS), self.somebody(data, *PROVIDERS, *CONSUMERS)
        scope, expiry_s = self._scope(data), self.scene.time_s + life_s
        arguments = (grantee.address, purpose, scope.arguments, expiry_s)
        outcome = self.attempt(patient, self.system.consents, "grant", *arguments)
        consent = (patient.address, grantee.address, purpose)
        refusal = self.consents.refusal_of_grant(*consent, scope, expiry_s, self.scene.time_s)
        assert outcome.error_name == refusal
        if outcome.status:
            self.consents.grant(self.consents.key(*consent, scope.record_id), scope, expiry_s)

    def _sign(self, data: st.DataObject) -> None:
        """For later: what was said in between must not be undone by it."""
        purpose, life_s = data.draw(purposes), data.draw(lives_s)
        patient = self.people.key(data.draw(st.sampled_from(PATIENTS)).address)
        grantee = self.people.key(data.draw(st.sampled_from([*PROVIDERS, *CONSUMERS])).address)
        scope, now_s = self._scope(data), self.scene.time_s
        key = self.consents.key(patient.address, grantee.address, purpose, scope.record_id)
        consent = Consent(
            patient.address,
            grantee.address,
            purpose,
            scope,
            now_s + life_s,
            self.consents.edition(key) + 1,
            now_s + 20 * DAY_S,
        )
        signature = compact(patient.sign(consent.digest(consents_domain(self.system))))
        self.signed.append((consent, signature))
        if data.draw(st.booleans()):
            self._bring(data)

    def _bring(self, data: st.DataObject) -> None:
        if not self.signed:
            return
        consent, signature = (
            self.signed[-1] if data.draw(st.booleans()) else data.draw(st.sampled_from(self.signed))
        )
        bringer = data.draw(st.sampled_from(ACTORS))
        arguments = consent.arguments(signature)
        outcome = self.attempt(bringer, self.system.consents, "grantSigned", *arguments)
        parties = (consent.patient, consent.grantee, consent.purpose)
        key = self.consents.key(*parties, consent.scope.record_id)
        if self.scene.time_s > consent.deadline_s:
            refusal = "DeadlinePassed"
        elif consent.edition != self.consents.edition(key) + 1:
            refusal = "InvalidPatientSignature"
        else:
            said = (consent.scope, consent.expiry_s, self.scene.time_s)
            refusal = self.consents.refusal_of_grant(*parties, *said)
        assert outcome.error_name == refusal
        if outcome.status:
            self.consents.grant(key, consent.scope, consent.expiry_s)

    def _narrow(self, data: st.DataObject) -> None:
        """Some part of a consent, mostly downwards."""
        less, cut, shift_s = data.draw(NARROWING)
        key = self._consent(data)
        if key is None:
            return
        word, (person, reader, purpose, record_id) = self.consents.words[key], key
        sender = self.speaker(data, person)
        scope, expiry_s = word.scope, word.expiry_s
        if record_id == NO_RECORD and cut < 3:
            scope = Scope(
                NO_RECORD,
                word.scope.kinds & less | 2 if cut == 0 else word.scope.kinds,
                word.scope.anchored_from_s + (shift_s if cut == 1 else 0),
                word.scope.anchored_until_s - (shift_s if cut == 2 else 0),
            )
        else:
            expiry_s -= shift_s
        if not 0 <= scope.anchored_from_s <= FOREVER_S or not 0 <= scope.anchored_until_s <= FOREVER_S:
            return
        arguments = (self.any_key_of(data, reader), purpose, scope.arguments, expiry_s)
        outcome = self.attempt(sender, self.system.consents, "narrow", *arguments)
        own = self.consents.key(sender.address, reader, purpose, record_id)
        said = (scope, expiry_s, self.scene.time_s)
        assert outcome.error_name == self.consents.refusal_of_narrowing(sender.address, own, *said)
        if outcome.status:
            self.consents.narrow(own, scope, expiry_s)

    def _withdraw(self, data: st.DataObject) -> None:
        key = self._consent(data)
        if key is None:
            return
        person, reader, purpose, record_id = key
        sender = self.speaker(data, person)
        arguments = (self.any_key_of(data, reader), purpose, record_id)
        outcome = self.attempt(sender, self.system.consents, "revoke", *arguments)
        own = self.consents.key(sender.address, reader, purpose, record_id)
        refusal = self.consents.refusal_of_revocation(sender.address, own, self.scene.time_s)
        assert outcome.error_name == refusal
        if outcome.status:
            self.consents.revoke(own)
            assert not self.ask(self.system.consents, "isLive", consent_id(*own))

    @rule(data=st.data(), purpose=purposes, times=st.integers(1, 4))
    def somebody_reads(self, data: st.DataObject, purpose: Purpose, times: int) -> None:
        for _reading in range(times):
            self._read(data, purpose)

    def _read(self, data: st.DataObject, purpose: Purpose) -> None:
        """Mostly by a consent that there is or was; what is logged is what the model permits, under that consent."""
        record = data.draw(st.sampled_from(self.records))
        reader = self.somebody(data, *PROVIDERS, *CONSUMERS)
        key = self._consent(data)
        if key is not None and data.draw(mostly):
            person, grantee, purpose, _record_id = key
            reader = self.people.key(grantee) if grantee in self.people.roles else reader
            own = [one for one in self.records if self.people.person(one.patient) == person]
            covered = [one for one in own if self.consents.words[key].covers(one)]
            record = data.draw(st.sampled_from(covered or own or self.records))
        arguments = (record.patient, purpose, record.root, record.issuer)
        outcome = self.attempt(reader, self.system.consents, "logAccess", *arguments)
        asked = (record.patient, reader.address, purpose, record, self.scene.time_s)
        covering = self.consents.covering(*asked)
        if not self.people.is_active(reader.address):
            refusal = "GranteeNotActive"
        else:
            refusal = "" if covering else "AccessNotPermitted"
        assert outcome.error_name == refusal
        if outcome.status and covering:
            (event,) = outcome.events
            assert event.arguments["consentId"] == outcome.output == consent_id(*covering)
            assert event.arguments["recordId"] == record.record_id
            assert event.arguments["edition"] == self.consents.edition(covering)

    @rule(data=st.data(), purpose=purposes)
    def somebody_asks(self, data: st.DataObject, purpose: Purpose) -> None:
        """Any question, by any keys: the registry answers as the model does."""
        for record in self.records:
            grantee = data.draw(st.sampled_from([*PROVIDERS, *CONSUMERS])).address
            parties = (
                self.any_key_of(data, self.people.person(record.patient)),
                self.any_key_of(data, grantee),
            )
            answer = self.ask(self.system.consents, "permits", *parties, purpose, record.record_id)
            assert answer == self.consents.permits(*parties, purpose, record, self.scene.time_s)

    @invariant()
    def consents_are_the_models(self) -> None:
        """Each word of a patient is kept as it was said, and is live exactly until it ends."""
        if not self.changed:
            return
        for key, word in list(self.consents.words.items())[-4:]:
            identifier = consent_id(*key)
            assert self.ask(self.system.consents, "isLive", identifier) == word.is_live(self.scene.time_s)
            kept = self.ask(self.system.consents, "consentOf", identifier)
            said = (word.scope.kinds, word.scope.anchored_from_s, word.scope.anchored_until_s)
            assert (kept["kinds"], kept["anchoredFrom"], kept["anchoredUntil"]) == said
            assert (kept["expiry"], kept["edition"], kept["revoked"]) == (
                word.expiry_s,
                word.edition,
                word.revoked,
            )

    def _scope(self, data: st.DataObject) -> Scope:
        """Draw a scope: mostly a sound one."""
        if data.draw(st.integers(0, 3)) == 3:
            record = data.draw(st.sampled_from(self.records)).record_id
            return Scope(record, data.draw(st.sampled_from([0] * 9 + [2])))
        moments = st.sampled_from([0, FOREVER_S, *(record.anchored_at_s for record in self.records)])
        first_s, last_s = data.draw(moments), data.draw(moments)
        if data.draw(mostly):
            first_s, last_s = sorted((first_s, last_s))
        return Scope(NO_RECORD, data.draw(masks), first_s, last_s)

    def _consent(self, data: st.DataObject) -> ConsentKey | None:
        """Draw a consent that there is or was, mostly a live one."""
        keys = sorted(self.consents.words, key=lambda key: (key[0], key[1], int(key[2]), key[3]))
        live = [key for key in keys if self.consents.is_live(key, self.scene.time_s + BLOCK_S)]
        if live and data.draw(mostly):
            return data.draw(st.sampled_from(live))
        return data.draw(st.sampled_from(keys)) if keys else None


test_consents, test_consents_for_long = machine_tests(ConsentMachine)
