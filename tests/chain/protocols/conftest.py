"""Protocols in miniature: short maturity, few coins, so that every rule comes into play within a few dozen blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from chain.protocols.protocol import Staker
from chain.protocols.qtum.parameters import QtumParameters
from chain.units import SATOSHI_PER_QTUM

OPENING_S = 1_538_319_600


@pytest.fixture
def miniature() -> QtumParameters:
    """Qtum with a maturity of 10 blocks and rewards shared with the producers of blocks h - 10 to h - 18."""
    return QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18)


@pytest.fixture
def make_stakers() -> Callable[[Sequence[Sequence[int]]], list[Staker]]:
    """Return a maker of stakers s0, s1, … from their coins in whole QTUM."""

    def make(coins_qtum: Sequence[Sequence[int]]) -> list[Staker]:
        return [
            Staker(f"s{owner}", bytes([owner + 1]) * 20, tuple(value * SATOSHI_PER_QTUM for value in coins))
            for owner, coins in enumerate(coins_qtum)
        ]

    return make


@pytest.fixture
def chi_square_bound() -> Callable[[int], float]:
    """Return the chi-square quantile at 4 standard deviations (1 in 31,000) by Wilson and Hilferty (1931)."""

    def bound(degrees: int) -> float:
        spread = 2 / (9 * degrees)
        return float(degrees * (1 - spread + 4 * spread**0.5) ** 3)

    return bound
