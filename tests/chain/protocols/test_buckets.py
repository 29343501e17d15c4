"""A mapping that is never changed, whatever is put into its followers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.protocols.buckets import BUCKETS, Buckets

ADDRESSES = st.integers(0, 3 * BUCKETS).map(lambda number: number.to_bytes(20, "big"))
CHANGES = st.lists(st.dictionaries(ADDRESSES, st.integers(), max_size=5), max_size=12)


@given(CHANGES)
def test_every_edition_keeps_what_it_held(changes: list[dict[bytes, int]]) -> None:
    editions: list[tuple[Buckets[int], dict[bytes, int]]] = [(Buckets(), {})]
    for change in changes:
        buckets, known = editions[-1]
        editions.append((buckets.updated(change), known | change))
    for buckets, known in editions:
        assert dict(buckets.items()) == known
        assert len(buckets) == len(known)
        assert all(buckets.get(address) == value for address, value in known.items())
        assert buckets.get(b"\xff" * 20) is None


def test_two_addresses_of_one_bucket_do_not_meet() -> None:
    one, other = bytes(18) + b"\x00\x01", bytes(17) + b"\x01\x00\x01"
    buckets = Buckets[int]().updated({one: 1}).updated({other: 2})
    assert (buckets.get(one), buckets.get(other)) == (1, 2)
    assert buckets.updated({}) is buckets
