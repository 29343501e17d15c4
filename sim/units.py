"""Units that the whole simulation shares."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

SECONDS_PER_DAY: Final = 86_400


def part_of(total: int, share: float) -> int:
    """Return a share of a whole, exactly as the share is written in decimals, rounded down."""
    return int(total * Fraction(str(share)))
