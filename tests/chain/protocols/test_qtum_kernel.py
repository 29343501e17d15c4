"""The stake kernel: both kinds against the law they share, with coins so large that ties abound."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from chain.draws import Draws
from chain.logarithm import ONE
from chain.protocols.protocol import NoEligibleCoins
from chain.protocols.qtum.coins import CoinBook
from chain.protocols.qtum.kernel import clock_ratio, hashed_winner, kernel_prefix, sampled_winner

VALUES_SAT = (600, 300, 100, 50, 10)
TARGET = 2**256 // 1_000
ROUNDS = 12_000
LAST_STEP = 4
Outcome = tuple[int, int]


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


def sampled(book: CoinBook, round_: int) -> Outcome:
    steps, coin = sampled_winner(book, TARGET, Draws(round_.to_bytes(4, "big")))
    return min(steps, LAST_STEP), coin.owner


def hashed(book: CoinBook, round_: int) -> Outcome:
    modifier = hashlib.sha256(round_.to_bytes(4, "big")).digest()
    steps, coin = hashed_winner(book, TARGET, modifier, 1_600, 16)
    return min(steps, LAST_STEP), coin.owner


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
    steps, winner = hashed_winner(book, TARGET, modifier, 1_600, 16)
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
    steps, _coin = sampled_winner(open_book(1), 2**100, Draws(b"rare"))
    assert steps > 2**140


def test_without_mature_coins_both_kernels_say_so() -> None:
    book = open_book()
    book.close_block(1, 1_616, b"t" * 32, [])
    with pytest.raises(NoEligibleCoins, match="none is mature"):
        sampled_winner(book, TARGET, Draws(b""))
    with pytest.raises(NoEligibleCoins, match="none is mature"):
        hashed_winner(book, TARGET, bytes(32), 0, 16)
