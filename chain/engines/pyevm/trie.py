"""Walks over stored Merkle Patricia tries (Ethereum yellow paper, appendix D), node by node, without py-evm's caches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import rlp
from eth.rlp.accounts import Account

from chain.block import Hash32
from chain.engines.pyevm.list_root import BLANK_ROOT

EMPTY_CODE_HASH: Final = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
"""Keccak-256 of nothing: the code hash of an account without code."""

LEAF_FLAG: Final = 0x20
"""Bit of a two-item node's path that tells a leaf from an extension."""


def leaves(
    nodes: Mapping[bytes, bytes], root: Hash32, visit: Callable[[Hash32, bytes], bool] | None = None
) -> Iterator[bytes]:
    """Yield the values of a trie in the order of its hashed keys.

    `visit` sees each stored node's hash and encoding, and says whether to go on below it.
    """
    if root == BLANK_ROOT:
        return
    pending: list[bytes | list[bytes]] = [root]
    while pending:
        reference = pending.pop()
        if isinstance(reference, bytes):
            encoding = nodes[reference]
            if visit is not None and not visit(reference, encoding):
                continue
            node = rlp.decode(encoding)
        else:
            node = reference
        if len(node) == 17:
            pending.extend(child for child in reversed(node[:16]) if child)
        elif node[0][0] & LEAF_FLAG:
            yield node[1]
        else:
            pending.append(node[1])


def accounts(
    nodes: Mapping[bytes, bytes], root: Hash32, visit: Callable[[Hash32, bytes], bool] | None = None
) -> Iterator[Account]:
    """Yield the accounts of a state in the order of their hashed addresses."""
    for encoding in leaves(nodes, root, visit):
        yield rlp.decode(encoding, sedes=Account)
