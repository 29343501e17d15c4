"""One visit's papers: code, scan, receipt and who signs what; any part may be replaced by a wrong one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from chain.contracts.messages import (
    NOBODY,
    Code,
    Compact,
    Receipt,
    Scan,
    SignedCheckIn,
    SignedReceipt,
)
from chain.contracts.rehearsal.cast import PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.eip712 import Domain, compact
from chain.hashing import keccak
from chain.keys import PrivateKey

SHOWN_BEFORE_S = 5
CODE_LIFE_S = 30
DIRECTIONS = ("institution", "ticket")


@dataclass(frozen=True)
class Visit:
    code: Code
    patient: PrivateKey
    provider: PrivateKey
    scanned_at_s: int
    root: bytes
    kind: int
    valid_until_s: int
    sender: PrivateKey
    code_signer: PrivateKey
    scan_signer: PrivateKey

    @classmethod
    def at(
        cls,
        stage: Stage,
        *,
        patient: PrivateKey = PATIENT,
        provider: PrivateKey = PROVIDER,
        direction: str = "institution",
        number: int = 1,
    ) -> Self:
        """The visit of `number`, scanned now."""
        ticket = direction == "ticket"
        now_s = stage.time_s
        code = Code(
            provider=provider.address,
            patient=patient.address if ticket else NOBODY,
            code_id=keccak(b"code" + number.to_bytes(4, "big")),
            valid_from_s=now_s - SHOWN_BEFORE_S,
            valid_until_s=now_s - SHOWN_BEFORE_S + CODE_LIFE_S,
        )
        shower, scanner = (patient, provider) if ticket else (provider, patient)
        return cls(
            code=code,
            patient=patient,
            provider=provider,
            scanned_at_s=now_s,
            root=keccak(b"record" + number.to_bytes(4, "big")),
            kind=1,
            valid_until_s=now_s + 3650 * DAY_S,
            sender=provider,
            code_signer=shower,
            scan_signer=scanner,
        )

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    @property
    def is_ticket(self) -> bool:
        return self.code.patient != NOBODY

    @property
    def check_in_id(self) -> bytes:
        return self.code.check_in_id(self.patient.address)

    def signed_check_in(self, domain: Domain) -> SignedCheckIn:
        """Return the check-in with both signatures, in the domain of `CheckIn`."""
        scanner = self.provider if self.is_ticket else self.patient
        scan = Scan(self.code.struct_hash, scanner.address, self.scanned_at_s)
        shown = compact(self.code_signer.sign(self.code.digest(domain)))
        scanned = compact(self.scan_signer.sign(scan.digest(domain)))
        by_provider, by_patient = (scanned, shown) if self.is_ticket else (shown, scanned)
        return SignedCheckIn(self.code, self.patient.address, self.scanned_at_s, by_provider, by_patient)

    def receipt(self) -> Receipt:
        parties = (self.provider.address, self.patient.address)
        return Receipt(self.root, *parties, self.kind, self.valid_until_s, self.check_in_id)

    def check_in_data(self, stage: Stage) -> bytes:
        signed = self.signed_check_in(stage.system.checkin_domain)
        return stage.system.checkin.encode("checkIn", signed.arguments)

    def check_in(self, stage: Stage) -> Outcome:
        return stage.send_data(self.sender, stage.system.checkin, self.check_in_data(stage))

    def anchor_signature(self, stage: Stage, signer: PrivateKey) -> Compact:
        return compact(signer.sign(self.receipt().digest(stage.system.records_domain)))

    def signed_receipt(self, stage: Stage, *, signature: Compact | None = None) -> SignedReceipt:
        """Return the record with the patient's signature, or another."""
        return SignedReceipt(self.receipt(), signature or self.anchor_signature(stage, self.patient))

    def anchor_data(self, stage: Stage, *, signature: Compact | None = None) -> bytes:
        signed = self.signed_receipt(stage, signature=signature)
        return stage.system.records.encode("anchor", signed.arguments)

    def anchor(self, stage: Stage, *, signature: Compact | None = None) -> Outcome:
        data = self.anchor_data(stage, signature=signature)
        return stage.send_data(self.sender, stage.system.records, data)

    def credit_data(self, stage: Stage) -> bytes:
        arguments = (self.code.struct_hash, self.patient.address, self.root)
        return stage.system.rewards.encode("credit", *arguments)

    def credit(self, stage: Stage) -> Outcome:
        return stage.send_data(self.sender, stage.system.rewards, self.credit_data(stage))

    def happen(self, stage: Stage) -> list[Outcome]:
        """Check in, anchor and credit; all must succeed."""
        outcomes = [self.check_in(stage), self.anchor(stage), self.credit(stage)]
        assert [outcome.status for outcome in outcomes] == [1, 1, 1], outcomes
        return outcomes
