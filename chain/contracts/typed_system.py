"""The contracts of one system, spoken to through their typed bindings.

A binding is imported when it is first asked for: to import all of them takes about a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from chain.block import Address, Log
from chain.contracts.artifact import CONTRACTS
from chain.contracts.naming import snake
from chain.contracts.typed import ContractError, ContractEvent, decode_error, interface
from chain.event_columns import EventColumns, EventReader
from chain.log_columns import LogColumns

if TYPE_CHECKING:
    from chain.contracts.bindings.check_in import CheckIn
    from chain.contracts.bindings.consent_registry import ConsentRegistry
    from chain.contracts.bindings.data_market import DataMarket
    from chain.contracts.bindings.emission import Emission
    from chain.contracts.bindings.forwarder import Forwarder
    from chain.contracts.bindings.governance import Governance
    from chain.contracts.bindings.identity_registry import IdentityRegistry
    from chain.contracts.bindings.insurance import Insurance
    from chain.contracts.bindings.med_token import MedToken
    from chain.contracts.bindings.record_registry import RecordRegistry
    from chain.contracts.bindings.reward_pool import RewardPool
    from chain.contracts.bindings.staking import Staking
    from chain.contracts.bindings.team_vesting import TeamVesting
    from chain.contracts.bindings.timelock import Timelock
    from chain.contracts.bindings.token_lock import TokenLock
    from chain.contracts.bindings.token_sale import TokenSale

Kind = TypeVar("Kind", bound=ContractEvent)
Kinds = Mapping[bytes, type[ContractEvent]]
"""A contract's events by the first topic of their log entries."""


class TypedSystem:
    """Bindings of all contracts, each bound to where `address_of` says that it stands."""

    def __init__(self, address_of: Callable[[str], Address]) -> None:
        self._address_of = address_of
        self._name_at = {address_of(name): name for name in CONTRACTS}
        self._readers: dict[type[ContractEvent], EventReader] = {}

    @cached_property
    def forwarder(self) -> Forwarder:
        """Fee delegation."""
        binding: Forwarder = self._binding("Forwarder")
        return binding

    @cached_property
    def token(self) -> MedToken:
        """MED."""
        binding: MedToken = self._binding("MedToken")
        return binding

    @cached_property
    def identity(self) -> IdentityRegistry:
        """Roles and certifications."""
        binding: IdentityRegistry = self._binding("IdentityRegistry")
        return binding

    @cached_property
    def records(self) -> RecordRegistry:
        """Record roots."""
        binding: RecordRegistry = self._binding("RecordRegistry")
        return binding

    @cached_property
    def checkin(self) -> CheckIn:
        """Check-ins."""
        binding: CheckIn = self._binding("CheckIn")
        return binding

    @cached_property
    def rewards(self) -> RewardPool:
        """Medi Points and their conversion."""
        binding: RewardPool = self._binding("RewardPool")
        return binding

    @cached_property
    def emission(self) -> Emission:
        """The schedule by which MED is minted."""
        binding: Emission = self._binding("Emission")
        return binding

    @cached_property
    def sale(self) -> TokenSale:
        """The sale of MED in three phases."""
        binding: TokenSale = self._binding("TokenSale")
        return binding

    @cached_property
    def lock(self) -> TokenLock:
        """What buyers bought and cannot move yet."""
        binding: TokenLock = self._binding("TokenLock")
        return binding

    @cached_property
    def vesting(self) -> TeamVesting:
        """The team's MED."""
        binding: TeamVesting = self._binding("TeamVesting")
        return binding

    @cached_property
    def consents(self) -> ConsentRegistry:
        """Who may read what, for which purpose, until when."""
        binding: ConsentRegistry = self._binding("ConsentRegistry")
        return binding

    @cached_property
    def market(self) -> DataMarket:
        """Escrowed data deals."""
        binding: DataMarket = self._binding("DataMarket")
        return binding

    @cached_property
    def insurance(self) -> Insurance:
        """Products, policies and claims."""
        binding: Insurance = self._binding("Insurance")
        return binding

    @cached_property
    def staking(self) -> Staking:
        """MED locked for votes and for consensus."""
        binding: Staking = self._binding("Staking")
        return binding

    @cached_property
    def governance(self) -> Governance:
        """Votes on protocol and reward parameters."""
        binding: Governance = self._binding("Governance")
        return binding

    @cached_property
    def timelock(self) -> Timelock:
        """What was voted, waiting to be executed."""
        binding: Timelock = self._binding("Timelock")
        return binding

    def event(self, log: Log) -> ContractEvent | None:
        """Return a log entry as a row of the contract that wrote it; None where it is no contract of the system."""
        kind = self._kind(log)
        return _read(kind, log) if kind else None

    def events(self, logs: Iterable[Log], *kinds: type[Kind]) -> Iterator[Kind]:
        """Yield those of the `logs` that are events of these `kinds`; what is of another kind is not even decoded."""
        for log in logs:
            kind = self._kind(log)
            if kind is not None and kind in kinds:
                yield _read(kind, log)

    def event_columns(self, logs: LogColumns, kind: type[ContractEvent]) -> EventColumns:
        """Return all events of one kind among a block's log entries as columns, named as the kind's values are.

        Raises `InvalidEncoding` where an entry of the contract says that it is such an event, and is none.
        """
        if kind not in self._readers:
            address, names = self._address_of(kind.CONTRACT), dict(kind.FIELDS)
            event = interface(kind.CONTRACT).event_reader(kind.EVENT, address, names, kind.READERS)
            self._readers[kind] = event
        return self._readers[kind].read(logs)

    def error(self, data: bytes) -> ContractError | None:
        """Return revert data as an error with its values; None where no contract of the system declares it.

        Calls bubble up errors of the contracts that they call, so that data does not tell whose error it is: what
        several contracts declare alike is returned as that of the first of them, in the order of deployment.
        """
        contract = _declarers().get(data[:4])
        return decode_error(_bindings(contract).ERRORS, data) if contract else None

    def _binding(self, contract: str) -> Any:
        return getattr(_bindings(contract), contract)(self._address_of(contract))

    def _kind(self, log: Log) -> type[ContractEvent] | None:
        contract = self._name_at.get(log.address)
        return _kinds(contract).get(log.topics[0]) if contract and log.topics else None


def _read(kind: type[Kind], log: Log) -> Kind:
    decoded = interface(kind.CONTRACT).decode_log(log)
    assert decoded is not None  # the kind was found by the log's topic
    return kind.from_abi(decoded.arguments)


@cache
def _bindings(contract: str) -> ModuleType:
    return import_module(f"chain.contracts.bindings.{snake(contract)}")


@cache
def _kinds(contract: str) -> Kinds:
    rows: Mapping[str, type[ContractEvent]] = _bindings(contract).EVENTS
    return {topic: rows[name] for topic, name in interface(contract).event_topics.items()}


@cache
def _declarers() -> Mapping[bytes, str]:
    """Return which contract declares an error, by selector; of several the first."""
    return {
        selector: contract
        for contract in reversed(CONTRACTS)
        for selector in interface(contract).error_selectors
    }
