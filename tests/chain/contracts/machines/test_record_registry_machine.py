"""Records against a model: whoever anchors, proves, corrects, revokes and credits what, in any order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ContractMachine, actors, machine_tests
from scene import Outcome

from chain.block import Address, Hash32
from chain.contracts.batches import Batch
from chain.contracts.messages import NO_VISIT, Correction, Receipt, SignedReceipt, batch_id, record_id
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.identity import KeyConsent, identity_domain
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

NONE, ANCHORED, CREDITED, REVOKED, SUPERSEDED = range(5)
LIVE: Final = (ANCHORED, CREDITED)
YEARS_S: Final = 3_650 * DAY_S
PHONES: Final = tuple(key(200 + number) for number in range(6))
"""Keys that patients change to."""
KEYS: Final = {
    who.address: who for who in (PATIENT, OTHER_PATIENT, PROVIDER, OTHER_PROVIDER, STRANGER, *PHONES)
}
PROVIDERS: Final = (PROVIDER, OTHER_PROVIDER)

providers = st.sampled_from(PROVIDERS)
rarely = st.sampled_from([False] * 9 + [True])
sometimes = st.sampled_from([False] * 4 + [True])
visits = st.sampled_from([NO_VISIT, *(keccak(b"visit" + bytes([number])) for number in range(5))])
validities = st.sampled_from([YEARS_S, YEARS_S, YEARS_S, 40 * DAY_S, 16, -1])


@dataclass
class Record:
    """A record in the model; times in Unix seconds."""

    receipt: Receipt
    anchored_at_s: int
    status: int
    origin: Hash32
    successor: Hash32 = bytes(32)


@dataclass(frozen=True)
class BatchInModel:
    batch: Batch
    signers: tuple[PrivateKey, ...]
    anchored_at_s: int
    count: int


class RecordRegistryMachine(ContractMachine):
    """Every outcome is foretold, with the name of its error."""

    CONTRACTS = ("RecordRegistry",)

    def __init__(self) -> None:
        super().__init__()
        self.records = self.system.records
        self.pool = self.system.address_of("RewardPool")
        self.model: dict[Hash32, Record] = {}
        self.batches: dict[Hash32, BatchInModel] = {}
        self.touched: set[Hash32] = set()
        self.credits: dict[Hash32, int] = {}
        self.first_roots: dict[tuple[Address, Hash32], Hash32] = {}
        self.patients = [PATIENT, OTHER_PATIENT]
        self.phones = list(PHONES)
        self.number = 0

    # What happens to people, without which the registry could refuse nobody.

    @rule(who=providers, certified=st.sampled_from([True, True, False]))
    def the_certifier_decides(self, who: PrivateKey, certified: bool) -> None:
        identity = self.system.identity
        if certified:
            self.attempt(CERTIFIER, identity, "certify", who.address, self.scene.time_s + YEARS_S)
        elif self.certified(who.address):
            self.attempt(CERTIFIER, identity, "revokeCertification", who.address)

    @rule(data=st.data())
    def a_patient_changes_phones(self, data: st.DataObject) -> None:
        if not self.phones:
            return
        old, new = data.draw(st.sampled_from(self.patients)), self.phones[0]
        identity = self.system.identity
        if self.ask(identity, "currentKeyOf", old.address) != old.address:
            return
        consent = KeyConsent(old.address, new.address, self.scene.time_s + DAY_S)
        signature = compact(new.sign(consent.digest(identity_domain(self.system))))
        outcome = self.attempt(old, identity, "replaceKey", new.address, consent.deadline_s, signature)
        if outcome.status:
            self.patients.append(self.phones.pop(0))

    @rule(who=st.sampled_from([PATIENT, OTHER_PATIENT]), stays=rarely)
    def a_patient_is_suspended(self, who: PrivateKey, stays: bool) -> None:
        """Mostly not for long."""
        identity, reason = self.system.identity, keccak(b"reason")
        present = self.present_key(who.address).address
        if self.active(present):
            self.attempt(CERTIFIER, identity, "suspend", present, reason)
        if not stays and not self.active(present):
            self.attempt(CERTIFIER, identity, "reinstate", present, reason)

    # What providers do.

    @rule(data=st.data(), wrong_sender=rarely)
    def anchors(self, data: st.DataObject, wrong_sender: bool) -> None:
        self.keep_certified(data)
        issuer = data.draw(providers)
        sender = data.draw(actors) if wrong_sender else issuer
        paper, signer = self.paper(data, issuer)
        outcome = self.attempt(sender, self.records, "anchor", paper.arguments)
        said = replace(paper.receipt, issuer=sender.address)
        signed = signer.address == said.patient and sender.address == paper.receipt.issuer
        self.expect(
            outcome,
            (not self.certified(sender.address), "IssuerNotCertified"),
            (not self.active(said.patient), "PatientNotActive"),
            (said.valid_until_s < self.now_s, "ValidityPassed"),
            (said.record_id in self.model, "RecordAlreadyAnchored"),
            (not signed, "InvalidPatientSignature"),
        )
        if outcome.status:
            self.note(said, self.now_s, ANCHORED)

    @rule(data=st.data(), size=st.integers(1, 6), wrong_sender=rarely, wrong_count=rarely)
    def anchors_a_batch(self, data: st.DataObject, size: int, wrong_sender: bool, wrong_count: bool) -> None:
        self.keep_certified(data)
        issuer = data.draw(providers)
        sender = data.draw(actors) if wrong_sender else issuer
        drawn = [self.paper(data, issuer) for _ in range(size)]
        batch = Batch(sender.address, [paper for paper, _signer in drawn])
        if self.batches and data.draw(sometimes):
            batch = replace(data.draw(st.sampled_from([*self.batches.values()])).batch, author=sender.address)
            drawn = [(paper, STRANGER) for paper in batch.papers]  # type: ignore[misc]
        root, count = batch.arguments
        count = data.draw(st.integers(0, count)) if wrong_count else count
        outcome = self.attempt(sender, self.records, "anchorBatch", root, count)
        self.expect(
            outcome,
            (not self.certified(sender.address), "IssuerNotCertified"),
            (count == 0, "BatchEmpty"),
            (batch.batch_id in self.batches, "BatchAlreadyAnchored"),
        )
        if outcome.status:
            signers = tuple(signer for _paper, signer in drawn)
            self.batches[batch.batch_id] = BatchInModel(batch, signers, self.now_s, count)

    @rule(data=st.data(), by_patient=st.booleans(), who=actors, wrong_proof=rarely, unknown=rarely)
    def proves(
        self, data: st.DataObject, by_patient: bool, who: PrivateKey, wrong_proof: bool, unknown: bool
    ) -> None:
        if not self.batches:
            return
        entry, index, proof = self.leaf(data, wrong_proof)
        known = entry.batch.batch_id
        asked = batch_id(known, who.address) if unknown else known
        paper = self.said(entry, index)
        sender = self.present_key(paper.patient) if by_patient else who
        arguments = (asked, entry.batch.papers[index].arguments, proof)
        outcome = self.attempt(sender, self.records, "prove", *arguments)
        self.expect(outcome, (unknown, "BatchUnknown"), *self.proving(entry, index, proof, sender.address))
        if outcome.status:
            self.note(paper, entry.anchored_at_s, ANCHORED)

    @rule(data=st.data(), wrong_sender=rarely, wrong_signer=rarely, later_s=validities)
    def corrects(self, data: st.DataObject, wrong_sender: bool, wrong_signer: bool, later_s: int) -> None:
        if not self.model:
            return
        self.keep_certified(data)
        record = self.some_record(data)
        old = record.receipt
        issuer, patient = self.present_key(old.issuer), self.present_key(old.patient)
        sender = data.draw(actors) if wrong_sender else issuer
        root = self.new_root()
        if data.draw(rarely):
            root = data.draw(st.sampled_from([old.root, self.some_record(data).receipt.root]))
        correction = Correction(
            old.record_id, root, issuer.address, patient.address, 3, self.scene.time_s + later_s
        )
        signer = data.draw(actors) if wrong_signer else patient
        signature = compact(signer.sign(correction.digest(self.system.records_domain)))
        names = (old.root, old.issuer, old.patient)
        outcome = self.attempt(sender, self.records, "supersede", *names, *correction.arguments, signature)
        person = self.ask(self.system.identity, "personOf", patient.address)
        first_root = self.first_roots.get((person, old.root), old.root)
        noted = self.first_roots.get((person, root))
        self.expect(
            outcome,
            (sender.address != issuer.address, "NotTheIssuer"),
            (not self.certified(issuer.address), "IssuerNotCertified"),
            (not self.active(patient.address), "PatientNotActive"),
            (correction.valid_until_s < self.now_s, "ValidityPassed"),
            *self.liveness(record),
            (correction.successor_id in self.model, "RecordAlreadyAnchored"),
            (signer.address != patient.address, "InvalidPatientSignature"),
            (noted not in (None, first_root), "RootOfAnotherRecord"),
        )
        if outcome.status:
            self.first_roots[person, root] = first_root
            said = Receipt(
                root, issuer.address, patient.address, 3, correction.valid_until_s, old.check_in_id
            )
            self.note(said, self.now_s, record.status, origin=record.origin)
            record.status, record.successor = SUPERSEDED, correction.successor_id

    @rule(data=st.data(), wrong_sender=rarely)
    def revokes(self, data: st.DataObject, wrong_sender: bool) -> None:
        if not self.model:
            return
        record = self.some_record(data)
        said = record.receipt
        issuer = self.present_key(said.issuer)
        sender = data.draw(actors) if wrong_sender else issuer
        outcome = self.attempt(sender, self.records, "revoke", said.root, said.issuer, said.patient)
        self.expect(outcome, (sender.address != issuer.address, "NotTheIssuer"), *self.liveness(record))
        if outcome.status:
            record.status = REVOKED
            self.touched.add(said.record_id)

    # What the pool does, and others try.

    @rule(data=st.data(), who=st.one_of(st.none(), st.none(), st.none(), actors), wrong_visit=rarely)
    def credits_a_record(self, data: st.DataObject, who: PrivateKey | None, wrong_visit: bool) -> None:
        if not self.model:
            return
        record = self.some_record(data)
        said = record.receipt
        visit = data.draw(visits) if wrong_visit else said.check_in_id
        names = (said.root, said.issuer, said.patient)
        outcome = self.attempt(who or self.pool, self.records, "markCredited", *names, visit)
        self.expect(outcome, (who is not None, "NotRewardPool"), *self.crediting(record, visit))
        if outcome.status:
            self.credit(record)

    @rule(
        data=st.data(),
        who=st.one_of(st.none(), st.none(), st.none(), actors),
        wrong_visit=rarely,
        wrong_proof=rarely,
    )
    def credits_from_a_batch(
        self, data: st.DataObject, who: PrivateKey | None, wrong_visit: bool, wrong_proof: bool
    ) -> None:
        if not self.batches:
            return
        entry, index, proof = self.leaf(data, wrong_proof)
        said = self.said(entry, index)
        visit = data.draw(visits) if wrong_visit else said.check_in_id
        arguments = (entry.batch.batch_id, entry.batch.papers[index].arguments, proof, visit)
        standing = self.model.get(said.record_id)
        outcome = self.attempt(who or self.pool, self.records, "proveCredited", *arguments)
        if standing:
            causes = self.crediting(standing, visit)
        else:
            causes = [
                (said.check_in_id != visit, "RecordOfAnotherVisit"),
                *self.proving(entry, index, proof, self.pool),
            ]
        self.expect(outcome, (who is not None, "NotRewardPool"), *causes)
        if outcome.status:
            assert outcome.output == (said.issuer, said.patient)
            self.credit(standing or self.note(said, entry.anchored_at_s, ANCHORED))

    # What is promised after each call.

    @invariant()
    def records_are_those_of_the_model(self) -> None:
        for identifier in sorted(self.touched):
            record = self.model[identifier]
            said = record.receipt
            assert self.scene.read(self.records, "recordOf", identifier) == {
                "anchoredAt": record.anchored_at_s,
                "validUntil": said.valid_until_s,
                "kind": said.kind,
                "status": record.status,
                "checkInTag": said.check_in_id[:16],
            }
            assert self.scene.read(self.records, "originOf", identifier) == record.origin
            assert self.scene.read(self.records, "successorOf", identifier) == record.successor
            person = self.ask(self.system.identity, "personOf", said.patient)
            first_root = self.first_roots.get((person, said.root), said.root)
            assert self.scene.read(self.records, "firstRootOf", person, said.root) == first_root
            valid = record.status in LIVE and self.scene.time_s <= said.valid_until_s
            parties = (said.root, said.issuer, said.patient)
            assert self.scene.read(self.records, "isValid", *parties) == valid
        self.touched.clear()

    @invariant()
    def a_record_and_its_corrections_are_credited_once(self) -> None:
        assert all(count == 1 for count in self.credits.values())

    def teardown(self) -> None:
        self.touched.update(self.model)
        self.records_are_those_of_the_model()
        super().teardown()

    # The model's own sums.

    @property
    def now_s(self) -> int:
        """When the last call was made."""
        return self.scene.time_s

    def certified(self, account: Address) -> bool:
        return bool(self.scene.read(self.system.identity, "isCertified", account))

    def active(self, account: Address) -> bool:
        return bool(self.scene.read(self.system.identity, "isActive", account, 1))

    def present_key(self, account: Address) -> PrivateKey:
        return KEYS[self.scene.read(self.system.identity, "currentKeyOf", account)]

    def keep_certified(self, data: st.DataObject) -> None:
        """Mostly let the certifier renew what has run out: providers without certification can do nothing."""
        for who in PROVIDERS:
            if not self.certified(who.address) and not data.draw(rarely):
                self.attempt(
                    CERTIFIER, self.system.identity, "certify", who.address, self.scene.time_s + YEARS_S
                )

    def new_root(self) -> Hash32:
        self.number += 1
        return keccak(b"record" + self.number.to_bytes(4, "big"))

    def paper(self, data: st.DataObject, issuer: PrivateKey) -> tuple[SignedReceipt, PrivateKey]:
        """Return a paper and who signed it: mostly a new root, a present key, and that patient's hand."""
        patient = data.draw(st.sampled_from([*self.patients[-2:], *self.patients]))
        if not data.draw(rarely):
            patient = self.present_key(patient.address)
        if data.draw(rarely):
            patient = STRANGER
        root = self.new_root()
        known = [record.receipt for record in self.model.values() if record.receipt.issuer == issuer.address]
        if known and data.draw(sometimes):
            again = data.draw(st.sampled_from(known))
            root, patient = again.root, KEYS[again.patient]
        valid_until_s = self.scene.time_s + data.draw(validities)
        receipt = Receipt(
            root,
            issuer.address,
            patient.address,
            data.draw(st.integers(0, 3)),
            valid_until_s,
            data.draw(visits),
        )
        signer = data.draw(actors) if data.draw(rarely) else patient
        return SignedReceipt(
            receipt, compact(signer.sign(receipt.digest(self.system.records_domain)))
        ), signer

    def some_record(self, data: st.DataObject) -> Record:
        """Return a record, mostly one that is live."""
        live = [record for record in self.model.values() if record.status in LIVE]
        every = list(self.model.values())
        return data.draw(st.sampled_from(every if not live or data.draw(rarely) else live))

    def leaf(self, data: st.DataObject, wrong_proof: bool) -> tuple[BatchInModel, int, tuple[Hash32, ...]]:
        """Return a batch, the index of a leaf that mostly stands nowhere yet, and its proof."""
        leaves = [
            (entry, index) for entry in self.batches.values() for index in range(len(entry.batch.papers))
        ]
        new = [
            (entry, index) for entry, index in leaves if self.said(entry, index).record_id not in self.model
        ]
        entry, index = data.draw(st.sampled_from(new if new and not data.draw(rarely) else leaves))
        proof = entry.batch.tree.proof(index)
        if wrong_proof:
            proof = data.draw(st.sampled_from([(*proof, bytes(32)), proof[:-1], proof[::-1]]))
        return entry, index, proof

    def said(self, entry: BatchInModel, index: int) -> Receipt:
        """Return what a leaf says, with the batch's author as the issuer."""
        paper = entry.batch.papers[index]
        assert isinstance(paper, SignedReceipt)
        return replace(paper.receipt, issuer=entry.batch.author)

    def proving(
        self, entry: BatchInModel, index: int, proof: tuple[Hash32, ...], sender: Address
    ) -> list[tuple[bool, str]]:
        """Return what speaks against a leaf's proof, in the contract's order."""
        paper, said = entry.batch.papers[index], self.said(entry, index)
        assert isinstance(paper, SignedReceipt)
        deepest = (2 * entry.count - 1).bit_length() - 1
        wrong_proof = proof != entry.batch.tree.proof(index) or len(proof) > deepest
        present = self.present_key(said.patient).address if said.patient in KEYS else said.patient
        allowed = self.active(said.patient) or (present == sender and self.active(sender))
        signed = paper.receipt == said and entry.signers[index].address == said.patient
        return [
            (wrong_proof, "LeafNotInBatch"),
            (not allowed, "PatientNotActive"),
            (said.valid_until_s < entry.anchored_at_s, "ValidityPassed"),
            (said.record_id in self.model, "RecordAlreadyAnchored"),
            (not signed, "InvalidPatientSignature"),
        ]

    def liveness(self, record: Record) -> list[tuple[bool, str]]:
        return [
            (record.status == REVOKED, "RecordRevokedAlready"),
            (record.status == SUPERSEDED, "RecordSupersededAlready"),
        ]

    def crediting(self, record: Record, visit: Hash32) -> list[tuple[bool, str]]:
        return [
            *self.liveness(record),
            (record.status == CREDITED, "RecordAlreadyCredited"),
            (record.receipt.check_in_id[:16] != visit[:16], "RecordOfAnotherVisit"),
        ]

    def expect(self, outcome: Outcome, *causes: tuple[bool, str]) -> None:
        """The first cause that holds is the error; where none holds, the call succeeded."""
        error = next((name for holds, name in causes if holds), "")
        assert outcome.error_name == error, (outcome.error, error)

    def note(self, said: Receipt, anchored_at_s: int, status: int, *, origin: Hash32 | None = None) -> Record:
        identifier = record_id(said.root, said.issuer, said.patient)
        self.model[identifier] = Record(said, anchored_at_s, status, origin or identifier)
        self.touched.add(identifier)
        return self.model[identifier]

    def credit(self, record: Record) -> None:
        record.status = CREDITED
        self.credits[record.origin] = self.credits.get(record.origin, 0) + 1
        self.touched.add(record.receipt.record_id)


test_records, test_records_for_long = machine_tests(RecordRegistryMachine)
