"""Check-ins by QR code."""

from __future__ import annotations

from dataclasses import dataclass

from chain.contracts.system import System


@dataclass(frozen=True)
class CheckInTerms:
    """How many seconds after a scan its check-in is still accepted."""

    grace_s: int


def arguments(system: System, terms: CheckInTerms) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return (*map(system.address_of, ("Forwarder", "IdentityRegistry", "RewardPool")), terms.grace_s)
