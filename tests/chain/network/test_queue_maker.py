"""A queue of acts before a chain, against queueing theory and against what a producer may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from chain.network.errors import NetworkError
from chain.network.events import BlockMade, Settled
from chain.network.queue_maker import UNLIMITED, Acts, Filled, Kind, QueueMaker
from chain.network.race import Race
from chain.network.topology import Topology
from tests.chain.network.doubles import START_S, Lottery, Slots
from tests.chain.network.playing import mesh

ONE_GAS = Kind("unit", gas_gas=1, size_bytes=0)
A_PLACE = (1, UNLIMITED, UNLIMITED)


@dataclass
class Listed:
    """Acts that are known beforehand: seconds since the start, kind, price, origin."""

    rows: Sequence[tuple[float, int, int, int]]
    taken: int = field(default=0, init=False)

    def until(self, moment_s: float) -> Acts:
        first = self.taken
        while self.taken < len(self.rows) and START_S + self.rows[self.taken][0] <= moment_s:
            self.taken += 1
        rows = self.rows[first : self.taken]
        return Acts(
            np.array([START_S + row[0] for row in rows]),
            np.array([row[1] for row in rows], dtype=np.uint8),
            np.array([row[2] for row in rows], dtype=np.int32),
            np.array([row[3] for row in rows], dtype=np.int32),
        )


def poisson(rate_per_s: float, count: int, seed: int) -> Listed:
    times_s = np.cumsum(np.random.default_rng(seed).exponential(1 / rate_per_s, count))
    return Listed([(float(time_s), 0, 0, 0) for time_s in times_s])


@dataclass
class Parent:
    """As much of a block as a maker looks at."""

    content: Any = None
    made_s: float = float(START_S)


@dataclass
class Numbered:
    number: int


def made(maker: QueueMaker, parent: Any, number: int, at_s: float, producer: int = 0) -> Parent:
    content = maker.make(parent, Numbered(number), producer, START_S + at_s, 0)
    return Parent(content, START_S + at_s)


def acts(block: Parent) -> list[int]:
    filled: Filled = block.content.handle
    return [int(act) for act in filled.acts]


def waits_s(race: Race, maker: QueueMaker, from_act: int, until_act: int) -> np.ndarray[Any, Any]:
    """Return the times from submission to the block on everybody's chain."""
    found_s = np.full(until_act, np.nan)
    while np.isnan(found_s[from_act:]).any():
        for event in race.step():
            if isinstance(event, Settled) and event.canonical:
                included = event.block.content.handle.acts
                included = included[included < until_act]
                found_s[included] = event.block.made_s - maker.submitted_s[included]
    return found_s[from_act:]


def assert_mean(values: np.ndarray[Any, Any], expected: float, *, error_share: float) -> None:
    """Hold a mean of dependent values against theory: within 3 standard errors by means of 20 batches.

    The error itself must be small, or the test says nothing.
    """
    batches = values[: len(values) // 20 * 20].reshape(20, -1).mean(axis=1)
    error = float(batches.std(ddof=1)) / 20**0.5
    assert error < error_share * expected
    assert abs(float(batches.mean()) - expected) < 3 * error


def test_one_act_a_block_of_a_lottery_is_the_queue_with_exponential_service() -> None:
    """M/M/1 at load 0.8: four acts in the system, so a wait of five mean services."""
    protocol = Lottery([1], interval_s=10.0)
    maker = QueueMaker(poisson(0.08, 42_000, seed=5), [ONE_GAS], A_PLACE)
    race = Race(protocol, protocol.opening(), mesh(protocol.names, 0.0), maker=maker)
    assert_mean(waits_s(race, maker, 1_000, 41_000), 50.0, error_share=0.06)


def test_one_act_a_slot_is_the_queue_with_constant_service_behind_a_gate() -> None:
    """M/D/1 at load 0.8 waits ρ/(2(1-ρ)) services, and half a slot for the gate."""
    protocol = Slots(1, slot_s=10)
    maker = QueueMaker(poisson(0.08, 42_000, seed=6), [ONE_GAS], A_PLACE)
    race = Race(protocol, protocol.opening(), mesh(protocol.names, 0.0), maker=maker)
    assert_mean(waits_s(race, maker, 1_000, 41_000), 10 * (2.0 + 0.5), error_share=0.04)


def test_the_dearest_go_first_and_of_equals_the_oldest() -> None:
    rows = [(1.0, 0, 5, 0), (2.0, 0, 9, 0), (3.0, 0, 5, 0), (4.0, 0, 9, 0)]
    maker = QueueMaker(Listed(rows), [ONE_GAS], (3, UNLIMITED, UNLIMITED))
    assert acts(made(maker, Parent(), 1, 10.0)) == [1, 3, 0]


def test_by_age_a_price_buys_nothing() -> None:
    rows = [(1.0, 0, 5, 0), (2.0, 0, 9, 0), (3.0, 0, 5, 0)]
    maker = QueueMaker(Listed(rows), [ONE_GAS], (2, UNLIMITED, UNLIMITED), order="age")
    first = made(maker, Parent(), 1, 10.0)
    assert acts(first) == [0, 1]
    assert acts(made(maker, first, 2, 20.0)) == [2]


def test_what_does_not_fit_is_passed_over_and_waits() -> None:
    kinds = [Kind("small", 3, 10), Kind("large", 6, 10)]
    rows = [(1.0, 1, 9, 0), (2.0, 1, 8, 0), (3.0, 0, 7, 0), (4.0, 0, 6, 0)]
    maker = QueueMaker(Listed(rows), kinds, (10, UNLIMITED, UNLIMITED))
    first = made(maker, Parent(), 1, 10.0)
    assert acts(first) == [0, 2]
    assert first.content.gas_gas == 9
    assert acts(made(maker, first, 2, 20.0)) == [1, 3]


def test_a_wallet_s_limit_must_be_free_though_less_is_used() -> None:
    kinds = [Kind("act", 4, 1, gas_limit_gas=8)]
    maker = QueueMaker(Listed([(1.0, 0, 1, 0)] * 4), kinds, (18, UNLIMITED, UNLIMITED))
    block = made(maker, Parent(), 1, 10.0)
    assert len(acts(block)) == 3, "the third finds 10 free and 8 wanted, a fourth would find 6"
    assert block.content.gas_gas == 12


@pytest.mark.parametrize(("limits", "count"), [((10**9, 100, 10**9), 5), ((10**9, 10**9, 90), 3)])
def test_any_resource_can_bind(limits: tuple[int, int, int], count: int) -> None:
    maker = QueueMaker(Listed([(1.0, 0, 1, 0)] * 9), [Kind("act", 7, 20, 30)], limits)
    assert len(acts(made(maker, Parent(), 1, 10.0))) == count


def test_a_producer_does_not_know_what_has_not_reached_it() -> None:
    delays_s = np.array([[0.0, 3.0], [3.0, 0.0]])
    rows = [(5.0, 0, 1, 0), (6.0, 0, 2, 1), (8.0, 0, 3, 0)]
    maker = QueueMaker(Listed(rows), [ONE_GAS], (9, UNLIMITED, UNLIMITED), delays_s=delays_s)
    first = made(maker, Parent(), 1, 8.5, producer=0)
    assert acts(first) == [2, 0]
    assert acts(made(maker, first, 2, 9.0, producer=0)) == [1]


def test_acts_of_a_stale_branch_wait_again() -> None:
    maker = QueueMaker(Listed([(1.0, 0, 1, 0), (2.0, 0, 1, 0)]), [ONE_GAS], A_PLACE)
    root = Parent()
    stale = made(maker, root, 1, 10.0)
    sibling = made(maker, root, 1, 11.0)
    assert acts(stale) == acts(sibling) == [0]
    after = made(maker, sibling, 2, 20.0)
    assert acts(after) == [1]
    assert acts(made(maker, stale, 2, 21.0)) == [1], "on the stale block the first act is done too"
    assert acts(made(maker, after, 3, 30.0)) == []
    assert maker.returned_tx == 2


def test_a_full_queue_lets_the_cheapest_and_youngest_go_for_good() -> None:
    rows = [(1.0, 0, 5, 0), (2.0, 0, 9, 0), (3.0, 0, 5, 0), (4.0, 0, 1, 0)]
    maker = QueueMaker(Listed(rows), [ONE_GAS], A_PLACE, most_waiting_tx=2)
    first = made(maker, Parent(), 1, 10.0)
    assert maker.evicted_tx == 2
    assert list(maker.lost) == [False, False, True, True]
    second = made(maker, first, 2, 20.0)
    assert acts(first) + acts(second) + acts(made(maker, second, 3, 30.0)) == [1, 0]


def test_what_waits_too_long_leaves() -> None:
    maker = QueueMaker(Listed([(1.0, 0, 1, 0), (50.0, 0, 1, 0)]), [ONE_GAS], A_PLACE, expiry_s=60.0)
    assert acts(made(maker, Parent(), 1, 70.0)) == [1]
    assert maker.expired_tx == 1


def test_others_take_their_room() -> None:
    maker = QueueMaker(
        Listed([(1.0, 0, 1, 0)] * 9),
        [ONE_GAS],
        (8, UNLIMITED, UNLIMITED),
        background=lambda parent_s, made_s: (int(made_s - parent_s) // 2, 100),
        fees_sat=lambda gas, price: int((gas * price).sum()),
    )
    block = made(maker, Parent(), 1, 10.0)
    assert len(acts(block)) == 3
    assert (block.content.gas_gas, block.content.size_bytes, block.content.fees_sat) == (8, 100, 3)


def test_an_act_that_no_block_can_hold_is_refused_at_once() -> None:
    with pytest.raises(NetworkError, match="no block has room for a visit"):
        QueueMaker(Listed([]), [Kind("visit", 11, 1)], (10, 10, 10))
    with pytest.raises(NetworkError, match="uses something"):
        QueueMaker(Listed([]), [Kind("nothing", 0, 0)], (10, 10, 10))


def test_on_a_forking_network_every_act_is_once_on_everybody_s_chain() -> None:
    """Blocks 1 s apart that travel 2 s: a good part is stale, and its acts must come back."""
    protocol = Lottery([3, 2, 2], interval_s=1.0)
    network = Topology(protocol.names, [[0, 2, 2], [2, 0, 2], [2, 2, 0]])
    maker = QueueMaker(
        poisson(2.0, 2_000, seed=7), [ONE_GAS], (8, UNLIMITED, UNLIMITED), delays_s=network.votes_s(0)
    )
    race = Race(protocol, protocol.opening(), network, maker=maker)
    events, blocks = [], 0
    while blocks < 2_500:
        told = race.step()
        blocks += sum(isinstance(event, BlockMade) for event in told)
        events += told
    events += race.drain()
    settled = [event for event in events if isinstance(event, Settled)]
    included = np.concatenate([event.block.content.handle.acts for event in settled if event.canonical])
    assert sum(not event.canonical for event in settled) > 300
    assert maker.returned_tx > 300
    assert len(included) == len(set(included.tolist()))
    assert set(included.tolist()) == set(range(2_000))
