"""The original-proof of records: no terms of its own."""

from __future__ import annotations

from chain.contracts.system import System


def arguments(system: System) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return tuple(map(system.address_of, ("Forwarder", "IdentityRegistry", "RewardPool")))
