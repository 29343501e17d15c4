"""Runs a block's candidates in order: which are included, which wait, which can never be."""

from __future__ import annotations

from collections.abc import Sequence

from eth.abc import ComputationAPI

from chain.block import Address, Log, Receipts, Rejection, Transaction
from chain.engines.pyevm.admission import flaw
from chain.engines.pyevm.signatures import SignatureBook
from chain.engines.pyevm.state import EvmState, Execution, gas_used_gas
from chain.engines.pyevm.trie import EMPTY_CODE_HASH
from chain.intrinsic import base_gas


class Batch:
    """What became of a block's candidates; `receipts` has a row for each one included."""

    def __init__(self) -> None:
        self.included: list[int] = []
        self.deferred: list[int] = []
        self.rejected: list[Rejection] = []
        self._status: list[int] = []
        self._gas_used_gas: list[int] = []
        self._output: list[bytes] = []
        self._logs: list[tuple[Log, ...]] = []
        self._contract_address: list[Address | None] = []

    @property
    def receipts(self) -> Receipts:
        """The receipts, as columns; `contract_address` is None where nothing was created."""
        return Receipts(
            status=self._status,
            gas_used_gas=self._gas_used_gas,
            output=self._output,
            logs=self._logs,
            contract_address=self._contract_address,
        )

    def run(
        self,
        state: EvmState,
        gas_limit_gas: int,
        candidates: Sequence[Transaction],
        signatures: SignatureBook,
    ) -> None:
        """Execute on `state` what is valid and fits under the block's gas limit.

        Raises `InvalidSignature` for the first candidate, included or not, that its sender has not signed.
        """
        flaws = [flaw(tx) for tx in candidates]
        for tx, broken in zip(candidates, flaws, strict=True):
            if broken is None:
                signatures.check(tx)
        gas_left = gas_limit_gas
        for index, (tx, broken) in enumerate(zip(candidates, flaws, strict=True)):
            next_nonce = 0 if broken else state.get_nonce(tx.sender)
            if broken is None and tx.nonce < next_nonce:
                broken = f"nonce {tx.nonce} is spent: the next of 0x{tx.sender.hex()} is {next_nonce}"
            if broken is None and (tx.nonce > next_nonce or tx.gas_limit_gas > gas_left):
                self.deferred.append(index)
                continue
            broken = broken or _unpayable(state, tx)
            if broken is None:
                gas_left -= self._include(state, index, tx)
            else:
                self.rejected.append(Rejection(index, broken))

    def _include(self, state: EvmState, index: int, tx: Transaction) -> int:
        """Execute a transaction, add its row, and return the gas it used."""
        state.lock_changes()
        execution = Execution(tx, base_gas(tx))
        computation = state.apply_transaction(execution)
        gas = gas_used_gas(execution, computation)
        created = tx.to is None and computation.is_success
        self.included.append(index)
        self._status.append(int(computation.is_success))
        self._gas_used_gas.append(gas)
        self._output.append(bytes(computation.output))
        self._logs.append(logs_of(computation))
        self._contract_address.append(bytes(computation.msg.storage_address) if created else None)
        return gas


def _unpayable(state: EvmState, tx: Transaction) -> str | None:
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
