"""What buyers bought and cannot move yet: no terms of its own, each lock has the terms of its phase of the sale."""

from __future__ import annotations

from chain.block import Address
from chain.contracts.system import System


def arguments(system: System, treasury: Address) -> tuple[object, ...]:
    """Return the constructor's arguments: the treasury owns the lock."""
    return (*map(system.address_of, ("Forwarder", "MedToken", "TokenSale")), treasury, treasury)
