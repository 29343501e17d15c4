"""Acts of the data market: deals are opened and stopped, records submitted, accepted, disputed and decided."""

from __future__ import annotations

from promised_deals import DISPUTED, PENDING, Submission
from system_acting import ActingMachine, an_act
from system_stage import KINDS, MED

from chain.block import Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import ARBITER
from chain.contracts.rehearsal.data_market import EVIDENCE, FINDING, REASON
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.ballot import split
from chain.contracts.signed.consent import Purpose, kinds_mask
from chain.contracts.signed.deal import DealRequest, Permit, token_domain
from chain.hashing import keccak
from chain.keys import PrivateKey

REVIEW_S, ARBITRATION_S = 7 * DAY_S, 14 * DAY_S
MANY_DEALS = 6


class MarketActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def a_consumer_opens_a_deal(self) -> None:
        """And patients submit what they have."""
        consumer = self.somebody(Role.RESEARCHER, Role.INSURER)
        deal_id = self._open(consumer)
        if deal_id:
            self._submit(deal_id)

    @an_act
    def a_patient_submits(self) -> None:
        self._submit_somewhere()

    def _submit_somewhere(self) -> None:
        """Where no deal takes records, a consumer opens one first."""
        deals = self.books.market.deals
        taking = [one for one, deal in deals.items() if deal.takes(self.now_s)]
        if taking:
            self._submit(self.pick(taking) if self.likely() else self.pick(list(deals)))
        else:
            self._open(self.somebody(Role.RESEARCHER))

    @an_act
    def a_submission_goes_on(self) -> None:
        submissions = self.books.market.submissions
        open_ones = [
            one for one, submission in submissions.items() if submission.status in (PENDING, DISPUTED)
        ]
        if not open_ones and (not submissions or self.likely()):
            self._submit_somewhere()
            return
        known = self.pick((open_ones or list(submissions))[-8:])
        self._submission_goes_on(known, submissions[known])

    @an_act
    def a_dispute_is_carried_through(self) -> None:
        submissions = self.books.market.submissions
        if not self._disputable():
            self._submit_somewhere()
        pending = self._disputable()
        if not pending:
            return
        deal_id, identifier = self.pick(pending[-4:])
        consumer = self.speaker(self.people.person(self.books.market.deals[deal_id].consumer))
        if self.act(consumer, self.system.market, "dispute", deal_id, identifier, REASON).status:
            for _step in range(2):
                self._submission_goes_on((deal_id, identifier), submissions[deal_id, identifier])

    @an_act
    def a_deal_ends(self) -> None:
        """Stopped by its consumer, or over; what is unspent goes back."""
        deals = self.books.market.deals
        if not deals:
            return
        ended = [
            one
            for one, deal in deals.items()
            if (deal.stopped or deal.deadline_s < self.now_s) and deal.quota > deal.taken
        ]
        if ended:
            self.act(self.anybody(), self.system.market, "returnUnspent", self.pick(ended))
        elif self.likely(0.4):
            deal_id = self.pick(list(deals)[-3:])
            consumer = self.speaker(self.people.person(deals[deal_id].consumer))
            self.act(consumer, self.system.market, "stop", deal_id)

    def _open(self, consumer: PrivateKey) -> Hash32 | None:
        """Open a deal, unless there are many."""
        deals = self.books.market.deals
        if sum(deal.takes(self.now_s) for deal in deals.values()) >= MANY_DEALS and self.likely():
            return None
        request = DealRequest(
            keccak(self.next_number().to_bytes(4, "big")),
            self.pick([12 * MED + 345, 1, 19, 100 * MED]),
            self.pick([1, 2, 3, 5]),
            kinds_mask(*KINDS),
            Purpose.RESEARCH,
            self.now_s + self.pick([30 * DAY_S, 30 * DAY_S, 90 * DAY_S, 60]),
        )
        market, budget = self.system.market, request.budget_med_units
        self.fund(consumer, "DataMarket", budget)
        function, arguments = "openDeal", (request.arguments,)
        if self.likely(0.3):
            nonce = self.scene.read(self.system.token, "nonces", consumer.address)
            permit = Permit(consumer.address, market.address or b"", budget, nonce, self.now_s + 60)
            signature = split(consumer.sign(permit.digest(token_domain(self.system))))
            function, arguments = "openDealWithPermit", (request.arguments, permit.deadline_s, *signature)
            self.allowed.discard((consumer.address, "DataMarket"))
        outcome = self.act(consumer, market, function, *arguments)
        return request.deal_id(consumer.address) if outcome.status else None

    def _submit(self, deal_id: Hash32) -> None:
        """Mostly a record that was not submitted yet, by its patient."""
        deal, market = self.books.market.deals[deal_id], self.books.market
        papers = list(self.papers.values())
        fresh = [
            made
            for made in papers
            if made.record_id not in self.world.invalid
            and deal.kinds >> made.visit.kind & 1
            and (deal_id, self._person(made.visit.patient), self.world.first_root(made.record_id))
            not in market.sold
            and self.world.consents.permits(
                made.visit.patient.address,
                deal.consumer,
                deal.purpose,
                self.world.records[made.record_id],
                self.now_s,
            )
        ]
        made = self.pick(fresh[-12:] if fresh and self.likely() else papers)
        visit = made.visit
        if self.likely(0.8):
            self.keep_in_standing(self._person(visit.patient))
        patient = self.speaker(self._person(visit.patient))
        leaf = visit.root if self.likely(0.95) else keccak(visit.root)
        disclosure = (visit.root, visit.provider.address, visit.patient.address, leaf, [])
        self.act(patient, self.system.market, "submit", deal_id, disclosure)

    def _disputable(self) -> list[tuple[Hash32, Hash32]]:
        """Return the submissions that can be disputed still."""
        return [
            known
            for known, submission in self.books.market.submissions.items()
            if submission.status == PENDING and self.now_s <= submission.at_s + REVIEW_S
        ]

    def _submission_goes_on(self, known: tuple[Hash32, Hash32], submission: Submission) -> None:
        """Whatever may come next, mostly by whom it behoves."""
        market, (deal_id, identifier) = self.system.market, known
        consumer = self.speaker(self.people.person(self.books.market.deals[deal_id].consumer))
        disputed = submission.status == DISPUTED
        what = self.pick(
            ["accept", "state", "decide", "decide", "settle"] if disputed else ["accept", "dispute", "settle"]
        )
        if what == "accept":
            self.act(consumer, market, "accept", deal_id, identifier)
        elif what == "dispute":
            self.act(consumer, market, "dispute", deal_id, identifier, REASON)
        elif what == "state":
            party = self.pick([consumer, self.speaker(submission.person)])
            self.act(party, market, "stateEvidence", deal_id, identifier, EVIDENCE)
        elif what == "decide":
            arbiter = ARBITER if self.likely() else self.anybody()
            self.act(arbiter, market, "decide", deal_id, identifier, self.likely(0.5), FINDING)
        else:
            if self.likely(0.7):
                self.wait_until(submission.at_s + (ARBITRATION_S if disputed else REVIEW_S) + 1)
            self.act(self.anybody(), market, "settle", deal_id, identifier)

    def _person(self, key: PrivateKey) -> bytes:
        return self.people.person(key.address)
