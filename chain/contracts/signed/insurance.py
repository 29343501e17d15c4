"""What insurers and patients write down: a product's terms, a quote and its signature, a bill in its plain form.

Amounts are MED units, times Unix seconds, shares basis points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.system import System
from chain.eip712 import Domain, StructType
from chain.hashing import keccak

NO_POLICY: Final[Hash32] = bytes(32)
"""The previous policy of a quote that follows none."""

NO_CLAIM: Final[Hash32] = bytes(32)
"""The claim of a fraud that lies in the facts of a quote."""

NO_PERMIT: Final = (0, (bytes(32), bytes(32)))
"""Where the allowance was given beforehand."""

_QUOTE: Final = StructType(
    "Quote",
    (
        ("bytes32", "productId"),
        ("address", "patient"),
        ("bytes32", "factsHash"),
        ("uint96", "premium"),
        ("uint96", "coverLimit"),
        ("uint96", "claimLimit"),
        ("bytes32", "previousPolicyId"),
        ("uint40", "validUntil"),
        ("uint256", "nonce"),
    ),
)


def insurance_domain(system: System) -> Domain:
    """Return the domain in which insurers sign quotes."""
    return Domain("MedSim Insurance", "1", system.chain_id, system.address_of("Insurance"))


@dataclass(frozen=True)
class ProductTerms:
    """The terms of a product, as `Insurance.ProductTerms` explains them; `kinds` has bit k for record kind k."""

    premium_med_units: int
    cover_limit_med_units: int
    claim_limit_med_units: int
    kinds: int
    period_s: int
    waiting_s: int = 0
    deductible_med_units: int = 0
    automatic_limit_med_units: int = 0
    automatic_claims: int = 0
    coinsurance_basis_points: int = 10_000
    refund_basis_points: int = 0
    review_s: int = 3 * 86_400
    appeal_s: int = 7 * 86_400
    filing_s: int = 30 * 86_400
    exclusive: bool = True
    consent_needed: bool = False

    @property
    def arguments(self) -> tuple[int, ...]:
        """The struct as `Insurance.offer` takes it."""
        return (
            self.premium_med_units,
            self.cover_limit_med_units,
            self.period_s,
            self.waiting_s,
            self.claim_limit_med_units,
            self.deductible_med_units,
            self.kinds,
            self.automatic_limit_med_units,
            self.automatic_claims,
            self.coinsurance_basis_points,
            self.refund_basis_points,
            self.review_s,
            self.appeal_s,
            self.filing_s,
            self.exclusive,
            self.consent_needed,
        )

    def product_id(self, insurer: Address) -> Hash32:
        """Return the identifier of this insurer's product: it commits to all its terms."""
        return keccak(_words(insurer, *map(int, self.arguments)))

    def payout(self, amount_med_units: int, claim_limit_med_units: int, cover_med_units: int) -> int:
        """Return what a bill is paid at most, where so much is left of a policy's cover: rounded down."""
        excess = max(amount_med_units - self.deductible_med_units, 0)
        share = excess * self.coinsurance_basis_points // 10_000
        return min(share, claim_limit_med_units, cover_med_units)


@dataclass(frozen=True)
class Quote:
    """What an insurer offers one patient on the facts of hash `facts_hash`; `nonce` is a number it uses once."""

    product_id: Hash32
    patient: Address
    facts_hash: Hash32
    premium_med_units: int
    cover_limit_med_units: int
    claim_limit_med_units: int
    valid_until_s: int
    nonce: int
    previous_policy_id: Hash32 = NO_POLICY

    @property
    def arguments(self) -> tuple[object, ...]:
        """The struct as `Insurance.accept` takes it."""
        return (
            self.product_id,
            self.patient,
            self.facts_hash,
            self.premium_med_units,
            self.cover_limit_med_units,
            self.claim_limit_med_units,
            self.previous_policy_id,
            self.valid_until_s,
            self.nonce,
        )

    def digest(self, domain: Domain) -> Hash32:
        """Return what the insurer signs."""
        return domain.digest(_QUOTE.hash(*self.arguments))


@dataclass(frozen=True)
class Bill:
    """A bill in the plain form from which the chain reads its amount: one leaf of a record.

    The content is a FHIR Invoice in canonical JSON (sorted keys, no spaces) that says the amount and nothing else, so
    that showing it shows nothing else. The salt keeps the amount from being guessed until the claim is filed.
    """

    salt: Hash32
    amount_med_units: int

    @property
    def content(self) -> bytes:
        """The leaf's content, as it stands in the record."""
        return (
            b'{"resourceType":"Invoice","status":"issued","totalNet":{"currency":"1e-8 MED","value":%d}}'
            % self.amount_med_units
        )

    @property
    def leaf(self) -> Hash32:
        """The leaf's hash, salted and hashed twice like every leaf of a record."""
        return keccak(keccak(self.salt + self.content))


@dataclass(frozen=True)
class Filing:
    """What a patient files: a policy, a record, its bill's leaf and the proof. `salt` opens a plain bill's leaf."""

    policy_id: Hash32
    root: Hash32
    issuer: Address
    patient: Address
    amount_med_units: int
    salt: Hash32
    leaf: Hash32
    proof: Sequence[Hash32]

    @property
    def arguments(self) -> tuple[object, ...]:
        """The struct as `Insurance.file` takes it."""
        return (
            self.policy_id,
            self.root,
            self.issuer,
            self.patient,
            self.amount_med_units,
            self.salt,
            self.leaf,
            list(self.proof),
        )


def policy_id(product_id: Hash32, person: Address, starts_at_s: int) -> Hash32:
    """Return the identifier of a policy: `person` is the holder's first key."""
    return keccak(_words(product_id, person, starts_at_s))


def case_id(person: Address, root: Hash32) -> Hash32:
    """Return the identifier of a record in all versions: `person` is the patient's first key, `root` the first root."""
    return keccak(_words(person, root))


def claim_id(policy: Hash32, case: Hash32, count: int) -> Hash32:
    """Return the identifier of the `count`-th filing, from 1, of a case under a policy."""
    return keccak(_words(policy, case, count))


def _words(*values: bytes | int) -> bytes:
    return b"".join(
        value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0") for value in values
    )
