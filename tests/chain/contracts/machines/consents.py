"""Consents in Python, beside `ConsentRegistry`: what is live, and what it covers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from people import PATIENTS, PROVIDERS, People

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.consent_registry import anchored, record_of
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.consent import NO_RECORD, Purpose, Scope

KINDS: Final = (1, 2, 63, 64, 70)
"""Of the records; the last two are in no set of kinds."""

LONGEST_S: Final = 3_650 * DAY_S
ConsentKey = tuple[Address, Address, Purpose, Hash32]
"""The patient's and the grantee's first keys, the purpose, and the one record or `NO_RECORD`."""


@dataclass(frozen=True)
class Anchored:
    """A record as the registry has it; times in Unix seconds."""

    record_id: Hash32
    root: Hash32
    issuer: Address
    patient: Address
    kind: int
    anchored_at_s: int


def anchored_records(stage: Stage) -> list[Anchored]:
    """Have both providers issue records of all `KINDS` to both patients, a day apart."""
    records = []
    for number in range(10):
        stage.pass_time(DAY_S)
        patient, provider = PATIENTS[number % 2], PROVIDERS[number // 2 % 2]
        visit = anchored(stage, number, patient=patient, provider=provider, kind=KINDS[number // 2])
        parties = (provider.address, patient.address)
        records.append(Anchored(record_of(visit), visit.root, *parties, visit.kind, stage.time_s))
    return records


@dataclass(frozen=True)
class Word:
    """The patient's last word on a consent."""

    scope: Scope
    expiry_s: int
    edition: int
    revoked: bool = False

    def is_live(self, time_s: int) -> bool:
        return not self.revoked and time_s <= self.expiry_s

    def covers(self, record: Anchored) -> bool:
        if self.scope.record_id != NO_RECORD:
            return self.scope.record_id == record.record_id
        in_kinds = record.kind < 64 and bool(self.scope.kinds >> record.kind & 1)
        return in_kinds and self.scope.anchored_from_s <= record.anchored_at_s <= self.scope.anchored_until_s


class Consents:
    """All consents, and what the registry should answer. Refusals are named as the contract's errors, "" for none."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.words: dict[ConsentKey, Word] = {}

    def key(self, patient: Address, grantee: Address, purpose: Purpose, record_id: Hash32) -> ConsentKey:
        return self.people.person(patient), self.people.person(grantee), purpose, record_id

    def edition(self, key: ConsentKey) -> int:
        return self.words[key].edition if key in self.words else 0

    def is_live(self, key: ConsentKey, time_s: int) -> bool:
        return key in self.words and self.words[key].is_live(time_s)

    def covering(
        self, patient: Address, grantee: Address, purpose: Purpose, record: Anchored, time_s: int
    ) -> ConsentKey | None:
        """Return the live consent that covers a record of this patient, the one to the record itself first."""
        for record_id in (record.record_id, NO_RECORD):
            key = self.key(patient, grantee, purpose, record_id)
            if self.is_live(key, time_s) and self.words[key].covers(record):
                return key
        return None

    def permits(
        self, patient: Address, grantee: Address, purpose: Purpose, record: Anchored, time_s: int
    ) -> bool:
        in_good_standing = self.people.is_active(self.people.current(grantee))
        return in_good_standing and self.covering(patient, grantee, purpose, record, time_s) is not None

    def refusal_of_grant(
        self, patient: Address, grantee: Address, purpose: Purpose, scope: Scope, expiry_s: int, time_s: int
    ) -> str:
        if not self.people.is_active(patient, Role.PATIENT):
            return "PatientNotActive"
        if not self.people.is_active(grantee):
            return "GranteeNotActive"
        if purpose is Purpose.NONE:
            return "PurposeMissing"
        if refusal := _refusal_of_scope(scope):
            return refusal
        if expiry_s < time_s:
            return "ExpiryPassed"
        return "ExpiryTooFar" if expiry_s > time_s + LONGEST_S else ""

    def grant(self, key: ConsentKey, scope: Scope, expiry_s: int) -> None:
        self.words[key] = Word(scope, expiry_s, self.edition(key) + 1)

    def refusal_of_narrowing(
        self, sender: Address, key: ConsentKey, scope: Scope, expiry_s: int, time_s: int
    ) -> str:
        if refusal := self.refusal_of_revocation(sender, key, time_s):
            return refusal
        if refusal := _refusal_of_scope(scope):
            return refusal
        if expiry_s < time_s:
            return "ExpiryPassed"
        word = self.words[key]
        left, before = (scope, expiry_s), (word.scope, word.expiry_s)
        adds = (
            scope.kinds & ~word.scope.kinds
            or scope.anchored_from_s < word.scope.anchored_from_s
            or scope.anchored_until_s > word.scope.anchored_until_s
            or expiry_s > word.expiry_s
        )
        return "NotNarrower" if adds or left == before else ""

    def narrow(self, key: ConsentKey, scope: Scope, expiry_s: int) -> None:
        self.words[key] = Word(scope, expiry_s, self.edition(key) + 1)

    def refusal_of_revocation(self, sender: Address, key: ConsentKey, time_s: int) -> str:
        if self.people.current(sender) != sender:
            return "PatientNotActive"
        return "" if self.is_live(key, time_s) else "ConsentNotLive"

    def revoke(self, key: ConsentKey) -> None:
        self.words[key] = replace(self.words[key], revoked=True, edition=self.edition(key) + 1)


def _refusal_of_scope(scope: Scope) -> str:
    if scope.record_id == NO_RECORD:
        if not scope.kinds:
            return "ScopeEmpty"
        return "ScopePeriodEmpty" if scope.anchored_from_s > scope.anchored_until_s else ""
    return "ScopeAmbiguous" if scope.kinds or scope.anchored_from_s or scope.anchored_until_s else ""
