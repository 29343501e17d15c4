"""Fee delegation: no terms of its own; each sponsor sets its limits."""

from __future__ import annotations

from typing import Final

from chain.contracts.artifact import CONTRACTS
from chain.contracts.system import System

NO_TARGETS: Final = ("Forwarder", "Timelock")
"""Contracts that take no forwarded calls."""


def arguments(system: System) -> tuple[object, ...]:
    """Return the constructor's arguments: the registry, and what a sponsor of the whole system pays for."""
    targets = tuple(system.address_of(name) for name in CONTRACTS if name not in NO_TARGETS)
    return system.address_of("IdentityRegistry"), targets
