"""Whose turn it is to propose, against sequences worked out by hand or published by the source."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.protocols.bft.priority import MOST_TOTAL_POWER, ValidatorSet
from chain.protocols.protocol import ProtocolError

PUBLISHED = """
foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo foo bar
foo foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo foo bar
foo baz foo foo bar foo baz foo foo bar foo baz foo foo foo baz bar foo foo foo baz
foo bar foo foo baz foo bar foo foo baz foo bar foo foo baz foo bar foo foo baz foo
foo bar foo baz foo foo bar foo baz foo foo bar foo baz foo foo
"""
"""Proposers of foo, bar and baz with powers 1000, 300 and 330 (cometbft: types/validator_set_test.go)."""


def set_of(*powers: int) -> ValidatorSet:
    return ValidatorSet.first([(place, bytes([place + 1]), power) for place, power in enumerate(powers)])


def by_place(validators: ValidatorSet) -> dict[int, int]:
    return dict(zip(validators.roster.places, validators.priorities, strict=True))


def proposers(validators: ValidatorSet, count: int) -> list[int]:
    places = []
    for _ in range(count):
        places.append(validators.roster.places[validators.proposer])
        validators = validators.stepped(1)
    return places


def test_proposers_are_those_that_the_source_publishes() -> None:
    names = [b"foo", b"bar", b"baz"]
    powers = [1_000, 300, 330]
    validators = ValidatorSet.first([(place, names[place], powers[place]) for place in range(3)])
    assert [names[place].decode() for place in proposers(validators, 99)] == PUBLISHED.split()


def test_a_rotation_worked_out_by_hand() -> None:
    """Powers 10, 1, 1: total 12. The strong one gives up 2 a block net, the weak ones gain 1 each."""
    validators = set_of(10, 1, 1)
    assert by_place(validators) == {0: -2, 1: 1, 2: 1}
    assert by_place(validators.stepped(1)) == {0: -4, 1: 2, 2: 2}
    four = validators.stepped(3)
    assert by_place(four) == {0: -8, 1: 4, 2: 4}
    five = four.stepped(1)
    # 2, 5, 5: two lead alike, and the lower address proposes.
    assert (five.roster.places[five.proposer], by_place(five)) == (1, {0: 2, 1: -7, 2: 5})
    # Then 12, 10, 8 against 6, 7, 8: the strong one wins its tie too, and its rival comes with 9 against 6.
    assert proposers(validators, 12) == [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]


def test_equal_powers_take_turns_by_address() -> None:
    assert proposers(set_of(7, 7, 7), 7) == [0, 1, 2, 0, 1, 2, 0]


def test_the_strongest_come_first_and_equals_by_address() -> None:
    validators = ValidatorSet.first([(0, b"z", 5), (1, b"a", 5), (2, b"m", 9)])
    assert validators.roster.places == (2, 1, 0)
    assert validators.roster.addresses == (b"m", b"a", b"z")


@pytest.mark.parametrize(
    ("powers", "quorum"),
    [((1,), 1), ((1, 1, 1), 3), ((1, 1, 1, 1), 3), ((100, 100, 100), 201), ((34, 33, 33), 67)],
)
def test_a_quorum_is_more_than_two_thirds(powers: tuple[int, ...], quorum: int) -> None:
    roster = set_of(*powers).roster
    assert roster.quorum == quorum
    assert 3 * quorum > 2 * roster.total >= 3 * (quorum - 1)


def test_a_newcomer_starts_an_eighth_more_than_the_total_behind() -> None:
    """Total 4 with the newcomer: -(4 + 4 >> 3) = -4; priorities 0, 0, -4 are centred on their mean -2."""
    validators = set_of(1, 2)
    before = by_place(validators)
    joined = validators.updated({2: 1}, {2: b"\x09"})
    mean = (sum(before.values()) - 4) // 3
    assert by_place(joined) == {place: value - mean for place, value in (before | {2: -4}).items()}
    big = set_of(8, 8).updated({2: 16}, {2: b"\x09"})
    # -(32 + 4) = -36 and -8, 8: 44 apart is within 2 * 32; the mean is -12.
    assert by_place(big) == {0: -8 + 12, 1: 8 + 12, 2: -36 + 12}


def test_priorities_too_far_apart_are_divided_towards_zero() -> None:
    """Without the heavy third, a total of 2 leaves a window of 4."""
    validators = set_of(1, 1, 100)
    spread = by_place(validators)
    assert spread == {0: 1, 1: 1, 2: -2}
    far = validators.stepped(60)
    assert by_place(far) == {0: -102 + 61, 1: 61, 2: -20}
    lighter = far.updated({2: 0}, {})
    # 102 apart over a window of 4: divided by 26, towards zero, to -1 and 2; centred on 0.
    assert by_place(lighter) == {0: -1, 1: 2}


def test_a_changed_power_keeps_its_priority_and_a_leaver_is_gone() -> None:
    validators = set_of(5, 4, 3).stepped(2)
    before = by_place(validators)
    changed = validators.updated({1: 6}, {})
    assert changed.roster.powers == (6, 5, 3)
    mean = sum(before.values()) // 3
    assert by_place(changed) == {place: value - mean for place, value in before.items()}
    assert set(by_place(validators.updated({1: 0}, {}))) == {0, 2}


def test_somebody_must_stay_and_power_is_bounded() -> None:
    with pytest.raises(ProtocolError, match="no validator would be left"):
        set_of(1, 2).updated({0: 0, 1: 0}, {})
    assert set_of(MOST_TOTAL_POWER).roster.total == MOST_TOTAL_POWER
    with pytest.raises(ProtocolError, match="is more than"):
        set_of(MOST_TOTAL_POWER, 1)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=21))
def test_turns_follow_power_over_a_whole_period(powers: list[int]) -> None:
    """In as many blocks as there is power, each proposes as often as its power, give or take one."""
    total = sum(powers)
    turns = Counter(proposers(set_of(*powers), total))
    assert all(abs(turns[place] - power) <= 1 for place, power in enumerate(powers))


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 10**6), min_size=2, max_size=9),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 10**6)), max_size=12),
)
def test_priorities_stay_centred_and_within_their_window(
    powers: list[int], changes: list[tuple[int, int]]
) -> None:
    validators = set_of(*powers)
    for place, power in changes:
        members = set(validators.roster.places)
        if not power and members <= {place}:
            continue
        if not power and place not in members:
            continue
        validators = validators.updated({place: power}, {place: bytes([place + 1])})
        spread = max(validators.priorities) - min(validators.priorities)
        assert spread <= 2 * validators.roster.total
        assert 0 <= sum(validators.priorities) < len(validators.priorities)
        validators = validators.stepped(1)


def test_a_round_further_is_a_step_further() -> None:
    validators = set_of(5, 3, 2)
    assert validators.stepped(3) == validators.stepped(1).stepped(1).stepped(1)
