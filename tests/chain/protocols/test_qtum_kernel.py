"""The stake kernel: both kinds against the law they share, with coins so large that ties abound."""

from __future__ import annotations

import bisect
import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import pytest

from chain.draws import Draws
from chain.logarithm import ONE
from chain.protocols.qtum.coins import CoinBook
from chain.protocols.qtum.kernel import (
    MOMENT_BITS,
    Win,
    clock_ratio,
    hashed_wins,
    kernel_prefix,
    sampled_wins,
)
from chain.protocols.qtum.versions import BookAt

VALUES_SAT = (600, 300, 100, 50, 10)
TARGET = 2**256 // 1_000
ROUNDS = 12_000
LAST_STEP = 4
Outcome = tuple[int, int]
Race = Callable[[CoinBook, int], Iterator[Win]]


def open_book(*values_sat: int) -> CoinBook:
    book = CoinBook(len(values_sat), 10, 0)
    for owner, value_sat in enumerate(values_sat):
        book.open_coin(owner, value_sat, 0, 1_600, b"kernel")
    return book


def law(chances: tuple[float, ...]) -> dict[Outcome, float]:
    """Chance of each (steps, winner); the last step stands for all later ones."""
    rates = [-math.log1p(-chance) for chance in chances]
    none = math.exp(-sum(rates))
    return {
        (step, owner): rate / sum(rates) * none ** (step - 1) * (1.0 if step == LAST_STEP else 1 - none)
        for step in range(1, LAST_STEP + 1)
        for owner, rate in enumerate(rates)
    }


def sampled_race(book: CoinBook, round_: int) -> Iterator[Win]:
    return sampled_wins(BookAt(book), TARGET, Draws(round_.to_bytes(4, "big")))


def hashed_race(book: CoinBook, round_: int) -> Iterator[Win]:
    modifier = hashlib.sha256(round_.to_bytes(4, "big")).digest()
    return hashed_wins(BookAt(book), TARGET, modifier, 1_600, 16)


def sampled(book: CoinBook, round_: int) -> Outcome:
    win = next(sampled_race(book, round_))
    return min(win.steps, LAST_STEP), win.coin.owner


def hashed(book: CoinBook, round_: int) -> Outcome:
    win = next(hashed_race(book, round_))
    return min(win.steps, LAST_STEP), win.coin.owner


def distance(counts: Mapping[Outcome, int], expected: Mapping[Outcome, float]) -> float:
    return sum((counts[key] - ROUNDS * share) ** 2 / (ROUNDS * share) for key, share in expected.items())


@pytest.mark.parametrize("kernel", [sampled, hashed])
def test_interval_and_winner_follow_the_law(
    kernel: Callable[[CoinBook, int], Outcome], chi_square_bound: Callable[[int], float]
) -> None:
    expected = law(tuple(value / 1_000 for value in VALUES_SAT))
    book = open_book(*VALUES_SAT)
    counts = Counter(kernel(book, round_) for round_ in range(ROUNDS))
    assert distance(counts, expected) < chi_square_bound(len(expected) - 1)


def test_the_law_without_ties_would_be_told_apart(chi_square_bound: Callable[[int], float]) -> None:
    """The adjacent wrong rule, winners in proportion to value, is far outside the same bound."""
    right = law(tuple(value / 1_000 for value in VALUES_SAT))
    by_step = {step: sum(right[step, owner] for owner in range(5)) for step in range(1, LAST_STEP + 1)}
    wrong = {(step, owner): by_step[step] * VALUES_SAT[owner] / sum(VALUES_SAT) for step, owner in right}
    book = open_book(*VALUES_SAT)
    counts = Counter(sampled(book, round_) for round_ in range(ROUNDS))
    assert distance(counts, wrong) > 2 * chi_square_bound(len(wrong) - 1)


def test_a_bound_on_the_largest_coin_that_is_too_wide_changes_nothing(
    chi_square_bound: Callable[[int], float],
) -> None:
    book = open_book(950, *VALUES_SAT[1:])
    book.spend(next(coin for coin in book.mature_coins() if coin.value_sat == 950), 1)
    assert book.largest_sat == 950
    expected = {
        (step, owner + 1): share
        for (step, owner), share in law(tuple(value / 1_000 for value in VALUES_SAT[1:])).items()
    }
    counts = Counter(sampled(book, round_) for round_ in range(ROUNDS))
    assert distance(counts, expected) < chi_square_bound(len(expected) - 1)


def test_the_hashed_kernel_does_what_the_rule_says() -> None:
    """Against a plain recomputation: SHA-256 twice, little-endian, at most target times value."""
    book = open_book(30, 20, 10)
    modifier = b"\x07" * 32
    steps, _moment, winner = next(hashed_wins(BookAt(book), TARGET, modifier, 1_600, 16))
    for step in range(1, steps + 1):
        rang = {}
        for coin in book.mature_coins():
            text = modifier + (1_600).to_bytes(4, "little") + coin.transaction + bytes(4)
            text += (1_600 + 16 * step).to_bytes(4, "little")
            proof = int.from_bytes(hashlib.sha256(hashlib.sha256(text).digest()).digest(), "little")
            if proof <= TARGET * coin.value_sat:
                rang[coin] = math.log1p(-proof / 2**256) / math.log1p(-coin.value_sat / 1_000)
        assert bool(rang) == (step == steps)
    assert winner == min(rang, key=lambda coin: rang[coin])


def test_the_hash_covers_modifier_time_and_outpoint() -> None:
    coin = next(open_book(5).mature_coins())._replace(output=3)
    assert kernel_prefix(coin, b"m" * 32) == b"m" * 32 + b"\x40\x06\0\0" + coin.transaction + b"\x03\0\0\0"


@pytest.mark.parametrize("kernel", [sampled, hashed])
def test_certain_winners_share_by_their_capped_rates(kernel: Callable[[CoinBook, int], Outcome]) -> None:
    """Both coins win every step; capped at the same chance, they have the same rate whatever their value."""
    book = open_book(1_000, 4_000)
    rounds = 1_000
    counts = Counter(kernel(book, round_) for round_ in range(rounds))
    assert {step for step, _owner in counts} == {1}
    assert abs(counts[1, 0] - rounds / 2) < 4 * math.sqrt(rounds) / 2


def test_the_clock_ratio_rises_with_the_chance_until_the_cap() -> None:
    shares = [0, 2**200, 2**250, 2**255, 2**256 - 2**200, 2**256, 2**257]
    ratios = [clock_ratio(winning) for winning in shares]
    assert ratios[:6] == sorted(ratios[:6])
    assert ratios[0] == ONE
    assert ratios[5] / ONE == pytest.approx(64 * math.log(2))
    assert ratios[6] == ratios[5] // 2


def test_a_tiny_rate_waits_long_instead_of_failing() -> None:
    assert next(sampled_wins(BookAt(open_book(1)), 2**100, Draws(b"rare"))).steps > 2**140


def test_without_mature_coins_nobody_wins() -> None:
    book = open_book()
    book.close_block(1, 1_616, b"t" * 32, [])
    assert not list(sampled_race(book, 1))
    assert not list(hashed_race(book, 1))


def pair_law(chances: tuple[float, ...]) -> dict[tuple[int, int, int], float]:
    """Chance of each (first owner, steps between, second owner) among the first two wins on one state.

    In a step each coin wins with its own chance, and those that do come in the order of their clocks. Of clocks
    that ring within a step the order is that of exponential times cut at the step's end: here by integration.
    """
    points = 4_000
    rates = [-math.log1p(-chance) for chance in chances]
    owners = range(len(chances))
    none = math.prod(1 - chance for chance in chances)
    together = dict.fromkeys([(a, b) for a in owners for b in owners if a != b], 0.0)
    alone, last = dict.fromkeys(owners, 0.0), dict.fromkeys(owners, 0.0)
    for a in owners:
        others = math.prod(1 - chances[other] for other in owners if other != a)
        alone[a] = chances[a] * others / (1 - none)
    for at in range(points):
        time = (at + 0.5) / points
        for a, b in together:
            # b rings at `time`, a before it, nobody else before it
            quiet = math.exp(-sum(rates[other] for other in owners if other not in (a, b)) * time)
            density = rates[b] * math.exp(-rates[b] * time) * -math.expm1(-rates[a] * time)
            together[a, b] += density * quiet / points / (1 - none)
    for a in owners:
        last[a] = rates[a] / sum(rates)
    expected = {(a, 0, b): share for (a, b), share in together.items()}
    for a in owners:
        for gap in range(1, LAST_STEP + 1):
            waits = none ** (gap - 1) * (1.0 if gap == LAST_STEP else 1 - none)
            for b in owners:
                expected[a, gap, b] = alone[a] * waits * last[b]
    return expected


@pytest.mark.parametrize("race", [sampled_race, hashed_race])
def test_the_second_win_follows_the_law_too(race: Race, chi_square_bound: Callable[[int], float]) -> None:
    """Time between the first two wins on one state, and who has them: ties and later steps in their true shares."""
    values_sat = (400, 250, 100)
    expected = pair_law(tuple(value / 1_000 for value in values_sat))
    assert sum(expected.values()) == pytest.approx(1, abs=1e-6)
    book, counts = open_book(*values_sat), Counter[tuple[int, int, int]]()
    for round_ in range(ROUNDS):
        wins = race(book, round_)
        first, second = next(wins), next(wins)
        counts[first.coin.owner, min(second.steps - first.steps, LAST_STEP), second.coin.owner] += 1
    measured = sum((counts[key] - ROUNDS * share) ** 2 / (ROUNDS * share) for key, share in expected.items())
    assert sum(counts.values()) == ROUNDS
    assert set(counts) <= set(expected)
    assert measured < chi_square_bound(len(expected) - 1)


@pytest.mark.parametrize("race", [sampled_race, hashed_race])
def test_wins_come_in_order_and_no_coin_wins_a_step_twice(race: Race) -> None:
    book = open_book(1_000, 900, 500, 20)
    for round_ in range(20):
        wins = [win for win, _place in zip(race(book, round_), range(60), strict=False)]
        assert [(win.steps, win.moment) for win in wins] == sorted((win.steps, win.moment) for win in wins)
        assert len({(win.steps, win.coin.serial) for win in wins}) == len(wins)
        assert all(0 <= win.moment < 2**MOMENT_BITS for win in wins)
        certain = [win.steps for win in wins if win.coin.value_sat == 1_000]
        assert certain == list(range(1, len(certain) + 1))


def test_both_kernels_ring_at_the_same_moments_in_distribution() -> None:
    """Two-sample Kolmogorov-Smirnov test of the moments within the step, which are far from uniform here."""
    book = open_book(900, 600)
    moments = [
        sorted(win.moment for round_ in range(2_000) for win in itertools.islice(race(book, round_), 3))
        for race in (sampled_race, hashed_race)
    ]
    size = len(moments[0])
    gap = max(
        abs(bisect.bisect(moments[0], point) - bisect.bisect(moments[1], point)) / size
        for point in range(0, 2**MOMENT_BITS, 2**MOMENT_BITS // 500)
    )
    assert gap < 2.3 * math.sqrt(2 / (size / 3))  # 1 in 20,000; three wins of one race are not independent
