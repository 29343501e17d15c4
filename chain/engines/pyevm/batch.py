"""Runs a block's candidates in order: which are included, which wait, which can never be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eth.abc import ComputationAPI

from chain.block import Address, BlockEnvironment, Log, Rejection, Transaction
from chain.engines.pyevm.admission import base_gas, flaw
from chain.engines.pyevm.signatures import SignatureBook
from chain.engines.pyevm.state import BlockState, Execution, gas_used_gas
from chain.engines.pyevm.trie import EMPTY_CODE_HASH


@dataclass
class Batch:
    """What became of a block's candidates; the receipts' columns have a row for each one included."""

    included: list[int] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    gas_used_gas: list[int] = field(default_factory=list)
    output: list[bytes] = field(default_factory=list)
    logs: list[tuple[Log, ...]] = field(default_factory=list)
    contract_address: list[Address | None] = field(default_factory=list)

    def run(
        self,
        state: BlockState,
        environment: BlockEnvironment,
        candidates: Sequence[Transaction],
        signatures: SignatureBook,
    ) -> None:
        """Execute on `state` what is valid and fits under the gas limit.

        Raises `InvalidSignature` for the first candidate, included or not, whose signature is not its sender's.
        """
        flaws = [flaw(tx) for tx in candidates]
        for tx, broken in zip(candidates, flaws, strict=True):
            if broken is None:
                signatures.check(tx)
        gas_left = environment.gas_limit_gas
        for index, (tx, broken) in enumerate(zip(candidates, flaws, strict=True)):
            broken = broken or _spent_nonce(state, tx)
            if broken is None and (tx.gas_limit_gas > gas_left or tx.nonce > state.get_nonce(tx.sender)):
                self.deferred.append(index)
                continue
            broken = broken or _unpayable(state, tx)
            if broken is not None:
                self.rejected.append(Rejection(index, broken))
                continue
            self._include(state, index, tx)
            gas_left -= self.gas_used_gas[-1]

    def _include(self, state: BlockState, index: int, tx: Transaction) -> None:
        state.lock_changes()
        execution = Execution(tx, base_gas(tx))
        computation = state.apply_transaction(execution)
        self.included.append(index)
        self.status.append(int(computation.is_success))
        self.gas_used_gas.append(gas_used_gas(execution, computation))
        self.output.append(bytes(computation.output))
        self.logs.append(logs_of(computation))
        created = tx.to is None and computation.is_success
        self.contract_address.append(bytes(computation.msg.storage_address) if created else None)


def _spent_nonce(state: BlockState, tx: Transaction) -> str | None:
    expected = state.get_nonce(tx.sender)
    if tx.nonce < expected:
        return f"nonce {tx.nonce} is spent: the next of 0x{tx.sender.hex()} is {expected}"
    return None


def _unpayable(state: BlockState, tx: Transaction) -> str | None:
    if state.get_code_hash(tx.sender) != EMPTY_CODE_HASH:
        return f"sender 0x{tx.sender.hex()} is a contract (EIP-3607)"
    needed = tx.gas_limit_gas * tx.gas_price_wei + tx.value_wei
    balance = state.get_balance(tx.sender)
    if balance < needed:
        return f"sender 0x{tx.sender.hex()} has {balance} wei but value and gas need {needed}"
    return None


def logs_of(computation: ComputationAPI) -> tuple[Log, ...]:
    """Return the log entries of a computation, none where it failed."""
    return tuple(
        Log(bytes(address), tuple(topic.to_bytes(32, "big") for topic in topics), bytes(data))
        for address, topics, data in computation.get_log_entries()
    )
