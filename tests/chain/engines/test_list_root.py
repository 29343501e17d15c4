"""Roots of lists and walks over tries, against py-evm's trie."""

from __future__ import annotations

import pytest
from eth.db.backends.memory import MemoryDB
from hypothesis import given
from hypothesis import strategies as st
from trie import HexaryTrie

from chain.encoding import encode
from chain.engines.pyevm.list_root import BLANK_ROOT, list_root
from chain.engines.pyevm.trie import leaves


def reference(items: list[bytes]) -> HexaryTrie:
    """Return the trie of a list, built by inserting its items."""
    trie = HexaryTrie(MemoryDB())
    for index, item in enumerate(items):
        trie[encode(index)] = item
    return trie


@pytest.mark.parametrize("length", [0, 1, 2, 3, 15, 16, 17, 127, 128, 129, 255, 256, 257, 400, 700])
def test_root_of_a_list_of_any_length(length: int) -> None:
    items = [encode([index, bytes(index % 70)]) for index in range(length)]
    assert list_root(items) == reference(items).root_hash


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=40))
def test_root_of_any_list(items: list[bytes]) -> None:
    assert list_root(items) == reference(items).root_hash


def test_order_and_content_matter() -> None:
    assert list_root([b"a", b"b"]) != list_root([b"b", b"a"])
    assert list_root([b"a"]) != list_root([b"a", b"a"])
    assert list_root([]) == BLANK_ROOT


@given(st.dictionaries(st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=40), max_size=40))
def test_walk_yields_every_value_in_key_order(entries: dict[bytes, bytes]) -> None:
    nodes = MemoryDB()
    trie = HexaryTrie(nodes)
    for key, value in entries.items():
        trie[key] = value
    seen: list[bytes] = []
    walked = list(leaves(nodes, trie.root_hash, lambda node_hash, _encoding: not seen.append(node_hash)))
    assert walked == [entries[key] for key in sorted(entries)]
    assert len(set(seen)) == len(seen)


def test_a_refused_node_is_not_entered() -> None:
    trie = reference([bytes([index]) * 40 for index in range(40)])
    assert list(leaves(trie.db, trie.root_hash, lambda _hash, _encoding: False)) == []
