"""The states that an engine keeps: trie nodes and code by hash, and the roots that may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import rlp  # type: ignore[import-untyped]
from eth.db.atomic import AtomicDB
from eth.db.backends.memory import MemoryDB

from chain.block import Address, Hash32, HashedAccount
from chain.encoding import encode
from chain.engines.pyevm.building import build
from chain.engines.pyevm.trie import EMPTY_CODE_HASH, accounts, entries, storage_words, stored_account
from chain.errors import StateMismatch, UnknownState
from chain.hashing import keccak


class StateStore:
    """Every state made so far and not yet pruned; equal parts are stored once."""

    def __init__(self) -> None:
        self._nodes: dict[bytes, bytes] = {}
        self._roots: dict[Hash32, None] = {}
        self.db = AtomicDB(MemoryDB(self._nodes))

    def __len__(self) -> int:
        """Return the number of stored nodes and codes."""
        return len(self._nodes)

    def add(self, state_root: Hash32) -> None:
        """Note that the state with this root is stored whole."""
        self._roots[state_root] = None

    def require(self, state_root: Hash32) -> None:
        """Raise `UnknownState` where the state is not kept."""
        if state_root not in self._roots:
            raise UnknownState(f"no state with root 0x{state_root.hex()}: never made, or pruned")

    def balances_wei(self, state_root: Hash32) -> Iterator[int]:
        """Yield the balance of every account of a state."""
        for account in accounts(self._nodes, state_root):
            yield account.balance_wei

    def storage_words(self, state_root: Hash32) -> Iterator[bytes]:
        """Yield every non-zero storage word (32 bytes) of a state."""
        for account in accounts(self._nodes, state_root):
            yield from storage_words(self._nodes, account.storage_root)

    def storage_of(self, state_root: Hash32, address: Address) -> Iterator[tuple[Hash32, int]]:
        """Yield an account's hashed slots and their words, none zero, in the order of the hashed slots."""
        hashed = keccak(address)
        for key, encoding in entries(self._nodes, state_root):
            if key == hashed:
                for slot, word in entries(self._nodes, stored_account(encoding).storage_root):
                    yield slot, int.from_bytes(rlp.decode(word), "big")
                return

    def export(self, state_root: Hash32) -> Iterator[HashedAccount]:
        """Yield the accounts of a state in the order of their hashed addresses."""
        for hashed_address, encoding in entries(self._nodes, state_root):
            account = stored_account(encoding)
            yield HashedAccount(
                hashed_address=hashed_address,
                nonce=account.nonce,
                balance_wei=account.balance_wei,
                code=self._nodes[account.code_hash] if account.code_hash != EMPTY_CODE_HASH else b"",
                storage={
                    slot: int.from_bytes(rlp.decode(word), "big")
                    for slot, word in entries(self._nodes, account.storage_root)
                },
            )

    def enter(self, accounts: Iterable[HashedAccount], expected_root: Hash32) -> None:
        """Store the state of `accounts`.

        Raises `StateMismatch`, and stores nothing, where its root is another than expected or one account is
        named twice.
        """
        nodes: dict[bytes, bytes] = {}
        leaves: dict[str, bytes] = {}
        for account in accounts:
            words = sorted((slot.hex(), encode(word)) for slot, word in account.storage.items())
            code_hash = keccak(account.code) if account.code else EMPTY_CODE_HASH
            if account.code:
                nodes[code_hash] = account.code
            key = account.hashed_address.hex()
            if key in leaves:
                raise StateMismatch(f"account 0x{key} (hashed) stands in the state twice")
            leaves[key] = encode((account.nonce, account.balance_wei, build(words, nodes), code_hash))
        root = build(sorted(leaves.items()), nodes)
        if root != expected_root:
            raise StateMismatch(
                f"the state of {len(leaves)} accounts has root 0x{root.hex()}, not 0x{expected_root.hex()}"
            )
        self._nodes.update(nodes)
        self.add(root)

    def prune(self, keep: Iterable[Hash32]) -> None:
        """Forget all but the states in `keep`, by copying what they reach.

        Raises `UnknownState`, before anything goes, where one of them is not kept.
        """
        roots = dict.fromkeys(keep)
        for root in roots:
            self.require(root)
        reached: dict[bytes, bytes] = {}
        for root in roots:
            self._copy(root, reached)
        self._nodes, self._roots = reached, roots
        self.db = AtomicDB(MemoryDB(reached))

    def _copy(self, state_root: Hash32, reached: dict[bytes, bytes]) -> None:
        """Add every node and code of a state to `reached`; below a node already there, all is there."""

        def visit(node_hash: Hash32, encoding: bytes) -> bool:
            if node_hash in reached:
                return False
            reached[node_hash] = encoding
            return True

        for account in accounts(self._nodes, state_root, visit):
            if account.code_hash != EMPTY_CODE_HASH:
                reached[account.code_hash] = self._nodes[account.code_hash]
            for _word in storage_words(self._nodes, account.storage_root, visit):
                pass
