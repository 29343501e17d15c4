"""A visit from door to reward: check-in by QR, record to the phone, root anchored, points credited."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import simpy

from chain.block import Hash32
from chain.contracts.bindings import record_registry
from chain.contracts.messages import Receipt
from chain.contracts.system import System
from chain.contracts.typed import ContractCall
from chain.eip712 import compact
from sim.agents.acts import Act
from sim.agents.codes import Desk, SignedCheckIn
from sim.agents.node import Node
from sim.agents.onboarding import Onboarding
from sim.agents.payment import Payment, Sending
from sim.agents.people import KeptRecord, Patient, People, Provider
from sim.agents.presentations import Presentations
from sim.agents.submission import Call, Submission
from sim.chance import Stream
from sim.records.keys import SimulatedEntropy
from sim.records.record import Record
from sim.records.vault import OVERHEAD_BYTES
from sim.units import SECONDS_PER_DAY

RECORD_KINDS: Final = {
    "AMB": 1,
    "EMER": 2,
    "IMP": 3,
    "HH": 4,
    "VR": 5,
    "OBSENC": 6,
    "SS": 7,
    "FLD": 8,
    "ACUTE": 9,
    "NONAC": 10,
}
"""Numbers under which HL7 v3 ActCode encounter classes are anchored; a class not listed is 0."""


class Planned(Protocol):
    """What a visit needs to know of the encounter it lives through; times are simulated seconds."""

    @property
    def visit_id(self) -> str: ...
    @property
    def patient_id(self) -> str: ...
    @property
    def provider_id(self) -> str: ...
    @property
    def provider_name(self) -> str: ...
    @property
    def class_code(self) -> str: ...
    @property
    def type_text(self) -> str: ...
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def encounter_id(self) -> str: ...


@dataclass(eq=False)
class Visit:
    """What became of one visit. Times are simulated seconds, None until they come."""

    planned: Planned
    direction: str
    outcome: str = "under way"
    resources: int = 0
    record_bytes: int = 0
    ciphertext_bytes: int = 0
    record: Record | None = None
    record_id: bytes | None = None
    signed: SignedCheckIn | None = None
    scanned_at_s: float | None = None
    check_in: Submission | None = None
    anchor: Submission | None = None
    credit: Submission | None = None
    submissions: list[Submission] = field(default_factory=list)


class Visits:
    """Lives through planned encounters. `resources_of` returns the FHIR resources of an encounter."""

    def __init__(
        self,
        env: simpy.Environment,
        node: Node,
        system: System,
        people: People,
        desk: Desk,
        onboarding: Onboarding,
        payment: Payment,
        presentations: Presentations,
        salts: Stream,
        resources_of: Callable[[str], Sequence[dict[str, Any]]],
        *,
        direction: str,
        validity_days: int,
    ) -> None:
        self.made: list[Visit] = []
        self._env = env
        self._node = node
        self._system = system
        self._people = people
        self._desk = desk
        self._onboarding = onboarding
        self._payment = payment
        self._presentations = presentations
        self._salts = salts
        self._resources_of = resources_of
        self._direction = direction
        self._validity_s = validity_days * SECONDS_PER_DAY

    def attend(self, planned: Planned) -> Generator[simpy.Event, None, None]:
        """Live through one encounter."""
        yield self._env.timeout(planned.start_s - self._env.now)
        patient = self._people.patients[planned.patient_id]
        provider = self._people.providers[planned.provider_id]
        visit = Visit(planned, self._direction)
        self.made.append(visit)
        resources = self._resources_of(planned.encounter_id)
        self._presentations.at_visit(planned.visit_id, patient, provider, self._env.now, resources)
        if self._direction == "institution":
            yield self._env.timeout(planned.end_s - self._env.now)
            yield from self._wait_for_fresh_code(patient, provider)
        self._scan(visit, patient, provider)
        checked_in = self._env.process(self._check_in(visit, patient, provider))
        if self._direction == "ticket":
            yield self._env.timeout(max(0, planned.end_s - self._env.now))
        self._hand_over(visit, patient, provider, resources)
        anchored = self._env.process(self._anchor(visit, patient, provider))
        yield checked_in & anchored
        yield from self._credit(visit, patient, provider)

    def _wait_for_fresh_code(
        self, patient: Patient, provider: Provider
    ) -> Generator[simpy.Event, None, None]:
        """A code is good for one visit of a patient: whoever ends two at the same moment waits for the next code."""
        turn, left_s = self._desk.turn(self._node.unix_s())
        while (provider.provider_id, turn) in patient.scanned:
            yield self._env.timeout(left_s)
            turn, left_s = self._desk.turn(self._node.unix_s())
        patient.scanned.add((provider.provider_id, turn))

    def _scan(self, visit: Visit, patient: Patient, provider: Provider) -> None:
        unix_s = self._node.unix_s()
        if self._direction == "ticket":
            visit.signed = self._desk.by_ticket(patient, provider, unix_s, visit.planned.visit_id)
        else:
            visit.signed = self._desk.by_institution_code(patient, provider, unix_s)
        visit.scanned_at_s = self._env.now

    def _check_in(
        self, visit: Visit, patient: Patient, provider: Provider
    ) -> Generator[simpy.Event, None, None]:
        """Register the patient where that is still to do, then put the signed check-in on chain."""
        if provider.joining is not None:
            yield provider.joining
        yield self._onboarding.register(patient, provider)
        assert visit.signed is not None
        call = visit.signed.call(self._system)
        visit.check_in = yield from self._send(visit, provider, Act.CHECK_IN, call)
        yield self._node.outcome_of(visit.check_in)

    def _hand_over(
        self, visit: Visit, patient: Patient, provider: Provider, resources: Sequence[dict[str, Any]]
    ) -> None:
        """Encrypt the encounter's record to the patient's phone. Care never waits for a block."""
        entropy = SimulatedEntropy(self._salts, visit.planned.visit_id)
        record = Record.of(resources, entropy.salts(len(resources)))
        held = patient.wallet.receive(record, provider.account.address, entropy)
        visit.record, visit.record_id = record, held.record_id
        visit.resources = len(resources)
        visit.record_bytes = len(record.to_bytes())
        visit.ciphertext_bytes = visit.record_bytes + OVERHEAD_BYTES

    def _anchor(
        self, visit: Visit, patient: Patient, provider: Provider
    ) -> Generator[simpy.Event, None, None]:
        """Anchor the record's root; from then on the patient can show the record elsewhere."""
        if provider.joining is not None:
            yield provider.joining
        yield self._onboarding.register(patient, provider)
        call = self._anchoring(visit, patient, provider)
        visit.anchor = yield from self._send(visit, provider, Act.ANCHOR, call)
        yield self._node.outcome_of(visit.anchor)
        if visit.anchor.succeeded:
            assert visit.record_id is not None
            assert visit.anchor.included_at_s is not None
            kept = KeptRecord(visit.record_id, provider.provider_id, visit.anchor.included_at_s)
            patient.kept.append(kept)

    def _credit(
        self, visit: Visit, patient: Patient, provider: Provider
    ) -> Generator[simpy.Event, None, None]:
        """Have the points credited once check-in and record are both on chain."""
        assert visit.check_in is not None
        assert visit.anchor is not None
        if not (visit.check_in.succeeded and visit.anchor.succeeded):
            visit.outcome = _failure(visit.check_in, visit.anchor)
            return
        assert visit.signed is not None
        assert visit.record is not None
        call = self._system.typed.rewards.credit(
            visit.signed.code.struct_hash, patient.account.address, visit.record.root
        )
        visit.credit = yield from self._send(visit, provider, Act.CREDIT, call)
        yield self._node.outcome_of(visit.credit)
        visit.outcome = "complete" if visit.credit.succeeded else _failure(visit.credit)

    def _anchoring(self, visit: Visit, patient: Patient, provider: Provider) -> ContractCall[Hash32]:
        """Return the call that anchors the visit's record, with the patient's signature under its receipt."""
        assert visit.signed is not None
        assert visit.record is not None
        receipt = Receipt(
            root=visit.record.root,
            issuer=provider.account.address,
            patient=patient.account.address,
            kind=RECORD_KINDS.get(visit.planned.class_code, 0),
            valid_until_s=self._node.unix_s() + self._validity_s,
            check_in_id=visit.signed.check_in_id,
        )
        signature = patient.account.key.sign(receipt.digest(self._system.records_domain))
        record = record_registry.Leaf(
            root=receipt.root,
            patient=receipt.patient,
            kind=receipt.kind,
            valid_until_s=receipt.valid_until_s,
            check_in_id=receipt.check_in_id,
            patient_signature=record_registry.Signature(*compact(signature)),
        )
        return self._system.typed.records.anchor(record)

    def _send(self, visit: Visit, provider: Provider, act: Act, call: ContractCall[Any]) -> Sending:
        planned = visit.planned
        wanted = Call.of(act, call, visit_id=planned.visit_id, for_owner=planned.patient_id)
        submission = yield from self._payment.send(provider.account, wanted)
        visit.submissions.append(submission)
        return submission


def _failure(*submissions: Submission) -> str:
    return "; ".join(f"{sent.call.act} failed: {sent.failure}" for sent in submissions if not sent.succeeded)
