"""Data deals in Python, beside `DataMarket`: records with their corrections, deals, and what becomes of submissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from consents import Anchored, Consents
from people import People

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.deal import DealRequest, submission_id

REVIEW_S, ARBITRATION_S = 7 * DAY_S, 14 * DAY_S
PENDING, DISPUTED, PAID, REFUSED = range(1, 5)
WHOLE: Final = 10_000


@dataclass
class Paper:
    """A record, and whether its issuer has neither revoked nor corrected it."""

    record: Anchored
    is_valid: bool = True


@dataclass
class Submission:
    """A record in a deal; `person` is the patient's first key, `root` that of the first version."""

    person: Address
    paper: Paper
    root: Hash32
    submitted_at_s: int
    disputed_at_s: int = 0
    status: int = PENDING

    def falls_due_after_s(self) -> int:
        if self.status == DISPUTED:
            return self.disputed_at_s + ARBITRATION_S
        return self.submitted_at_s + REVIEW_S


@dataclass
class Deal:
    """A deal; `consumer` is the key that opened it."""

    consumer: Address
    request: DealRequest
    commission_basis_points: int
    quota: int
    taken: int = 0
    paid: int = 0
    stopped: bool = False

    @property
    def escrow_med_units(self) -> int:
        return (self.quota - self.paid) * self.request.price_med_units

    @property
    def unspent_med_units(self) -> int:
        return (self.quota - self.taken) * self.request.price_med_units

    @property
    def commission_med_units(self) -> int:
        return self.request.price_med_units * self.commission_basis_points // WHOLE

    def has_ended(self, time_s: int) -> bool:
        return self.stopped or time_s > self.request.deadline_s


class Deals:
    """All deals and submissions, and what the market refuses: the error's name, "" where it does not."""

    def __init__(self, people: People, consents: Consents) -> None:
        self.people = people
        self.consents = consents
        self.deals: dict[Hash32, Deal] = {}
        self.submissions: dict[tuple[Hash32, Hash32], Submission] = {}
        self.first_roots: dict[tuple[Address, Hash32], Hash32] = {}

    def first_root(self, person: Address, root: Hash32) -> Hash32:
        """Return the root of the first version, whoever anchored this one."""
        return self.first_roots.get((person, root), root)

    def note_correction(self, person: Address, root: Hash32, corrected: Hash32) -> None:
        """Note that a person's root `corrected` is a version of what `root` is a version of."""
        self.first_roots[person, corrected] = self.first_root(person, root)

    def is_taken(self, deal_id: Hash32, person: Address, root: Hash32) -> bool:
        """Whether a deal has a root in some version, or had it before it became a correction's."""
        roots = (root, self.first_root(person, root))
        return any((deal_id, submission_id(deal_id, person, one)) in self.submissions for one in roots)

    @property
    def owed_med_units(self) -> int:
        return sum(deal.escrow_med_units for deal in self.deals.values())

    def refusal_of_opening(self, consumer: Address, request: DealRequest, time_s: int) -> str:
        if not self.people.is_active(consumer, Role.RESEARCHER, Role.INSURER):
            return "ConsumerNotActive"
        for refusal, applies in (
            ("PriceZero", request.price_med_units == 0),
            ("QuotaZero", request.quota == 0),
            ("KindsMissing", request.kinds == 0),
            ("PurposeMissing", request.purpose == 0),
            ("DeadlinePassed", time_s > request.deadline_s),
            ("DealOpenedAlready", request.deal_id(consumer) in self.deals),
        ):
            if applies:
                return refusal
        return ""

    def refusal_of_submission(
        self, deal_id: Hash32, sender: Address, paper: Paper, proven: bool, time_s: int
    ) -> str:
        """`proven` says whether the disclosed part is one of the record."""
        deal, record = self.deals[deal_id], paper.record
        if deal.stopped:
            return "DealStoppedAlready"
        if time_s > deal.request.deadline_s:
            return "DeadlinePassed"
        if deal.taken == deal.quota:
            return "QuotaReached"
        if not self.people.is_active(sender, Role.PATIENT):
            return "PatientNotActive"
        if self.people.person(sender) != self.people.person(record.patient):
            return "NotThePatient"
        if not (paper.is_valid and proven):
            return "DisclosureInvalid"
        if record.kind >= 64 or not deal.request.kinds >> record.kind & 1:
            return "KindNotWanted"
        asked = (record.patient, deal.consumer, deal.request.purpose, record, time_s)
        if not self.consents.permits(*asked):
            return "NotConsented"
        taken = self.is_taken(deal_id, self.people.person(sender), record.root)
        return "SubmittedAlready" if taken else ""

    def refusal_to_consumer(self, deal_id: Hash32, sender: Address) -> str:
        return "" if self.people.current(self.deals[deal_id].consumer) == sender else "NotTheConsumer"
