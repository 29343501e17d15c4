"""Data deals against a model: escrow to the unit, no record paid twice in a deal, nothing without a live consent."""

from __future__ import annotations

from typing import ClassVar, Final

from consents import KINDS, Anchored, Consents, anchored_records
from deals import ARBITRATION_S, DISPUTED, PAID, PENDING, REFUSED, REVIEW_S, Deal, Deals, Paper, Submission
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from machine import ACTORS, MED, machine_tests
from people import CONSUMERS, PATIENTS, PeopledMachine, mostly

from chain.block import Address, Hash32
from chain.contracts.messages import Correction, Receipt, SignedReceipt
from chain.contracts.rehearsal.cast import ARBITER, DEPLOYER, TREASURY
from chain.contracts.rehearsal.data_market import EVIDENCE, FINDING, REASON
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.ballot import split
from chain.contracts.signed.consent import NO_RECORD, Purpose, kinds_mask, of_kinds
from chain.contracts.signed.deal import DealRequest, Permit, submission_id, token_domain
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

PURSE_MED_UNITS: Final = 10**6 * MED
LIFE_S: Final = 3_000 * DAY_S
RECORD_LIFE_S: Final = 3_650 * DAY_S

prices = st.one_of(st.sampled_from([12 * MED + 345, 1, 19, 10_001]), st.integers(1, 1_000 * MED))
quotas = st.sampled_from([3, 2, 1, 5, 10])
ample_s = st.integers(60 * DAY_S, 400 * DAY_S)
deadlines_s = st.one_of(*[ample_s] * 6, st.sampled_from([BLOCK_S, BLOCK_S - 1]))
treasuries = st.sampled_from([TREASURY.address, ARBITER.address, bytes(20)])
acts = st.lists(st.sampled_from(range(6)), min_size=1, max_size=8)
basis_points = st.sampled_from([500, 250, 0, 1, 2_000, 2_001])
Taken = tuple[Hash32, Hash32]
"""A deal and a submission to it."""


class DealMachine(PeopledMachine):
    """Consumers open and stop deals, patients submit, arbiters decide, and all of them change phones."""

    CONTRACTS = ("DataMarket",)
    records: ClassVar[list[Anchored]]

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        super().prepare(stage)
        cls.records = anchored_records(stage)
        for consumer in CONSUMERS:
            stage.do(DEPLOYER, stage.system.token, "transfer", consumer.address, PURSE_MED_UNITS)
            stage.do(consumer, stage.system.token, "approve", stage.system.market.address, PURSE_MED_UNITS)
        for patient in PATIENTS:
            for consumer in CONSUMERS:
                stage.do(patient, stage.system.consents, "grant", *_consent_to(consumer, stage.time_s))

    def __init__(self) -> None:
        super().__init__()
        self.market = self.system.market
        self.papers = [Paper(record) for record in self.records]
        self.consents = Consents(self.people)
        for patient in PATIENTS:
            for consumer in CONSUMERS:
                self._note_consent(patient.address, consumer.address, self.scene.time_s + LIFE_S)
        self.books = Deals(self.people, self.consents)
        self.treasury, self.commission_basis_points = TREASURY.address, 500
        self.paid_roots: set[tuple[Hash32, Address, Hash32]] = set()
        self.serial = 0

    @rule(data=st.data(), by_permit=st.booleans(), price=prices, quota=quotas, life_s=deadlines_s)
    def a_consumer_opens(
        self, data: st.DataObject, by_permit: bool, price: int, quota: int, life_s: int
    ) -> None:
        consumer = self.somebody(data, *CONSUMERS)
        kinds = data.draw(st.sampled_from([kinds_mask(*KINDS[:3]), kinds_mask(1), 2**64 - 1]))
        purpose = data.draw(st.sampled_from([Purpose.RESEARCH] * 6 + [Purpose.QUOTE, Purpose.NONE]))
        self.serial += data.draw(mostly)
        terms_hash = keccak(self.serial.to_bytes(4, "big"))
        request = DealRequest(terms_hash, price, quota, kinds, purpose, self.scene.time_s + life_s)
        if data.draw(mostly):
            self._fund(consumer, request.budget_med_units)
        function, arguments = "openDeal", (request.arguments,)
        allowed, held = self._allowance(consumer), self.scene.balances.get(consumer.address, 0)
        if by_permit:
            function, arguments = "openDealWithPermit", (request.arguments, *self._permit(consumer, request))
            allowed = request.budget_med_units
        outcome = self.attempt(consumer, self.market, function, *arguments)
        refusal = self.books.refusal_of_opening(consumer.address, request, self.scene.time_s)
        if not refusal and allowed < request.budget_med_units:
            refusal = "ERC20InsufficientAllowance"
        elif not refusal and held < request.budget_med_units:
            refusal = "ERC20InsufficientBalance"
        assert outcome.error_name == refusal
        if outcome.status:
            self.books.deals[request.deal_id(consumer.address)] = Deal(
                consumer.address, request, self.commission_basis_points, quota
            )
            assert outcome.output == request.deal_id(consumer.address)
            self.patients_submit(data, 3, data.draw(acts))

    @rule(data=st.data(), price=prices, quota=quotas, life_s=deadlines_s)
    def a_consumer_opens_another(self, data: st.DataObject, price: int, quota: int, life_s: int) -> None:
        """Hypothesis takes rules evenly: opening counts double."""
        self.a_consumer_opens(data, data.draw(st.booleans()), price, quota, life_s)

    @precondition(lambda self: self.books.deals)
    @rule(data=st.data(), times=st.integers(1, 5), acts=acts)
    def patients_submit(self, data: st.DataObject, times: int, acts: list[int]) -> None:
        for _submission in range(times):
            self._submit(data)
        self.deals_go_on(data, acts)

    @precondition(lambda self: self.books.submissions)
    @rule(data=st.data(), acts=acts)
    def deals_go_on(self, data: st.DataObject, acts: list[int]) -> None:
        done = (self._dispute, self._accept, self._state, self._decide, self._settle, self._dispute)
        for act in acts if self.books.submissions else ():
            done[act](data)

    @precondition(lambda self: self.books.deals)
    @rule(data=st.data())
    def a_consumer_stops(self, data: st.DataObject) -> None:
        """Once in a while: a stopped deal is no longer interesting."""
        if data.draw(st.sampled_from([True, True, False])):
            return
        deal_id = self._deal(data)
        deal = self.books.deals[deal_id]
        sender = self.somebody(data, *CONSUMERS)
        if data.draw(mostly):
            sender = self.people.key(self.people.person(deal.consumer))
        outcome = self.attempt(sender, self.market, "stop", deal_id)
        refusal = self.books.refusal_to_consumer(deal_id, sender.address)
        assert outcome.error_name == (refusal or ("DealStoppedAlready" if deal.stopped else ""))
        if outcome.status:
            deal.stopped = True
            self._check_return(deal, outcome.output)

    @precondition(lambda self: self.books.deals)
    @rule(data=st.data(), who=st.sampled_from(ACTORS))
    def somebody_sends_back_what_is_unspent(self, data: st.DataObject, who: PrivateKey) -> None:
        deal_id = self._deal(data)
        if data.draw(st.booleans()):
            due = [one for one, deal in self.books.deals.items() if self._is_returnable(deal)]
            deal_id = data.draw(st.sampled_from(due)) if due else deal_id
        deal = self.books.deals[deal_id]
        outcome = self.attempt(who, self.market, "returnUnspent", deal_id)
        if not deal.has_ended(self.scene.time_s):
            refusal = "DealNotEnded"
        else:
            refusal = "" if deal.unspent_med_units else "NothingToReturn"
        assert outcome.error_name == refusal
        if outcome.status:
            self._check_return(deal, outcome.output)

    @rule(data=st.data(), commission=basis_points, treasury=treasuries, who=st.sampled_from(ACTORS))
    def governance_decides_and_nobody_else(
        self, data: st.DataObject, commission: int, treasury: Address, who: PrivateKey
    ) -> None:
        function, argument = data.draw(
            st.sampled_from([("setCommission", commission), ("setTreasury", treasury)])
        )
        outcome = self.attempt(who, self.market, function, argument)
        assert outcome.error_name == "AccessControlUnauthorizedAccount"
        timelock = self.system.address_of("Timelock")
        outcome = self.attempt(timelock, self.market, function, argument)
        if function == "setCommission":
            assert outcome.error_name == ("CommissionTooHigh" if commission > 2_000 else "")
            self.commission_basis_points = commission if outcome.status else self.commission_basis_points
        else:
            assert outcome.error_name == ("" if any(treasury) else "TreasuryMissing")
            self.treasury = treasury if outcome.status else self.treasury

    @rule(
        data=st.data(),
        act=st.sampled_from(["correct", "correct", "revoke", "issue", "issue again", "issue early"]),
        again=st.booleans(),
    )
    def a_provider_changes_records(self, data: st.DataObject, act: str, again: bool) -> None:
        """Corrections and revocations, also of what was sold; the same root once more, for the patient's new phone,
        also a correction's; and a root that is a correction's only later."""
        sold = [submission.paper for submission in self.books.submissions.values()]
        paper = data.draw(st.sampled_from(sold[-4:] if sold and again else self.papers))
        if act == "correct":
            self._correct(paper)
        elif act == "revoke":
            self._revoke(paper)
        else:
            self.serial += 1
            root = {
                "issue": keccak(b"record" + self.serial.to_bytes(4, "big")),
                "issue again": paper.record.root,
                "issue early": _correction_of(paper.record.root),
            }[act]
            self._issue(root, self.people.person(paper.record.patient), paper.record.kind)

    @rule(patient=st.sampled_from(PATIENTS), consumer=st.sampled_from(CONSUMERS), again=mostly)
    def a_patient_changes_its_mind(self, patient: PrivateKey, consumer: PrivateKey, again: bool) -> None:
        """Withdraws, and mostly consents again."""
        sender, reader = (self.people.key(one.address) for one in (patient, consumer))
        key = self.consents.key(patient.address, consumer.address, Purpose.RESEARCH, NO_RECORD)
        gone = (reader.address, Purpose.RESEARCH, NO_RECORD)
        outcome = self.attempt(sender, self.system.consents, "revoke", *gone)
        assert bool(outcome.status) is self.consents.is_live(key, self.scene.time_s)
        if outcome.status:
            self.consents.revoke(key)
        if again:
            said = _consent_to(reader, self.scene.time_s)
            if self.attempt(sender, self.system.consents, "grant", *said).status:
                self._note_consent(patient.address, consumer.address, said[-1])

    @invariant()
    def the_market_holds_what_it_owes(self) -> None:
        """To the unit: nobody sends it MED but by opening a deal."""
        if not self.changed:
            return
        owed = self.books.owed_med_units
        assert self.scene.read(self.market, "obligations") == owed
        assert self.scene.balances.get(self.system.address_of("DataMarket"), 0) == owed

    @invariant()
    def deals_are_the_models(self) -> None:
        if not self.changed:
            return
        for deal_id, deal in list(self.books.deals.items())[-3:]:
            kept = self.ask(self.market, "dealOf", deal_id)
            counts = (kept["quota"], kept["takenCount"], kept["paidCount"], kept["stopped"])
            assert counts == (deal.quota, deal.taken, deal.paid, deal.stopped)
            assert kept["commissionBasisPoints"] == deal.commission_basis_points
            assert self.ask(self.market, "unspentOf", deal_id) == deal.unspent_med_units
        for (deal_id, identifier), submission in list(self.books.submissions.items())[-3:]:
            kept = self.ask(self.market, "submissionOf", deal_id, identifier)
            assert (kept["status"], kept["submittedAt"]) == (submission.status, submission.submitted_at_s)

    def _submit(self, data: st.DataObject) -> None:
        deal_id = self._deal(data)
        deal = self.books.deals[deal_id]
        if not self._takes_records(deal) and data.draw(mostly):
            return
        fitting = [one for one in self.papers if one.is_valid and one.record.kind in KINDS[:3]]
        fresh = [
            one
            for one in fitting
            if not self.books.is_taken(deal_id, self.people.person(one.record.patient), one.record.root)
        ]
        paper = data.draw(st.sampled_from(fresh if fresh and data.draw(mostly) else self.papers))
        record, wrong = paper.record, not data.draw(mostly)
        sender = self.speaker(data, self.people.person(record.patient))
        leaf = keccak(b"another part") if wrong else record.root
        disclosure = (record.root, record.issuer, record.patient, leaf, [])
        outcome = self.attempt(sender, self.market, "submit", deal_id, disclosure)
        asked = (deal_id, sender.address, paper, not wrong, self.scene.time_s)
        assert outcome.error_name == self.books.refusal_of_submission(*asked)
        if outcome.status:
            person = self.people.person(sender.address)
            root = self.books.first_root(person, record.root)
            identifier = submission_id(deal_id, person, root)
            assert outcome.output == identifier
            self.books.submissions[deal_id, identifier] = Submission(person, paper, root, self.scene.time_s)
            deal.taken += 1

    def _accept(self, data: st.DataObject) -> None:
        drawn = self._submission(data, PENDING, DISPUTED)
        if drawn is None:
            return
        (deal_id, identifier), submission = drawn
        sender = self._consumer(data, deal_id)
        self._pays(
            sender,
            "accept",
            deal_id,
            identifier,
            refusal=self._unfit(
                self.books.refusal_to_consumer(deal_id, sender.address), submission, PENDING, DISPUTED
            ),
        )

    def _dispute(self, data: st.DataObject) -> None:
        drawn = self._submission(data, PENDING)
        if drawn is None:
            return
        (deal_id, identifier), submission = drawn
        sender = self._consumer(data, deal_id)
        outcome = self.attempt(sender, self.market, "dispute", deal_id, identifier, REASON)
        refusal = self._unfit(self.books.refusal_to_consumer(deal_id, sender.address), submission, PENDING)
        if not refusal and self.scene.time_s > submission.submitted_at_s + REVIEW_S:
            refusal = "ReviewOver"
        assert outcome.error_name == refusal
        if outcome.status:
            submission.status, submission.disputed_at_s = DISPUTED, self.scene.time_s

    def _state(self, data: st.DataObject) -> None:
        drawn = self._submission(data, DISPUTED)
        if drawn is None:
            return
        (deal_id, identifier), submission = drawn
        consumer = self.people.person(self.books.deals[deal_id].consumer)
        sender = self.speaker(data, data.draw(st.sampled_from([submission.person, consumer])))
        outcome = self.attempt(sender, self.market, "stateEvidence", deal_id, identifier, EVIDENCE)
        parties = [self.people.current(one) for one in (submission.person, consumer)]
        expected = "" if sender.address in parties else "NotAParty"
        assert outcome.error_name == (self._unfit("", submission, DISPUTED) or expected)

    def _decide(self, data: st.DataObject) -> None:
        drawn = self._submission(data, DISPUTED)
        if drawn is None:
            return
        (deal_id, identifier), submission = drawn
        arbiter = ARBITER if data.draw(mostly) else data.draw(st.sampled_from(ACTORS))
        pay = data.draw(st.booleans())
        refusal = "" if arbiter == ARBITER else "AccessControlUnauthorizedAccount"
        refusal = self._unfit(refusal, submission, DISPUTED)
        over = self.scene.time_s + BLOCK_S > submission.disputed_at_s + ARBITRATION_S
        refusal = refusal or ("ArbitrationOver" if over else "")
        if pay:
            self._pays(arbiter, "decide", deal_id, identifier, pay, FINDING, refusal=refusal)
            return
        outcome = self.attempt(arbiter, self.market, "decide", deal_id, identifier, pay, FINDING)
        assert outcome.error_name == refusal
        if outcome.status:
            submission.status = REFUSED
            self.books.deals[deal_id].taken -= 1

    def _settle(self, data: st.DataObject) -> None:
        drawn = self._submission(data, PENDING, DISPUTED)
        if drawn is None:
            return
        (deal_id, identifier), submission = drawn
        if submission.status in (PENDING, DISPUTED) and data.draw(st.booleans()):
            self.scene.time_s = max(self.scene.time_s, submission.falls_due_after_s() - BLOCK_S + 1)
        early = self.scene.time_s + BLOCK_S <= submission.falls_due_after_s()
        refusal = self._unfit("", submission, PENDING, DISPUTED) or ("NotDue" if early else "")
        who = data.draw(st.sampled_from(ACTORS))
        if submission.paper.is_valid:
            self._pays(who, "settle", deal_id, identifier, refusal=refusal)
            return
        outcome = self.attempt(who, self.market, "settle", deal_id, identifier)
        assert outcome.error_name == refusal
        assert not any(event.name == "Transfer" for event in outcome.events)
        if outcome.status and submission.status == PENDING:
            submission.status, submission.disputed_at_s = DISPUTED, self.scene.time_s
        elif outcome.status:
            submission.status = REFUSED
            self.books.deals[deal_id].taken -= 1

    def _pays(
        self,
        sender: PrivateKey,
        function: str,
        deal_id: Hash32,
        identifier: Hash32,
        *rest: object,
        refusal: str,
    ) -> None:
        """Call what pays a submission, and check who got what; `refusal` is the error that is expected."""
        deal, submission = self.books.deals[deal_id], self.books.submissions[deal_id, identifier]
        payee = self.people.current(submission.person)
        before = {account: self.scene.balances.get(account, 0) for account in (payee, self.treasury)}
        outcome = self.attempt(sender, self.market, function, deal_id, identifier, *rest)
        assert outcome.error_name == refusal
        if not outcome.status:
            return
        price, commission = deal.request.price_med_units, deal.commission_med_units
        for account, share in ((payee, price - commission), (self.treasury, commission)):
            assert self.scene.balances.get(account, 0) - before[account] == share
        sold = (deal_id, submission.person, submission.root)
        assert sold not in self.paid_roots
        self.paid_roots.add(sold)
        submission.status = PAID
        deal.paid += 1

    def _check_return(self, deal: Deal, returned: int) -> None:
        assert returned == deal.unspent_med_units
        deal.quota = deal.taken

    def _issue(self, root: Hash32, person: Address, kind: int) -> None:
        patient = self.people.key(person)
        issuer = self.people.key(self.papers[0].record.issuer)
        if any(
            one.record.root == root
            and one.record.issuer == issuer.address
            and one.record.patient == patient.address
            for one in self.papers
        ):
            return
        receipt = Receipt(root, issuer.address, patient.address, kind, self.scene.time_s + RECORD_LIFE_S)
        signature = compact(patient.sign(receipt.digest(self.system.records_domain)))
        said = SignedReceipt(receipt, signature).arguments
        outcome = self.attempt(issuer, self.system.records, "anchor", said)
        if outcome.status:
            parties = (issuer.address, patient.address)
            record = Anchored(receipt.record_id, root, *parties, kind, self.scene.time_s)
            self.papers.append(Paper(record))

    def _correct(self, paper: Paper) -> None:
        old = paper.record
        issuer, patient = (self.people.key(self.people.person(one)) for one in (old.issuer, old.patient))
        root, valid_until_s = _correction_of(old.root), self.scene.time_s + RECORD_LIFE_S
        parties = (issuer.address, patient.address)
        correction = Correction(old.record_id, root, *parties, old.kind, valid_until_s)
        signature = compact(patient.sign(correction.digest(self.system.records_domain)))
        names = (old.root, old.issuer, old.patient)
        outcome = self.attempt(
            issuer, self.system.records, "supersede", *names, *correction.arguments, signature
        )
        if outcome.status:
            paper.is_valid = False
            record = Anchored(correction.successor_id, root, *parties, old.kind, self.scene.time_s)
            self.papers.append(Paper(record))
            self.books.note_correction(self.people.person(patient.address), old.root, root)

    def _revoke(self, paper: Paper) -> None:
        record = paper.record
        issuer = self.people.key(self.people.person(record.issuer))
        names = (record.root, record.issuer, record.patient)
        if self.attempt(issuer, self.system.records, "revoke", *names).status:
            paper.is_valid = False

    def _deal(self, data: st.DataObject) -> Hash32:
        """Draw a deal, mostly one that takes records."""
        every = list(self.books.deals)
        usable = [one for one, deal in self.books.deals.items() if self._takes_records(deal)]
        return data.draw(st.sampled_from(usable if usable and data.draw(mostly) else every))

    def _submission(self, data: st.DataObject, *likely: int) -> tuple[Taken, Submission] | None:
        """Draw a submission, mostly in one of these states; mostly none where there is no such."""
        every = list(self.books.submissions)
        chosen = [one for one in every if self.books.submissions[one].status in likely]
        if data.draw(mostly):
            every = chosen
        if not every:
            return None
        drawn = data.draw(st.sampled_from(every))
        return drawn, self.books.submissions[drawn]

    def _consumer(self, data: st.DataObject, deal_id: Hash32) -> PrivateKey:
        return self.speaker(data, self.people.person(self.books.deals[deal_id].consumer))

    def _unfit(self, refusal: str, submission: Submission, *fit: int) -> str:
        return refusal or ("" if submission.status in fit else "SubmissionStatusUnfit")

    def _takes_records(self, deal: Deal) -> bool:
        return not deal.has_ended(self.scene.time_s + BLOCK_S) and deal.taken < deal.quota

    def _is_returnable(self, deal: Deal) -> bool:
        return deal.has_ended(self.scene.time_s + BLOCK_S) and deal.unspent_med_units > 0

    def _allowance(self, owner: PrivateKey) -> int:
        market = self.system.address_of("DataMarket")
        return int(self.scene.read(self.system.token, "allowance", owner.address, market))

    def _fund(self, consumer: PrivateKey, budget_med_units: int) -> None:
        """Give a consumer what a deal costs, where it has not got it: a new phone begins without MED."""
        if self.scene.balances.get(consumer.address, 0) < budget_med_units and consumer != DEPLOYER:
            self.attempt(DEPLOYER, self.system.token, "transfer", consumer.address, budget_med_units)
        if self._allowance(consumer) < budget_med_units:
            market = self.system.address_of("DataMarket")
            self.attempt(consumer, self.system.token, "approve", market, budget_med_units)

    def _permit(self, consumer: PrivateKey, request: DealRequest) -> tuple[int, int, bytes, bytes]:
        token, deadline_s = self.system.token, self.scene.time_s + DAY_S
        nonce = self.scene.read(token, "nonces", consumer.address)
        market, budget = self.system.address_of("DataMarket"), request.budget_med_units
        permit = Permit(consumer.address, market, budget, nonce, deadline_s)
        return deadline_s, *split(consumer.sign(permit.digest(token_domain(self.system))))

    def _note_consent(self, patient: Address, consumer: Address, expiry_s: int) -> None:
        key = self.consents.key(patient, consumer, Purpose.RESEARCH, NO_RECORD)
        self.consents.grant(key, of_kinds(*KINDS[:3]), expiry_s)


def _correction_of(root: Hash32) -> Hash32:
    return keccak(b"corrected" + root)


def _consent_to(consumer: PrivateKey, time_s: int) -> tuple[Address, Purpose, tuple[object, ...], int]:
    return consumer.address, Purpose.RESEARCH, of_kinds(*KINDS[:3]).arguments, time_s + LIFE_S


test_deals, test_deals_for_long = machine_tests(DealMachine)
