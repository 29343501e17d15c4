"""A deployed system on the real engine, and verbs to act on it, one block an act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, Self

from chain.abi import ContractAbi, Event
from chain.block import (
    Account,
    Address,
    BlockEnvironment,
    CallResult,
    ExecutedBlock,
    Hash32,
    Log,
    Transaction,
)
from chain.contracts.deployment.opening import opening_transactions
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.messages import NOBODY, ForwardRequest, Role
from chain.contracts.proposals import call_of
from chain.contracts.rehearsal.cast import (
    BUYERS,
    CERTIFIER,
    DEPLOYER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    SPONSOR,
)
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S
from chain.contracts.system import System
from chain.contracts.typed import Answer, ContractCall
from chain.engines.protocol import Engine
from chain.engines.pyevm import PyEvmEngine
from chain.errors import CallReverted
from chain.keys import PrivateKey

BLOCK_GAS_LIMIT_GAS: Final = 400_000_000
CALL_GAS_LIMIT_GAS: Final = 6_000_000
FEE_ACCOUNT: Final = b"\xfe" * 20


@dataclass(frozen=True)
class Outcome:
    """What became of one call: status 1 or 0, gas, events of the system's contracts, the error in words."""

    status: int
    gas_gas: int
    events: list[Event]
    error: str


@dataclass(frozen=True)
class Call:
    """A call that succeeded on a stage."""

    sender: PrivateKey
    contract: str
    function: str
    arguments: tuple[object, ...]
    value_wei: int


@dataclass(frozen=True)
class TimelockCall:
    """A call that the timelock made: to which contract, with what, and how much native coin went with it."""

    contract: str
    function: str
    to: Address
    data: bytes
    value_wei: int


@dataclass(frozen=True)
class TimelockExecution:
    """What the timelock did in one block: the state before the block, its surroundings, and the calls in order."""

    root: Hash32
    environment: BlockEnvironment
    calls: tuple[TimelockCall, ...]


class Stage:
    """One chain with the system on it. `branch` gives another future of the same past.

    `gas_gas` holds the gas of every successful call by contract and function, `calls` the calls themselves, `logs` all
    log entries since the opening. What the timelock calls stands in `calls` after the call that had it executed, with
    that one's sender; it has no gas of its own there, so `executions` keeps what measures it alone (`governed.py`).
    """

    def __init__(self, terms: SystemParameters, engine: Engine | None = None) -> None:
        """Open a chain on which deployer, sponsor and buyers hold native coin, and deploy the system.

        The engine is the reference where none is given.
        """
        self.engine: Engine = engine or PyEvmEngine()
        self.system = System(DEPLOYER.address, self.engine.chain_id)
        self.number = 0
        self.time_s = START_S
        self.gas_gas: dict[tuple[str, str], list[int]] = {}
        self.logs: list[Log] = []
        self.calls: list[Call] = []
        self.executions: list[TimelockExecution] = []
        purse = Account(balance_wei=10**20)
        genesis = self.engine.genesis(
            self._environment(0), {actor.address: purse for actor in (DEPLOYER, SPONSOR, *BUYERS)}
        )
        self.root = genesis.state_root
        self.opening = self.execute(opening_transactions(terms, self.system, 0))

    def branch(self) -> Self:
        """Another future of the same past: the engine keeps every state."""
        other = copy(self)
        other.gas_gas = {}
        other.logs, other.calls = list(self.logs), list(self.calls)
        other.executions = list(self.executions)
        return other

    def settle_people(self, patients: Iterable[PrivateKey] = (PATIENT, OTHER_PATIENT)) -> None:
        """Register and certify both providers for ten years, and register the patients."""
        for provider in (PROVIDER, OTHER_PROVIDER):
            self.do(provider, self.system.identity, "register", Role.PROVIDER)
            self.do(CERTIFIER, self.system.identity, "certify", provider.address, START_S + 3650 * DAY_S)
        for patient in patients:
            self.do(patient, self.system.identity, "register", Role.PATIENT)

    def send(
        self,
        sender: PrivateKey,
        contract: ContractAbi,
        function: str,
        *arguments: object,
        value_wei: int = 0,
        gas_price_wei: int = 0,
    ) -> Outcome:
        """Send a call in a block of its own; a revert is an outcome."""
        before = self.root
        outcome = self.send_data(
            sender,
            contract,
            contract.encode(function, *arguments),
            value_wei=value_wei,
            gas_price_wei=gas_price_wei,
        )
        if outcome.status:
            self.calls.append(Call(sender, contract.artifact.name, function, arguments, value_wei))
            self.gas_gas.setdefault((contract.artifact.name, function), []).append(outcome.gas_gas)
            self._note_executed(sender, before, outcome.events)
        return outcome

    def send_data(
        self,
        sender: PrivateKey,
        contract: ContractAbi,
        data: bytes,
        *,
        value_wei: int = 0,
        gas_price_wei: int = 0,
    ) -> Outcome:
        """Send calldata in a block of its own; a revert is an outcome."""
        transaction = Transaction(
            sender=sender.address,
            nonce=self.engine.nonce(self.root, sender.address),
            to=contract.address,
            value_wei=value_wei,
            data=data,
            gas_limit_gas=CALL_GAS_LIMIT_GAS,
            gas_price_wei=gas_price_wei,
        )
        receipts = self.execute([transaction]).receipts
        decoded = [self.system.decode_log(log) for log in receipts.logs[0]]
        error = "" if receipts.status[0] else self.system.decode_error(receipts.output[0])
        events = [event for event in decoded if event is not None]
        return Outcome(receipts.status[0], receipts.gas_used_gas[0], events, error)

    def request(self, asker: PrivateKey, contract: ContractAbi, data: bytes) -> ForwardRequest:
        """Return what `asker` signs to have `data` sent by a sponsor: its next request."""
        return ForwardRequest(
            sender=asker.address,
            to=contract.address or bytes(20),
            gas_gas=200_000,
            nonce=self.read(self.system.forwarder, "nonces", asker.address),
            deadline_s=self.time_s + 3_600,
            data=data,
        )

    def forward(
        self, asked: ForwardRequest, signer: PrivateKey, *, signed: ForwardRequest | None = None
    ) -> Outcome:
        """Have the sponsor send `asked`, with the signature of `signer` over it or over another request."""
        signature = signer.sign((signed or asked).digest(self.system.forwarder_domain))
        return self.send(SPONSOR, self.system.forwarder, "execute", asked.arguments(signature))

    def do(
        self, sender: PrivateKey, contract: ContractAbi, function: str, *arguments: object, value_wei: int = 0
    ) -> Outcome:
        """Send what must succeed; raise `CallReverted` with the error where it does not."""
        outcome = self.send(sender, contract, function, *arguments, value_wei=value_wei)
        if not outcome.status:
            raise CallReverted(f"{contract.artifact.name}.{function}: {outcome.error}")
        return outcome

    def read(
        self, contract: ContractAbi, function: str, *arguments: object, sender: Address = bytes(20)
    ) -> Any:
        """Return what a call answers on the present state; raise `CallReverted` where it reverts."""
        data = contract.encode(function, *arguments)
        result = self.engine.call(
            self.root, self._environment(self.number + 1), contract.address or bytes(20), data, sender=sender
        )
        if not result.status:
            raise CallReverted(self.system.decode_error(result.output))
        return contract.decode_output(function, result.output)

    def ask(self, call: ContractCall[Answer]) -> Answer:
        """Return what a typed call answers on the present state; raise `CallReverted` where it reverts."""
        result = self.try_out(None, call)
        if not result.status:
            raise CallReverted(self.system.decode_error(result.output))
        return call.decode(result.output)

    def try_out(self, sender: PrivateKey | None, call: ContractCall[Any]) -> CallResult:
        """Return what would become of a typed call now; nothing changes."""
        return self.engine.call(
            self.root,
            self._environment(self.number + 1),
            call.to,
            call.data,
            sender=sender.address if sender else NOBODY,
        )

    def balance(self, account: Address) -> int:
        """Return the MED units of an account."""
        return int(self.read(self.system.token, "balanceOf", account))

    def pass_time(self, seconds: int) -> None:
        """Let the next block come so much later."""
        self.time_s += seconds

    def execute(self, transactions: Sequence[Transaction]) -> ExecutedBlock:
        """Seal the next block with `transactions`; raise `CallReverted` where one of them is not valid."""
        self.number += 1
        self.time_s += BLOCK_S
        block = self.engine.execute(self.root, self._environment(self.number), transactions)
        if len(block.included) != len(transactions):
            raise CallReverted(
                f"the block took {len(block.included)} of {len(transactions)}: {block.rejected}"
            )
        self.root = block.state_root
        for logs in block.receipts.logs:
            self.logs.extend(logs)
        return block

    def _note_executed(self, sender: PrivateKey, before: Hash32, events: Iterable[Event]) -> None:
        """Note what the timelock has called: such functions have no other caller."""
        made = []
        for event in events:
            if event.name != "CallExecuted":
                continue
            to, data, value_wei = (event.arguments[name] for name in ("target", "data", "value"))
            known = call_of(self.system, to, data)
            if known is not None:
                self.calls.append(Call(sender, *known, value_wei))
                made.append(TimelockCall(*known[:2], to, data, value_wei))
        if made:
            self.executions.append(TimelockExecution(before, self._environment(self.number), tuple(made)))

    def _environment(self, number: int) -> BlockEnvironment:
        return BlockEnvironment(
            number=number,
            timestamp_s=self.time_s,
            gas_limit_gas=BLOCK_GAS_LIMIT_GAS,
            coinbase=FEE_ACCOUNT,
            parent_hash=bytes(32),
        )
