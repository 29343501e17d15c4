"""The 32-bit compact form of a 256-bit target: an exponent byte and a signed 23-bit mantissa, as in Bitcoin.

Targets live in this form between blocks, so that every retarget rounds down to 15 to 23 significant bits.
"""

from __future__ import annotations

_SIGN_BIT = 0x0080_0000
_MANTISSA = 0x007F_FFFF
_MANTISSA_BYTES = 3


def compact_from_target(target: int) -> int:
    """Return the compact form of `target`, rounded down; raise `ValueError` for a negative one."""
    if target < 0:
        raise ValueError(f"a target is at least 0, not {target}")
    size_bytes = (target.bit_length() + 7) // 8
    if size_bytes <= _MANTISSA_BYTES:
        mantissa = target << (8 * (_MANTISSA_BYTES - size_bytes))
    else:
        mantissa = target >> (8 * (size_bytes - _MANTISSA_BYTES))
    if mantissa & _SIGN_BIT:
        mantissa >>= 8
        size_bytes += 1
    return size_bytes << 24 | mantissa


def target_from_compact(bits: int) -> int:
    """Return the target of compact `bits`; raise `ValueError` where they are negative or too large."""
    size_bytes, mantissa = bits >> 24, bits & _MANTISSA
    if bits & _SIGN_BIT and mantissa:
        raise ValueError(f"compact target {bits:#010x} is negative")
    if size_bytes <= _MANTISSA_BYTES:
        return mantissa >> (8 * (_MANTISSA_BYTES - size_bytes))
    target = mantissa << (8 * (size_bytes - _MANTISSA_BYTES))
    if target >= 2**256:
        raise ValueError(f"compact target {bits:#010x} does not fit into 256 bits")
    return target


def work_of(bits: int) -> int:
    """Return the work of a block with this target: the hashes that a try at it takes on average, rounded down."""
    return 2**256 // (target_from_compact(bits) + 1)
