"""The search for many strings finds what a plain search finds, in whatever pieces the haystacks come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance import Chance
from sim.metrics.needles import NeedleIndex, Sighting

# Few letters, so that needles recur, overlap and share their first bytes.
NEEDLES = st.lists(st.text("ab", min_size=8, max_size=70).map(str.encode), max_size=12)
HAYSTACKS = st.lists(st.text("ab", max_size=120).map(str.encode), max_size=6)


def plainly(needles: list[bytes], haystacks: list[bytes]) -> set[Sighting]:
    return {
        Sighting(needle, haystack, offset)
        for needle, wanted in enumerate(needles)
        for haystack, content in enumerate(haystacks)
        for offset in range(len(content))
        if content.startswith(wanted, offset)
    }


@given(NEEDLES, HAYSTACKS, st.data())
def test_it_finds_what_a_plain_search_finds(
    needles: list[bytes], haystacks: list[bytes], data: st.DataObject
) -> None:
    planted = data.draw(st.lists(st.sampled_from(needles), max_size=3)) if needles else []
    haystacks = [*haystacks, b"b".join(planted)]

    found = list(NeedleIndex(needles).sightings(haystacks))

    assert set(found) == plainly(needles, haystacks)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("length", [8, 9, 15, 16, 31, 32, 33, 100])
def test_a_needle_is_found_at_either_end_and_alone(length: int) -> None:
    needle = Chance(6).stream("needle").octets("alone", 0, length)
    haystacks = [needle, needle + b"x", b"x" + needle, needle[:-1], needle[1:], b""]

    found = list(NeedleIndex([needle]).sightings(haystacks))

    assert found == [Sighting(0, 0, 0), Sighting(0, 1, 0), Sighting(0, 2, 1)]


def test_nothing_is_found_across_two_haystacks() -> None:
    needle = b"Jane Q. Public"
    cuts = [part for cut in range(1, len(needle)) for part in (needle[:cut], needle[cut:], b"")]

    assert list(NeedleIndex([needle]).sightings(cuts)) == []


def test_needles_are_found_across_the_pieces_of_a_long_haystack() -> None:
    """Pieces are 2^20 bytes: needles lie over the first two borders, at either end, and in the next haystack."""
    stream = Chance(6).stream("hay")
    hay = bytearray(stream.octets("long", 0, (2 << 20) + 5000))
    needle = stream.octets("needle", 0, 100)
    offsets = [0, (1 << 20) - 99, (1 << 20) - 50, (2 << 20) - 1, len(hay) - 100]
    kept = [offset for offset in offsets if offset != (1 << 20) - 99]
    for offset in kept:
        hay[offset : offset + 100] = needle

    found = list(NeedleIndex([needle]).sightings([bytes(hay), b"", needle]))

    assert found == [*(Sighting(0, 0, offset) for offset in kept), Sighting(0, 2, 0)]


def test_numbers_run_on_from_batch_to_batch() -> None:
    needle = b"Jane Q. Public"
    haystacks = (needle if number in (3, 1500, 2999) else bytes(1000) for number in range(3000))

    assert [sighting.haystack for sighting in NeedleIndex([needle]).sightings(haystacks)] == [3, 1500, 2999]


def test_no_needles_and_no_haystacks() -> None:
    assert list(NeedleIndex([]).sightings([b"content of a haystack"])) == []
    assert list(NeedleIndex([b"long enough"]).sightings([])) == []


def test_a_needle_too_short_to_be_told_from_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8 bytes"):
        NeedleIndex([b"long enough", b"short"])
