"""RLP, Ethereum's encoding of nested byte strings (yellow paper, appendix B), for what the ledger hashes.

Decoding is the `rlp` package's; this encodes plain values, several times faster than it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Item = int | bytes | bytearray | memoryview | Sequence["Item"]


def encode(item: Item) -> bytes:
    """Return the encoding of a number (0 or more), a byte string, or a sequence of such."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return prefix(0x80, len(item)) + item
    if isinstance(item, int):
        if 0 < item < 0x80:
            return item.to_bytes(1, "big")
        length = (item.bit_length() + 7) // 8
        return prefix(0x80, length) + item.to_bytes(length, "big")
    if isinstance(item, bytearray | memoryview):
        return encode(bytes(item))
    return encode_list(map(encode, item))


def encode_list(encodings: Iterable[bytes]) -> bytes:
    """Return the encoding of a list from the encodings of its items."""
    payload = b"".join(encodings)
    return prefix(0xC0, len(payload)) + payload


def list_length(payload_bytes: int) -> int:
    """Return the encoded length of a list whose encoded items take `payload_bytes`."""
    return len(prefix(0xC0, payload_bytes)) + payload_bytes


def prefix(kind: int, length: int) -> bytes:
    """Return what stands before a string (kind 0x80) or a list (kind 0xC0) of `length` bytes."""
    if length < 56:
        return bytes((kind + length,))
    size = (length.bit_length() + 7) // 8
    return bytes((kind + 55 + size,)) + length.to_bytes(size, "big")
