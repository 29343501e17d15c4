"""The whole contract between the ledger and an EVM.

An engine is a function from a parent state and a batch to a sealed block; it keeps every state it has made until
`prune`. No policy lives in an engine: ordering, fees, timestamps and credits are decided outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

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
from chain.engines.scratch import Scratch

CALL_GAS_LIMIT_GAS = 10_000_000
"""Gas allowed to a read-only call: 50 M gas of loops would block py-evm for 11 s."""


Roots = Literal["every-block", "end"]
"""When roots are taken: in every block, or when somebody asks for them."""


class Engine(Protocol):
    """Executes blocks at EVM level Cancun with base fee 0 and the gas limit that the environment names."""

    name: str
    chain_id: int

    def genesis(self, environment: BlockEnvironment, allocation: Mapping[Address, Account]) -> ExecutedBlock:
        """Seal block `environment.number` with no transactions whose state is exactly `allocation`."""

    def execute(
        self,
        parent_state_root: Hash32,
        environment: BlockEnvironment,
        transactions: Sequence[Transaction],
        credits: Sequence[Credit] = (),
        *,
        reserved_gas: int = 0,
    ) -> ExecutedBlock:
        """Execute as many of `transactions`, in order, as are valid and fit; then apply `credits`; then seal.

        What others use of the block's limit, `reserved_gas`, is left free; the header says nothing of it.

        Raises `UnknownState` for a pruned or unknown root, `InvalidBlock` for an environment that breaks a rule,
        `InvalidSignature` where a signature does not recover to the claimed sender. On any error no state changes.
        """

    def take_roots(self, roots: Roots) -> None:
        """Say how often roots are taken from the next block on.

        Raises `EngineUnavailable` for what the engine cannot do; every engine takes them in every block unless told.
        """

    def root_of(self, state_root: Hash32) -> Hash32:
        """Return the Merkle-Patricia root of a state: its own name, but where roots were put off.

        Raises `UnknownState` for a pruned or unknown one.
        """

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
        """Execute a message on a state without changing it."""

    def scratch(self, state_root: Hash32, environment: BlockEnvironment) -> Scratch:
        """Return a state to try messages on, which start from `state_root` and are never sealed.

        Raises `UnknownState` for a pruned or unknown root.
        """

    def balance_wei(self, state_root: Hash32, address: Address) -> int:
        """Return the balance of an account, 0 where it does not exist."""

    def nonce(self, state_root: Hash32, address: Address) -> int:
        """Return the nonce of an account, 0 where it does not exist."""

    def code(self, state_root: Hash32, address: Address) -> bytes:
        """Return the code of an account, empty where it has none."""

    def storage(self, state_root: Hash32, address: Address, slot: int) -> int:
        """Return one storage word."""

    def balances_wei(self, state_root: Hash32) -> Iterator[int]:
        """Yield the balance of every account of a state: a full scan of the account trie."""

    def storage_words(self, state_root: Hash32) -> Iterator[bytes]:
        """Yield every non-zero storage word (32 bytes) of every account of a state."""

    def storage_of(self, state_root: Hash32, address: Address) -> Iterator[tuple[Hash32, int]]:
        """Yield the Keccak-256 of every slot in use of one account, and its word: a full scan of its storage."""

    def with_storage(self, state_root: Hash32, address: Address, words: Mapping[int, int]) -> Hash32:
        """Return the root of a new state with storage words replaced; for opening states and planted faults."""

    def export_state(self, state_root: Hash32) -> Iterator[HashedAccount]:
        """Yield every account of a state, in the order of their hashed addresses."""

    def import_state(self, accounts: Iterable[HashedAccount], expected_root: Hash32) -> Hash32:
        """Keep the state that consists of `accounts`, in any order, as if it had been made here; return its root.

        Raises `StateMismatch`, and keeps nothing, where the root is not the expected one.
        """

    def prune(self, keep: Iterable[Hash32]) -> None:
        """Forget every state but those in `keep`."""
