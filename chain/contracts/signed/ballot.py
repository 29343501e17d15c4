"""What holders sign so that somebody else sends it: a vote on a proposal, and who casts their votes.

Both are OpenZeppelin's: `Ballot` and `ExtendedBallot` of its Governor, `Delegation` of its Votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.system import System
from chain.eip712 import Domain, StructType

_BALLOT_MEMBERS: Final = (
    ("uint256", "proposalId"),
    ("uint8", "support"),
    ("address", "voter"),
    ("uint256", "nonce"),
)
_BALLOT: Final = StructType("Ballot", _BALLOT_MEMBERS)
_EXTENDED_BALLOT: Final = StructType(
    "ExtendedBallot", (*_BALLOT_MEMBERS, ("string", "reason"), ("bytes", "params"))
)
_DELEGATION: Final = StructType(
    "Delegation", (("address", "delegatee"), ("uint256", "nonce"), ("uint256", "expiry"))
)


def governance_domain(system: System) -> Domain:
    """Return the domain in which votes are signed."""
    return Domain("MedSim Governance", "1", system.chain_id, system.address_of("Governance"))


def staking_domain(system: System) -> Domain:
    """Return the domain in which delegations are signed."""
    return Domain("MedSim Staking", "1", system.chain_id, system.address_of("Staking"))


@dataclass(frozen=True)
class Ballot:
    """A vote: `support` as `Support` numbers it, `nonce` the voter's next in Governance."""

    proposal_id: int
    support: int
    voter: Address
    nonce: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the voter signs for `castVoteBySig`."""
        return domain.digest(_BALLOT.hash(self.proposal_id, self.support, self.voter, self.nonce))

    def reasoned_digest(self, domain: Domain, reason: str, params: bytes) -> Hash32:
        """Return what the voter signs for `castVoteWithReasonAndParamsBySig`."""
        return domain.digest(
            _EXTENDED_BALLOT.hash(self.proposal_id, self.support, self.voter, self.nonce, reason, params)
        )


@dataclass(frozen=True)
class Delegation:
    """Who casts the signer's votes from now on: `nonce` the signer's next in Staking, `expiry_s` Unix seconds."""

    delegatee: Address
    nonce: int
    expiry_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the holder signs for `delegateBySig`."""
        return domain.digest(_DELEGATION.hash(self.delegatee, self.nonce, self.expiry_s))


def ethereum_form(signature: bytes) -> bytes:
    """Return a signature r ‖ s ‖ recovery bit with the last byte as OpenZeppelin expects it: 27 or 28."""
    return signature[:64] + bytes([27 + signature[64]])


def split(signature: bytes) -> tuple[int, bytes, bytes]:
    """Return v (27 or 28), r and s of a signature r ‖ s ‖ recovery bit."""
    return 27 + signature[64], signature[:32], signature[32:64]
