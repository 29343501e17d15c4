"""Acts of care: visits and their papers, alone and in batches, corrections, and records shown elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scene import Outcome
from system_acting import ActingMachine, an_act
from system_stage import MED

from chain.contracts.batches import Batch
from chain.contracts.messages import Correction, Role, SignedReceipt
from chain.contracts.rehearsal.insurance import BilledVisit, prepared
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.eip712 import compact
from chain.keys import PrivateKey
from chain.merkle import MerkleTree

FAULTS = ("scan", "code", "sender", "receipt", "root", "retired", "twice")
ALONE = bytes(32)
"""The batch of papers that were sent alone."""


@dataclass(frozen=True)
class Day:
    """Visits whose check-ins and records were anchored in a batch each."""

    provider: PrivateKey
    visits: tuple[BilledVisit, ...]
    check_ins: Batch
    records: Batch


class CareActs(ActingMachine):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[Day] = []
        self.credited_origins: set[bytes] = set()

    @an_act
    def a_patient_visits(self) -> None:
        """Check-in, record, credit; now and then something is wrong about it, or it is not credited yet."""
        self._visit()

    @an_act
    def another_patient_visits(self) -> None:
        """Hypothesis takes rules evenly: visits count double."""
        self._visit()

    def _visit(self) -> None:
        fault = "" if self.likely(0.8) else self.pick(FAULTS)
        made = self._prepared(retired=fault == "retired")
        visit, provider = made.visit, made.visit.provider
        if fault == "scan":
            visit = visit.but(scan_signer=self.anybody())
        elif fault == "code":
            visit = visit.but(code_signer=self.anybody())
        sender = self.anybody() if fault == "sender" else provider
        shower, scanner = (visit.patient, provider) if visit.is_ticket else (provider, visit.patient)
        forged = (visit.code_signer, visit.scan_signer) != (shower, scanner)
        signed = visit.signed_check_in(self.system.checkin_domain).arguments
        self.act(sender, self.system.checkin, "checkIn", signed, by=[provider], forged=forged)
        signer = self.anybody() if fault == "receipt" else visit.patient
        if not self._anchor(made, sender, signer) or not self.likely(0.85):
            return
        if fault == "root":
            others = [one.visit.root for one in self.uncredited if one.visit.provider == provider]
            wrong = visit.but(root=self.pick(others))
            assert not self._credit(provider, replace(made, visit=wrong)).status or wrong == visit
        elif self._credit(sender, made).status and fault == "twice":
            assert not self._credit(sender, made).status

    @an_act
    def an_old_visit_is_credited(self) -> None:
        """By whoever speaks for its provider now, or by the key that checked in."""
        if not self.uncredited:
            return
        made = self.pick(self.uncredited[-6:])
        person = self.people.person(made.visit.provider.address)
        sender = self.speaker(person) if self.likely() else made.visit.provider
        self._close_what_is_over()
        self._credit(sender, made)

    @an_act
    def a_day_goes_on_chain_in_batches(self) -> None:
        self._anchor_day()

    def _anchor_day(self) -> None:
        """Credited at once, in part, or proven later."""
        provider = self._standing_provider()
        made = tuple(self._prepared(provider) for _visit in range(self.pick([2, 2, 3])))
        check_ins = Batch(
            provider.address, [one.visit.signed_check_in(self.system.checkin_domain) for one in made]
        )
        receipts = [(one.visit.receipt(), one.visit.patient) for one in made]
        domain = self.system.records_domain
        records = Batch(
            provider.address,
            [SignedReceipt(said, compact(who.sign(said.digest(domain)))) for said, who in receipts],
        )
        done = self.act(provider, self.system.checkin, "checkInBatch", *check_ins.arguments).status
        done &= self.act(provider, self.system.records, "anchorBatch", *records.arguments).status
        if done:
            self.days.append(Day(provider, made, check_ins, records))
            if self.likely(0.6):
                self._credit_day(self.days[-1], len(made))

    @an_act
    def an_old_day_comes_up(self) -> None:
        """A leaf is proven alone, or the day is credited, perhaps once more."""
        if not self.days:
            self._anchor_day()
            return
        day = self.pick(self.days[-3:])
        index = self.random.randrange(len(day.visits))
        way = self.pick(["record", "record", "check-in", "credit"])
        made = day.visits[index]
        if way == "record":
            patient = self.people.person(made.visit.patient.address)
            sender = self.speaker(patient) if self.likely(0.7) else self.anybody()
            outcome = self.act(sender, self.system.records, "prove", *day.records.proving(index))
            self._note(made, outcome)
        elif way == "check-in":
            self.act(self.anybody(), self.system.checkin, "prove", *day.check_ins.proving(index))
        else:
            self._close_what_is_over()
            self._credit_day(day, self.pick([1, len(day.visits)]))

    @an_act
    def a_provider_corrects_or_revokes(self) -> None:
        made = self.pick(list(self.papers.values()))
        old = made.visit
        issuer = self.speaker(self.people.person(old.provider.address))
        patient = self.speaker(self.people.person(old.patient.address))
        self.keep_in_standing(self.people.person(old.provider.address))
        names = (old.root, old.provider.address, old.patient.address)
        if not self.likely(0.8):
            self.act(issuer, self.system.records, "revoke", *names)
            return
        bill = replace(made.bill, amount_med_units=self.random.randrange(1, 300 * MED))
        root = MerkleTree.of([bill.leaf, made.rest]).root
        present = self.world.keys[self.people.current(old.patient.address)]
        correction = Correction(
            made.record_id, root, issuer.address, present.address, old.kind, self.now_s + 3_000 * DAY_S
        )
        signature = compact(patient.sign(correction.digest(self.system.records_domain)))
        arguments = (*names, *correction.arguments, signature)
        forged = patient is not present
        outcome = self.act(issuer, self.system.records, "supersede", *arguments, by=[patient], forged=forged)
        if outcome.status:
            visit = old.but(root=root, provider=issuer, patient=present)
            corrected = made.corrected(visit, bill)
            assert corrected.record_id == correction.successor_id
            self.papers[correction.successor_id] = corrected

    @an_act
    def a_root_is_anchored_again(self) -> None:
        """By mistake or in bad faith: for the patient's new phone where there is one, or elsewhere."""
        moved = [one for one in self.papers.values() if self.people.is_retired(one.visit.patient.address)]
        made = self.pick((moved or list(self.papers.values()))[-6:])
        patient = self.world.keys[self.people.current(made.visit.patient.address)]
        provider = self._standing_provider() if self.likely(0.3) else made.visit.provider
        provider = self.world.keys[self.people.current(provider.address)]
        again = replace(made, visit=made.visit.but(patient=patient, provider=provider), origin=None)
        if again.record_id not in self.world.records and self._anchor(again, provider, patient):
            self.uncredited.remove(again)  # its visit is the other record's

    @an_act
    def a_record_is_shown_elsewhere(self) -> None:
        """The patient presents it, another provider accepts it."""
        visit = self.pick(list(self.papers.values())[-10:]).visit
        patient = self.speaker(self.people.person(visit.patient.address))
        issuer = self.people.person(visit.provider.address)
        others = [person for person in self.persons(Role.PROVIDER) if person != issuer or not self.likely()]
        acceptor = self.speaker(self.pick(others or [issuer]))
        self.keep_in_standing(self.people.person(acceptor.address))
        self._close_what_is_over()
        identifier = visit.receipt().record_id
        presentation = Presentation(identifier, acceptor.address, self.now_s + self.pick([DAY_S, 60, 0]))
        signature = compact(patient.sign(presentation.digest(rewards_domain(self.system))))
        names = (visit.root, visit.provider.address, visit.patient.address)
        forged = patient.address != self.people.current(visit.patient.address)
        arguments = (*names, presentation.valid_until_s, signature)
        self.act(acceptor, self.system.rewards, "creditShare", *arguments, by=[patient], forged=forged)

    # Papers

    def _standing_provider(self) -> PrivateKey:
        person = self.pick(self.persons(Role.PROVIDER)[:4])
        self.keep_in_standing(person)
        return self.speaker(person)

    def _prepared(self, provider: PrivateKey | None = None, *, retired: bool = False) -> BilledVisit:
        """Return a visit scanned at its next call, of a patient who mostly may be one."""
        provider = provider or self._standing_provider()
        person = self.pick(self.persons(Role.PATIENT)[:4])
        self.keep_in_standing(person)
        patient = self.speaker(person)
        if retired and self.people.retired_of(person):
            patient = self.pick(self.people.retired_of(person))
        return prepared(
            self.scene,  # type: ignore[arg-type]
            self.next_number(),
            self.random.randrange(1, 400 * MED),
            patient=patient,
            provider=provider,
            kind=self.pick([1, 1, 2, 2, 3, 70]),
        )

    def _anchor(self, made: BilledVisit, sender: PrivateKey, signer: PrivateKey) -> bool:
        visit = made.visit
        receipt = visit.receipt()
        said = SignedReceipt(receipt, compact(signer.sign(receipt.digest(self.system.records_domain))))
        forged = signer is not visit.patient or sender is not visit.provider
        outcome = self.act(sender, self.system.records, "anchor", said.arguments, by=[signer], forged=forged)
        self._note(made, outcome)
        return bool(outcome.status)

    def _note(self, made: BilledVisit, outcome: Outcome) -> None:
        if outcome.status:
            self.papers[made.record_id] = made
            self.uncredited.append(made)

    # Credits

    def _credit(self, sender: PrivateKey, made: BilledVisit) -> Outcome:
        visit = made.visit
        arguments = (visit.code.struct_hash, visit.patient.address, visit.root)
        outcome = self.act(sender, self.system.rewards, "credit", *arguments)
        heard = sender.address in (visit.provider.address, self.people.current(visit.provider.address))
        assert outcome.error_name != "NotTheProvider" or not heard, "a visit is its provider's to credit"
        if outcome.status:
            self._note_credit(made)
        return outcome

    def _credit_day(self, day: Day, count: int) -> None:
        items = [
            (ALONE, *day.check_ins.proving(index)[1:], *day.records.proving(index)[1:])
            for index in range(count)
        ]
        batches = (day.check_ins.batch_id, day.records.batch_id)
        sender = self.speaker(self.people.person(day.provider.address))
        if self.act(sender, self.system.rewards, "creditBatch", *batches, items).status:
            for made in day.visits[:count]:
                self.papers[made.record_id] = made
                self._note_credit(made)

    def _note_credit(self, made: BilledVisit) -> None:
        """No version of a record is credited twice, and the registry knows of it."""
        origin = self.world.origin(made.record_id).record_id
        assert origin not in self.credited_origins
        self.credited_origins.add(origin)
        assert self.is_credited(made.record_id)
        if made in self.uncredited:
            self.uncredited.remove(made)

    def _close_what_is_over(self) -> None:
        """Mostly, epochs that are over are closed before somebody earns in the next."""
        books = self.books.rewards
        while books.next_epoch < books.epoch_at(self.now_s) and self.likely():
            self.act(self.anybody(), self.system.rewards, "closeEpoch", books.next_epoch)
