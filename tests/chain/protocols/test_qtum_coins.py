"""The coin book: what is there, what may stake, and draws in proportion to value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.draws import Draws
from chain.protocols.qtum.book import Book, NewBook
from chain.protocols.qtum.coins import Coin, coin_digest

MATURITY = 3
SMALL_BELOW_SAT = 100


OpenBook = Callable[..., Book]


@pytest.fixture(scope="module")
def open_book(new_book: NewBook) -> OpenBook:
    def opened(*values_sat: int, owners: int = 2) -> Book:
        book = new_book(owners, MATURITY, SMALL_BELOW_SAT)
        for position, value_sat in enumerate(values_sat):
            book.open_coin(position % owners, value_sat, 0, 1_000, b"origin")
        return book

    return opened


def check_sums(book: Book) -> None:
    """Everything a book keeps up to date must equal a full scan."""
    coins, mature = list(book.coins()), list(book.mature_coins())
    assert book.total_sat == sum(coin.value_sat for coin in coins)
    assert (
        book.mature_sat == sum(coin.value_sat for coin in mature) == sum(book.class_sat) == book.drawable_sat
    )
    assert book.digest == sum(map(coin_digest, coins)) % 2**256
    assert book.largest_sat >= max((coin.value_sat for coin in mature), default=0)
    assert len({coin.serial for coin in coins}) == len(coins)
    assert len({(coin.transaction, coin.output) for coin in coins}) == len(coins)
    for owner in range(len(book.owner_sat)):
        assert book.owner_sat[owner] == sum(coin.value_sat for coin in coins if coin.owner == owner)
        of_owner = [coin for coin in mature if coin.owner == owner]
        assert book.producer_mature_sat[owner] == sum(coin.value_sat for coin in of_owner)
        small = sorted(coin for coin in of_owner if coin.value_sat < SMALL_BELOW_SAT)
        assert book.small_coins(owner, other_than=b"", limit=10**6) == small


def test_coins_mature_after_the_set_number_of_blocks_and_not_before(open_book: OpenBook) -> None:
    book = open_book(500)
    for number in range(1, MATURITY + 2):
        outputs = [(1, 70)] if number == 1 else []
        book.close_block(number, 1_000 + 16 * number, bytes([number]) * 32, outputs)
        may_stake_next = [coin.value_sat for coin in book.mature_coins()]
        assert (70 in may_stake_next) == (number + 1 >= 1 + MATURITY)
        check_sums(book)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 400)), max_size=12), st.data())
def test_sums_equal_a_full_scan_whatever_happens(
    open_book: OpenBook, outputs: list[tuple[int, int]], data: st.DataObject
) -> None:
    book = open_book(500, 99, 100, 7, 63, 64)
    for number in range(1, 9):
        victim = data.draw(st.sampled_from(sorted(book.mature_coins())))
        book.spend(victim, number)
        made = outputs[number : number + 2]
        book.close_block(number, 1_000 + number, bytes([number]) * 32, [*made, (0, victim.value_sat)])
        check_sums(book)
        if not book.mature_sat:
            break


def test_a_copy_changes_apart(open_book: OpenBook) -> None:
    book = open_book(500, 50)
    digest, twin = book.digest, book.copy()
    twin.spend(next(twin.mature_coins()), 1)
    twin.close_block(1, 1_016, b"t" * 32, [(0, 9)])
    assert book.digest == digest != twin.digest
    check_sums(book)
    check_sums(twin)


def test_the_digest_does_not_depend_on_the_way(open_book: OpenBook) -> None:
    kept = open_book(500, 50)
    twin = open_book(500, 50, 60)
    assert twin.digest != kept.digest
    twin.spend(sorted(twin.mature_coins())[-1], 1)
    assert twin.digest == kept.digest


def test_what_is_not_mature_cannot_be_spent(open_book: OpenBook) -> None:
    book = open_book(500)
    coin = next(book.mature_coins())
    book.spend(coin, 1)
    with pytest.raises(KeyError):
        book.spend(coin, 1)
    book.close_block(1, 1_016, b"t" * 32, [(0, 500)])
    unripe = next(book.coins())
    with pytest.raises(KeyError):
        book.spend(unripe, 2)


def test_small_coins_come_oldest_first_without_those_of_the_kernel_transaction(new_book: NewBook) -> None:
    book = new_book(1, 1, SMALL_BELOW_SAT)
    for number in range(1, 5):
        book.close_block(number, number, bytes([number]) * 32, [(0, 10 * number), (0, 100)])
    found = book.small_coins(0, other_than=bytes([2]) * 32, limit=2)
    assert [coin.value_sat for coin in found] == [10, 30]


def test_the_draw_is_proportional_to_value(
    open_book: OpenBook, chi_square_bound: Callable[[int], float]
) -> None:
    values_sat = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 255, 256, 257]
    book, rounds = open_book(*values_sat), 20_000
    draws = Draws(b"proportional")
    counts = Counter(book.draw(draws).value_sat for _ in range(rounds))
    total = sum(values_sat)
    distance = sum(
        (counts[value] - rounds * value / total) ** 2 / (rounds * value / total) for value in values_sat
    )
    assert distance < chi_square_bound(len(values_sat) - 1)


def test_mature_weight_is_summed_over_blocks(open_book: OpenBook) -> None:
    book = open_book(500, 300, 200, 100, 90, 80)
    book.count_from(0)
    summed = [0, 0]
    for number in range(1, 8):
        summed = [total + now for total, now in zip(summed, book.producer_mature_sat, strict=True)]
        coin = book.draw(Draws(bytes([number])))
        book.spend(coin, number)
        book.close_block(
            number, number, bytes([number]) * 32, [(coin.owner, 1), (coin.owner, coin.value_sat - 1)]
        )
        assert book.mature_sat_blocks(number) == summed
    assert summed[0] > 0 < summed[1]


def test_moving_in_time_changes_times_alone(open_book: OpenBook) -> None:
    book = open_book(500, 50)
    book.close_block(1, 2_000, b"t" * 32, [(0, 9)])
    moved = book.shifted(160)
    assert sorted(moved.coins()) == [_later(coin) for coin in sorted(book.coins())]
    check_sums(moved)


def _later(coin: Coin) -> Coin:
    return coin._replace(time_s=coin.time_s + 160)
