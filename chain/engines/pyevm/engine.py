"""The reference engine: from a parent state and a batch to a sealed block, executed by py-evm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

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
from chain.engines.checks import check_credits, check_environment
from chain.engines.protocol import CALL_GAS_LIMIT_GAS, Roots
from chain.engines.pyevm.batch import Batch, logs_of
from chain.engines.pyevm.list_root import BLANK_ROOT
from chain.engines.pyevm.recursion import deep_calls
from chain.engines.pyevm.scratch import PyEvmScratch
from chain.engines.pyevm.sealing import seal
from chain.engines.pyevm.signatures import SignatureBook
from chain.engines.pyevm.state import EvmState, Execution, block_state, gas_used_gas, open_state
from chain.engines.pyevm.store import StateStore
from chain.errors import EngineUnavailable, InvalidBlock
from chain.intrinsic import base_gas
from chain.units import wei_from_satoshi

READING = BlockEnvironment(
    number=0, timestamp_s=0, gas_limit_gas=0, coinbase=bytes(20), parent_hash=bytes(32)
)
"""What a state is opened with where nothing is executed."""

READING_STATES: Final = 4
"""States kept open for reading: a mempool asks the tip for nonces and balances all the time."""


class PyEvmEngine:
    """py-evm at EVM level Cancun, base fee 0, any gas limit, no blobs, beacon root zero; never reads a clock.

    Signing is a property of each transaction: with a signature, its signer must be the sender it names;
    without one, the sender is believed. Both give the same receipts, state root and identity.

    BLOCKHASH answers the environment's `parent_hash` for the block before, and 0 for older ones. A block's
    hash covers its signatures: a contract that must act alike in both modes draws on PREVRANDAO instead.
    """

    name = "pyevm"

    def __init__(self, chain_id: int = 1337) -> None:
        self.chain_id = chain_id
        self._store = StateStore()
        self._signatures = SignatureBook(chain_id)
        self._reading: dict[Hash32, EvmState] = {}

    def take_roots(self, roots: Roots) -> None:
        """Take roots in every block, which is all there is here: a state is found by its root.

        Raises `EngineUnavailable` for anything else.
        """
        if roots != "every-block":
            raise EngineUnavailable("the engine pyevm takes roots in every block; revm can put them off")

    def root_of(self, state_root: Hash32) -> Hash32:
        """Return the root of a state, by which it is known here."""
        self._store.require(state_root)
        return state_root

    def genesis(self, environment: BlockEnvironment, allocation: Mapping[Address, Account]) -> ExecutedBlock:
        """Seal a block without transactions whose state is `allocation`; empty accounts are left out.

        Raises `InvalidBlock` where an account has storage and nothing else (EIP-161 would delete it).
        """
        check_environment(environment)
        state = open_state(self._store.db, BLANK_ROOT, environment, self.chain_id)
        for address, account in allocation.items():
            _allocate(state, address, account)
        return self._seal(environment, state, (), (), Batch())

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
        self._store.require(parent_state_root)
        check_environment(environment)
        check_credits(credits)
        state = open_state(self._store.db, parent_state_root, environment, self.chain_id)
        batch = Batch()
        with deep_calls():
            batch.run(state, environment.gas_limit_gas - reserved_gas, transactions, self._signatures)
        _apply_credits(state, credits)
        return self._seal(environment, state, transactions, credits, batch)

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
        self._store.require(state_root)
        check_environment(environment)
        tx = Transaction(sender, 0, to, 0, data, gas_limit_gas, 0)
        if base_gas(tx) > gas_limit_gas:
            return CallResult(status=0, gas_used_gas=gas_limit_gas, output=b"")
        state = open_state(self._store.db, state_root, environment, self.chain_id)
        execution = Execution(tx, base_gas(tx))
        with deep_calls():
            computation = state.apply_transaction(execution)
        return CallResult(
            status=int(computation.is_success),
            gas_used_gas=gas_used_gas(execution, computation),
            output=bytes(computation.output),
            logs=logs_of(computation),
        )

    def scratch(self, state_root: Hash32, environment: BlockEnvironment) -> PyEvmScratch:
        """Return a state to try messages on, which start from `state_root` and are never sealed."""
        self._store.require(state_root)
        state = block_state(self._store.db, state_root, environment, self.chain_id)
        return PyEvmScratch(state, environment, self.chain_id)

    @property
    def stored_entries(self) -> int:
        """Trie nodes and codes held for all states together."""
        return len(self._store)

    def balance_wei(self, state_root: Hash32, address: Address) -> int:
        """Return the balance of an account, 0 where it does not exist."""
        return int(self._read(state_root).get_balance(address))

    def nonce(self, state_root: Hash32, address: Address) -> int:
        """Return the nonce of an account, 0 where it does not exist."""
        return int(self._read(state_root).get_nonce(address))

    def code(self, state_root: Hash32, address: Address) -> bytes:
        """Return the code of an account, empty where it has none."""
        return bytes(self._read(state_root).get_code(address))

    def storage(self, state_root: Hash32, address: Address, slot: int) -> int:
        """Return one storage word."""
        return int(self._read(state_root).get_storage(address, slot))

    def balances_wei(self, state_root: Hash32) -> Iterator[int]:
        """Yield the balance of every account of a state: a full scan of the account trie."""
        self._store.require(state_root)
        return self._store.balances_wei(state_root)

    def storage_words(self, state_root: Hash32) -> Iterator[bytes]:
        """Yield every non-zero storage word (32 bytes) of every account of a state."""
        self._store.require(state_root)
        return self._store.storage_words(state_root)

    def storage_of(self, state_root: Hash32, address: Address) -> Iterator[tuple[Hash32, int]]:
        """Yield the Keccak-256 of every slot in use of one account, and its word: a full scan of its storage."""
        self._store.require(state_root)
        return self._store.storage_of(state_root, address)

    def with_storage(self, state_root: Hash32, address: Address, words: Mapping[int, int]) -> Hash32:
        """Return the root of a new state with storage words replaced.

        Raises `InvalidBlock` where the account does not exist: storage alone makes no account.
        """
        state = self._open(state_root)
        if not state.account_exists(address):
            raise InvalidBlock(f"account 0x{address.hex()} does not exist, so it holds no storage")
        for slot, word in words.items():
            state.set_storage(address, slot, word)
        return self._persist(state)

    def export_state(self, state_root: Hash32) -> Iterator[HashedAccount]:
        """Yield every account of a state, in the order of their hashed addresses."""
        self._store.require(state_root)
        return self._store.export(state_root)

    def import_state(self, accounts: Iterable[HashedAccount], expected_root: Hash32) -> Hash32:
        """Keep the state of `accounts` and return its root; see `protocol.Engine.import_state`."""
        self._store.enter(accounts, expected_root)
        return expected_root

    def prune(self, keep: Iterable[Hash32]) -> None:
        """Forget every state but those in `keep`.

        Raises `UnknownState`, and forgets nothing, where one of them is not kept.
        """
        self._store.prune(keep)
        self._reading.clear()

    def _read(self, state_root: Hash32) -> EvmState:
        """Return a state that nobody may write to, kept open with what it has looked up."""
        state = self._reading.get(state_root)
        if state is None:
            state = self._open(state_root)
            if len(self._reading) >= READING_STATES:
                self._reading.pop(next(iter(self._reading)))
            self._reading[state_root] = state
        return state

    def _open(self, state_root: Hash32) -> EvmState:
        self._store.require(state_root)
        return open_state(self._store.db, state_root, READING, self.chain_id)

    def _persist(self, state: EvmState) -> Hash32:
        state.lock_changes()
        state.persist()
        state_root = bytes(state.state_root)
        self._store.add(state_root)
        return state_root

    def _seal(
        self,
        environment: BlockEnvironment,
        state: EvmState,
        candidates: Sequence[Transaction],
        credits: Sequence[Credit],
        batch: Batch,
    ) -> ExecutedBlock:
        moved_wei = state.moved_wei()
        return seal(
            chain_id=self.chain_id,
            environment=environment,
            state_root=self._persist(state),
            candidates=candidates,
            credits=credits,
            batch=batch,
            moved_wei=moved_wei,
        )


def _apply_credits(state: EvmState, credits: Sequence[Credit]) -> None:
    """Add each amount, as Cancun's withdrawals do; an account still empty then does not exist (EIP-161)."""
    for credit in credits:
        state.delta_balance(credit.address, wei_from_satoshi(credit.amount_sat))
    for credit in credits:
        if state.account_exists(credit.address) and state.account_is_empty(credit.address):
            state.delete_account(credit.address)


def _allocate(state: EvmState, address: Address, account: Account) -> None:
    if not (account.balance_wei or account.nonce or account.code):
        if any(account.storage.values()):
            raise InvalidBlock(f"account 0x{address.hex()} has storage but no balance, nonce or code")
        return
    state.set_balance(address, account.balance_wei)
    state.set_nonce(address, account.nonce)
    if account.code:
        state.set_code(address, account.code)
    for slot, word in account.storage.items():
        state.set_storage(address, slot, word)
