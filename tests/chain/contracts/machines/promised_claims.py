"""Insurance: claims for the holder's own valid records, none paid twice where a policy forbids it, none beyond its
limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.signed.consent import Purpose

INSURANCE = "Insurance"
Case = tuple[Address, Hash32]
"""A record in all its versions, under all its patient's keys, whoever anchored it: the person, and the first version's
root."""
FILED, DECIDED, APPEALED, CLOSED = range(1, 5)


@dataclass
class Product:
    """A product; `insurer` by its first key."""

    insurer: Address
    terms: Mapping[str, Any]
    for_sale: bool = True


@dataclass
class Policy:
    """A policy; `patient` by the first key, amounts in MED units."""

    product: Product
    product_id: Hash32
    patient: Address
    cover: int
    claim_limit: int
    starts_at_s: int
    ends_at_s: int
    paid: int = 0
    refund_due: int = 0
    live: bool = True
    followed: bool = False

    @property
    def filing_until_s(self) -> int:
        return self.ends_at_s + int(self.product.terms["filingSeconds"])


@dataclass
class Claim:
    """A claim; `until_s` is the last second of its running term."""

    policy: Policy
    policy_id: Hash32
    record_id: Hash32
    case: Case
    ceiling: int
    until_s: int
    status: int = FILED
    awarded: int = 0
    paid: int = 0


class InsuranceBook(Book):
    """See the module's docstring."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.owed = 0
        self.products: dict[Hash32, Product] = {}
        self.policies: dict[Hash32, Policy] = {}
        self.claims: dict[Hash32, Claim] = {}
        self.paid_claims: dict[Case, dict[Hash32, None]] = defaultdict(dict)
        self.fraudulent: set[Case] = set()
        self.in_use: Counter[Case] = Counter()

    def handlers(self) -> Handlers:
        return {
            (INSURANCE, "Deposited"): self._deposited,
            (INSURANCE, "Withdrawn"): self._withdrawn,
            (INSURANCE, "ProductOffered"): self._offered,
            (INSURANCE, "ProductWithdrawn"): self._product_withdrawn,
            (INSURANCE, "PolicyTaken"): self._taken,
            (INSURANCE, "PolicyCancelled"): self._cancelled,
            (INSURANCE, "RefundPaid"): self._refunded,
            (INSURANCE, "PolicyReleased"): self._released,
            (INSURANCE, "ClaimFiled"): self._filed,
            (INSURANCE, "ClaimDecided"): self._decided,
            (INSURANCE, "ClaimAppealed"): self._appealed,
            (INSURANCE, "ClaimArbitrated"): self._arbitrated,
            (INSURANCE, "ClaimClosed"): self._closed,
            (INSURANCE, "ClaimPaid"): self._paid,
            (INSURANCE, "FraudProven"): self._fraud_proven,
        }

    def _deposited(self, said: Said) -> None:
        self.owed += said["amount"]

    def _withdrawn(self, said: Said) -> None:
        self._by_the_insurer(said["insurer"])
        assert said["to"] == self.world.author
        self._leaves(said["amount"])

    def _offered(self, said: Said) -> None:
        self._by_the_insurer(said["insurer"])
        self.products[said["productId"]] = Product(said["insurer"], said["terms"])

    def _product_withdrawn(self, said: Said) -> None:
        self._by_the_insurer(said["insurer"])
        self.products[said["productId"]].for_sale = False

    def _taken(self, said: Said) -> None:
        product = self.products[said["productId"]]
        self._by_the_holder(said["patient"])
        assert product.for_sale
        assert said["policyId"] not in self.policies
        assert self.world.people.is_active(self.world.people.current(product.insurer), Role.INSURER)
        self.policies[said["policyId"]] = Policy(
            product,
            said["productId"],
            said["patient"],
            said["coverLimit"],
            said["claimLimit"],
            said["startsAt"],
            said["endsAt"],
        )
        if said["previousPolicyId"] in self.policies:
            self.policies[said["previousPolicyId"]].followed = True
        self.owed += said["premium"]

    def _cancelled(self, said: Said) -> None:
        policy = self.policies[said["policyId"]]
        self._by_the_holder(policy.patient)
        policy.ends_at_s = self.world.now_s
        policy.refund_due = said["refund"]

    def _refunded(self, said: Said) -> None:
        policy = self.policies[said["policyId"]]
        assert said["patient"] == self.world.people.current(policy.patient)
        assert said["amount"] <= policy.refund_due
        policy.refund_due -= said["amount"]
        self._leaves(said["amount"])

    def _released(self, said: Said) -> None:
        self.policies[said["policyId"]].live = False

    def _filed(self, said: Said) -> None:
        world, policy = self.world, self.policies[said["policyId"]]
        self._by_the_holder(policy.patient)
        record, origin = world.records[said["recordId"]], world.origin(said["recordId"])
        assert said["claimId"] not in self.claims
        assert record.record_id not in world.invalid
        case = self.case(record.record_id)
        assert case not in self.fraudulent
        assert world.people.person(record.patient) == policy.patient
        assert policy.live
        assert world.now_s <= policy.filing_until_s
        assert policy.starts_at_s <= origin.anchored_at_s < policy.ends_at_s
        assert record.kind < 64
        assert policy.product.terms["kinds"] >> record.kind & 1
        if policy.product.terms["consentNeeded"]:
            asked = (record.patient, policy.product.insurer, Purpose.CLAIM, record, world.now_s)
            assert world.consents.permits(*asked)
        assert said["ceiling"] <= min(policy.claim_limit, policy.cover)
        self.claims[said["claimId"]] = Claim(
            policy,
            said["policyId"],
            record.record_id,
            case,
            said["ceiling"],
            said["until"],
        )
        self.in_use[case] += 1

    def _decided(self, said: Said) -> None:
        claim = self.claims[said["claimId"]]
        self._by_the_insurer(claim.policy.product.insurer)
        assert claim.status == FILED
        assert claim.case not in self.fraudulent
        assert self.world.now_s <= claim.until_s
        claim.status, claim.awarded = DECIDED, said["awarded"]
        claim.until_s = self.world.now_s + claim.policy.product.terms["appealSeconds"]

    def _appealed(self, said: Said) -> None:
        claim = self.claims[said["claimId"]]
        self._by_the_holder(claim.policy.patient)
        assert claim.case not in self.fraudulent
        claim.status, claim.until_s = APPEALED, said["until"]

    def _arbitrated(self, said: Said) -> None:
        assert self.claims[said["claimId"]].case not in self.fraudulent

    def _closed(self, said: Said) -> None:
        """Once, and for a fraud perhaps once more: at what was paid until it was proven."""
        claim = self.claims[said["claimId"]]
        if claim.case in self.fraudulent:
            assert said["awarded"] == claim.paid
        else:
            assert claim.status != CLOSED
            assert claim.awarded <= said["awarded"] <= claim.ceiling
        if claim.status != CLOSED and not said["awarded"]:
            self.in_use[claim.case] -= 1
        claim.status, claim.awarded, claim.ceiling = CLOSED, said["awarded"], said["awarded"]

    def _paid(self, said: Said) -> None:
        """Judged by the payments themselves, not by what was filed: once a record, whatever key it was anchored for.

        And never after it was proven to be the means of a fraud, under whatever policy.
        """
        claim = self.claims[said["claimId"]]
        assert claim.case not in self.fraudulent
        policy = claim.policy
        assert said["patient"] == self.world.people.current(policy.patient)
        claim.paid += said["amount"]
        policy.paid += said["amount"]
        assert claim.paid <= claim.ceiling
        assert policy.paid <= policy.cover
        paid = self.paid_claims[claim.case]
        paid[said["claimId"]] = None
        others = [self.claims[one] for one in paid]
        if len(others) > 1:
            assert not any(one.policy.product.terms["exclusive"] for one in others)
            assert len({one.policy_id for one in others}) == len(others)
        self._leaves(said["amount"])

    def _fraud_proven(self, said: Said) -> None:
        policy = self.policies[said["policyId"]]
        policy.live, policy.ends_at_s = False, min(policy.ends_at_s, self.world.now_s)
        policy.refund_due = 0
        if claim := self.claims.get(said["claimId"]):
            self.fraudulent.add(claim.case)

    def case(self, record_id: Hash32) -> Case:
        """Return a record's case: its own root's where that was claimed before it became a correction's."""
        record = self.world.records[record_id]
        person = self.world.people.person(record.patient)
        own = person, record.root
        if self.in_use[own] or own in self.fraudulent:
            return own
        return person, self.world.first_root(record_id)

    def _by_the_insurer(self, insurer: Address) -> None:
        people, author = self.world.people, self.world.author
        assert people.is_active(author, Role.INSURER)
        assert people.person(author) == insurer

    def _by_the_holder(self, patient: Address) -> None:
        people, author = self.world.people, self.world.author
        assert people.is_active(author, Role.PATIENT)
        assert people.person(author) == patient

    def _leaves(self, amount: int) -> None:
        self.owed -= amount
        self.world.explain(INSURANCE, amount)
