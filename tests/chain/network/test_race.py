"""Blocks on a network with delay: forks as theory and an independent account of the same rules have them."""

from __future__ import annotations

import math
import tracemalloc
from collections import Counter
from heapq import heappop, heappush

import pytest

from chain.network.errors import NetworkError
from chain.network.events import BlockMade, Reorganised, Settled, TipMoved
from chain.network.race import Race
from chain.network.topology import Topology
from tests.chain.network.doubles import Lottery, Slots, TinyState
from tests.chain.network.playing import canonical_and_stale, mesh, played


def test_two_miners_with_delay_fork_as_often_as_their_clocks_say() -> None:
    """A fork begins where the other's clock rings before the block has reached it: 1 - exp(-rate × delay)."""
    delay_s, interval_s = 20.0, 200.0
    lottery = Lottery([1, 1], interval_s)
    events = played(Race(lottery, lottery.opening(), mesh(lottery.names, delay_s)), 60_000)
    made = [event.block for event in events if isinstance(event, BlockMade)]
    quiet = forks = 0
    for place, block in enumerate(made[1:-10], start=1):
        if block.made_s - made[place - 1].made_s > delay_s:
            quiet += 1
            rivals = [
                later for later in made[place + 1 : place + 10] if later.made_s < block.made_s + delay_s
            ]
            forks += any(rival.number == block.number for rival in rivals)
    expected = 1 - math.exp(-delay_s / (2 * interval_s))
    assert quiet > 40_000
    assert forks / quiet == pytest.approx(expected, abs=4 * math.sqrt(expected / quiet))


def test_forks_are_those_of_an_independent_simulation_with_a_tip_for_everybody() -> None:
    shares, interval_s = [0.5, 0.3, 0.15, 0.05], 60.0
    delays_s = [[0, 5, 9, 2], [7, 0, 3, 4], [5, 5, 0, 6], [1, 8, 2, 0]]
    lottery = Lottery(shares, interval_s)
    race = Race(lottery, lottery.opening(), Topology(lottery.names, delays_s))
    canonical, stale = canonical_and_stale(played(race, 5_000), 4)
    assert (canonical, stale) == _by_hand(lottery, delays_s, 5_000)


def _by_hand(lottery: Lottery, delays_s: list[list[int]], blocks: int) -> tuple[list[int], list[int]]:
    """Play the same contenders with a tip for each miner, moved by each delivery: no tree, no laziness."""
    count = len(lottery.shares)
    opening = lottery.opening()
    parents: dict[int, int | None] = {0: None}
    states: dict[int, TinyState] = {0: opening}
    makers: dict[int, int] = {}
    tips = [0] * count
    agenda: list[tuple[float, int, int, int, object]] = []
    ticket = 0
    streams = {0: lottery.contenders(opening)}
    holds: list[set[int]] = [{0} for _ in range(count)]
    waiting: list[list[int]] = [[] for _ in range(count)]

    def offer(block: int) -> None:
        nonlocal ticket
        ticket += 1
        proposal = next(streams[block])
        heappush(agenda, (proposal.made_s, ticket, 0, block, proposal))

    def take(node: int, block: int) -> None:
        parent = parents[block]
        if parent not in holds[node]:
            waiting[node].append(block)
            return
        holds[node].add(block)
        if states[block].weight > states[tips[node]].weight:
            tips[node] = block
        for child in [late for late in waiting[node] if parents[late] == block]:
            waiting[node].remove(child)
            take(node, child)

    offer(0)
    while len(makers) < blocks:
        moment_s, _ticket, kind, block, what = heappop(agenda)
        if kind == 1:
            assert isinstance(what, int)
            take(what, block)
            continue
        miner = lottery.names.index(what.producer_id)  # type: ignore[attr-defined]
        if tips[miner] == block:
            made = len(makers) + 1
            makers[made] = miner
            parents[made] = block
            states[made], _paid = lottery.apply(states[block], what, 0)  # type: ignore[arg-type]
            streams[made] = lottery.contenders(states[made])
            take(miner, made)
            for node in range(count):
                if node != miner:
                    ticket += 1
                    heappush(agenda, (moment_s + delays_s[miner][node], ticket, 1, made, node))
            offer(made)
        if any(tip == block for tip in tips) or any(entry[2] == 1 and entry[3] == block for entry in agenda):
            offer(block)
    for _moment_s, _ticket, _kind, block, what in sorted(entry for entry in agenda if entry[2] == 1):
        assert isinstance(what, int)
        take(what, block)
    best: int | None = max(tips, key=lambda tip: states[tip].weight)
    chain = set()
    while best:
        chain.add(best)
        best = parents[best]
    canonical, stale = [0] * count, [0] * count
    for made, miner in makers.items():
        (canonical if made in chain else stale)[miner] += 1
    return canonical, stale


def test_without_delay_nothing_is_orphaned() -> None:
    lottery = Lottery([3, 2, 1], 10.0)
    canonical, stale = canonical_and_stale(
        played(Race(lottery, lottery.opening(), mesh(lottery.names, 0.0)), 3_000), 3
    )
    assert sum(stale) == 0
    assert sum(canonical) == 3_000
    assert canonical[0] > canonical[1] > canonical[2]


def test_slots_longer_than_the_delay_never_fork_and_shorter_ones_do() -> None:
    slots = Slots(5)
    assert (
        sum(canonical_and_stale(played(Race(slots, slots.opening(), mesh(slots.names, 2.9)), 500), 5)[1]) == 0
    )
    assert (
        sum(canonical_and_stale(played(Race(slots, slots.opening(), mesh(slots.names, 3.1)), 500), 5)[1])
        > 100
    )


def test_the_same_seed_gives_the_same_events_and_another_gives_others() -> None:
    def story(seed: bytes) -> list[tuple[float, int, int]]:
        lottery = Lottery([2, 1, 1], 30.0)
        race = Race(lottery, lottery.opening(seed), mesh(lottery.names, 6.0), watched=(1,))
        return [
            (event.block.made_s, event.block.producer, event.block.number)
            for event in played(race, 400)
            if isinstance(event, BlockMade)
        ]

    assert story(b"one") == story(b"one")
    assert story(b"one") != story(b"two")


def test_a_watched_node_s_moves_join_up_and_are_told_when_blocks_arrive() -> None:
    lottery = Lottery([1, 1, 1], 30.0)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 10.0), watched=(2,))
    chain: list[int] = [0]
    removed = 0
    for event in played(race, 2_000):
        if not isinstance(event, TipMoved):
            continue
        assert event.new.arrivals_s[2] <= event.moment_s
        for block in event.removed:
            assert chain.pop() == block.serial
            removed += 1
        chain += [block.serial for block in event.added]
        assert chain[-1] == event.new.serial
        assert len(chain) == event.new.number + 1
    assert removed > 100


def test_what_is_settled_is_what_the_watched_node_ends_with_and_every_block_settles_once() -> None:
    lottery = Lottery([1] * 6, 10.0)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 6.0), watched=(0,))
    events = played(race, 3_000)
    made = {event.block.serial for event in events if isinstance(event, BlockMade)}
    settled = [event for event in events if isinstance(event, Settled)]
    assert sorted(event.block.serial for event in settled) == sorted(made)
    chain: list[int] = []
    for event in events:
        if isinstance(event, TipMoved):
            del chain[len(chain) - len(event.removed) :]
            chain += [block.serial for block in event.added]
    assert [event.block.serial for event in settled if event.canonical] == chain


def test_a_settled_block_is_never_given_up() -> None:
    lottery = Lottery([1] * 6, 10.0)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 9.0), watched=tuple(range(6)))
    canonical: set[int] = set()
    for event in played(race, 3_000):
        if isinstance(event, Settled) and event.canonical:
            canonical.add(event.block.serial)
        elif isinstance(event, TipMoved):
            assert not canonical & {block.serial for block in event.removed}


def test_reorganisations_are_counted_for_every_node_as_watching_them_shows() -> None:
    lottery = Lottery([1, 2, 1, 1], 20.0)

    def counts(
        watched: tuple[int, ...],
    ) -> tuple[Counter[tuple[int, int, float]], Counter[tuple[int, int, float]]]:
        told: Counter[tuple[int, int, float]] = Counter()
        seen: Counter[tuple[int, int, float]] = Counter()
        for event in played(
            Race(lottery, lottery.opening(), mesh(lottery.names, 8.0), watched=watched), 1_000
        ):
            if isinstance(event, Reorganised):
                told[event] += 1
            elif isinstance(event, TipMoved) and event.removed:
                seen[event.node, len(event.removed), event.moment_s] += 1
        return told, seen

    told, seen = counts((0, 1, 2, 3))
    assert told == seen
    assert counts(())[0] == told, "watching changes nothing"


@pytest.mark.parametrize("delay_s", [0.5, 30.0])
def test_memory_does_not_grow_with_the_blocks(delay_s: float) -> None:
    def peak_bytes(blocks: int) -> int:
        lottery = Lottery([2, 1, 1], 60.0)
        race = Race(lottery, lottery.opening(), mesh(lottery.names, delay_s), watched=(0,))
        tracemalloc.start()
        made = 0
        while made < blocks:
            made += sum(isinstance(event, BlockMade) for event in race.step())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(200)
    short, long = peak_bytes(1_000), peak_bytes(8_000)
    assert long < short * 1.5 + 20_000


def test_the_first_nodes_must_be_the_validators() -> None:
    lottery = Lottery([1, 1], 10.0)
    with pytest.raises(NetworkError, match="first nodes"):
        Race(lottery, lottery.opening(), mesh(["somebody", "else"], 1.0))
    with pytest.raises(NetworkError, match="no node 7"):
        Race(lottery, lottery.opening(), mesh(lottery.names, 1.0), watched=(7,))
