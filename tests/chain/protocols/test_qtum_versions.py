"""One book for many states: whatever was asked before, each state has its own coins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.draws import Draws
from chain.protocols.protocol import Staker
from chain.protocols.qtum import versions
from chain.protocols.qtum.coins import Change, Coin, CoinBook
from chain.protocols.qtum.delegation import Delegations
from chain.protocols.qtum.parameters import QTUM_2021, QtumParameters
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum.versions import BookAt
from chain.protocols.qtum_2018 import Qtum2018
from chain.protocols.qtum_2021 import Qtum2021
from chain.units import SATOSHI_PER_QTUM

MATURITY = 3
Everything = tuple[object, ...]


def open_book() -> CoinBook:
    """Two who stake themselves, of whom the first is a super-staker, and two who delegate to it."""
    book = CoinBook(4, MATURITY, 100, Delegations((0, 1, 0, 0), 100, 60))
    for owner, values_sat in enumerate([(500, 120, 90), (300, 99, 7), (200, 61, 59), (150, 100)]):
        for value_sat in values_sat:
            book.open_coin(owner, value_sat, 0, 1_000, b"versions")
    book.count_from(0)
    return book


def everything(book: CoinBook, number: int) -> Everything:
    """What a book says, with the order in which its coins are drawn."""
    return (
        list(book.coins()),
        list(book.mature_coins()),
        book.class_sat.copy(),
        book.owner_sat.copy(),
        book.producer_mature_sat.copy(),
        (book.total_sat, book.mature_sat, book.drawable_sat, book.next_serial, book.largest_sat),
        book.digest,
        book.mature_sat_blocks(number),
        [book.small_coins(owner, other_than=b"", limit=99) for owner in range(4)],
    )


def step(at: BookAt, number: int, draws: Draws) -> BookAt:
    """Follow with a block that spends and rests what a block may, at random."""
    book = at.book()
    delegations = book.delegations
    assert delegations is not None
    spent: list[Coin] = []
    rested: list[Coin] = []
    outputs = [(draws.below(4), 1 + draws.below(250))]
    if book.mature_sat:
        kernel = book.draw(draws)
        while not delegations.may_stake(kernel):
            kernel = book.draw(draws)
        companion = delegations.companion_of(kernel)
        spent, rested = ([kernel], []) if companion is None else ([companion], [kernel])
        outputs += [(coin.owner, coin.value_sat) for coin in spent]
    return at.followed(number, 1_000 + number, bytes([number, draws.below(256)]) * 16, outputs, spent, rested)


@settings(max_examples=60)
@given(
    seed=st.binary(min_size=4, max_size=4),
    choices=st.lists(st.integers(0, 10**6), max_size=40),
    far_blocks=st.sampled_from([0, 1, 3, 32]),
)
def test_every_state_of_a_tree_keeps_its_coins_whatever_is_asked(
    seed: bytes, choices: list[int], far_blocks: int
) -> None:
    with patch.object(versions, "FAR_BLOCKS", far_blocks):
        _play(Draws(seed), choices)


def _play(draws: Draws, choices: list[int]) -> None:
    opening = BookAt(open_book())
    known = [(0, opening, everything(opening.book(), 0))]
    for choice in choices:
        number, parent, _before = known[choice % len(known)]
        follower = step(parent, number + 1, draws)
        known.append((number + 1, follower, everything(follower.book(), number + 1)))
        number, asked, expected = known[choice // 7 % len(known)]
        assert everything(asked.book(), number) == expected
    for number, asked, expected in known:
        assert everything(asked.book(), number) == expected


@settings(max_examples=30)
@given(seed=st.binary(min_size=4, max_size=4), blocks=st.integers(1, 12))
def test_sums_equal_a_full_scan_with_delegation_too(seed: bytes, blocks: int) -> None:
    draws, at, summed = Draws(seed), BookAt(open_book()), [0] * 4
    for number in range(1, blocks + 1):
        book = at.book()
        summed = [total + now for total, now in zip(summed, book.producer_mature_sat, strict=True)]
        at = step(at, number, draws)
        book = at.book()
        coins, mature = list(book.coins()), list(book.mature_coins())
        delegations = book.delegations
        assert delegations is not None
        assert book.mature_sat_blocks(number) == summed
        assert book.mature_sat == sum(coin.value_sat for coin in mature) == sum(book.producer_mature_sat)
        assert book.drawable_sat == sum(book.class_sat) >= book.mature_sat
        assert book.total_sat == sum(coin.value_sat for coin in coins) == sum(book.owner_sat)
        assert len({coin.serial for coin in coins}) == len(coins)
        companions = sorted(coin for coin in mature if coin.owner == 0 and coin.value_sat >= 100)
        assert delegations.companions == {0: companions}
        for coin in coins:
            delegated = coin.owner >= 2
            assert (coin in delegations.idle) == (
                delegated and coin.value_sat < 60 and coin not in _resting(book)
            )
            if coin in mature and delegated:
                assert companions
                assert coin.value_sat >= 60
        for producer in range(2):
            weight_sat = sum(c.value_sat for c in mature if delegations.producers[c.owner] == producer)
            assert book.producer_mature_sat[producer] == weight_sat


def _resting(book: CoinBook) -> list[Coin]:
    return [coin for _number, block in book._maturing for coin in block]


def test_a_rest_shows_in_the_digest_and_ends_after_maturity() -> None:
    at = BookAt(open_book())
    book = at.book()
    kernel = next(coin for coin in book.coins() if coin.owner == 2 and coin.value_sat == 200)
    companion = next(coin for coin in book.coins() if coin.value_sat == 120)
    before = book.digest
    rested = at.followed(1, 1_016, b"r" * 32, [(0, 120)], [companion], [kernel])
    spent_only = at.followed(1, 1_016, b"r" * 32, [(0, 120)], [companion], [])
    assert len({before, rested.book().digest, spent_only.book().digest}) == 3
    for number in range(2, MATURITY + 2):
        may_win_next = kernel in rested.book().mature_coins()
        assert may_win_next == (number >= 1 + MATURITY)
        rested = rested.followed(number, 1_000 + 16 * number, bytes([number]) * 32, [], [], [])
        spent_only = spent_only.followed(number, 1_000 + 16 * number, bytes([number]) * 32, [], [], [])
    assert rested.book().digest == spent_only.book().digest
    assert rested.book().owner_sat[2] == 320


def test_a_shifted_book_keeps_rests_and_companions() -> None:
    at = BookAt(open_book())
    kernel = next(coin for coin in at.book().coins() if coin.owner == 2 and coin.value_sat == 200)
    companion = next(coin for coin in at.book().coins() if coin.value_sat == 120)
    book = at.followed(1, 1_016, b"r" * 32, [(0, 120)], [companion], [kernel]).book()
    moved = book.shifted(160)
    assert sorted(moved.coins()) == [c._replace(time_s=c.time_s + 160) for c in sorted(book.coins())]
    assert list(moved.mature_coins()) == [c._replace(time_s=c.time_s + 160) for c in book.mature_coins()]
    assert moved.digest != book.digest
    assert moved.shifted(-160).digest == book.digest
    assert moved.delegations is not None
    assert moved.delegations.companions[0] == [
        coin for coin in sorted(moved.mature_coins()) if coin.owner == 0 and coin.value_sat >= 100
    ]


MINIATURE = QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18)
MINIATURE_2021 = replace(QTUM_2021, maturity_blocks=10)


def open_states() -> list[tuple[Qtum2018 | Qtum2021, QtumState]]:
    opened: list[tuple[Qtum2018 | Qtum2021, QtumState]] = []
    for protocol, number, delegates in (
        (Qtum2018(parameters=MINIATURE), 250_000, None),
        (Qtum2021(parameters=MINIATURE_2021), 850_000, "s0"),
    ):
        stakers = [
            Staker(
                f"s{owner}",
                bytes([owner + 1]) * 20,
                tuple(value * SATOSHI_PER_QTUM for value in coins),
                delegates if owner == 3 else None,
            )
            for owner, coins in enumerate([[5_000] * 6, [1_000] * 6, [300, 50, 40], [4_000] * 3])
        ]
        state = protocol.opening_state(
            stakers, number=number, timestamp_s=1_538_319_608, burn_in_blocks=40, seed=b"\x01" * 32
        )
        opened.append((protocol, state))
    return opened


@pytest.mark.parametrize(("protocol", "opening"), open_states(), ids=["2018", "2021"])
def test_two_follow_ups_of_one_state_are_independent(protocol: Qtum2018, opening: QtumState) -> None:
    """Two branches grown by turns equal the same branches grown alone, from states asked for in any order."""

    def grow(place: int, blocks: int) -> list[bytes]:
        state, roots = opening, []
        for _ in range(blocks):
            contenders = protocol.contenders(state)
            proposal = [next(contenders) for _ in range(place + 1)][place]
            state, _payouts = protocol.apply(state, proposal, place)
            roots.append(protocol.state_root(state))
        return roots

    before = protocol.state_root(opening)
    alone = [grow(0, 30), grow(2, 30)]
    tips, roots = [opening, opening], [list[bytes](), list[bytes]()]
    for _ in range(30):
        for branch, place in enumerate((0, 2)):
            contenders = protocol.contenders(tips[branch])
            proposal = [next(contenders) for _ in range(place + 1)][place]
            tips[branch], _payouts = protocol.apply(tips[branch], proposal, place)
            roots[branch].append(protocol.state_root(tips[branch]))
    assert roots == alone
    assert not set(roots[0]) & set(roots[1])
    assert protocol.state_root(opening) == before
    assert protocol.weight(opening) == 0 < protocol.weight(tips[0])


def test_a_chain_is_the_same_however_often_its_book_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def roots() -> list[bytes]:
        protocol, state = open_states()[1]
        seen = []
        for _ in range(50):
            state, _payouts = protocol.apply(state, protocol.next_proposal(state), 3)
            seen.append(protocol.state_root(state))
        return seen

    shared = roots()
    monkeypatch.setattr(versions, "SHARED_BLOCKS", 7)
    assert roots() == shared


def test_whoever_keeps_a_state_keeps_a_bounded_number_of_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "SHARED_BLOCKS", 7)
    protocol, opening = open_states()[0]
    kept, state = opening.book, opening
    for _ in range(40):
        state, _payouts = protocol.apply(state, protocol.next_proposal(state), 0)
    steps = 0
    while kept._nearer is not None:
        kept, steps = kept._nearer, steps + 1
    assert steps <= 7
    assert kept is not state.book


def test_two_long_branches_that_grow_by_turns_do_not_walk_from_tip_to_tip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a network is split, every block asks for the coins of both tips."""
    steps = 0

    def counted(method: Callable[[CoinBook, Change], object]) -> Callable[[CoinBook, Change], object]:
        def step(book: CoinBook, change: Change) -> object:
            nonlocal steps
            steps += 1
            return method(book, change)

        return step

    for name in ("undo", "redo"):
        monkeypatch.setattr(CoinBook, name, counted(getattr(CoinBook, name)))
    draws = Draws(b"split")
    tips = [BookAt(open_book())] * 2
    for number in range(1, 201):
        tips = [step(tip, number, draws) for tip in tips]
    near = versions.FAR_BLOCKS
    # As long as both tips are near it walks; then once there, and back; then never again.
    assert near * near / 4 < steps < 2 * near * near
