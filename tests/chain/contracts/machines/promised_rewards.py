"""Points and their payouts: each visit once and while it is young, each share once, no epoch pays more than its budget,
and nobody suspended is paid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from promised_money import SupplyBook
from promised_records import RecordBook
from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.deployment.reward_pool import Contribution, Destination, RewardTerms

POOL = "RewardPool"


@dataclass
class Epoch:
    """Points by account, as they were earned; amounts in MED units."""

    points: Counter[Address] = field(default_factory=Counter)
    budget: int = 0
    spent: int = 0
    closed: bool = False
    paid: set[Address] = field(default_factory=set)


class RewardBook(Book):
    """What the pool credits, pays, lets vest and takes."""

    def __init__(
        self,
        world: World,
        terms: RewardTerms,
        supply: SupplyBook,
        records: RecordBook,
        judges: frozenset[Address],
    ) -> None:
        super().__init__(world)
        self.terms = terms
        self.supply, self.records, self.judges = supply, records, judges
        self.epochs: dict[int, Epoch] = {}
        self.next_epoch = 0
        self.budgeted = 0
        self.paid_out = 0
        self.credited: set[tuple[Contribution, Hash32]] = set()
        self.shared: set[tuple[Hash32, Address]] = set()
        self.slashed_visits: set[Hash32] = set()
        self.vesting: Counter[Address] = Counter()

    def handlers(self) -> Handlers:
        return {
            (POOL, "Credited"): self._credited,
            (POOL, "EpochClosed"): self._epoch_closed,
            (POOL, "LeftOver"): self._left_over,
            (POOL, "Paid"): self._paid,
            (POOL, "DustCarried"): self._spent,
            (POOL, "PointsSlashed"): self._points_slashed,
            (POOL, "VisitSlashed"): self._visit_slashed,
            (POOL, "VestingSlashed"): self._vesting_slashed,
            (POOL, "PowerDownStarted"): self._power_down_started,
            (POOL, "Withdrawn"): self._withdrawn,
        }

    @property
    def owed(self) -> int:
        """What must still be in the pool: all that was minted and did not leave."""
        return self.supply.emitted - self.paid_out

    def epoch_at(self, time_s: int) -> int:
        return (time_s - self.terms.first_epoch_start_s) // self.terms.epoch_length_s

    def epoch_end_s(self, epoch: int) -> int:
        return self.terms.first_epoch_start_s + (epoch + 1) * self.terms.epoch_length_s

    def _credited(self, said: Said) -> None:
        contribution, source, account = Contribution(said["contribution"]), said["sourceId"], said["account"]
        assert said["epoch"] == self.epoch_at(self.world.now_s) >= self.next_epoch
        if contribution in (Contribution.VISIT_PATIENT, Contribution.VISIT_PROVIDER):
            assert (contribution, source) not in self.credited
            self.credited.add((contribution, source))
            assert said["epoch"] - self.epoch_at(self.records.scanned_at_s[source]) <= 1, (
                "an old visit earned"
            )
            provider, patient = self.records.visits[source]
            assert self.world.author in (provider, self.world.people.current(provider))
            self._is(account, patient if contribution is Contribution.VISIT_PATIENT else provider)
        else:
            self._share_credited(contribution, source, account)
        self.epochs.setdefault(said["epoch"], Epoch()).points[account] += said["points"]

    def _share_credited(self, contribution: Contribution, source: Hash32, account: Address) -> None:
        people, record = self.world.people, self.world.records[source]
        if contribution is not Contribution.SHARE_ACCEPTOR:
            of_patient = contribution is Contribution.SHARE_PATIENT
            self._is(account, record.patient if of_patient else record.issuer)
            return
        assert source not in self.world.invalid
        assert not {people.person(record.patient), people.person(record.issuer)} & people.suspended
        assert people.is_certified(self.world.author)
        self._is(account, self.world.author)
        share = self.world.origin(source).record_id, people.person(account)
        assert share not in self.shared
        assert share[1] != people.person(record.issuer)
        self.shared.add(share)

    def _is(self, account: Address, whose: Address) -> None:
        """Points are noted under one of the keys of whoever earned them."""
        assert self.world.people.person(account) == self.world.people.person(whose)

    def _epoch_closed(self, said: Said) -> None:
        number = said["epoch"]
        assert number == self.next_epoch
        assert self.epoch_end_s(number) <= self.world.now_s
        self.next_epoch += 1
        self.budgeted += said["emission"]
        assert self.budgeted == self.supply.reference.emitted_through(self.epoch_end_s(number))
        epoch = self.epochs.setdefault(number, Epoch())
        epoch.closed, epoch.budget = True, said["authorsBudget"] + said["curatorsBudget"]
        assert epoch.budget <= said["budget"]

    def _left_over(self, said: Said) -> None:
        self._sent(said["amount"], said["destination"])

    def _paid(self, said: Said) -> None:
        account, epoch = said["account"], self.epochs[said["epoch"]]
        assert epoch.closed
        assert account not in epoch.paid
        assert epoch.points[account] > 0
        self._is_paid(account, said["recipient"])
        epoch.paid.add(account)
        self._spent(said)
        self.vesting[self.world.people.person(account)] += said["vested"]
        self._leaves(said["amount"] - said["vested"])

    def _spent(self, said: Said) -> None:
        epoch = self.epochs[said["epoch"]]
        epoch.spent += said["amount"]
        assert epoch.spent <= epoch.budget

    def _is_paid(self, account: Address, recipient: Address) -> None:
        """MED goes to the present key of somebody who is not suspended."""
        people = self.world.people
        assert recipient == people.current(account)
        assert people.person(account) not in people.suspended, "somebody suspended was paid"

    def _by_a_judge(self, account: Address) -> None:
        """Of another person, in good standing."""
        people, judge = self.world.people, self.world.author
        assert judge in self.judges
        assert not people.is_retired(judge)
        assert people.person(judge) not in people.suspended
        assert people.person(judge) != people.person(account)

    def _points_slashed(self, said: Said) -> None:
        self._by_a_judge(said["account"])
        self._spent(said)
        self._sent(said["amount"], said["destination"])

    def _visit_slashed(self, said: Said) -> None:
        assert said["checkInId"] not in self.slashed_visits
        self.slashed_visits.add(said["checkInId"])

    def _vesting_slashed(self, said: Said) -> None:
        self._by_a_judge(said["person"])
        self._vests_no_more(said["person"], said["amount"])
        self._sent(said["amount"], said["destination"])

    def _power_down_started(self, said: Said) -> None:
        assert self.world.author == self.world.people.current(said["person"])
        assert said["amount"] <= self.vesting[said["person"]]

    def _withdrawn(self, said: Said) -> None:
        self._is_paid(said["person"], said["recipient"])
        self._vests_no_more(said["person"], said["amount"])
        self._leaves(said["amount"])

    def _vests_no_more(self, person: Address, amount: int) -> None:
        self.vesting[person] -= amount
        assert self.vesting[person] >= 0

    def _sent(self, amount: int, destination: int) -> None:
        if destination != Destination.NEXT_EPOCH:
            self._leaves(amount)

    def _leaves(self, amount: int) -> None:
        self.paid_out += amount
        self.world.explain(POOL, amount)
