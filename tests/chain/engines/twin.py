"""Both engines as one: whatever is asked of it is asked of both, and their answers must be the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from chain.block import (
    Account,
    Address,
    BlockEnvironment,
    CallResult,
    Credit,
    ExecutedBlock,
    Hash32,
    HashedAccount,
    Transaction,
)
from chain.columns import TransactionColumns
from chain.engines.protocol import CALL_GAS_LIMIT_GAS
from chain.engines.pyevm import PyEvmEngine
from chain.engines.revm import RevmEngine
from chain.errors import ChainError


class TwinEngine:
    """The reference and the fast engine, side by side; `transactions` counts what both have included."""

    name = "twin"

    def __init__(self, chain_id: int = 1337) -> None:
        self.chain_id = chain_id
        self.reference, self.fast = PyEvmEngine(chain_id), RevmEngine(chain_id)
        self.transactions = 0
        self.failed = 0

    def genesis(self, environment: BlockEnvironment, allocation: Mapping[Address, Account]) -> ExecutedBlock:
        return self._same_block(lambda engine: engine.genesis(environment, allocation))

    def execute(
        self,
        parent_state_root: Hash32,
        environment: BlockEnvironment,
        transactions: Sequence[Transaction],
        credits: Sequence[Credit] = (),
        *,
        reserved_gas: int = 0,
    ) -> ExecutedBlock:
        def run(engine: Any) -> ExecutedBlock:
            return engine.execute(
                parent_state_root, environment, transactions, credits, reserved_gas=reserved_gas
            )

        block = self._same_block(run)
        self.transactions += len(block.included)
        self.failed += list(block.receipts.status).count(0)
        if columns := _columns(transactions):
            again = self.fast.execute(
                parent_state_root, environment, columns, credits, reserved_gas=reserved_gas
            )
            assert again == block
        return block

    def call(
        self,
        state_root: Hash32,
        environment: BlockEnvironment,
        to: Address,
        data: bytes,
        *,
        sender: Address = bytes(20),
        gas_limit_gas: int = CALL_GAS_LIMIT_GAS,
    ) -> CallResult:
        return self._same(
            lambda engine: engine.call(
                state_root, environment, to, data, sender=sender, gas_limit_gas=gas_limit_gas
            )
        )

    def balance_wei(self, state_root: Hash32, address: Address) -> int:
        return self._same(lambda engine: engine.balance_wei(state_root, address))

    def nonce(self, state_root: Hash32, address: Address) -> int:
        return self._same(lambda engine: engine.nonce(state_root, address))

    def code(self, state_root: Hash32, address: Address) -> bytes:
        return self._same(lambda engine: engine.code(state_root, address))

    def storage(self, state_root: Hash32, address: Address, slot: int) -> int:
        return self._same(lambda engine: engine.storage(state_root, address, slot))

    def balances_wei(self, state_root: Hash32) -> Iterator[int]:
        return iter(self._same(lambda engine: list(engine.balances_wei(state_root))))

    def storage_words(self, state_root: Hash32) -> Iterator[bytes]:
        return iter(self._same(lambda engine: list(engine.storage_words(state_root))))

    def storage_of(self, state_root: Hash32, address: Address) -> Iterator[tuple[Hash32, int]]:
        return iter(self._same(lambda engine: list(engine.storage_of(state_root, address))))

    def with_storage(self, state_root: Hash32, address: Address, words: Mapping[int, int]) -> Hash32:
        return self._same(lambda engine: engine.with_storage(state_root, address, words))

    def export_state(self, state_root: Hash32) -> Iterator[HashedAccount]:
        return iter(self._same(lambda engine: list(engine.export_state(state_root))))

    def import_state(self, accounts: Iterable[HashedAccount], expected_root: Hash32) -> Hash32:
        handed = list(accounts)
        return self._same(lambda engine: engine.import_state(handed, expected_root))

    def prune(self, keep: Iterable[Hash32]) -> None:
        roots = list(keep)
        self._same(lambda engine: engine.prune(roots))

    def _same_block(self, work: Callable[[Any], ExecutedBlock]) -> ExecutedBlock:
        block = self._same(work)
        reference, fast = block
        assert list(fast.touched_wei) == list(reference.touched_wei)
        return reference

    def _same(self, work: Callable[[Any], Any]) -> Any:
        expected, found = _outcome(work, self.reference), _outcome(work, self.fast)
        if isinstance(expected, ChainError):
            assert (type(found), str(found)) == (type(expected), str(expected))
            raise expected
        assert found == expected
        return (expected, found) if isinstance(expected, ExecutedBlock) else expected


def _outcome(work: Callable[[Any], Any], engine: Any) -> Any:
    """Return what an engine answers, or the error of the ledger that it raises."""
    try:
        return work(engine)
    except ChainError as error:
        return error


def _columns(transactions: Sequence[Transaction]) -> TransactionColumns | None:
    """Return transactions as columns, None where some field fits into none."""
    try:
        return TransactionColumns.of(transactions)
    except (OverflowError, ValueError):
        return None
