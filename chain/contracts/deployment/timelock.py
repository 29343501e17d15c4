"""Where accepted proposals wait: its delay is one of governance's terms."""

from __future__ import annotations

from typing import Final

from chain.block import Address
from chain.contracts.deployment.governance import GovernanceTerms
from chain.contracts.system import System

ANYONE: Final[Address] = bytes(20)
"""The executor that stands for everybody."""


def arguments(system: System, terms: GovernanceTerms) -> tuple[object, ...]:
    """Return the constructor's arguments: Governance proposes and cancels, anyone executes, nobody administers."""
    return terms.timelock_delay_s, (system.address_of("Governance"),), (ANYONE,)
