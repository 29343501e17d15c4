"""A provider's day of visits, whose papers go on chain in two batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from chain.contracts.batches import Batch
from chain.contracts.messages import SignedReceipt
from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from chain.eip712 import Domain, compact
from chain.keys import PrivateKey


@dataclass(frozen=True)
class Day:
    """Visits of both patients in turn, in both directions in turn, all scanned at one moment."""

    provider: PrivateKey
    visits: tuple[Visit, ...]

    @classmethod
    def of(cls, stage: Stage, count: int, *, first: int = 1, provider: PrivateKey = PROVIDER) -> Self:
        """Return the day of the visits numbered from `first` on, scanned now."""
        visits = (
            Visit.at(
                stage,
                patient=(PATIENT, OTHER_PATIENT)[number // 2 % 2],
                provider=provider,
                direction=DIRECTIONS[number % 2],
                number=number,
            )
            for number in range(first, first + count)
        )
        return cls(provider, tuple(visits))

    def check_ins(self, domain: Domain) -> Batch:
        """Return the batch of the visits' check-ins, signed in the domain of a `CheckIn`."""
        return Batch(self.provider.address, [visit.signed_check_in(domain) for visit in self.visits])

    def records(self, domain: Domain) -> Batch:
        """Return the batch of the visits' records, signed in the domain of a `RecordRegistry`."""
        papers = []
        for visit in self.visits:
            receipt = visit.receipt()
            papers.append(SignedReceipt(receipt, compact(visit.patient.sign(receipt.digest(domain)))))
        return Batch(self.provider.address, papers)
