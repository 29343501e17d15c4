"""A mapping by address that is never changed: each change gives a new one, which shares what stayed.

Accounts are spread over buckets by the last bytes of their address, and a change copies the buckets it touches
only. A block that touches a hundred of a million accounts therefore costs a hundred small copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

from chain.block import Address

Value = TypeVar("Value")

BUCKETS: Final = 1_024
_MASK: Final = BUCKETS - 1


def _bucket(address: Address) -> int:
    return int.from_bytes(address[-2:], "big") & _MASK


class Buckets(Generic[Value]):
    """Values by address. Iteration goes by bucket: the same order wherever the same addresses went in."""

    __slots__ = ("_buckets", "_size")

    def __init__(self) -> None:
        self._buckets: tuple[dict[Address, Value] | None, ...] = (None,) * BUCKETS
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def get(self, address: Address) -> Value | None:
        """Return the value of an address, or None."""
        bucket = self._buckets[_bucket(address)]
        return None if bucket is None else bucket.get(address)

    def items(self) -> Iterator[tuple[Address, Value]]:
        """Yield every address with its value."""
        for bucket in self._buckets:
            if bucket is not None:
                yield from bucket.items()

    def updated(self, changes: Mapping[Address, Value]) -> Buckets[Value]:
        """Return the mapping with these values put in; this one stays as it is."""
        if not changes:
            return self
        buckets = list(self._buckets)
        copied: set[int] = set()
        added = 0
        for address, value in changes.items():
            index = _bucket(address)
            bucket = buckets[index]
            if index not in copied:
                bucket = buckets[index] = {} if bucket is None else dict(bucket)
                copied.add(index)
            assert bucket is not None
            added += address not in bucket
            bucket[address] = value
        follower: Buckets[Value] = Buckets()
        follower._buckets, follower._size = tuple(buckets), self._size + added
        return follower
