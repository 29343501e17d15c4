"""What deals and submissions are called, and the permit by which a consumer opens a deal in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.signed.consent import Purpose
from chain.contracts.system import System
from chain.eip712 import Domain, StructType
from chain.hashing import keccak

_PERMIT: Final = StructType(
    "Permit",
    (
        ("address", "owner"),
        ("address", "spender"),
        ("uint256", "value"),
        ("uint256", "nonce"),
        ("uint256", "deadline"),
    ),
)


@dataclass(frozen=True)
class DealRequest:
    """What a consumer asks for: `quota` records of some `kinds` (bit k for kind k), a price each, a deadline."""

    terms_hash: Hash32
    price_med_units: int
    quota: int
    kinds: int
    purpose: Purpose
    deadline_s: int

    @property
    def arguments(self) -> tuple[Hash32, int, int, int, Purpose, int]:
        """The struct as `DataMarket.openDeal` takes it."""
        return (
            self.terms_hash,
            self.price_med_units,
            self.quota,
            self.kinds,
            self.purpose,
            self.deadline_s,
        )

    @property
    def budget_med_units(self) -> int:
        """What goes into escrow."""
        return self.price_med_units * self.quota

    def deal_id(self, consumer: Address) -> Hash32:
        """Return the identifier of this consumer's deal: it commits to all that is asked for."""
        numbers = (self.price_med_units, self.quota, self.kinds, self.purpose, self.deadline_s)
        words = b"".join(number.to_bytes(32, "big") for number in numbers)
        return keccak(consumer.rjust(32, b"\0") + self.terms_hash + words)


def submission_id(deal_id: Hash32, person: Address, root: Hash32) -> Hash32:
    """Return the identifier of a submission: `person` is the patient's first key, `root` the first version's."""
    return keccak(deal_id + person.rjust(32, b"\0") + root)


@dataclass(frozen=True)
class Permit:
    """An allowance of `value_med_units` that `owner` signs for MED, good until `deadline_s` (Unix seconds)."""

    owner: Address
    spender: Address
    value_med_units: int
    nonce: int
    deadline_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the owner signs, in the domain of the token."""
        return domain.digest(
            _PERMIT.hash(self.owner, self.spender, self.value_med_units, self.nonce, self.deadline_s)
        )


def token_domain(system: System) -> Domain:
    """Return the domain in which permits are signed."""
    return Domain("MediBloc", "1", system.chain_id, system.address_of("MedToken"))
