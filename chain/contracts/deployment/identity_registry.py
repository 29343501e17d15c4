"""Roles and certifications."""

from __future__ import annotations

from chain.contracts.system import System


def arguments(system: System) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return system.address_of("Forwarder"), system.deployer
