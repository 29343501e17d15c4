"""The native book of coins against the reference: whatever happens to both, they say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.engines.choice import new_book
from chain.engines.revm import is_built
from chain.errors import EngineFailure, EngineUnavailable
from chain.protocols.protocol import NoEligibleCoins, Staker
from chain.protocols.qtum import versions
from chain.protocols.qtum.coins import Coin, CoinBook
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.protocol import Qtum
from chain.protocols.qtum.road import Ruled, ruled
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum_2018 import Qtum2018
from chain.units import SATOSHI_PER_QTUM

pytestmark = pytest.mark.skipif(
    not is_built(), reason="the native book is not built here: `make native` builds it (it needs Rust)"
)

FIRST = 5_001

parameters = st.builds(
    QtumParameters,
    maturity_blocks=st.integers(1, 9),
    halving_interval_blocks=st.sampled_from([5, 40, 985_500]),
    shorter_blocks_from=st.just(FIRST),
    shorter_by=st.integers(1, 4),
    first_shared_block=st.integers(FIRST - 3, FIRST + 20),
    last_shared_block=st.integers(FIRST + 5, FIRST + 60),
    reward_parts=st.integers(1, 6),
    oldest_sharer_offset_blocks=st.integers(5, 12),
    late_rules_block=st.integers(FIRST - 3, FIRST + 60),
    split_threshold_sat=st.sampled_from([SATOSHI_PER_QTUM, 200 * SATOSHI_PER_QTUM]),
    combine_threshold_sat=st.sampled_from([0, 3 * SATOSHI_PER_QTUM, 100 * SATOSHI_PER_QTUM]),
    combined_inputs=st.integers(1, 5),
)
values_sat = st.sampled_from([1, 10**8, 10**10]).flatmap(lambda most_sat: st.integers(1, 2 * most_sat))
steps = st.lists(
    st.tuples(
        st.sampled_from(["block", "contender", "idle until", "idle to height", "back"]),
        st.integers(0, 10**4),
    ),
    max_size=25,
)


def seen(protocol: Qtum, state: QtumState) -> tuple[object, ...]:
    """Return all that can be asked of a state and of its coins."""
    coins = state.coins
    return (
        protocol.state_root(state),
        (state.number, state.timestamp_s, state.bits, state.work, state.subsidies_sat, *state.producers),
        list(coins.coins()),
        list(coins.mature_coins()),
        *[list(sums) for sums in (coins.class_sat, coins.owner_sat, coins.producer_mature_sat)],
        (coins.total_sat, coins.mature_sat, coins.drawable_sat, coins.next_serial, coins.largest_sat),
        coins.mature_sat_blocks(state.number),
        coins.digest,
    )


def play(protocol: Qtum, stakers: list[Staker], acts: list[tuple[str, int]]) -> list[object]:
    """Return all that is seen while blocks are made, passed and forked."""
    state = protocol.opening_state(
        stakers, number=FIRST + 2, timestamp_s=10**9, burn_in_blocks=2, seed=bytes(32)
    )
    known, told = [state], list[object](seen(protocol, state))
    for act, number in acts:
        try:
            state, what = _ACTS[act](protocol, state, known, number)
        except NoEligibleCoins as error:
            what = str(error)
        known.append(state)
        told += [what, *seen(protocol, state)]
    return told + [seen(protocol, each) for each in known[::-1]]


def _block(
    protocol: Qtum, state: QtumState, _known: list[QtumState], number: int
) -> tuple[QtumState, object]:
    return protocol.apply(state, protocol.next_proposal(state), number)


def _contender(
    protocol: Qtum, state: QtumState, _known: list[QtumState], number: int
) -> tuple[QtumState, object]:
    contenders = protocol.contenders(state)
    chosen = protocol.next_proposal(state)
    for _ in range(1 + number % 4):
        chosen = next(contenders)
    return protocol.apply(state, chosen, 0)


def _until(
    protocol: Qtum, state: QtumState, _known: list[QtumState], number: int
) -> tuple[QtumState, object]:
    return protocol.advance_idle(state, state.timestamp_s + number)


def _height(
    protocol: Qtum, state: QtumState, _known: list[QtumState], number: int
) -> tuple[QtumState, object]:
    return protocol.advance_idle(state, 10**12, state.number + number % 40)


def _back(
    _protocol: Qtum, _state: QtumState, known: list[QtumState], number: int
) -> tuple[QtumState, object]:
    return known[number % len(known)], None


_ACTS: dict[str, Callable[[Qtum, QtumState, list[QtumState], int], tuple[QtumState, object]]] = {
    "block": _block,
    "contender": _contender,
    "idle until": _until,
    "idle to height": _height,
    "back": _back,
}


@settings(max_examples=60, deadline=None)
@given(
    rules=parameters,
    rich_qtum=st.sampled_from([2, 50, 199, 500]),
    coins_sat=st.lists(st.lists(values_sat, min_size=8, max_size=20), min_size=1, max_size=5),
    acts=steps,
    shared_blocks=st.sampled_from([2, 1_024]),
    far_blocks=st.sampled_from([0, 1, 32]),
)
def test_both_books_lead_every_state_to_the_same(
    rules: QtumParameters,
    rich_qtum: int,
    coins_sat: list[list[int]],
    acts: list[tuple[str, int]],
    shared_blocks: int,
    far_blocks: int,
) -> None:
    # a rich staker more, so that some coin is always ready
    owned = [[rich_qtum * SATOSHI_PER_QTUM] * 60, *coins_sat]
    stakers = [Staker(f"p{index}", bytes([index]) * 20, tuple(each)) for index, each in enumerate(owned)]
    protocol = Qtum2018(parameters=rules)
    with (
        patch.object(versions, "FAR_BLOCKS", far_blocks),
        patch.object(versions, "SHARED_BLOCKS", shared_blocks),
    ):
        native = play(protocol.with_books(new_book("revm")), stakers, acts)
        assert native == play(protocol, stakers, acts)


def book_with_a_coin() -> tuple[Any, Coin]:
    book = new_book("revm")(2, 3, 100)
    book.open_coin(1, 500, 0, 1_000, b"origin")
    return book, next(book.mature_coins())


def test_a_coin_that_is_another_is_refused_by_name() -> None:
    book, coin = book_with_a_coin()
    other = coin._replace(value_sat=501)
    assert book.is_mature(coin)
    assert not book.is_mature(other)
    with pytest.raises(KeyError) as caught:
        book.spend(other, 1)
    assert caught.value.args == (other,)
    with pytest.raises(KeyError):
        book.close_block(1, 1_016, bytes(32), [(0, 1)], [other])
    assert list(book.coins()) == [coin]


def test_bad_arguments_leave_the_book_as_it_was() -> None:
    book, coin = book_with_a_coin()
    before = book.digest
    with pytest.raises(IndexError, match="owner 2 of 2"):
        book.open_coin(2, 1, 0, 0, b"")
    with pytest.raises(IndexError, match="owner 7 of 2"):
        book.close_block(1, 1_016, bytes(32), [(7, 1)])
    with pytest.raises(IndexError, match="owner 3 of 2"):
        book.small_coins(3, other_than=b"", limit=1)
    with pytest.raises(ValueError, match="32 bytes, got 3"):
        book.close_block(1, 1_016, b"abc", [(0, 1)])
    with pytest.raises(ValueError, match="delegated"):
        book.close_block(1, 1_016, bytes(32), [(0, 1)], [], [coin])
    with pytest.raises(OverflowError):
        book.open_coin(0, -1, 0, 0, b"")
    assert (book.digest, book.total_sat) == (before, 500)


def one_staker() -> tuple[Qtum, QtumState]:
    protocol = Qtum2018().with_books(new_book("revm"))
    stakers = [Staker("p0", bytes(20), (500 * SATOSHI_PER_QTUM,) * 600)]
    state = protocol.opening_state(
        stakers, number=238_000, timestamp_s=10**9, burn_in_blocks=0, seed=bytes(32)
    )
    return protocol, state


def test_rules_that_fail_underway_are_told_and_the_coins_are_as_they_were() -> None:
    protocol, state = one_staker()
    before = seen(protocol, state)
    answers = [ruled(protocol.parameters, 238_001, 0, state.bits, 16), RuntimeError("no rule")]
    with (
        patch("chain.protocols.qtum.native.ruled", side_effect=answers) as asked,
        pytest.raises(RuntimeError, match="no rule"),
    ):
        protocol.advance_idle(state, 10**10)
    assert asked.call_count == 2
    assert seen(protocol, state) == before


def test_a_panic_has_a_name() -> None:
    protocol, state = one_staker()
    more_sharers_than_producers = Ruled(0, 0, 0, 7, state.bits)
    with (
        patch("chain.protocols.qtum.native.ruled", return_value=more_sharers_than_producers),
        pytest.raises(EngineFailure, match="panicked"),
    ):
        protocol.advance_idle(state, 10**10)


def test_the_reference_keeps_coins_where_some_are_delegated_and_where_asked_for() -> None:
    assert new_book("pyevm") is CoinBook
    assert new_book("auto") is new_book("revm") is not CoinBook
    with pytest.raises(EngineUnavailable, match="no engine 'geth' here; there are pyevm, revm and auto"):
        new_book("geth")
