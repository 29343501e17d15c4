"""Check-ins against a model: both directions, alone and in batches, at the right and the wrong time, by anyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ContractMachine, actors, machine_tests
from scene import Outcome

from chain.block import Address, Hash32
from chain.contracts.batches import Batch
from chain.contracts.messages import NOBODY, Code, Scan, SignedCheckIn, batch_id
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.terms import DAY_S
from chain.eip712 import Domain, compact
from chain.hashing import keccak
from chain.keys import PrivateKey

NONE, RECORDED, CREDITED = range(3)
GRACE_S: Final = 7_200
YEARS_S: Final = 3_650 * DAY_S
PROVIDERS: Final = (PROVIDER, OTHER_PROVIDER)

providers = st.sampled_from(PROVIDERS)
patients = st.sampled_from([PATIENT, OTHER_PATIENT, STRANGER])
rarely = st.sampled_from([False] * 9 + [True])
moments = st.sampled_from([*[0] * 12, -1, 10, 30, -30, -31, 17, 40, 16 - GRACE_S, 15 - GRACE_S])
"""When a code was scanned, in seconds before or after now."""


@dataclass(frozen=True)
class Papers:
    """A check-in with what is wrong about its signatures."""

    signed: SignedCheckIn
    provider_signed: bool
    patient_signed: bool

    @property
    def check_in_id(self) -> Hash32:
        return self.signed.check_in_id


@dataclass(frozen=True)
class BatchInModel:
    batch: Batch
    papers: tuple[Papers, ...]
    anchored_at_s: int
    count: int


class CheckInMachine(ContractMachine):
    """Every outcome is foretold, with the name of its error."""

    CONTRACTS = ("CheckIn",)

    def __init__(self) -> None:
        super().__init__()
        self.checkin = self.system.checkin
        self.domain: Domain = self.system.checkin_domain
        self.pool = self.system.address_of("RewardPool")
        self.model: dict[Hash32, tuple[Address, int, int]] = {}
        self.batches: dict[Hash32, BatchInModel] = {}
        self.touched: set[Hash32] = set()
        self.codes: list[Code] = []

    @rule(who=providers, certified=st.sampled_from([True, True, False]))
    def the_certifier_decides(self, who: PrivateKey, certified: bool) -> None:
        identity = self.system.identity
        if certified:
            self.attempt(CERTIFIER, identity, "certify", who.address, self.scene.time_s + YEARS_S)
        elif self.certified(who.address):
            self.attempt(CERTIFIER, identity, "revokeCertification", who.address)

    @rule(data=st.data(), wrong_sender=rarely)
    def checks_in(self, data: st.DataObject, wrong_sender: bool) -> None:
        self.keep_certified(data)
        papers = self.papers(data)
        provider = papers.signed.code.provider
        sender = data.draw(actors).address if wrong_sender else provider
        outcome = self.attempt(sender, self.checkin, "checkIn", papers.signed.arguments)
        self.expect(
            outcome,
            (sender != provider, "NotTheProvider"),
            (not self.certified(provider), "ProviderNotCertified"),
            *self.recording(papers, self.scene.time_s),
        )
        if outcome.status:
            assert outcome.output == papers.check_in_id
            self.note(papers, RECORDED)

    @rule(data=st.data(), size=st.integers(1, 6), wrong_sender=rarely, wrong_count=rarely)
    def anchors_a_batch(self, data: st.DataObject, size: int, wrong_sender: bool, wrong_count: bool) -> None:
        self.keep_certified(data)
        provider = data.draw(providers)
        sender = data.draw(actors) if wrong_sender else provider
        papers = tuple(self.papers(data, None if data.draw(rarely) else provider) for _ in range(size))
        if self.batches and data.draw(rarely):
            papers = data.draw(st.sampled_from([*self.batches.values()])).papers
        batch = Batch(sender.address, [each.signed for each in papers])
        root, count = batch.arguments
        count = data.draw(st.integers(0, count)) if wrong_count else count
        outcome = self.attempt(sender, self.checkin, "checkInBatch", root, count)
        self.expect(
            outcome,
            (not self.certified(sender.address), "ProviderNotCertified"),
            (count == 0, "BatchEmpty"),
            (batch.batch_id in self.batches, "BatchAlreadyAnchored"),
        )
        if outcome.status:
            self.batches[batch.batch_id] = BatchInModel(batch, papers, self.scene.time_s, count)
            if data.draw(st.booleans()):
                self.credit_from(self.batches[batch.batch_id], 0, batch.tree.proof(0), None)

    @rule(data=st.data(), who=actors, wrong_proof=rarely, unknown=rarely)
    def proves(self, data: st.DataObject, who: PrivateKey, wrong_proof: bool, unknown: bool) -> None:
        if not self.batches:
            return
        entry, index, proof = self.leaf(data, wrong_proof)
        papers = entry.papers[index]
        known = entry.batch.batch_id
        asked = batch_id(known, who.address) if unknown else known
        outcome = self.attempt(who, self.checkin, "prove", asked, papers.signed.arguments, proof)
        self.expect(outcome, *self.proving(entry, index, proof, unknown))
        if outcome.status:
            self.note(papers, RECORDED)

    @rule(data=st.data(), who=st.one_of(st.none(), st.none(), st.none(), actors), unknown=rarely)
    def credits_a_check_in(self, data: st.DataObject, who: PrivateKey | None, unknown: bool) -> None:
        identifiers = [*self.model]
        new = [identifier for identifier in identifiers if self.model[identifier][2] == RECORDED]
        if not identifiers:
            return
        identifier = data.draw(st.sampled_from(identifiers if not new or data.draw(rarely) else new))
        identifier = keccak(identifier) if unknown else identifier
        outcome = self.attempt(who or self.pool, self.checkin, "markCredited", identifier)
        provider, scanned_at_s, status = self.model.get(identifier, (bytes(20), 0, NONE))
        self.expect(
            outcome,
            (who is not None, "NotRewardPool"),
            (status == NONE, "CheckInUnknown"),
            (status == CREDITED, "CheckInAlreadyCredited"),
        )
        if outcome.status:
            assert outcome.output == (provider, scanned_at_s)
            self.model[identifier] = (provider, scanned_at_s, CREDITED)
            self.touched.add(identifier)

    @rule(data=st.data(), who=st.one_of(st.none(), st.none(), st.none(), actors), wrong_proof=rarely)
    def credits_from_a_batch(self, data: st.DataObject, who: PrivateKey | None, wrong_proof: bool) -> None:
        if not self.batches:
            return
        self.credit_from(*self.leaf(data, wrong_proof), who)

    def credit_from(
        self, entry: BatchInModel, index: int, proof: tuple[Hash32, ...], who: PrivateKey | None
    ) -> None:
        """Credit a leaf, by the pool where nobody else tries."""
        papers = entry.papers[index]
        arguments = (entry.batch.batch_id, papers.signed.arguments, proof)
        outcome = self.attempt(who or self.pool, self.checkin, "proveCredited", *arguments)
        standing = self.model.get(papers.check_in_id)
        if standing:
            causes = [(standing[2] == CREDITED, "CheckInAlreadyCredited")]
        else:
            causes = self.proving(entry, index, proof, False)[1:]
        self.expect(outcome, (who is not None, "NotRewardPool"), *causes)
        if outcome.status:
            provider = papers.signed.code.provider
            scanned_at_s = standing[1] if standing else papers.signed.scanned_at_s
            assert outcome.output == (provider, papers.signed.patient, papers.check_in_id, scanned_at_s)
            if standing:  # of several scans of one code the first that was recorded stays
                self.model[papers.check_in_id] = (*standing[:2], CREDITED)
                self.touched.add(papers.check_in_id)
            else:
                self.note(papers, CREDITED)

    @invariant()
    def check_ins_are_those_of_the_model(self) -> None:
        for identifier in sorted(self.touched):
            provider, scanned_at_s, status = self.model[identifier]
            assert self.scene.read(self.checkin, "visitOf", identifier) == {
                "provider": provider,
                "scannedAt": scanned_at_s,
                "status": status,
            }
        self.touched.clear()

    def teardown(self) -> None:
        self.touched.update(self.model)
        self.check_ins_are_those_of_the_model()
        super().teardown()

    # The model's own sums.

    def certified(self, account: Address) -> bool:
        return bool(self.scene.read(self.system.identity, "isCertified", account))

    def keep_certified(self, data: st.DataObject) -> None:
        """Mostly let the certifier renew what has run out: providers without certification can do nothing."""
        for who in PROVIDERS:
            if not self.certified(who.address) and not data.draw(rarely):
                self.attempt(
                    CERTIFIER, self.system.identity, "certify", who.address, self.scene.time_s + YEARS_S
                )

    def papers(self, data: st.DataObject, provider: PrivateKey | None = None) -> Papers:
        """Return a check-in of about now, mostly with a new code and the right hands."""
        provider, patient = provider or data.draw(providers), data.draw(patients)
        scanned_at_s = self.scene.time_s + data.draw(moments)
        code = Code(
            provider.address,
            patient.address if data.draw(st.booleans()) else NOBODY,
            keccak(len(self.codes).to_bytes(4, "big")),
            self.scene.time_s - data.draw(st.sampled_from([30, 30, 2 * GRACE_S])),
            self.scene.time_s + 30,
        )
        if self.codes and data.draw(rarely):
            code = data.draw(st.sampled_from(self.codes[-5:]))
            provider = next(each for each in PROVIDERS if each.address == code.provider)
        self.codes.append(code)
        by_provider, by_patient = provider, patient
        if data.draw(rarely):
            by_provider = data.draw(actors)
        if data.draw(rarely):
            by_patient = data.draw(actors)
        scanner = provider if code.patient != NOBODY else patient
        shown = code.digest(self.domain)
        scanned = Scan(code.struct_hash, scanner.address, scanned_at_s).digest(self.domain)
        by_whom = (shown, scanned) if code.patient == NOBODY else (scanned, shown)
        signatures = (compact(by_provider.sign(by_whom[0])), compact(by_patient.sign(by_whom[1])))
        signed = SignedCheckIn(code, patient.address, scanned_at_s, *signatures)
        return Papers(signed, by_provider is provider, by_patient is patient)

    def leaf(self, data: st.DataObject, wrong_proof: bool) -> tuple[BatchInModel, int, tuple[Hash32, ...]]:
        """Return a batch, the index of a leaf that mostly stands nowhere yet, and its proof."""
        leaves = [(entry, index) for entry in self.batches.values() for index in range(len(entry.papers))]
        new = [(entry, index) for entry, index in leaves if entry.papers[index].check_in_id not in self.model]
        entry, index = data.draw(st.sampled_from(new if new and not data.draw(rarely) else leaves))
        proof = entry.batch.tree.proof(index)
        if wrong_proof:
            proof = data.draw(st.sampled_from([(*proof, bytes(32)), proof[:-1], proof[::-1]]))
        return entry, index, proof

    def proving(
        self, entry: BatchInModel, index: int, proof: tuple[Hash32, ...], unknown: bool
    ) -> list[tuple[bool, str]]:
        """Return what speaks against a leaf's proof, in the contract's order."""
        papers = entry.papers[index]
        deepest = (2 * entry.count - 1).bit_length() - 1
        wrong_proof = proof != entry.batch.tree.proof(index) or len(proof) > deepest
        return [
            (unknown, "BatchUnknown"),
            (wrong_proof, "LeafNotInBatch"),
            (entry.batch.author != papers.signed.code.provider, "NotTheProvider"),
            *self.recording(papers, entry.anchored_at_s),
        ]

    def recording(self, papers: Papers, sent_at_s: int) -> list[tuple[bool, str]]:
        """Return what speaks against a check-in that was sent then, in the contract's order."""
        signed, code = papers.signed, papers.signed.code
        signatures = [
            (not papers.provider_signed, "InvalidProviderSignature"),
            (not papers.patient_signed, "InvalidPatientSignature"),
        ]
        if code.patient != NOBODY:
            signatures.reverse()
        return [
            (papers.check_in_id in self.model, "AlreadyCheckedIn"),
            (not code.valid_from_s <= signed.scanned_at_s <= code.valid_until_s, "ScanOutsideWindow"),
            (signed.scanned_at_s > sent_at_s, "ScanInFuture"),
            (sent_at_s > signed.scanned_at_s + GRACE_S, "GracePassed"),
            (code.patient not in (NOBODY, signed.patient), "TicketOfAnotherPatient"),
            *signatures,
        ]

    def expect(self, outcome: Outcome, *causes: tuple[bool, str]) -> None:
        """The first cause that holds is the error; where none holds, the call succeeded."""
        error = next((name for holds, name in causes if holds), "")
        assert outcome.error_name == error, (outcome.error, error)

    def note(self, papers: Papers, status: int) -> None:
        signed = papers.signed
        self.model[papers.check_in_id] = (signed.code.provider, signed.scanned_at_s, status)
        self.touched.add(papers.check_in_id)


test_check_ins, test_check_ins_for_long = machine_tests(CheckInMachine)
