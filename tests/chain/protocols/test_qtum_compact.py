"""The compact form of targets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.protocols.qtum.compact import compact_from_target, target_from_compact


@pytest.mark.parametrize(
    ("bits", "target"),
    [
        (0x1D00FFFF, 0xFFFF << 208),
        (0x1B0404CB, 0x0404CB << 192),
        (0x04123456, 0x12345600),
        (0x03123456, 0x123456),
        (0x02008000, 0x80),
        (0x01120000, 0x12),
        (0x00000000, 0),
    ],
)
def test_published_values_convert_both_ways(bits: int, target: int) -> None:
    assert target_from_compact(bits) == target
    assert compact_from_target(target) == bits


def test_a_mantissa_byte_of_eighty_or_more_moves_into_the_exponent() -> None:
    assert compact_from_target(0x80) == 0x02008000
    assert compact_from_target(0x7F) == 0x017F0000


@given(st.integers(min_value=0, max_value=2**255))
def test_the_compact_form_rounds_down_and_keeps_fifteen_bits(target: int) -> None:
    rounded = target_from_compact(compact_from_target(target))
    assert rounded <= target
    assert target - rounded <= target >> 15
    assert compact_from_target(rounded) == compact_from_target(target)


def test_negative_and_oversized_values_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        compact_from_target(-1)
    with pytest.raises(ValueError, match="negative"):
        target_from_compact(0x04923456)
    with pytest.raises(ValueError, match="256 bits"):
        target_from_compact(0x22123456)
