"""How values are written: hashes with 0x, times outside tables rounded as tables round theirs."""

from __future__ import annotations

from sim.metrics.schema import TIME_DECIMALS


def hexadecimal(data: bytes | None) -> str | None:
    """Return bytes as hexadecimal text with 0x, None for None."""
    return None if data is None else "0x" + data.hex()


def seconds(time_s: float | None) -> float | None:
    """Return a time rounded to 1e-6 s, None for None."""
    return None if time_s is None else round(float(time_s), TIME_DECIMALS)
