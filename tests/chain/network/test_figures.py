"""Distributions, waits, the queue of acts, and what statistics make of events."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.network import distribution, statistics
from chain.network.act_queue import ActQueue
from chain.network.distribution import EXACT_VALUES, Distribution
from chain.network.errors import NetworkError
from chain.network.events import BlockMade, Settled, TipMoved
from chain.network.race import Race
from chain.network.statistics import Statistics
from chain.network.waits import Waits, minus_ln
from tests.chain.network.doubles import START_S, Lottery
from tests.chain.network.playing import mesh, played


def test_a_distribution_of_few_values_is_exact() -> None:
    found = Distribution()
    for value in [3.0, 1.0, 2.0, 2.0, 9.0] * 3_000:
        found.add(value)
    assert found.is_exact
    assert (found.count, found.minimum, found.maximum) == (15_000, 1.0, 9.0)
    assert found.mean == pytest.approx(3.4)
    assert found.deviation == pytest.approx(np.std([3, 1, 2, 2, 9] * 3_000, ddof=1))
    assert [found.percentile(share) for share in (0.0, 0.2, 0.21, 0.6, 0.8, 0.81, 1.0)] == [
        1,
        1,
        2,
        2,
        3,
        9,
        9,
    ]
    assert found.counts() == {1.0: 3_000, 2.0: 6_000, 3.0: 3_000, 9.0: 3_000}


def test_a_distribution_of_many_values_is_within_its_bins_and_bounded() -> None:
    values = (
        np.concatenate([Waits(100.0, b"seed").more_s() for _ in range(3)])[:9_000] + np.arange(9_000) * 1e-3
    )
    found = Distribution()
    for value in values.tolist():
        found.add(value)
    assert not found.is_exact
    assert found.mean == pytest.approx(values.mean())
    for share in (0.01, 0.5, 0.99):
        wanted = np.sort(values)[math.ceil(share * 9_000) - 1]
        assert found.percentile(share) == pytest.approx(wanted, rel=0.004)
    assert len(found.counts()) < EXACT_VALUES
    assert found.percentile(1.0) == pytest.approx(values.max(), rel=0.004)


def test_of_nothing_nothing_is_known() -> None:
    empty = Distribution()
    assert (empty.count, empty.mean, empty.deviation, empty.minimum, empty.maximum, empty.percentile(0.5)) == (
        0, None, None, None, None, None
    )  # fmt: skip


@given(st.floats(2.0**-53, 1.0))
def test_logarithms_by_series_are_those_of_the_library(fraction: float) -> None:
    found = float(minus_ln(np.array([fraction]))[0])
    assert found == pytest.approx(-math.log(fraction), rel=1e-15, abs=1e-18)


def test_waits_are_exponential_and_follow_from_their_seed() -> None:
    stream = Waits(5.0, b"seed")
    drawn = np.concatenate([stream.more_s() for _ in range(25)])
    assert drawn.mean() == pytest.approx(5.0, abs=4 * 5.0 / len(drawn) ** 0.5)
    assert (drawn > 5.0).mean() == pytest.approx(math.exp(-1), abs=0.01)
    assert Waits(5.0, b"seed").more_s().tolist() == drawn[:4096].tolist()
    assert Waits(5.0, b"other").more_s().tolist() != drawn[:4096].tolist()


def queue_of(rate_per_s: float, **changes: int) -> ActQueue:
    limits = {
        "gas_per_act_gas": 10,
        "bytes_per_act": 4,
        "gas_limit_gas": 35,
        "block_limit_bytes": 100,
        **changes,
    }
    return ActQueue(rate_per_s, seed=b"acts", start_s=float(START_S), **limits)


def test_every_act_is_served_once_in_its_order_on_the_canonical_chain_whatever_forks() -> None:
    lottery = Lottery([1, 1, 1], 10.0)
    queue = queue_of(0.25)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 6.0), maker=queue, watched=(0,))
    total = orphaned = 0
    for event in played(race, 3_000):
        if isinstance(event, BlockMade):
            assert event.block.content.size_bytes == 4 * event.block.content.handle.here
        elif isinstance(event, Settled) and event.canonical:
            handle = event.block.content.handle
            total += handle.here
            assert handle.total == total
            assert handle.here <= queue.acts_per_block == 3
            queue.settled(event.block)
        elif isinstance(event, Settled):
            orphaned += event.block.content.handle.here
    assert queue.served == total > 5_000
    assert orphaned > 500, "what orphans held was served again"
    assert queue.latency_s.count == total


def test_at_low_load_an_act_waits_for_the_next_block_only() -> None:
    """Poisson blocks: the wait for the next one is exponential, of the mean interval."""
    lottery = Lottery([1], 10.0)
    queue = queue_of(0.02)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.0), maker=queue)
    for event in played(race, 12_000):
        if isinstance(event, Settled):
            queue.settled(event.block)
    count = queue.latency_s.count
    assert queue.latency_s.mean == pytest.approx(10.0, abs=4 * 10.0 / count**0.5 + 0.02)
    little = queue.system_act_s / queue.observed_s
    assert little == pytest.approx(0.02 * 10.0, rel=0.1), "Little's law"


@pytest.mark.parametrize("changes", [{"gas_limit_gas": 9}, {"gas_per_act_gas": 0, "bytes_per_act": 0}])
def test_a_queue_whose_acts_do_not_fit_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(NetworkError, match="at least one act"):
        queue_of(1.0, **changes)
    with pytest.raises(NetworkError, match="more than 0 a second"):
        queue_of(0.0)


def test_statistics_are_those_of_the_events_by_hand() -> None:
    lottery = Lottery([2, 1, 1], 10.0)
    names = [*lottery.names, "observer"]
    race = Race(lottery, lottery.opening(), mesh(names, 5.0), watched=(3,))
    events = played(race, 2_000)
    counted = Statistics(lottery.names, 3, 4, is_clocked=False)
    counted.take(events)
    chain = [event.block for event in events if isinstance(event, Settled) and event.canonical]
    moments = [block.made_s for block in chain]
    assert counted.interval_s.mean == pytest.approx(float(np.diff(moments).mean()))
    assert counted.interval_s.count == len(chain) - 1
    assert sum(counted.canonical) == len(chain)
    assert sum(counted.canonical) + sum(counted.orphans) == sum(counted.made) == 2_000
    assert counted.rewards_sat == {name: counted.canonical[n] for n, name in enumerate(lottery.names)}
    moves = [event for event in events if isinstance(event, TipMoved)]
    depths = [len(event.removed) for event in moves if event.removed]
    assert dict(counted.observed_reorganisations) == {depth: depths.count(depth) for depth in set(depths)}
    assert counted.propagation_s[1.0].maximum == pytest.approx(5.0)
    assert counted.propagation_s[0.5].minimum == pytest.approx(5.0)
    # Four confirmations: three more blocks after it, as the observer hears of them.
    assert counted.confirmed_s.mean == pytest.approx(5.0 + 3 * counted.interval_s.mean, rel=0.1)


@pytest.mark.parametrize("depth_blocks", [50, 10**9])
def test_statistics_stay_the_same_size(depth_blocks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing is ever final, and intervals never come twice."""
    monkeypatch.setattr(statistics, "_KEPT_UNFINAL", 500)
    monkeypatch.setattr(distribution, "EXACT_VALUES", 10)
    monkeypatch.setattr(distribution, "BINS_PER_DOUBLING", 8)
    monkeypatch.setattr(distribution, "_BUFFER", 100)
    lottery = Lottery([2, 1, 1], 10.0, depth_blocks)
    names = [*lottery.names, "observer"]

    def kept_bytes(blocks: int) -> int:
        race = Race(lottery, lottery.opening(), mesh(names, 2.0), watched=(3,))
        counted = Statistics(lottery.names, 3, 4, is_clocked=False)
        tracemalloc.start()
        while sum(counted.made) < blocks:
            counted.take(race.step())
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return kept

    kept_bytes(100)
    assert kept_bytes(3_000) < kept_bytes(1_000) + 30_000, "a single block kept would be some hundred bytes"
