"""The reward pool on a scene with its reference model beside it: acts that change both, and their comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scene import Actor, Outcome, Scene

from chain.block import Address
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.reference.rewards import People, RewardReference
from chain.contracts.rehearsal.cast import STRANGER
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.eip712 import compact
from chain.keys import PrivateKey

NO_EVIDENCE = bytes(32)


@dataclass(frozen=True)
class Kept:
    """A record that a patient can show: what its identifier is made of."""

    root: bytes
    issuer: PrivateKey
    patient: PrivateKey
    record_id: bytes


class Rewarded:
    """A scene's pool and its model. What the pool refused, the model is not told.

    `people` tells whose keys are whose where keys change; `send` makes the pool's calls where they are counted.
    """

    def __init__(
        self,
        scene: Scene,
        terms: RewardTerms,
        people: People | None = None,
        send: Callable[..., Outcome] | None = None,
    ) -> None:
        self.scene = scene
        self.terms = terms
        self.model = RewardReference(terms, people)
        self.send = send or scene.send
        self.pool: Address = scene.system.address_of("RewardPool")
        self.opening_supply = scene.supply
        self.opening_balances = dict(scene.balances)
        self.accounts: dict[Address, None] = {}
        self.kept: list[Kept] = []
        self.visits: list[Visit] = []
        self._number = 0

    @property
    def now_s(self) -> int:
        """When the last call was made."""
        return self.scene.time_s

    def at(self, time_s: int) -> None:
        """Let the next call come at `time_s` or as soon after as it can."""
        self.scene.time_s = max(self.scene.time_s, time_s - 16)

    def papers(self, patient: PrivateKey, provider: PrivateKey) -> Visit:
        """Check a patient in and anchor the visit's record; return the visit, not credited yet."""
        self._number += 1
        visit = Visit.at(self.scene, patient=patient, provider=provider, number=self._number)  # type: ignore[arg-type]
        system = self.scene.system
        checked_in = self.scene.send_data(provider, system.checkin, visit.check_in_data(self.scene))  # type: ignore[arg-type]
        anchored = self.scene.send_data(provider, system.records, visit.anchor_data(self.scene))  # type: ignore[arg-type]
        assert (checked_in.status, anchored.status) == (1, 1), (checked_in.error, anchored.error)
        self.kept.append(Kept(visit.root, provider, patient, visit.receipt().record_id))
        return visit

    def credit(self, visit: Visit, *, sender: Actor | None = None) -> Outcome:
        """Credit a visit at its provider's wish, or somebody else's."""
        outcome = self.send(
            sender or visit.provider, self.scene.system.rewards, "credit",
            visit.code.struct_hash, visit.patient.address, visit.root,
        )  # fmt: skip
        self.note_visit(visit, outcome)
        return outcome

    def note_visit(self, visit: Visit, outcome: Outcome) -> None:
        """Tell the model of a credited visit, and hold what was earned against it."""
        parties = visit.patient.address, visit.provider.address
        may = self.model.may_visit(self.now_s, *parties)
        if not outcome.status:
            return
        assert may
        earned = self.model.credit_visit(self.now_s, *parties)
        self.note_earned(outcome, earned)
        self.visits.append(visit)

    def visit(self, patient: PrivateKey, provider: PrivateKey) -> Outcome:
        """A whole visit."""
        return self.credit(self.papers(patient, provider))

    def share(self, kept: Kept, acceptor: PrivateKey, *, presenter: PrivateKey | None = None) -> Outcome:
        """Have a provider accept a record that its patient presents."""
        presentation = Presentation(kept.record_id, acceptor.address, self.now_s + 3_600)
        signature = (presenter or kept.patient).sign(presentation.digest(rewards_domain(self.scene.system)))
        parties = kept.issuer.address, kept.patient.address
        outcome = self.send(
            acceptor, self.scene.system.rewards, "creditShare",
            kept.root, *parties, presentation.valid_until_s, compact(signature),
        )  # fmt: skip
        self.note_share(kept, acceptor, outcome)
        return outcome

    def note_share(self, kept: Kept, acceptor: PrivateKey, outcome: Outcome) -> None:
        """Tell the model of a credited share, and hold what was earned against it."""
        if not outcome.status:
            return
        earned = self.model.credit_share(
            self.now_s, kept.patient.address, kept.issuer.address, acceptor.address
        )
        self.note_earned(outcome, earned)

    def note_earned(self, outcome: Outcome, earned: list[tuple[Address, int]]) -> None:
        """Hold the events of credits against what the model says was earned, and remember the accounts."""
        credited = [event.arguments for event in outcome.events if event.name == "Credited"]
        assert [(told["account"], told["points"]) for told in credited] == earned
        self.accounts.update(dict.fromkeys(account for account, _points in earned))

    def close(self, *, sender: PrivateKey = STRANGER) -> Outcome:
        """Close the next epoch."""
        epoch = self.model.next_epoch
        outcome = self.send(sender, self.scene.system.rewards, "closeEpoch", epoch)
        if outcome.status:
            end_s = self.model.epoch_end_s(epoch)
            self.model.close(self.scene.read(self.scene.system.emission, "emittedThrough", end_s))
        return outcome

    def settle(self, epoch: int, accounts: list[Address], *, sender: PrivateKey = STRANGER) -> Outcome:
        """Pay accounts for an epoch."""
        outcome = self.send(sender, self.scene.system.rewards, "settle", epoch, accounts)
        if outcome.status:
            assert outcome.output == self.model.settle(epoch, accounts)
        return outcome

    def compare(self) -> None:
        """Hold the pool's books, the token's balances and every account's tallies against the model."""
        self.compare_books()
        for account in self.accounts:
            self.compare_account(account)
        for epoch in range(max(0, self.model.next_epoch - 1), self.epoch + 1):
            self.compare_epoch(epoch)

    def compare_books(self) -> None:
        """What the pool owes and holds, to the unit."""
        read, rewards, model = self.scene.read, self.scene.system.rewards, self.model
        names = ("carried", "unpaid", "vestingTotal", "nextEpoch", "budgeted")
        expected = (
            model.carried, model.unpaid, model.vesting.total(), model.next_epoch, model.budgeted
        )  # fmt: skip
        assert tuple(read(rewards, name) for name in names) == expected
        emitted = read(self.scene.system.emission, "emittedThrough", self.now_s)
        owed = model.obligations(emitted)
        assert read(rewards, "obligations") == owed
        assert self.scene.balances.get(self.pool, 0) == owed
        assert self.scene.supply == self.opening_supply + emitted - model.burned
        paid = model.paid_out.total() + model.burned + model.sent_to_treasury
        assert paid + owed == emitted

    def compare_account(self, account: Address) -> None:
        """What an account has earned, holds, and has vesting."""
        read, rewards, model = self.scene.read, self.scene.system.rewards, self.model
        for epoch in range(max(0, self.epoch - 1), self.epoch + 1):
            tally = read(rewards, "tallyOf", epoch, account)
            assert (tally["points"], tally["curationPoints"]) == model.points_of(epoch, account)
        vesting, due = read(rewards, "vestingOf", account)
        assert vesting["balance"] == model.vesting[model.people.person(account)]
        assert due == model.due(self.now_s, account)
        received = self.scene.balances.get(account, 0) - self.opening_balances.get(account, 0)
        assert received == model.paid_out[account]

    def compare_epoch(self, epoch: int) -> None:
        """The sums of an epoch are those of its tallies."""
        sums = self.scene.read(self.scene.system.rewards, "epochOf", epoch)
        for total, fund, side in zip(
            sums[:2], sums[2:], (self.model.authors(epoch), self.model.curators(epoch)), strict=True
        ):
            if not side.closed:
                assert (total["points"], total["weight"]) == (side.points.total(), side.weight)
                continue
            assert total["weight"] == side.whole_weight
            assert (fund["budget"], fund["unsettled"]) == (side.budget, side.weight)

    @property
    def epoch(self) -> int:
        """The running epoch."""
        return self.model.epoch_at(self.now_s)
