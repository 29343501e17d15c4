"""The deployed system: where its contracts stand, and how they are spoken to.

Addresses follow from the deployer and its nonces, so that contracts can name each other before they exist,
and anybody who knows the deployer finds the system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from chain.abi import ContractAbi, ErrorCatalogue, Event
from chain.block import Address, Log
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.typed import ContractError, ContractEvent
from chain.contracts.typed_system import Kind, TypedSystem
from chain.eip712 import Domain
from chain.hashing import keccak
from chain.keys import creation_address

DEFAULT_ADMIN_ROLE: Final = bytes(32)
"""Whoever holds it grants and revokes a contract's roles."""

MINTER_ROLE: Final = keccak(b"MINTER_ROLE")
CERTIFIER_ROLE: Final = keccak(b"CERTIFIER_ROLE")
REVIEWER_ROLE: Final = keccak(b"REVIEWER_ROLE")
ARBITER_ROLE: Final = keccak(b"ARBITER_ROLE")
SCHEDULER_ROLE: Final = keccak(b"SCHEDULER_ROLE")
STOPPER_ROLE: Final = keccak(b"STOPPER_ROLE")
SLASHER_ROLE: Final = keccak(b"SLASHER_ROLE")
PROPOSER_ROLE: Final = keccak(b"PROPOSER_ROLE")
CANCELLER_ROLE: Final = keccak(b"CANCELLER_ROLE")
GOVERNOR_ROLE: Final = keccak(b"GOVERNOR_ROLE")
JUDGE_ROLE: Final = keccak(b"JUDGE_ROLE")


@dataclass(frozen=True)
class System:
    """The system's contracts as deployed by `deployer` from nonce `first_nonce` on the chain `chain_id`."""

    deployer: Address
    chain_id: int
    first_nonce: int = 0

    @cached_property
    def forwarder(self) -> ContractAbi:
        """Fee delegation."""
        return self.contract("Forwarder")

    @cached_property
    def token(self) -> ContractAbi:
        """MED."""
        return self.contract("MedToken")

    @cached_property
    def identity(self) -> ContractAbi:
        """Roles and certifications."""
        return self.contract("IdentityRegistry")

    @cached_property
    def records(self) -> ContractAbi:
        """Record roots."""
        return self.contract("RecordRegistry")

    @cached_property
    def checkin(self) -> ContractAbi:
        """Check-ins."""
        return self.contract("CheckIn")

    @cached_property
    def rewards(self) -> ContractAbi:
        """Medi Points and their conversion."""
        return self.contract("RewardPool")

    @cached_property
    def emission(self) -> ContractAbi:
        """The schedule by which MED is minted."""
        return self.contract("Emission")

    @cached_property
    def sale(self) -> ContractAbi:
        """The sale of MED in three phases."""
        return self.contract("TokenSale")

    @cached_property
    def lock(self) -> ContractAbi:
        """What buyers bought and cannot move yet."""
        return self.contract("TokenLock")

    @cached_property
    def vesting(self) -> ContractAbi:
        """The team's MED."""
        return self.contract("TeamVesting")

    @cached_property
    def consents(self) -> ContractAbi:
        """Who may read what, for which purpose, until when."""
        return self.contract("ConsentRegistry")

    @cached_property
    def market(self) -> ContractAbi:
        """Escrowed data deals."""
        return self.contract("DataMarket")

    @cached_property
    def insurance(self) -> ContractAbi:
        """Products, policies and claims."""
        return self.contract("Insurance")

    @cached_property
    def staking(self) -> ContractAbi:
        """MED locked for votes and for consensus."""
        return self.contract("Staking")

    @cached_property
    def governance(self) -> ContractAbi:
        """Votes on protocol and reward parameters."""
        return self.contract("Governance")

    @cached_property
    def timelock(self) -> ContractAbi:
        """What was voted, waiting to be executed."""
        return self.contract("Timelock")

    @cached_property
    def contracts(self) -> tuple[ContractAbi, ...]:
        """Every contract, in the order of deployment."""
        return tuple(self.contract(name) for name in CONTRACTS)

    @cached_property
    def checkin_domain(self) -> Domain:
        """The domain in which codes and scans are signed."""
        return self._domain("MedSim CheckIn", "CheckIn")

    @cached_property
    def records_domain(self) -> Domain:
        """The domain in which receipts are signed."""
        return self._domain("MedSim RecordRegistry", "RecordRegistry")

    @cached_property
    def forwarder_domain(self) -> Domain:
        """The domain in which requests to a sponsor are signed."""
        return self._domain("MedSim Forwarder", "Forwarder")

    def address_of(self, contract: str) -> Address:
        """Return where the named contract stands."""
        return creation_address(self.deployer, self.first_nonce + CONTRACTS.index(contract))

    @cached_property
    def typed(self) -> TypedSystem:
        """The contracts with a method a function, which takes and returns Python's own types."""
        return TypedSystem(self.address_of)

    def event(self, log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row, None where no contract of the system wrote it."""
        return self.typed.event(log)

    def events(self, logs: Iterable[Log], *kinds: type[Kind]) -> Iterator[Kind]:
        """Yield the events of these `kinds` among `logs`; what is of another kind is not even decoded."""
        return self.typed.events(logs, *kinds)

    def error(self, data: bytes) -> ContractError | None:
        """Return revert data as a typed row, None where no contract of the system declares such an error."""
        return self.typed.error(data)

    def decode_log(self, log: Log) -> Event | None:
        """Return the event of a log entry by any contract of the system, None for others'."""
        contract = self._by_address.get(log.address)
        return contract.decode_log(log) if contract else None

    def decode_error(self, data: bytes) -> str:
        """Return revert data in words, whichever contract of the system it came from."""
        return self._errors.decode(data)

    def contract(self, name: str) -> ContractAbi:
        """Return the named contract, bound to its address; the same one each time, so that coders are made once."""
        if name not in self._bound:
            self._bound[name] = ContractAbi(load(name)).at(self.address_of(name))
        return self._bound[name]

    def _domain(self, name: str, contract: str) -> Domain:
        return Domain(name, "1", self.chain_id, self.address_of(contract))

    @cached_property
    def _bound(self) -> dict[str, ContractAbi]:
        return {}

    @cached_property
    def _by_address(self) -> dict[Address, ContractAbi]:
        return {self.address_of(contract.artifact.name): contract for contract in self.contracts}

    @cached_property
    def _errors(self) -> ErrorCatalogue:
        return ErrorCatalogue(contract.artifact.abi for contract in self.contracts)
