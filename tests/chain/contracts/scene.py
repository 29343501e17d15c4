"""A stage on a scratch: calls by anyone at any time, one after the other, with the books of MED kept beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chain.abi import ContractAbi, Event
from chain.block import Address, BlockEnvironment, CallResult, Log
from chain.contracts.rehearsal.stage import FEE_ACCOUNT, Stage
from chain.contracts.rehearsal.terms import BLOCK_S
from chain.contracts.system import System
from chain.errors import CallReverted
from chain.keys import PrivateKey

NOBODY = bytes(20)
Actor = PrivateKey | Address


@dataclass(frozen=True)
class Outcome:
    """What became of one call. `error` in words, `error_name` its name alone; `output` decoded where it succeeded.

    `emitters` are the contracts that told `events`, in the same order.
    """

    status: int
    gas_gas: int
    events: list[Event]
    error: str
    output: Any
    emitters: list[Address] = field(default_factory=list)

    @property
    def error_name(self) -> str:
        return self.error.partition("(")[0]


class Scene:
    """One future of a stage. Every call comes `BLOCK_S` after the one before; `pass_time` adds to that."""

    def __init__(self, stage: Stage) -> None:
        self.system: System = stage.system
        self.time_s = stage.time_s
        self.balances = stage_book(stage)
        self.touched: dict[Address, None] = {}
        self._scratch = stage.engine.scratch(
            stage.root,
            BlockEnvironment(
                number=stage.number + 1,
                timestamp_s=stage.time_s,
                gas_limit_gas=400_000_000,
                coinbase=FEE_ACCOUNT,
                parent_hash=bytes(32),
            ),
        )

    @property
    def supply(self) -> int:
        """What `Transfer` events say exists."""
        return sum(self.balances.values())

    def pass_time(self, seconds: int) -> None:
        self.time_s += seconds

    def send(
        self, sender: Actor, contract: ContractAbi, function: str, *arguments: object, value_wei: int = 0
    ) -> Outcome:
        return self.send_data(
            sender, contract, contract.encode(function, *arguments), function=function, value_wei=value_wei
        )

    def send_data(
        self,
        sender: Actor,
        contract: ContractAbi,
        data: bytes,
        *,
        function: str | None = None,
        value_wei: int = 0,
        gas_price_wei: int = 0,
    ) -> Outcome:
        """Send calldata; `function` names what its output is decoded by."""
        self.time_s += BLOCK_S
        result = self._scratch.send(
            address_of(sender),
            contract.address or NOBODY,
            data,
            timestamp_s=self.time_s,
            value_wei=value_wei,
            gas_price_wei=gas_price_wei,
        )
        return self._outcome(result, contract, function)

    def read(self, contract: ContractAbi, function: str, *arguments: object, sender: Actor = NOBODY) -> Any:
        """Return what a call answers; raise `CallReverted` where it reverts. Nothing changes."""
        result = self._scratch.ask(
            contract.address or NOBODY,
            contract.encode(function, *arguments),
            timestamp_s=self.time_s,
            sender=address_of(sender),
        )
        if not result.status:
            raise CallReverted(self.system.decode_error(result.output))
        return contract.decode_output(function, result.output)

    def answer(self, contract: ContractAbi, data: bytes, *, sender: Actor = NOBODY) -> tuple[bool, bytes]:
        """Ask with calldata, whatever becomes of it: whether it succeeds, and what it returns. Nothing changes."""
        return self._scratch.answer(
            contract.address or NOBODY, data, timestamp_s=self.time_s, sender=address_of(sender)
        )

    def balance(self, account: Actor) -> int:
        """Return the MED units of an account, as the token says."""
        return int(self.read(self.system.token, "balanceOf", address_of(account)))

    def coins_wei(self, account: Actor) -> int:
        """Return the native coin of an account."""
        return self._scratch.balance_wei(address_of(account))

    def storage(self, contract: ContractAbi, slot: int) -> int:
        """Return one storage word of a contract."""
        return self._scratch.storage(contract.address or NOBODY, slot)

    def _outcome(self, result: CallResult, contract: ContractAbi, function: str | None) -> Outcome:
        if not result.status:
            error = self.system.decode_error(result.output)
            return Outcome(0, result.gas_used_gas, [], error, None)
        events = []
        for log in result.logs:
            event = self.system.decode_log(log)
            assert event is not None, f"a log that no contract of the system explains: {log}"
            events.append(event)
            self._book(log, event)
        output = contract.decode_output(function, result.output) if function else None
        emitters = [log.address for log in result.logs]
        return Outcome(1, result.gas_used_gas, events, "", output, emitters)

    def _book(self, log: Log, event: Event) -> None:
        if event.name != "Transfer" or log.address != self.system.token.address:
            return
        for account, change in (
            (event.arguments["from"], -event.arguments["value"]),
            (event.arguments["to"], event.arguments["value"]),
        ):
            if account != NOBODY:
                self.balances[account] = self.balances.get(account, 0) + change
                self.touched[account] = None


def address_of(actor: Actor) -> Address:
    """Return the address of a key, or the address itself."""
    return actor.address if isinstance(actor, PrivateKey) else actor


def stage_book(stage: Stage) -> dict[Address, int]:
    """Return everybody's MED on a stage, from the `Transfer` events of all its blocks."""
    book: dict[Address, int] = {}
    for log in stage.logs:
        event = stage.system.token.decode_log(log)
        if event is None or event.name != "Transfer":
            continue
        for side, change in (("from", -event.arguments["value"]), ("to", event.arguments["value"])):
            if event.arguments[side] != NOBODY:
                book[event.arguments[side]] = book.get(event.arguments[side], 0) + change
    return book
