"""The fast engine behind the same door as the reference: same receipts, gas, logs, roots and identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from chain.block import (
    Account,
    Address,
    BlockEnvironment,
    CallResult,
    Credit,
    ExecutedBlock,
    Hash32,
    HashedAccount,
    Log,
    Receipts,
    Rejection,
    Transaction,
)
from chain.columns import TransactionColumns
from chain.engines.checks import check_credits, check_environment
from chain.engines.protocol import CALL_GAS_LIMIT_GAS, Roots
from chain.engines.revm.columns import LazyColumn, LazyLogs
from chain.engines.revm.scratch import RevmScratch
from chain.errors import EngineUnavailable, InvalidBlock
from chain.raw import RawTransactions
from chain.units import GWEI_PER_SATOSHI

EXTENSION: Final = "medsim_revm"
WORD_BYTES: Final = 32


def is_built() -> bool:
    """Return whether the extension is installed here."""
    return find_spec(EXTENSION) is not None


class RevmEngine:
    """revm at EVM level Cancun, base fee 0, any gas limit, no blobs, beacon root zero; never reads a clock.

    It does what `PyEvmEngine` does, and says so in the same words; see there. The interpreter's lock is released
    while a block is executed. Transactions may come as `chain.columns.TransactionColumns`, or as
    `chain.raw.RawTransactions`, whose senders are recovered on all cores; receipts become Python objects only where
    they are looked at. Gas that costs 2^128 wei or more raises `EngineFailure`.

    With `roots` "end" no block has tries or a bloom: in place of roots a header holds hashes of what they would be
    the roots of, and a state's "root" is a name made of its parent's, what contracts may ask of the block, the
    transactions, their receipts and the credits. `root_of` tells the root behind a name.

    Raises `EngineUnavailable` where the extension is not built.
    """

    name = "revm"

    def __init__(self, chain_id: int = 1337, roots: Roots = "every-block") -> None:
        if not is_built():
            raise EngineUnavailable("the engine revm is not built: `make native` builds it (it needs Rust)")
        self.chain_id = chain_id
        self._machine: Any = import_module(EXTENSION).Machine(chain_id, roots == "end")

    def take_roots(self, roots: Roots) -> None:
        """Say how often roots are taken from the next block on; what was named before keeps its name."""
        self._machine.put_roots_off(roots == "end")

    def genesis(self, environment: BlockEnvironment, allocation: Mapping[Address, Account]) -> ExecutedBlock:
        """Seal a block without transactions whose state is `allocation`; empty accounts are left out.

        Raises `InvalidBlock` where an account has storage and nothing else (EIP-161 would delete it).
        """
        check_environment(environment)
        accounts = []
        for address, account in allocation.items():
            if account.balance_wei or account.nonce or account.code:
                words = list(account.storage.items())
                accounts.append((address, account.balance_wei, account.nonce, account.code, words))
            elif any(account.storage.values()):
                raise InvalidBlock(f"account 0x{address.hex()} has storage but no balance, nonce or code")
        return _executed(environment, self._machine.genesis(_header(environment), accounts))

    def execute(
        self,
        parent_state_root: Hash32,
        environment: BlockEnvironment,
        transactions: Sequence[Transaction],
        credits: Sequence[Credit] = (),
        *,
        reserved_gas: int = 0,
    ) -> ExecutedBlock:
        """Execute what is valid and fits, in order; apply `credits`; seal. See `protocol.Engine.execute`."""
        self._require(parent_state_root)
        check_environment(environment)
        check_credits(credits)
        block = self._machine.execute(
            parent_state_root,
            _header(environment),
            self._candidates(transactions),
            [(credit.index, credit.address, credit.amount_sat * GWEI_PER_SATOSHI) for credit in credits],
            reserved_gas,
        )
        return _executed(environment, block)

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
        """Execute a message on a state without changing it, as a transaction at gas price 0 would be.

        `gas_used_gas` is what that transaction would use; one that cannot pay its base gas runs out of it.
        """
        self._require(state_root)
        check_environment(environment)
        status, gas, output, logs = self._machine.call(
            state_root, _header(environment), sender, to, bytes(data), gas_limit_gas, Log
        )
        return CallResult(status=status, gas_used_gas=gas, output=output, logs=logs)

    def scratch(self, state_root: Hash32, environment: BlockEnvironment) -> RevmScratch:
        """Return a state to try messages on, which start from `state_root` and are never sealed.

        It belongs to the thread that opened it.
        """
        self._require(state_root)
        check_environment(environment)
        return RevmScratch(self._machine.scratch(state_root, _header(environment)))

    @property
    def stored_entries(self) -> int:
        """Trie nodes and codes held for all states together."""
        return int(self._machine.stored_entries())

    def root_of(self, state_root: Hash32) -> Hash32:
        """Return the Merkle-Patricia root of a state: taken now where it was put off. See `protocol.Engine`."""
        return bytes(self._machine.root_of(state_root))

    def balance_wei(self, state_root: Hash32, address: Address) -> int:
        """Return the balance of an account, 0 where it does not exist."""
        account = self._account(state_root, address)
        return int(account[1]) if account else 0

    def nonce(self, state_root: Hash32, address: Address) -> int:
        """Return the nonce of an account, 0 where it does not exist."""
        account = self._account(state_root, address)
        return int(account[0]) if account else 0

    def code(self, state_root: Hash32, address: Address) -> bytes:
        """Return the code of an account, empty where it has none."""
        account = self._account(state_root, address)
        return bytes(account[2]) if account else b""

    def storage(self, state_root: Hash32, address: Address, slot: int) -> int:
        """Return one storage word."""
        return int(self._machine.storage(state_root, address, slot))

    def balances_wei(self, state_root: Hash32) -> Iterator[int]:
        """Yield the balance of every account of a state: a full scan of the account trie."""
        return (balance_wei for _key, _nonce, balance_wei, _code, _words in self._accounts(state_root))

    def storage_words(self, state_root: Hash32) -> Iterator[bytes]:
        """Yield every non-zero storage word (32 bytes) of every account of a state."""
        return (
            word.to_bytes(WORD_BYTES, "big")
            for _key, _nonce, _balance_wei, _code, words in self._accounts(state_root)
            for _slot, word in words
        )

    def storage_of(self, state_root: Hash32, address: Address) -> Iterator[tuple[Hash32, int]]:
        """Yield the Keccak-256 of every slot in use of one account, and its word: a full scan of its storage."""
        words: Iterator[tuple[Hash32, int]] = self._machine.words(state_root, address)
        return words

    def with_storage(self, state_root: Hash32, address: Address, words: Mapping[int, int]) -> Hash32:
        """Return the root of a new state with storage words replaced.

        Raises `InvalidBlock` where the account does not exist: storage alone makes no account.
        """
        return bytes(self._machine.with_storage(state_root, address, list(words.items())))

    def export_state(self, state_root: Hash32) -> Iterator[HashedAccount]:
        """Yield every account of a state, in the order of their hashed addresses."""
        return (
            HashedAccount(key, nonce, balance_wei, code, dict(words))
            for key, nonce, balance_wei, code, words in self._accounts(state_root)
        )

    def import_state(self, accounts: Iterable[HashedAccount], expected_root: Hash32) -> Hash32:
        """Keep the state of `accounts` and return its root; see `protocol.Engine.import_state`."""
        handed = [
            (one.hashed_address, one.nonce, one.balance_wei, one.code, list(one.storage.items()))
            for one in accounts
        ]
        self._machine.import_state(handed, expected_root)
        return expected_root

    def prune(self, keep: Iterable[Hash32]) -> None:
        """Forget every state but those in `keep`.

        Raises `UnknownState`, and forgets nothing, where one of them is not kept.
        """
        self._machine.prune(list(keep))

    def _candidates(self, transactions: Sequence[Transaction]) -> tuple[bytes, ...] | list[Any]:
        """Return transactions as the extension takes them: columns, raw bytes or objects."""
        if isinstance(transactions, TransactionColumns):
            return transactions.native
        if isinstance(transactions, RawTransactions) and transactions.chain_id == self.chain_id:
            return list(transactions.encodings)
        return list(transactions)

    def _account(self, state_root: Hash32, address: Address) -> tuple[int, int, bytes] | None:
        account: tuple[int, int, bytes] | None = self._machine.account(state_root, address)
        return account

    def _accounts(self, state_root: Hash32) -> Iterator[tuple[Hash32, int, int, bytes, Any]]:
        accounts: Iterator[tuple[Hash32, int, int, bytes, Any]] = self._machine.accounts(state_root)
        return accounts

    def _require(self, state_root: Hash32) -> None:
        self._machine.require(state_root)


def _header(environment: BlockEnvironment) -> tuple[int | bytes, ...]:
    return (
        environment.number,
        environment.timestamp_s,
        environment.gas_limit_gas,
        environment.coinbase,
        environment.parent_hash,
        environment.mix_hash,
        environment.extra_data,
        environment.parent_identity,
    )


def _executed(environment: BlockEnvironment, block: Any) -> ExecutedBlock:
    block_hash, identity, state_root, transactions_root, receipts_root, withdrawals_root = block.hashes()
    count = block.count()
    return ExecutedBlock(
        environment=environment,
        block_hash=block_hash,
        identity=identity,
        state_root=state_root,
        transactions_root=transactions_root,
        receipts_root=receipts_root,
        withdrawals_root=withdrawals_root,
        bloom=int.from_bytes(block.bloom(), "big"),
        gas_used_gas=block.gas_used_gas(),
        size_bytes=block.size_bytes(),
        included=block.included(),
        deferred=block.deferred(),
        rejected=[Rejection(index, reason) for index, reason in block.rejected()],
        receipts=Receipts(
            status=LazyColumn(count, block.status),
            gas_used_gas=LazyColumn(count, block.gas),
            output=LazyColumn(count, block.outputs),
            logs=LazyLogs(count, block),
            contract_address=LazyColumn(count, block.created),
        ),
        touched_wei=block.moved_wei(),
    )
