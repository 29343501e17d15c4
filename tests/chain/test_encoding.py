"""RLP against the `rlp` package."""

from __future__ import annotations

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from chain.encoding import encode, encode_list, list_length

ITEMS = st.recursive(
    st.one_of(st.integers(0, 2**300), st.binary(max_size=80)),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=40,
)


@given(ITEMS)
def test_equals_the_package(item: object) -> None:
    assert encode(item) == rlp.encode(item)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 1, 54, 55, 56, 57, 255, 256, 65_535, 65_536])
def test_lengths_at_the_prefix_boundaries(length: int) -> None:
    item = bytes([0x80]) * length
    assert encode(item) == rlp.encode(item)
    assert encode([item]) == rlp.encode([item])
    assert list_length(length) == len(encode_list([item]))


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, 2**256 - 1])
def test_numbers_at_the_boundaries(number: int) -> None:
    assert encode(number) == rlp.encode(number)


def test_a_buffer_is_a_string_and_not_a_list_of_numbers() -> None:
    assert encode(bytearray(b"ab")) == encode(memoryview(b"ab")) == encode(b"ab")


def test_negative_numbers_have_no_encoding() -> None:
    with pytest.raises(OverflowError):
        encode(-1)
