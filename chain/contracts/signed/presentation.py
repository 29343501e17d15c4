"""What a patient signs to show a record to a provider who may accept it and have the share credited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.system import System
from chain.eip712 import Domain, StructType

_PRESENTATION: Final = StructType(
    "Presentation", (("bytes32", "recordId"), ("address", "provider"), ("uint40", "validUntil"))
)


def rewards_domain(system: System) -> Domain:
    """Return the domain in which presentations are signed."""
    return Domain("MedSim RewardPool", "1", system.chain_id, system.address_of("RewardPool"))


@dataclass(frozen=True)
class Presentation:
    """A record, who may accept it, and the last second (Unix) at which it may be credited."""

    record_id: Hash32
    provider: Address
    valid_until_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the patient signs, in the domain of `RewardPool`."""
        return domain.digest(_PRESENTATION.hash(self.record_id, self.provider, self.valid_until_s))
