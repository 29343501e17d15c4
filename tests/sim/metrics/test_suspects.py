"""No text is overlooked that stands in a haystack in any form, and hardly any other is taken for one."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance import Chance
from sim.metrics.suspects import Beginnings

# Few letters, so that texts share beginnings with each other and with the haystacks.
TEXTS = st.lists(st.text("abz?é", min_size=8, max_size=100).map(str.encode), min_size=1, max_size=8)

WAYS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "lower hex": lambda data: data.hex().encode(),
    "upper hex": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
}


def own_characters(way: str, text: bytes, lead_bytes: int) -> bytes:
    """What a text alone decides of its encoding behind other bytes, worked out from two such encodings."""
    cases = [
        WAYS[way](lead * lead_bytes + text + tail)
        for lead in (b"\0", b"\xff")
        for tail in (b"", b"\0", b"\xff")
    ]
    same = [len(set(column)) == 1 for column in zip(*cases, strict=False)]
    first = same.index(True)
    last = len(same) - same[::-1].index(True)
    return cases[0][first:last]


@given(TEXTS, st.sampled_from(sorted(WAYS)), st.integers(0, 2), st.data())
def test_every_form_of_a_text_and_every_word_of_it_betrays_it(
    texts: list[bytes], way: str, lead_bytes: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(texts) - 1))
    encoded = own_characters(way, texts[number], lead_bytes)
    words = [encoded[start : start + 32] for start in range(0, len(encoded), 32)]
    shown = data.draw(st.sampled_from([encoded, *(word for word in words if len(word) >= 8)]))
    around = st.binary(max_size=9)

    assert number in Beginnings([data.draw(around) + shown + data.draw(around)]).suspects(texts)


def test_noise_betrays_nobody() -> None:
    texts = [b"patient %05d of a small practice" % number for number in range(2_000)]
    noise = Chance(6).stream("suspects").octets("noise", 0, 300_000)

    assert Beginnings([noise, noise.hex().encode(), base64.b64encode(noise)]).suspects(texts) == []


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_lost_between_groups_and_pieces(way: str) -> None:
    """Groups of texts have 2^22 bytes and pieces of haystacks 2^20: some stand at either side of each border."""
    texts = [b"<%05d>" % number * 100 for number in range(13_000)]
    last_of_first_group = -(-(1 << 22) // 700) - 1
    wanted = [0, last_of_first_group, last_of_first_group + 1, 2 * last_of_first_group + 1, 12_999]
    noise = Chance(6).stream("suspects").octets("noise", 0, 400_000)

    found = Beginnings([noise + WAYS[way](texts[number])[:32] for number in wanted]).suspects(texts)

    assert set(wanted) <= set(found)
    assert found == sorted(set(found))
    assert way != "plain" or found == wanted


def test_no_texts_and_no_haystacks() -> None:
    assert Beginnings([b"content of a haystack"]).suspects([]) == []
    assert Beginnings([]).suspects([b"a long text"]) == []
    assert Beginnings([b"", b"short"]).suspects([b"a long text", b"another text"]) == []


def test_a_chain_takes_its_own_room_and_little_more() -> None:
    words = Chance(6).stream("suspects").octets("chain", 0, 4_000_000)
    haystacks = [bytes(12) + words[start : start + 20] for start in range(0, len(words), 20)]
    tracemalloc.start()
    try:
        beginnings = Beginnings(haystacks)
        kept_bytes, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    size_bytes = sum(map(len, haystacks))
    assert kept_bytes < 3 * size_bytes + (20 << 20)
    assert most_bytes < 3 * size_bytes + (60 << 20)
    assert beginnings.suspects([b"a patient's name", haystacks[-1][12:]]) == [1]
