"""Walks over stored Merkle Patricia tries (yellow paper, appendix D), node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import rlp  # type: ignore[import-untyped]

from chain.block import Hash32
from chain.engines.pyevm.building import BLANK_ROOT
from chain.hashing import keccak

EMPTY_CODE_HASH: Final = keccak(b"")
"""Code hash of an account without code."""

BRANCH_ITEMS: Final = 17
LEAF_FLAG: Final = 0x20
"""Bit of a two-item node's path that tells a leaf from an extension."""

ODD_FLAG: Final = 0x10
"""Bit of a two-item node's path that says that its length is odd, so that the first byte holds a digit too."""

Visit = Callable[[Hash32, bytes], bool]
"""Sees a stored node's hash and encoding, and says whether to go on below it."""


class StoredAccount(NamedTuple):
    """An account as its trie holds it."""

    nonce: int
    balance_wei: int
    storage_root: Hash32
    code_hash: Hash32


def leaves(nodes: Mapping[bytes, bytes], root: Hash32, visit: Visit | None = None) -> Iterator[bytes]:
    """Yield the values of a trie in the order of its hashed keys."""
    for _key, value in entries(nodes, root, visit):
        yield value


def entries(
    nodes: Mapping[bytes, bytes], root: Hash32, visit: Visit | None = None
) -> Iterator[tuple[Hash32, bytes]]:
    """Yield the hashed keys of a trie and their values, in the order of the keys."""
    pending: list[tuple[str, Any]] = [] if root == BLANK_ROOT else [("", root)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, bytes):
            encoding = nodes[node]
            if visit is not None and not visit(node, encoding):
                continue
            node = rlp.decode(encoding)
        if len(node) == BRANCH_ITEMS:
            children = [(f"{path}{digit:x}", child) for digit, child in enumerate(node[:-1]) if child]
            pending.extend(reversed(children))
            continue
        path += node[0].hex()[1 if node[0][0] & ODD_FLAG else 2 :]
        if node[0][0] & LEAF_FLAG:
            yield bytes.fromhex(path), bytes(node[1])
        else:
            pending.append((path, node[1]))


def accounts(
    nodes: Mapping[bytes, bytes], root: Hash32, visit: Visit | None = None
) -> Iterator[StoredAccount]:
    """Yield the accounts of a state in the order of their hashed addresses."""
    for encoding in leaves(nodes, root, visit):
        yield stored_account(encoding)


def stored_account(encoding: bytes) -> StoredAccount:
    """Return the account behind a value of the account trie."""
    nonce, balance, storage_root, code_hash = rlp.decode(encoding)
    return StoredAccount(
        int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), storage_root, code_hash
    )


def storage_words(nodes: Mapping[bytes, bytes], root: Hash32, visit: Visit | None = None) -> Iterator[bytes]:
    """Yield the words (32 bytes) of one account's storage, none zero, in the order of hashed slots."""
    for encoding in leaves(nodes, root, visit):
        yield bytes(rlp.decode(encoding)).rjust(32, b"\0")
