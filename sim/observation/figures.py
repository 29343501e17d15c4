"""How values are written into tables: hashes with 0x, times rounded to the microsecond."""

from __future__ import annotations

DECIMALS_S = 6


def hexadecimal(data: bytes | None) -> str | None:
    """Return bytes as hexadecimal text with 0x, None for None."""
    return None if data is None else "0x" + data.hex()


def seconds(time_s: float | None) -> float | None:
    """Return a time rounded to 1e-6 s, None for None."""
    return None if time_s is None else round(float(time_s), DECIMALS_S)
