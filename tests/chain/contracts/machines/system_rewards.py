"""Acts about rewards: epochs end and are paid, what vests leaves, a judge takes what was earned by fraud."""

from __future__ import annotations

from system_acting import ActingMachine, an_act

from chain.contracts.deployment.reward_pool import Contribution
from chain.contracts.rehearsal.cast import ARBITER
from chain.contracts.rehearsal.reward_pool import EVIDENCE
from chain.contracts.rehearsal.terms import DAY_S
from chain.keys import PrivateKey


class RewardActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def an_epoch_ends_and_is_paid(self) -> None:
        """Mostly all who earned are settled, in one go or two."""
        books, rewards = self.books.rewards, self.system.rewards
        if books.next_epoch == books.epoch_at(self.now_s) and self.likely(0.6):
            self.wait_until(books.epoch_end_s(books.next_epoch))
        for _late in range(3):
            epoch = books.next_epoch
            if epoch < books.epoch_at(self.now_s) or not self.likely():
                self.act(self.anybody(), rewards, "closeEpoch", epoch)
        self._settle(books.next_epoch - 1)

    @an_act
    def an_old_epoch_is_settled(self) -> None:
        if self.books.rewards.epochs:
            self._settle(self.pick(list(self.books.rewards.epochs)[-3:]))

    @an_act
    def emission_is_called(self) -> None:
        self.act(self.anybody(), self.system.emission, "emitDue", self.pick([0, 1, 7, 400]))

    @an_act
    def what_vests_leaves(self) -> None:
        """A person powers down, or anybody has what is due paid out."""
        vesting, rewards = self.books.rewards.vesting, self.system.rewards
        persons = [person for person, amount in vesting.items() if amount]
        if not persons:
            return
        person = self.pick(persons)
        if self.likely(0.5):
            amount = self.pick([vesting[person], vesting[person] // 2, vesting[person] + 1, 0])
            self.act(self.speaker(person), rewards, "powerDown", amount)
            if self.likely(0.6):
                self.wait_until(self.now_s + 7 * DAY_S)
        self.act(self.anybody(), rewards, "withdraw", self.any_key_of(person))

    @an_act
    def a_judge_slashes(self) -> None:
        """Points, what vests, or a visit, which mostly was credited; others try, and get nowhere."""
        books, rewards = self.books.rewards, self.system.rewards
        judge = ARBITER if self.likely() else self.anybody()
        what = self.pick(["visit", "points", "vesting", "", ""])
        if what == "visit":
            self._slash_a_visit(judge)
        elif what == "points" and books.epochs:
            epoch = self.pick(list(books.epochs)[-2:])
            if accounts := list(books.epochs[epoch].points):
                arguments = (epoch, self.pick(accounts), self.pick([1, 10, 10**6]), self.pick([0, 5]))
                self.act(judge, rewards, "slashPoints", *arguments, EVIDENCE)
        elif what == "vesting" and books.vesting:
            person = self.pick(list(books.vesting))
            amount = self.pick([1, books.vesting[person] // 3, 10**15])
            self.act(judge, rewards, "slashVesting", self.any_key_of(person), amount, EVIDENCE)

    def _slash_a_visit(self, judge: PrivateKey) -> None:
        books = self.books.rewards
        visits = [made.visit for made in self.papers.values()]
        credited = [
            visit for visit in visits if (Contribution.VISIT_PATIENT, visit.check_in_id) in books.credited
        ]
        visit = self.pick((credited if credited and self.likely() else visits)[-4:])
        named = (visit.code.struct_hash, visit.patient.address, 100, 50)
        epoch = books.epoch_at(self.now_s) - self.pick([0, 0, 1])
        self.act(judge, self.system.rewards, "slashVisit", max(0, epoch), *named, EVIDENCE)

    def _settle(self, number: int) -> None:
        epoch = self.books.rewards.epochs.get(number)
        if epoch is None:
            return
        accounts = list(epoch.points)
        if not self.likely(0.6):
            accounts = accounts[: len(accounts) // 2]
        outcome = self.attempt(self.anybody(), self.system.rewards, "settle", number, accounts)
        assert bool(outcome.status) is epoch.closed, "what a closed epoch owes can be paid at any time"
