"""The roots of a header's lists: transactions, receipts and withdrawals (yellow paper 4.3, appendix D).

The whole list is known at once, so its trie is built from the leaves up and each node is hashed once.
Inserting one item after the other, as py-evm does, hashes the nodes near the root over and over.
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


def list_root(items: Sequence[bytes]) -> Hash32:
    """Return the root of the trie that maps the encoding of each index to the encoded item there."""
    if not items:
        return BLANK_ROOT
    entries = sorted((encode(index).hex(), item) for index, item in enumerate(items))
    return keccak(_node(entries, 0))


def _node(entries: Sequence[Entry], depth: int) -> bytes:
    """Return the encoding of the node that holds sorted `entries`, whose keys agree before `depth`.

    No key of a list is the beginning of another, so that a branch never has a value of its own.
    """
    first = entries[0][0]
    if len(entries) == 1:
        return encode([_path(first[depth:], leaf=True), entries[0][1]])
    last = entries[-1][0]
    fork = depth
    while first[fork] == last[fork]:
        fork += 1
    if fork > depth:
        return encode_list((encode(_path(first[depth:fork], leaf=False)), _reference(_node(entries, fork))))
    children: dict[str, list[Entry]] = {}
    for entry in entries:
        children.setdefault(entry[0][depth], []).append(entry)
    empty = encode(b"")
    branch = [
        _reference(_node(children[digit], depth + 1)) if digit in children else empty
        for digit in "0123456789abcdef"
    ]
    return encode_list((*branch, empty))


def _reference(node: bytes) -> bytes:
    """Return how a parent holds a node: itself where it is short, else its hash."""
    return node if len(node) < 32 else encode(keccak(node))


def _path(digits: str, *, leaf: bool) -> bytes:
    """Return hexadecimal digits packed into bytes, behind flags for a leaf and an odd number of digits."""
    flag = 2 if leaf else 0
    return bytes.fromhex(f"{flag + 1}{digits}" if len(digits) % 2 else f"{flag}0{digits}")
