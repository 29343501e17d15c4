"""Data deals: escrow to the unit, each record once a deal, and none without a live consent."""

from __future__ import annotations

from dataclasses import dataclass

from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.signed.consent import Purpose

MARKET = "DataMarket"
PENDING, DISPUTED, PAID, REFUSED, AWARDED = range(1, 6)
"""The contract's states, and that of a submission whose payment an arbiter has just ordered."""


@dataclass
class Deal:
    """A deal; amounts in MED units."""

    consumer: Address
    price: int
    quota: int
    kinds: int
    purpose: Purpose
    deadline_s: int
    escrow: int
    taken: int = 0
    stopped: bool = False

    def takes(self, time_s: int) -> bool:
        """Whether it takes records still."""
        return not self.stopped and time_s <= self.deadline_s and self.taken < self.quota


@dataclass
class Submission:
    """A record in a deal; `person` is the patient's first key."""

    person: Address
    record_id: Hash32
    at_s: int
    status: int = PENDING


class MarketBook(Book):
    """See the module's docstring."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.deals: dict[Hash32, Deal] = {}
        self.submissions: dict[tuple[Hash32, Hash32], Submission] = {}
        self.sold: set[tuple[Hash32, Address, Hash32]] = set()

    def handlers(self) -> Handlers:
        return {
            (MARKET, "DealOpened"): self._opened,
            (MARKET, "RecordSubmitted"): self._submitted,
            (MARKET, "SubmissionPaid"): self._paid,
            (MARKET, "SubmissionDisputed"): self._disputed,
            (MARKET, "DisputeDecided"): self._decided,
            (MARKET, "SubmissionLapsed"): self._lapsed,
            (MARKET, "DealStopped"): self._stopped,
            (MARKET, "BudgetReturned"): self._returned,
        }

    @property
    def owed(self) -> int:
        """What all deals hold."""
        return sum(deal.escrow for deal in self.deals.values())

    def _opened(self, said: Said) -> None:
        consumer = said["consumer"]
        assert consumer == self.world.author
        assert said["dealId"] not in self.deals
        assert self.world.people.is_active(consumer, Role.RESEARCHER, Role.INSURER)
        assert said["budget"] == said["price"] * said["quota"]
        self.deals[said["dealId"]] = Deal(
            consumer,
            said["price"],
            said["quota"],
            said["kinds"],
            Purpose(said["purpose"]),
            said["deadline"],
            said["budget"],
        )

    def _submitted(self, said: Said) -> None:
        """A root that was anchored again for another key of the patient, or corrected, is still the same record."""
        world, deal = self.world, self.deals[said["dealId"]]
        person, record = world.people.person(said["patient"]), world.records[said["recordId"]]
        assert said["patient"] == world.author
        assert world.people.is_active(world.author, Role.PATIENT)
        assert person == world.people.person(record.patient)
        assert record.record_id not in world.invalid
        assert deal.takes(world.now_s)
        assert record.kind < 64
        assert deal.kinds >> record.kind & 1
        asked = (record.patient, deal.consumer, deal.purpose, record, world.now_s)
        assert world.consents.permits(*asked)
        sale = said["dealId"], person, world.first_root(record.record_id)
        assert sale not in self.sold
        assert (said["dealId"], person, record.root) not in self.sold
        self.sold.add(sale)
        known = said["dealId"], said["submissionId"]
        self.submissions[known] = Submission(person, record.record_id, world.now_s)
        deal.taken += 1

    def _paid(self, said: Said) -> None:
        """By the consumer's word or an arbiter's; by silence only for what its issuer has not taken back."""
        deal, submission = self.deals[said["dealId"]], self._submission(said)
        assert submission.status in (PENDING, DISPUTED, AWARDED)
        by_the_consumer = self.world.author == self.world.people.current(deal.consumer)
        if submission.status != AWARDED and not by_the_consumer:
            assert submission.record_id not in self.world.invalid
        assert said["patient"] == self.world.people.current(submission.person)
        assert said["amount"] + said["commission"] == deal.price
        submission.status = PAID
        self._leaves(deal, deal.price)

    def _disputed(self, said: Said) -> None:
        submission = self._submission(said)
        if any(said["reason"]):
            assert self.world.author == self.world.people.current(self.deals[said["dealId"]].consumer)
        else:
            assert submission.record_id in self.world.invalid
        assert submission.status == PENDING
        submission.status, submission.at_s = DISPUTED, self.world.now_s

    def _decided(self, said: Said) -> None:
        assert self._submission(said).status == DISPUTED
        if said["pay"]:
            self._submission(said).status = AWARDED
        else:
            self._refuse(said)

    def _lapsed(self, said: Said) -> None:
        assert self._submission(said).status == DISPUTED
        assert self._submission(said).record_id in self.world.invalid
        self._refuse(said)

    def _refuse(self, said: Said) -> None:
        self._submission(said).status = REFUSED
        self.deals[said["dealId"]].taken -= 1

    def _stopped(self, said: Said) -> None:
        deal = self.deals[said["dealId"]]
        assert self.world.author == self.world.people.current(deal.consumer)
        deal.stopped = True

    def _returned(self, said: Said) -> None:
        deal = self.deals[said["dealId"]]
        assert said["consumer"] == self.world.people.current(deal.consumer)
        assert said["amount"] == (deal.quota - deal.taken) * deal.price
        deal.quota = deal.taken
        self._leaves(deal, said["amount"])

    def _submission(self, said: Said) -> Submission:
        return self.submissions[said["dealId"], said["submissionId"]]

    def _leaves(self, deal: Deal, amount: int) -> None:
        deal.escrow -= amount
        assert deal.escrow >= 0
        self.world.explain(MARKET, amount)
