"""Data deals: escrow to the unit, each record once a deal, and none without a live consent."""

from __future__ import annotations

from dataclasses import dataclass

from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.signed.consent import Purpose

MARKET = "DataMarket"
PENDING, DISPUTED, PAID, REFUSED = range(1, 5)


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
        sale = said["dealId"], person, world.origin(record.record_id).root
        assert sale not in self.sold
        self.sold.add(sale)
        self.submissions[said["dealId"], said["submissionId"]] = Submission(person, world.now_s)
        deal.taken += 1

    def _paid(self, said: Said) -> None:
        deal, submission = self.deals[said["dealId"]], self._submission(said)
        assert submission.status in (PENDING, DISPUTED)
        assert said["patient"] == self.world.people.current(submission.person)
        assert said["amount"] + said["commission"] == deal.price
        submission.status = PAID
        self._leaves(deal, deal.price)

    def _disputed(self, said: Said) -> None:
        assert self.world.author == self.world.people.current(self.deals[said["dealId"]].consumer)
        submission = self._submission(said)
        submission.status, submission.at_s = DISPUTED, self.world.now_s

    def _decided(self, said: Said) -> None:
        assert self._submission(said).status == DISPUTED
        if not said["pay"]:
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
