"""A patient shows an earlier record at another institution, which checks it against the chain before it believes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from chain.contracts.system import System
from sim.agents.node import Node
from sim.agents.people import KeptRecord, Patient, Provider
from sim.chance import Chance
from sim.records.errors import RecordsError
from sim.records.keys import SimulatedEntropy
from sim.records.record import Disclosure, Record
from sim.records.sealed import seal
from sim.units import SECONDS_PER_DAY

DIAGNOSTIC_CATEGORIES = frozenset({"laboratory", "imaging", "procedure"})
"""HL7 observation categories of results that a second institution would otherwise produce again."""


@dataclass(frozen=True)
class Presentation:
    """One presentation and what the verifier made of it; a row of the table `shares`."""

    share_id: str
    visit_id: str
    patient_id: str
    from_provider_id: str
    to_provider_id: str
    record_id: bytes
    presented_at_s: float
    origin: str
    leaves: int
    proof_bytes: int
    accepted: bool
    reason: str
    repeat_test_avoided: bool


@dataclass(frozen=True)
class Habits:
    """How patients share: see the scenario's chapter `sharing`."""

    present_probability: float
    forged_share: float
    lookback_days: int
    disclosed_leaves: int


Accepted = Callable[[str, bytes, Patient, Provider, Disclosure], None]
"""Told of an accepted record: share, record, patient, accepting provider, and what was disclosed."""


class Presentations:
    """Shows records, tampers with the share of them that the scenario asks for, and verifies them all alike."""

    def __init__(
        self, node: Node, system: System, chance: Chance, habits: Habits, on_accepted: Accepted | None = None
    ) -> None:
        self.made: list[Presentation] = []
        self._node = node
        self._system = system
        self._habits = habits
        self._on_accepted = on_accepted
        self._shows = chance.stream("presents a record")
        self._forges = chance.stream("forges a record")
        self._chooses = chance.stream("discloses leaves")
        self._entropy = chance.stream("sealed presentations")

    def at_visit(
        self,
        visit_id: str,
        patient: Patient,
        provider: Provider,
        now_s: float,
        resources: Sequence[dict[str, Any]],
    ) -> None:
        """Let the patient show the latest record from elsewhere; `resources` is what this visit will produce."""
        kept = self._worth_showing(patient, provider, now_s)
        if kept is None or not self._shows.happens(visit_id, 0, self._habits.present_probability):
            return
        disclosure = self._disclose(visit_id, patient, kept, _diagnostic_codes(resources))
        forged = self._forges.happens(visit_id, 0, self._habits.forged_share)
        message = disclosure.to_bytes()
        if forged:
            message = self._tampered(visit_id, message)
        accepted, reason = self._verify(visit_id, patient, provider, message)
        if accepted and self._on_accepted is not None:
            self._on_accepted(f"s-{visit_id}", kept.record_id, patient, provider, disclosure)
        avoided = accepted and bool(_diagnostic_codes(disclosure.resources) & _diagnostic_codes(resources))
        self.made.append(
            Presentation(
                share_id=f"s-{visit_id}",
                visit_id=visit_id,
                patient_id=patient.patient_id,
                from_provider_id=kept.provider_id,
                to_provider_id=provider.provider_id,
                record_id=kept.record_id,
                presented_at_s=now_s,
                origin="forged" if forged else "honest",
                leaves=len(disclosure.leaves),
                proof_bytes=disclosure.proof_bytes,
                accepted=accepted,
                reason=reason,
                repeat_test_avoided=avoided,
            )
        )

    def _worth_showing(self, patient: Patient, provider: Provider, now_s: float) -> KeptRecord | None:
        oldest_s = now_s - self._habits.lookback_days * SECONDS_PER_DAY
        elsewhere = [
            kept
            for kept in patient.kept
            if kept.provider_id != provider.provider_id and kept.anchored_at_s >= oldest_s
        ]
        return elsewhere[-1] if elsewhere else None

    def _disclose(
        self, visit_id: str, patient: Patient, kept: KeptRecord, wanted: Collection[str]
    ) -> Disclosure:
        """Disclose diagnostic results first, those that this visit would repeat before all others."""
        record = patient.wallet.record(kept.record_id)
        ranks = _ranks(record, wanted)
        order = self._chooses.shuffled(visit_id, 0, range(len(ranks)))
        chosen = sorted(order, key=lambda index: ranks[index])[: self._habits.disclosed_leaves]
        return patient.wallet.disclose(kept.record_id, sorted(chosen))

    def _tampered(self, visit_id: str, message: bytes) -> bytes:
        """Return the message with one byte changed, anywhere."""
        place = self._forges.integer(visit_id, 1, len(message))
        change = 1 + self._forges.integer(visit_id, 2, 255)
        return message[:place] + bytes([message[place] ^ change]) + message[place + 1 :]

    def _verify(
        self, visit_id: str, patient: Patient, provider: Provider, message: bytes
    ) -> tuple[bool, str]:
        """Return what the second provider concludes: it opens the sealed message and trusts nothing in it."""
        ephemeral = SimulatedEntropy(self._entropy, visit_id).octets("ephemeral")
        opened = provider.keys.agreement.open(seal(message, provider.keys.agreement.public, ephemeral))
        try:
            disclosure = Disclosure.from_bytes(opened)
        except RecordsError:
            return False, "malformed"
        if disclosure.patient != patient.account.address:
            return False, "another patient's record"
        if not disclosure.is_consistent():
            return False, "proof does not lead to the root"
        known = self._node.ask(
            self._system.typed.records.is_valid(disclosure.root, disclosure.issuer, disclosure.patient)
        )
        return (True, "verified against the chain") if known else (False, "no such valid record on chain")


def _ranks(record: Record, wanted: Collection[str]) -> list[int]:
    ranks = []
    for resource in record.resources:
        codes = _diagnostic_codes([resource])
        ranks.append(0 if codes & set(wanted) else 1 if codes else 2)
    return ranks


def _diagnostic_codes(resources: Sequence[dict[str, Any]]) -> set[str]:
    """Return the codes of laboratory, imaging and procedure observations, as system|code."""
    return {
        f"{coding.get('system', '')}|{coding['code']}"
        for resource in resources
        if resource.get("resourceType") == "Observation" and _is_diagnostic(resource)
        for coding in resource.get("code", {}).get("coding", ())
        if "code" in coding
    }


def _is_diagnostic(resource: dict[str, Any]) -> bool:
    return any(
        coding.get("code") in DIAGNOSTIC_CATEGORIES
        for category in resource.get("category", ())
        for coding in category.get("coding", ())
    )
