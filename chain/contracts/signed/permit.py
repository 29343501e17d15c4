"""What holders of MED sign so that somebody else may spend it: ERC-2612's `Permit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.signed.ballot import split
from chain.contracts.system import System
from chain.eip712 import Domain, StructType

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


def permit_domain(system: System) -> Domain:
    """Return the domain in which permits of the system's MED are signed."""
    return Domain("MediBloc", "1", system.chain_id, system.address_of("MedToken"))


@dataclass(frozen=True)
class Permit:
    """An allowance by signature: `nonce` is the owner's next in MedToken, `deadline_s` Unix seconds."""

    owner: Address
    spender: Address
    amount_med_units: int
    nonce: int
    deadline_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the owner signs."""
        return domain.digest(
            _PERMIT.hash(self.owner, self.spender, self.amount_med_units, self.nonce, self.deadline_s)
        )

    def arguments(self, signature: bytes) -> tuple[object, ...]:
        """Return the arguments of `permit` with the owner's signature r ‖ s ‖ recovery bit."""
        return self.owner, self.spender, self.amount_med_units, self.deadline_s, *split(signature)
