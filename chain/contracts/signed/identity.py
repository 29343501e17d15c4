"""What a new phone signs: that its key becomes the key of a person who is registered already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.system import System
from chain.eip712 import Domain, StructType
from chain.hashing import keccak

_KEY_CONSENT: Final = StructType(
    "KeyConsent", (("address", "account"), ("address", "newKey"), ("uint40", "deadline"))
)


def identity_domain(system: System) -> Domain:
    """Return the domain in which new keys consent."""
    return Domain("MedSim IdentityRegistry", "1", system.chain_id, system.address_of("IdentityRegistry"))


@dataclass(frozen=True)
class KeyConsent:
    """`new_key` consents to replace `account`, a person's present key; good until `deadline_s` (Unix seconds)."""

    account: Address
    new_key: Address
    deadline_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the new key signs, in the domain of `IdentityRegistry`."""
        return domain.digest(_KEY_CONSENT.hash(self.account, self.new_key, self.deadline_s))


def recovery_identifier(person: Address, new_key: Address, attempt: int) -> Hash32:
    """Return the identifier of the guardians' proposal: `person` is the first key, `attempt` the present one."""
    words = (person.rjust(32, b"\0"), new_key.rjust(32, b"\0"), attempt.to_bytes(32, "big"))
    return keccak(b"".join(words))
