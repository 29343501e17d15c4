"""Draws are pure functions of their names, uniform where they say so, and word for word NumPy's Philox."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance import Chance, Stream, philox_block

WORDS = st.integers(0, 2**64 - 1)


@pytest.fixture
def stream() -> Stream:
    return Chance(20181001).stream("tests")


def chi_square(counts: Counter[int], expected: list[float]) -> float:
    return sum((counts[index] - share) ** 2 / share for index, share in enumerate(expected))


# Random123's own known answers for philox4x64-10 (kat_vectors).
@pytest.mark.parametrize(
    ("key", "counter", "block"),
    [
        ((0, 0), (0, 0, 0, 0), "16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b"),
        (
            (2**64 - 1,) * 2,
            (2**64 - 1,) * 4,
            "87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0",
        ),
    ],
)
def test_philox_gives_the_published_answers(
    key: tuple[int, int], counter: tuple[int, int, int, int], block: str
) -> None:
    assert philox_block(key, counter) == tuple(int(word, 16) for word in block.split())


@given(st.tuples(WORDS, WORDS), st.tuples(st.integers(1, 2**64 - 1), WORDS, WORDS, WORDS))
def test_philox_equals_numpy(key: tuple[int, int], counter: tuple[int, int, int, int]) -> None:
    before = counter[0] - 1 | counter[1] << 64 | counter[2] << 128 | counter[3] << 192
    generator = np.random.Philox(key=key[0] | key[1] << 64, counter=before)

    assert philox_block(key, counter) == tuple(int(word) for word in generator.random_raw(4))


@given(st.text(max_size=8), st.integers(0, 2**64 - 1), st.integers(0, 300))
def test_long_and_short_draws_of_octets_are_one_sequence(entity: str, ordinal: int, length: int) -> None:
    stream = Chance(1).stream("octets")

    drawn = stream.octets(entity, ordinal, length)

    assert len(drawn) == length
    assert drawn == stream.octets(entity, ordinal, 300)[:length]
    assert drawn[:40] == stream.octets(entity, ordinal, min(length, 40))


def test_other_streams_and_entities_shift_nobody() -> None:
    def journey(chance: Chance, entities: list[str], streams: list[str]) -> dict[tuple[str, str, int], int]:
        return {
            (name, entity, ordinal): chance.stream(name).integer(entity, ordinal, 10**9)
            for ordinal in range(3)
            for entity in entities
            for name in streams
        }

    before = journey(Chance(7), ["p1", "p2"], ["visits"])
    after = journey(Chance(7), ["newcomer", "p2", "p1"], ["spam", "visits"])

    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after)


@pytest.mark.parametrize("other", [Chance(8), Chance(7, replication=1), Chance(71)])
def test_another_seed_or_replication_is_another_world(other: Chance) -> None:
    ours = [Chance(7).stream("visits").integer("p1", ordinal, 10**9) for ordinal in range(5)]

    assert ours != [other.stream("visits").integer("p1", ordinal, 10**9) for ordinal in range(5)]


def test_seed_and_replication_cannot_be_confused() -> None:
    assert Chance(1, 11).stream("x") != Chance(11, 1).stream("x")
    assert Chance(1, 1).stream("1/x") != Chance(1).stream("1/1/x")


def test_an_entity_may_be_a_number_or_a_name(stream: Stream) -> None:
    assert stream.octets(5, 0, 16) != stream.octets("5", 0, 16)
    assert stream.octets(5, 0, 16) == stream.octets(5, 0, 16)


def test_a_stream_hides_its_key(stream: Stream) -> None:
    assert str(stream.key[0]) not in repr(stream)


def test_integers_are_uniform(stream: Stream) -> None:
    counts = Counter(stream.integer(f"p{n}", n % 3, 10) for n in range(20_000))

    assert chi_square(counts, [2_000.0] * 10) < 33.7  # 99.99 % quantile at 9 degrees of freedom


def test_integers_without_modulo_bias_where_half_the_words_are_rejected(stream: Stream) -> None:
    below = 2**63 + 1
    drawn = [stream.integer("wide", n, below) for n in range(4_000)]

    assert max(drawn) < below
    assert chi_square(Counter(3 * value // below for value in drawn), [4_000 / 3] * 3) < 18.4


@given(st.integers(0, 2**32), st.integers(1, 2**200))
def test_integers_stay_below(ordinal: int, below: int) -> None:
    assert 0 <= Chance(3).stream("wide").integer("e", ordinal, below) < below


def test_integers_beyond_one_word_use_their_whole_range(stream: Stream) -> None:
    drawn = [stream.integer("huge", n, 3 << 100) for n in range(3_000)]

    assert chi_square(Counter(value >> 100 for value in drawn), [1_000.0] * 3) < 18.4
    assert len({value & 2**64 - 1 for value in drawn}) == 3_000


def test_uniform_values_are_multiples_of_a_billionth_below_one(stream: Stream) -> None:
    drawn = [stream.uniform("u", n) for n in range(5_000)]

    assert all(0 <= value < 1 and value == round(value, 9) for value in drawn)
    assert chi_square(Counter(int(10 * value) for value in drawn), [500.0] * 10) < 33.7


@pytest.mark.parametrize("probability", [0.0, 1e-4, 0.02, 0.5, 0.999, 1.0])
def test_things_happen_as_often_as_they_should(stream: Stream, probability: float) -> None:
    count = 20_000
    happened = sum(stream.happens(n, 0, probability) for n in range(count))
    deviation = math.sqrt(count * probability * (1 - probability))

    assert abs(happened - count * probability) <= 4 * deviation


def test_octets_are_uniform(stream: Stream) -> None:
    counts = Counter(stream.octets("noise", 0, 100_000)) + Counter(
        b"".join(stream.octets("salt", n, 32) for n in range(3_125))
    )

    assert chi_square(counts, [200_000 / 256] * 256) < 348  # 99.99 % quantile at 255 degrees of freedom


def test_weights_decide_shares_and_nothing_weighs_nothing(stream: Stream) -> None:
    counts = Counter(stream.weighted("w", n, [1, 0, 3, 6]) for n in range(10_000))

    assert counts[1] == 0
    assert chi_square(Counter({0: counts[0], 1: counts[2], 2: counts[3]}), [1e3, 3e3, 6e3]) < 18.4


def kolmogorov_distance(drawn: list[float], cumulative: list[float]) -> float:
    """Largest gap between the empirical distribution of sorted `drawn` and the theoretical values there."""
    count = len(drawn)
    return max(max(abs(n / count - c), abs((n + 1) / count - c)) for n, c in enumerate(cumulative))


LIMIT_OF_5000 = 2.23 / math.sqrt(5_000)
"""Kolmogorov's distance of 5,000 draws stays below this with a probability of 99.99 %."""


def test_exponential_values_follow_their_law(stream: Stream) -> None:
    drawn = sorted(stream.exponential("e", n, 30.0) for n in range(5_000))

    assert kolmogorov_distance(drawn, [1 - math.exp(-value / 30) for value in drawn]) < LIMIT_OF_5000
    assert all(value > 0 and value == round(value, 9) for value in drawn)


def test_normal_values_follow_their_law(stream: Stream) -> None:
    drawn = sorted(stream.normal("n", n, 10.0, 2.0) for n in range(5_000))
    cumulative = [0.5 * (1 + math.erf((value - 10) / 2 / math.sqrt(2))) for value in drawn]

    assert kolmogorov_distance(drawn, cumulative) < LIMIT_OF_5000


def test_lognormal_values_follow_their_law(stream: Stream) -> None:
    drawn = sorted(stream.lognormal("l", n, 20.0, 0.5) for n in range(5_000))
    cumulative = [0.5 * (1 + math.erf(math.log(value / 20) / 0.5 / math.sqrt(2))) for value in drawn]

    assert kolmogorov_distance(drawn, cumulative) < LIMIT_OF_5000


def test_every_order_is_equally_likely(stream: Stream) -> None:
    counts = Counter("".join(stream.shuffled("s", n, "abcd")) for n in range(4_800))

    assert len(counts) == 24
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 55  # 99.98 % at 23 degrees of freedom


@pytest.mark.parametrize("length", [2, 11, 12, 13, 40, 500])
def test_however_words_are_made_the_order_is_the_same(
    stream: Stream, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_usual = stream.shuffled("s", 7, range(length))
    monkeypatch.setattr("sim.chance._NUMPY_PAYS_FROM_WORDS", 2**64)

    assert stream.shuffled("s", 7, range(length)) == as_usual


def test_shuffling_leaves_the_original_alone(stream: Stream) -> None:
    items = list(range(50))

    assert sorted(stream.shuffled("s", 0, items)) == items == list(range(50))
    assert stream.shuffled("s", 0, []) == []


def test_impossible_draws_are_refused(stream: Stream) -> None:
    with pytest.raises(ValueError, match="below at least 1, got 0"):
        stream.integer("e", 0, 0)
    with pytest.raises(ValueError, match=r"between 0 and 1, got 1\.5"):
        stream.happens("e", 0, 1.5)
    with pytest.raises(ValueError, match="between 0 and 1, got nan"):
        stream.happens("e", 0, math.nan)
    with pytest.raises(ValueError, match="at least 0, got -1"):
        stream.octets("e", 0, -1)
    with pytest.raises(ValueError, match="an ordinal"):
        stream.integer("e", -1, 5)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_impossible_weights_are_refused(stream: Stream, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        stream.weighted("e", 0, weights)
