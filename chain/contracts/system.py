"""The deployed system: where its contracts stand, and the transactions that put them there.

Addresses follow from the deployer and its nonces, so that contracts can name each other before they exist,
and anybody who knows the deployer finds the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from chain.abi import ContractAbi, ErrorCatalogue, Event
from chain.block import Address, Log, Transaction
from chain.contracts.artifact import CONTRACTS, load
from chain.eip712 import Domain
from chain.hashing import keccak
from chain.keys import creation_address

DEFAULT_ADMIN_ROLE: Final = bytes(32)
"""Whoever holds it grants and revokes a contract's roles."""

MINTER_ROLE: Final = keccak(b"MINTER_ROLE")
CERTIFIER_ROLE: Final = keccak(b"CERTIFIER_ROLE")

CREATION_GAS_LIMIT_GAS: Final = 3_000_000
"""Above the dearest creation of the system (measured in tests/chain/contracts/test_opening.py)."""

SETTING_GAS_LIMIT_GAS: Final = 100_000
"""Above the dearest setting-up call: a first mint to an account."""


@dataclass(frozen=True)
class SystemParameters:
    """What is fixed when the system is deployed.

    `yearly_rate_millipercent` is the emission a year in thousandths of a percent of the supply at the
    emission year's start. `opening_balances_med_units` are minted in order. `certifiers` may certify
    providers.
    """

    checkin_grace_s: int
    first_epoch_start_s: int
    epoch_length_s: int
    yearly_rate_millipercent: int
    patient_points: int
    provider_points: int
    certifiers: tuple[Address, ...] = ()
    opening_balances_med_units: tuple[tuple[Address, int], ...] = ()


@dataclass(frozen=True)
class System:
    """The system's contracts as deployed by `deployer` from nonce `first_nonce` on the chain `chain_id`."""

    deployer: Address
    chain_id: int
    first_nonce: int = 0

    @cached_property
    def forwarder(self) -> ContractAbi:
        """Fee delegation."""
        return self._contract("Forwarder")

    @cached_property
    def token(self) -> ContractAbi:
        """MED."""
        return self._contract("MedToken")

    @cached_property
    def identity(self) -> ContractAbi:
        """Roles and certifications."""
        return self._contract("IdentityRegistry")

    @cached_property
    def records(self) -> ContractAbi:
        """Record roots."""
        return self._contract("RecordRegistry")

    @cached_property
    def checkin(self) -> ContractAbi:
        """Check-ins."""
        return self._contract("CheckIn")

    @cached_property
    def rewards(self) -> ContractAbi:
        """Medi Points and their conversion."""
        return self._contract("RewardPool")

    @property
    def contracts(self) -> tuple[ContractAbi, ...]:
        """Every contract, in the order of deployment."""
        return self.forwarder, self.token, self.identity, self.records, self.checkin, self.rewards

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

    def decode_log(self, log: Log) -> Event | None:
        """Return the event of a log entry by any contract of the system, None for others'."""
        contract = self._by_address.get(log.address)
        return contract.decode_log(log) if contract else None

    def decode_error(self, data: bytes) -> str:
        """Return revert data in words, whichever contract of the system it came from."""
        return self._errors.decode(data)

    def _contract(self, name: str) -> ContractAbi:
        return ContractAbi(load(name)).at(self.address_of(name))

    def _domain(self, name: str, contract: str) -> Domain:
        return Domain(name, "1", self.chain_id, self.address_of(contract))

    @cached_property
    def _by_address(self) -> dict[Address, ContractAbi]:
        return {self.address_of(contract.artifact.name): contract for contract in self.contracts}

    @cached_property
    def _errors(self) -> ErrorCatalogue:
        return ErrorCatalogue(contract.artifact.abi for contract in self.contracts)


def opening_transactions(
    parameters: SystemParameters, system: System, gas_price_wei: int
) -> list[Transaction]:
    """Return the deployer's unsigned transactions that deploy the system and set it up, in nonce order.

    Six creations; then the opening balances; then the roles. The deployer mints only while it sets the
    opening balances: at the end the reward pool is the only minter, and the deployer renounces the token's
    admin role too, so that nobody can ever make another. It stays the admin of the identity registry, where
    certifiers come and go.
    """
    creations = [(None, data, CREATION_GAS_LIMIT_GAS) for data in _creations(parameters, system)]
    settings = [(to, data, SETTING_GAS_LIMIT_GAS) for to, data in _settings(parameters, system)]
    return [
        Transaction(
            sender=system.deployer,
            nonce=nonce,
            to=to,
            value_wei=0,
            data=data,
            gas_limit_gas=gas_limit_gas,
            gas_price_wei=gas_price_wei,
        )
        for nonce, (to, data, gas_limit_gas) in enumerate([*creations, *settings], system.first_nonce)
    ]


def _creations(parameters: SystemParameters, system: System) -> Iterator[bytes]:
    forwarder, identity, rewards = map(system.address_of, ("Forwarder", "IdentityRegistry", "RewardPool"))
    yield system.forwarder.encode_creation()
    yield system.token.encode_creation(forwarder, system.deployer)
    yield system.identity.encode_creation(forwarder, system.deployer)
    yield system.records.encode_creation(forwarder, identity, rewards)
    yield system.checkin.encode_creation(forwarder, identity, rewards, parameters.checkin_grace_s)
    terms = (
        parameters.first_epoch_start_s,
        parameters.epoch_length_s,
        parameters.yearly_rate_millipercent,
        parameters.patient_points,
        parameters.provider_points,
    )
    addresses = map(system.address_of, ("MedToken", "CheckIn", "RecordRegistry"))
    yield system.rewards.encode_creation(forwarder, *addresses, terms)


def _settings(parameters: SystemParameters, system: System) -> Iterator[tuple[Address, bytes]]:
    token, identity = system.address_of("MedToken"), system.address_of("IdentityRegistry")
    yield token, system.token.encode("grantRole", MINTER_ROLE, system.deployer)
    for account, amount_med_units in parameters.opening_balances_med_units:
        yield token, system.token.encode("mint", account, amount_med_units)
    yield token, system.token.encode("grantRole", MINTER_ROLE, system.address_of("RewardPool"))
    yield token, system.token.encode("renounceRole", MINTER_ROLE, system.deployer)
    for certifier in parameters.certifiers:
        yield identity, system.identity.encode("grantRole", CERTIFIER_ROLE, certifier)
    yield token, system.token.encode("renounceRole", DEFAULT_ADMIN_ROLE, system.deployer)
