"""Votes on a network: when blocks come, what stops them, and that what is committed stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from chain.network.behaviours import Behaviour, Misses, Selfish, TwoBlocks
from chain.network.conditions import Churn, Conditions, Outage, Partition
from chain.network.errors import NetworkError, NothingFollows
from chain.network.events import BlockMade, Event, Settled, SlotMissed, TipMoved
from chain.network.network import network
from chain.network.rounds import Rounds
from chain.network.topology import Topology
from chain.network.votes import reached_s
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.presets import staker
from tests.chain.network.doubles import START_S
from tests.chain.network.playing import mesh

COUNT = 7
OBSERVER = COUNT


def rounds(
    conditions: Conditions | None = None,
    behaviours: Mapping[int, Behaviour] | None = None,
    *,
    delay_s: float = 0.1,
    stakes: Sequence[int] = (10**16,) * COUNT,
    watched: tuple[int, ...] = (OBSERVER,),
) -> Rounds:
    protocol = PanaceaBft()
    stakers = [staker(f"v{index}", stake) for index, stake in enumerate(stakes)]
    state = protocol.opening_state(stakers, number=1, timestamp_s=START_S, burn_in_blocks=0, seed=bytes(32))
    names = [*protocol.validators(state), "observer"]
    return Rounds(
        protocol, state, mesh(names, delay_s), conditions=conditions, behaviours=behaviours, watched=watched
    )


def until(playing: Rounds, end_s: float) -> list[Event]:
    events: list[Event] = []
    while playing.next_event_s() < end_s:
        events += playing.step()
    return events


def commits(events: Sequence[Event], node: int = OBSERVER) -> Iterator[tuple[int, float]]:
    return (
        (event.new.number, event.moment_s)
        for event in events
        if isinstance(event, TipMoved) and event.node == node
    )


def test_a_height_takes_the_pause_and_three_messages() -> None:
    """The proposal, the pre-votes and the pre-commits each travel once; then everybody pauses 5 s."""
    moments = [moment_s for _number, moment_s in commits(until(rounds(delay_s=0.1), START_S + 200))]
    gaps = np.diff(moments)
    assert gaps == pytest.approx(5.0 + 3 * 0.1, abs=1e-5)
    assert len(gaps) > 30


def test_without_delay_the_chain_s_interval_is_the_pause() -> None:
    gaps = np.diff([moment_s for _number, moment_s in commits(until(rounds(delay_s=0.0), START_S + 100))])
    assert gaps == pytest.approx(5.0)


def test_proposers_take_turns_by_power() -> None:
    stakes = [3 * 10**16, *[10**16] * 5, 2 * 10**16]
    events = until(rounds(stakes=stakes), START_S + 5_400)
    made = [event.block.producer for event in events if isinstance(event, BlockMade)]
    shares = [made.count(node) / len(made) for node in range(COUNT)]
    assert shares == pytest.approx([stake / sum(stakes) for stake in stakes], abs=0.01)


def test_with_a_third_of_the_power_away_the_chain_stands_still_and_then_goes_on() -> None:
    away = Conditions(
        outages=[Outage(node, START_S + 50, START_S + 400) for node in (0, 1, 2)], catch_up_s=10
    )
    events = until(rounds(away), START_S + 600)
    moments = dict(commits(events))
    assert not [moment for moment in moments.values() if START_S + 55 < moment < START_S + 410]
    after = [moment for moment in moments.values() if moment >= START_S + 410]
    assert min(after) < START_S + 420
    assert len(after) >= 30
    assert sorted(moments) == list(range(2, 2 + len(moments)))


def test_with_less_than_a_third_away_only_its_turns_cost_time() -> None:
    away = Conditions(outages=[Outage(node, START_S + 50, START_S + 400) for node in (0, 1)])
    events = until(rounds(away), START_S + 400)
    moments = [moment_s for _number, moment_s in commits(events)]
    gaps = np.diff(moments)
    assert gaps.max() < 5.3 + 2 * (3 + 1 + 1 + 1)
    assert {event.node for event in events if isinstance(event, SlotMissed)} == {0, 1}
    assert len(moments) > 45


@pytest.mark.parametrize("sizes", [(3, 4), (5, 2), (2, 2)])
def test_partitions_never_commit_two_blocks_of_one_height_and_heal(sizes: tuple[int, int]) -> None:
    nodes = list(range(COUNT))
    groups = (frozenset(nodes[: sizes[0]]), frozenset(nodes[sizes[0] : sum(sizes)]))
    wall = Conditions(partitions=[Partition(groups, START_S + 50.25, START_S + 350)])
    playing = rounds(wall, watched=(OBSERVER, 0, 6))
    events = until(playing, START_S + 600)
    chains = {node: dict.fromkeys(0 for _ in ()) for node in (OBSERVER, 0, 6)}
    for event in events:
        if isinstance(event, TipMoved):
            assert not event.removed
            chains[event.node][event.new.number] = event.new.serial  # type: ignore[index]
    longest = max(chains.values(), key=len)
    assert all(longest[number] == serial for chain in chains.values() for number, serial in chain.items())
    has_quorum = max(*sizes, COUNT - sum(sizes)) >= 5
    inside = [moment for _number, moment in commits(events, 0) if START_S + 56 < moment < START_S + 350]
    assert bool(inside) == (has_quorum and sizes[0] >= 5)
    healed = [moment for _number, moment in commits(events, 6) if moment > START_S + 350]
    assert healed[0] < START_S + 356, "it goes on within one block of healing"
    assert len(healed) >= 40


def test_a_node_in_the_minority_hears_of_everything_when_the_partition_heals() -> None:
    wall = Conditions(partitions=[Partition((frozenset({6}),), START_S + 50, START_S + 350)])
    events = until(rounds(wall, watched=(OBSERVER, 6)), START_S + 600)
    late = [moment for _number, moment in commits(events, 6) if START_S + 350 <= moment < START_S + 350.5]
    assert len(late) > 45
    assert dict(commits(events, 6)).keys() == dict(commits(events)).keys()


def test_a_proposer_s_two_blocks_win_nothing_and_are_slashed() -> None:
    playing = rounds(behaviours={2: TwoBlocks(frozenset({4, 5, 6}), ((START_S + 20.0, START_S + 60.0),))})
    events = until(playing, START_S + 300)
    settled = {event.block.serial: event.canonical for event in events if isinstance(event, Settled)}
    twins = [event.block for event in events if isinstance(event, BlockMade) and event.block.producer == 2]
    doubled = [block for block in twins if sum(block.number == other.number for other in twins) == 2]
    assert len(doubled) == 2, "it is jailed after the first"
    assert not any(settled[block.serial] for block in doubled)
    state = playing.tip(OBSERVER).state
    assert playing.protocol.burned_sat(state) > 0
    assert "v2" not in playing.protocol.round_rules.powers(state)


def test_a_proposer_that_lets_its_turn_pass_is_followed_by_the_next_round() -> None:
    events = until(rounds(behaviours={1: Misses(probability=1.0, seed=b"")}), START_S + 600)
    gaps = np.diff([moment_s for _number, moment_s in commits(events)])
    assert sorted({round(float(gap), 1) for gap in gaps}) == [5.3, pytest.approx(5.3 + 3 + 0.2 + 1, abs=0.2)]
    assert {event.block.producer for event in events if isinstance(event, BlockMade)} == {0, 2, 3, 4, 5, 6}


def test_the_round_s_length_is_the_timeouts_and_messages_of_the_paper() -> None:
    """Without a proposal all pre-vote nothing after 3 s, so all pre-commit nothing, and wait 1 s more."""
    events = until(rounds(behaviours={1: Misses(probability=1.0, seed=b"")}, delay_s=0.0), START_S + 600)
    gaps = {round(float(gap), 6) for gap in np.diff([moment_s for _number, moment_s in commits(events)])}
    assert gaps == {5.0, 5.0 + 3.0 + 1.0}


def test_when_a_quorum_never_comes_back_it_says_so() -> None:
    gone = Conditions(outages=[Outage(node, START_S + 50, float("inf")) for node in (0, 1, 2)])
    playing = rounds(gone)
    with pytest.raises(NothingFollows, match="no quorum"):
        until(playing, START_S + 10_000)
    assert playing.now_s < START_S + 60


def test_churn_of_everybody_keeps_safety_and_the_chain_moves() -> None:
    coming = Conditions(churn=[Churn(node, 600, 60, b"seed", START_S) for node in range(COUNT)], catch_up_s=5)
    playing = rounds(coming)
    events = until(playing, START_S + 20_000)
    moments = dict(commits(events))
    assert sorted(moments) == list(range(2, 2 + len(moments)))
    assert len(moments) > 2_000
    canonical = [event.block.number for event in events if isinstance(event, Settled) and event.canonical]
    assert canonical == list(range(2, 2 + len(canonical)))


def test_it_is_the_same_again() -> None:
    def story() -> list[tuple[float, int, int]]:
        wall = Conditions(partitions=[Partition((frozenset({0, 1, 2}),), START_S + 50, START_S + 150)])
        events = until(rounds(wall), START_S + 400)
        return [
            (e.block.made_s, e.block.producer, e.block.number) for e in events if isinstance(e, BlockMade)
        ]

    assert story() == story()


def test_the_protocol_decides_which_network_plays_it() -> None:
    playing = rounds()
    state = playing.tip(OBSERVER).state
    names = [*playing.protocol.validators(state), "observer"]
    assert isinstance(network(playing.protocol, state, mesh(names, 0.1)), Rounds)
    with pytest.raises(NetworkError, match="keeping blocks back"):
        network(playing.protocol, state, mesh(names, 0.1), behaviours={0: Selfish(0)})
    with pytest.raises(NetworkError, match="skewed clocks"):
        network(playing.protocol, state, mesh(names, 0.1), conditions=Conditions(skews_s={0: 1.0}))
    with pytest.raises(NetworkError, match="first nodes"):
        network(playing.protocol, state, mesh(["a", "b"], 0.1))


def test_a_quorum_is_reached_by_weight_in_the_order_of_arrival() -> None:
    received = np.array([[1.0, 9.0], [5.0, 2.0], [3.0, 3.0]])
    assert reached_s(received, np.array([5, 1, 2]), 6).tolist() == [3.0, 9.0]
    assert reached_s(received, np.array([5, 1, 2]), 8).tolist() == [5.0, 9.0]
    assert reached_s(received, np.array([5, 1, 2]), 9).tolist() == [float("inf")] * 2


def test_votes_take_the_fastest_route() -> None:
    line = Topology(
        ["a", "b", "c"],
        [[0, 1, 9], [1, 0, 1], [9, 1, 0]],
        peers=[frozenset({1}), frozenset({0, 2}), frozenset({1})],
    )
    assert line.votes_s(0).tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
