"""Tries that are built whole (yellow paper, appendix D), from the leaves up, each node hashed once.

Inserting one entry after the other, as py-evm does, hashes the nodes near the root over and over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.block import Hash32
from chain.encoding import encode, encode_list
from chain.hashing import keccak

BLANK_ROOT: Final = keccak(encode(b""))
"""Root of a trie without entries."""

Entry = tuple[str, bytes]
"""A leaf: its key as hexadecimal digits, and its value."""

_BLANK: Final = encode(b"")
_DIGITS: Final = "0123456789abcdef"


def build(entries: Sequence[Entry], nodes: dict[bytes, bytes] | None = None) -> Hash32:
    """Return the root of the trie of `entries`, sorted by keys of which none is the beginning of another.

    With `nodes`, what the trie consists of is stored there by hash.
    """
    if not entries:
        return BLANK_ROOT
    encoding = _node(entries, 0, nodes)
    root = keccak(encoding)
    if nodes is not None:
        nodes[root] = encoding
    return root


def _node(entries: Sequence[Entry], depth: int, nodes: dict[bytes, bytes] | None) -> bytes:
    """Return the encoding of the node that holds `entries`, whose keys agree before `depth`."""
    first = entries[0][0]
    if len(entries) == 1:
        return encode([_path(first[depth:], leaf=True), entries[0][1]])
    last = entries[-1][0]
    fork = depth
    while first[fork] == last[fork]:
        fork += 1
    if fork > depth:
        below = _reference(_node(entries, fork, nodes), nodes)
        return encode_list((encode(_path(first[depth:fork], leaf=False)), below))
    children: dict[str, list[Entry]] = {}
    for entry in entries:
        children.setdefault(entry[0][depth], []).append(entry)
    branch = [
        _reference(_node(children[digit], depth + 1, nodes), nodes) if digit in children else _BLANK
        for digit in _DIGITS
    ]
    return encode_list((*branch, _BLANK))


def _reference(node: bytes, nodes: dict[bytes, bytes] | None) -> bytes:
    """Return how a parent holds a node: itself where it is short, else its hash."""
    if len(node) < 32:
        return node
    node_hash = keccak(node)
    if nodes is not None:
        nodes[node_hash] = node
    return encode(node_hash)


def _path(digits: str, *, leaf: bool) -> bytes:
    """Return hexadecimal digits packed into bytes, behind flags for a leaf and an odd number of digits."""
    flag = 2 if leaf else 0
    return bytes.fromhex(f"{flag + 1}{digits}" if len(digits) % 2 else f"{flag}0{digits}")
