"""Outages, churn, partitions, skew and dishonest validators: nothing final is lost, and the chain goes on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from chain.network.behaviours import Behaviour, Misses, Selfish, Together, TwoBlocks, Withholding
from chain.network.conditions import Churn, Conditions, Outage, Partition, Weather
from chain.network.errors import NetworkError, SplitForGood
from chain.network.events import BlockMade, Event, Reorganised, Settled, SlotMissed, TipMoved
from chain.network.race import Race
from tests.chain.network.doubles import START_S, Lottery, Slots
from tests.chain.network.playing import canonical_and_stale, mesh, played


def slot_race(
    slots: Slots,
    conditions: Conditions | None = None,
    behaviours: Mapping[int, Behaviour] | None = None,
    watched: tuple[int, ...] = (),
    delay_s: float = 0.2,
) -> Race:
    return Race(
        slots,
        slots.opening(),
        mesh(slots.names, delay_s),
        conditions=conditions,
        behaviours=behaviours,
        watched=watched,
    )


def canonical_numbers(events: list[Event]) -> list[int]:
    return [event.block.number for event in events if isinstance(event, Settled) and event.canonical]


def test_a_crashed_validator_s_slots_stay_empty_until_it_has_caught_up() -> None:
    slots = Slots(5)
    down = Conditions(outages=[Outage(2, START_S + 60, START_S + 120)], catch_up_s=6)
    events = played(slot_race(slots, down), 100)
    made_s = sorted(
        event.block.made_s - START_S
        for event in events
        if isinstance(event, BlockMade) and event.block.producer == 2
    )
    before = [moment for moment in made_s if moment < 60]
    after = [moment for moment in made_s if moment >= 60]
    assert before
    assert min(after) >= 126
    assert [event.node for event in events if isinstance(event, SlotMissed)] == [2] * 4
    assert sum(canonical_and_stale(events, 5)[1]) == 0


def test_two_halves_go_on_apart_and_the_heavier_branch_wins_when_the_partition_heals() -> None:
    slots = Slots(5)
    wall = Partition((frozenset({0, 1, 2}), frozenset({3, 4})), START_S + 60, START_S + 360)
    events = played(slot_race(slots, Conditions(partitions=[wall]), watched=(0, 4)), 200)
    canonical, stale = canonical_and_stale(events, 5)
    assert stale[:3] == [0, 0, 0], "the larger half's branch is heavier"
    assert stale[3] == stale[4] == 20, "300 s of slots of 3 s, a fifth each"
    depths = {event.node: event.depth_blocks for event in events if isinstance(event, Reorganised)}
    assert depths == {3: 40, 4: 40}
    healed = [event for event in events if isinstance(event, TipMoved) and event.node == 4 and event.removed]
    assert len(healed) == 1
    assert START_S + 360 < healed[0].moment_s < START_S + 364
    assert canonical_numbers(events) == list(range(1, len(canonical_numbers(events)) + 1))
    assert canonical[3] > 0


def test_while_a_partition_lasts_nothing_on_either_side_settles() -> None:
    slots = Slots(4)
    wall = Partition((frozenset({0, 1}),), START_S + 60, START_S + 300)
    race = slot_race(slots, Conditions(partitions=[wall]))
    while race.next_event_s() < START_S + 290:
        for event in race.step():
            assert not isinstance(event, Settled) or event.block.made_s < START_S + 62
    assert len(race.tree.recent) > 70


def test_branches_deeper_than_nodes_ever_give_up_split_the_network_for_good() -> None:
    lottery = Lottery([1, 1], 10.0, depth_blocks=5)

    def events_of(end_s: float) -> list[Event]:
        wall = Partition((frozenset({0}),), START_S + 10, START_S + end_s)
        conditions = Conditions(partitions=[wall])
        return played(Race(lottery, lottery.opening(), mesh(lottery.names, 0.1), conditions=conditions), 100)

    depths = [event.depth_blocks for event in events_of(60) if isinstance(event, Reorganised)]
    assert depths
    assert max(depths) <= 5
    with pytest.raises(SplitForGood, match="they will not come together again"):
        events_of(2_000)


def test_a_node_gives_up_nothing_below_its_final_number() -> None:
    """A branch that is heavier but forks too deep is refused by the one node whose final number is above the fork."""
    lottery = Lottery([9, 1], 10.0, depth_blocks=3)
    conduct = Withholding(0, 6, from_s=START_S, lag_blocks=50)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.01), behaviours={0: conduct}, watched=(1,))
    removed: list[int] = []

    def watch() -> None:
        while race.tip(1).number < 40:
            removed.extend(len(event.removed) for event in race.step() if isinstance(event, TipMoved))

    with pytest.raises(SplitForGood):
        watch()
    assert conduct.released == 1
    assert not any(removed)


def test_who_was_away_has_everything_when_it_is_back() -> None:
    lottery = Lottery([1, 1, 1], 20.0)
    down = Conditions(outages=[Outage(1, START_S + 100, START_S + 2_000)], catch_up_s=1)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.5), conditions=down, watched=(1,))
    moves = [event for event in played(race, 200) if isinstance(event, TipMoved)]
    inside = [event for event in moves if START_S + 101 < event.moment_s < START_S + 2_001]
    assert not inside
    back = next(event for event in moves if event.moment_s >= START_S + 2_001)
    assert back.moment_s == START_S + 2_001
    assert len(back.added) > 50


def test_churn_comes_and_goes_for_ever_and_the_chain_moves_on() -> None:
    lottery = Lottery([1] * 5, 30.0)
    coming = [Churn(node, 600.0, 300.0, b"seed", START_S) for node in range(5)]
    race = Race(
        lottery,
        lottery.opening(),
        mesh(lottery.names, 0.5),
        conditions=Conditions(churn=coming, catch_up_s=1),
    )
    events = played(race, 3_000)
    made = [event.block.made_s for event in events if isinstance(event, BlockMade)]
    mean_s = (made[-1] - made[0]) / (len(made) - 1)
    # Two thirds of the wins are found by somebody who is there; a little less, because of catching up.
    assert mean_s == pytest.approx(30 * (900 + 1) / 600, rel=0.06)
    assert any(isinstance(event, SlotMissed) and event.reason == "away" for event in events)


def test_a_fast_clock_acts_early_and_the_others_hold_its_blocks_until_they_are_due() -> None:
    slots = Slots(4, slot_s=3)
    events = played(slot_race(slots, Conditions(skews_s={1: 1.0}), watched=(0,), delay_s=0.1), 60)
    early = [event.block for event in events if isinstance(event, BlockMade) and event.block.producer == 1]
    assert all(block.made_s == block.timestamp_s - 1.0 for block in early)
    seen = [event for event in events if isinstance(event, TipMoved) and event.new.producer == 1]
    assert all(event.moment_s == event.new.timestamp_s for event in seen)
    assert len(seen) >= 10


@pytest.mark.parametrize(
    ("ahead_s", "time_s", "shown_s"),
    [
        (5.0, 99.0, 99.0),
        (5.0, 102.0, 100.0),
        (5.0, 110.0, 105.0),
        (5.0, 203.0, 198.0),
        (5.0, 206.0, 206.0),
        (-5.0, 99.0, 99.0),
        (-5.0, 100.0, 105.0),
        (-5.0, 198.0, 200.0),
        (-5.0, 201.0, 201.0),
    ],
)
def test_a_clock_is_wrong_between_two_moments_only(ahead_s: float, time_s: float, shown_s: float) -> None:
    """It leaps at 100 s and back at 200 s: it shows at once what it leaps over."""
    weather = Weather(Conditions(skews_s={1: ahead_s}, skews_from_s=100.0, skews_to_s=200.0), 3)
    assert weather.shown_s(1, time_s) == shown_s
    assert weather.shown_s(0, time_s) == time_s


def test_a_corrected_clock_makes_its_blocks_in_time_again() -> None:
    slots = Slots(4, slot_s=3)
    wrong = Conditions(skews_s={1: 1.0}, skews_from_s=START_S + 30, skews_to_s=START_S + 90)
    events = played(slot_race(slots, wrong, delay_s=0.1), 60)
    ahead_s = {
        block.timestamp_s - START_S: block.timestamp_s - block.made_s
        for block in (event.block for event in events if isinstance(event, BlockMade))
        if block.producer == 1
    }
    assert {ahead for at_s, ahead in ahead_s.items() if 31 <= at_s < 91} == {1.0}
    assert {ahead for at_s, ahead in ahead_s.items() if at_s < 30 or at_s >= 92} == {0.0}


def test_a_clock_that_is_slow_by_more_than_a_slot_loses_its_blocks() -> None:
    """It holds the others' blocks for blocks from the future, makes its own beside them, and comes too late."""
    slots = Slots(4, slot_s=3)
    events = played(slot_race(slots, Conditions(skews_s={1: -3.5}), delay_s=0.1), 100)
    canonical, stale = canonical_and_stale(events, 4)
    assert canonical[1] == 0
    assert stale[1] > 20
    assert sum(stale) == stale[1]


def test_missed_slots_are_missed_at_the_rate_that_was_asked_for() -> None:
    slots = Slots(4)
    events = played(slot_race(slots, behaviours={1: Misses(probability=0.3, seed=b"seed")}), 4_000)
    missed = sum(isinstance(event, SlotMissed) and event.reason == "idle" for event in events)
    made = sum(isinstance(event, BlockMade) and event.block.producer == 1 for event in events)
    assert missed / (missed + made) == pytest.approx(0.3, abs=4 * (0.21 / (missed + made)) ** 0.5)


def test_two_blocks_in_one_slot_split_the_nodes_and_one_of_them_is_orphaned() -> None:
    slots = Slots(6)
    windows = ((START_S + 30.0, START_S + 60.0),)
    conduct = TwoBlocks(frozenset({3, 4, 5}), windows)
    events = played(slot_race(slots, behaviours={1: conduct}, watched=(2, 3)), 60)
    twins = [event.block for event in events if isinstance(event, BlockMade) and event.block.producer == 1]
    by_number = {
        number: list(group) for number, group in itertools.groupby(twins, key=lambda block: block.number)
    }
    doubled = [group for group in by_number.values() if len(group) == 2]
    assert len(doubled) == 2, "two of its slots lie in 30 s"
    for one, other in doubled:
        first = {
            event.node: event.new
            for event in reversed(events)
            if isinstance(event, TipMoved) and event.new in (one, other)
        }
        assert first == {2: one, 3: other}
        settled = {event.block: event.canonical for event in events if isinstance(event, Settled)}
        assert sorted((settled[one], settled[other])) == [False, True]


@pytest.mark.parametrize("depth_blocks", [1, 3, 8])
def test_withheld_blocks_undo_as_many_blocks_as_were_waited_for(depth_blocks: int) -> None:
    lottery = Lottery([7, 1, 1, 1], 60.0)
    conduct = Withholding(0, depth_blocks, from_s=START_S + 3_000, attempts=1)
    race = Race(
        lottery, lottery.opening(b"seed"), mesh(lottery.names, 0.01), behaviours={0: conduct}, watched=(1,)
    )
    events = played(race, 400)
    assert conduct.released == 1
    undone = [len(event.removed) for event in events if isinstance(event, TipMoved) and event.removed]
    assert undone == [depth_blocks], (
        "with most of the power the branch is ahead when the public chain is so long"
    )
    assert {event.node for event in events if isinstance(event, Reorganised)} == {1, 2, 3}


def test_a_withholder_with_little_power_gives_up_and_loses_its_branch() -> None:
    lottery = Lottery([1, 5, 5], 60.0)
    conduct = Withholding(0, 2, lag_blocks=6, attempts=2)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.01), behaviours={0: conduct})
    events = played(race, 600)
    assert conduct.abandoned + conduct.released == 2
    assert conduct.abandoned >= 1
    settled = [event for event in events if isinstance(event, Settled)]
    assert len({event.block.serial for event in settled}) == len(settled) == 600
    lost = [event.block.producer for event in settled if not event.canonical]
    assert lost
    assert canonical_and_stale(events, 3)[0][0] > 0, "it is honest again afterwards"


@pytest.mark.parametrize(("powers", "released"), [([3, 5], 0), ([5, 3], 1)])
def test_a_withholder_is_honest_again_when_its_time_is_over(powers: list[int], released: int) -> None:
    """A branch that is behind by then is given up, and one that is ahead is published: its node stays on it."""
    lottery = Lottery(powers, 60.0)
    conduct = Withholding(0, 90, from_s=START_S + 600, lag_blocks=500, attempts=9, to_s=START_S + 6_000)
    race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.01), behaviours={0: conduct}, watched=(1,))
    events = played(race, 300)
    assert (conduct.released, conduct.abandoned) == (released, 1 - released)
    settled = [event for event in events if isinstance(event, Settled)]
    lost = [event.block for event in settled if not event.canonical]
    assert lost
    assert {block.producer for block in lost} == {released}
    assert max(block.made_s for block in lost) < START_S + 6_300
    after = [event.block for event in settled if event.canonical and event.block.made_s > START_S + 6_300]
    assert sum(block.producer == 0 for block in after) / len(after) == pytest.approx(powers[0] / 8, abs=0.15)


def test_several_conducts_of_one_validator_act_together() -> None:
    slots = Slots(4)
    parts = [
        Misses(probability=1.0, seed=b"seed", from_s=START_S + 30, to_s=START_S + 90),
        TwoBlocks(frozenset({2, 3}), ((START_S + 60.0, START_S + 150.0),)),
    ]
    events = played(slot_race(slots, behaviours={1: Together(parts)}), 80)
    missed = [event.moment_s - START_S for event in events if isinstance(event, SlotMissed)]
    made = [event.block for event in events if isinstance(event, BlockMade) and event.block.producer == 1]
    moments_s = [block.made_s - START_S for block in made]
    assert missed
    assert all(30 <= moment < 90 for moment in missed)
    assert not [moment for moment in moments_s if 30 <= moment < 90]
    doubled = {moment for moment in moments_s if moments_s.count(moment) == 2}
    assert doubled == {moment for moment in moments_s if 90 <= moment < 150}
    assert parts[1].doubled == len(doubled) >= 4  # type: ignore[attr-defined]


def test_blocks_are_kept_back_in_one_way_only() -> None:
    with pytest.raises(NetworkError, match="one way"):
        Together([Selfish(0), Withholding(0, 1)])


def test_selfish_mining_pays_from_a_third_of_the_power_on() -> None:
    def revenue(power: float) -> float:
        lottery = Lottery([power, (1 - power) / 2, (1 - power) / 2], 600.0)
        race = Race(lottery, lottery.opening(), mesh(lottery.names, 0.01), behaviours={0: Selfish(0)})
        canonical, _stale = canonical_and_stale(played(race, 20_000), 3)
        return canonical[0] / sum(canonical)

    assert revenue(0.25) < 0.25
    assert revenue(0.42) > 0.45


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (lambda: Conditions(outages=[Outage(0, 5.0, 5.0)]), "ends after it begins"),
        (lambda: Conditions(partitions=[Partition((frozenset({0}),), 9.0, 5.0)]), "ends after it begins"),
        (
            lambda: Conditions(partitions=[Partition((frozenset({0}), frozenset({0, 1})), 1.0, 5.0)]),
            "one group",
        ),
        (lambda: Conditions(churn=[Churn(0, 0.0, 1.0, b"", 0.0)]), "more than 0 s"),
        (lambda: Conditions(catch_up_s=-1.0), "at least 0 s"),
    ],
)
def test_faults_that_make_no_sense_are_refused(conditions: object, said: str) -> None:
    with pytest.raises(NetworkError, match=said):
        conditions()  # type: ignore[operator]


def test_a_node_that_is_not_there_cannot_fail() -> None:
    with pytest.raises(NetworkError, match="no node 9"):
        slot_race(Slots(3), Conditions(outages=[Outage(9, 0.0, 1.0)]))
    with pytest.raises(NetworkError, match="no node 9"):
        slot_race(Slots(3), Conditions(partitions=[Partition((frozenset({9}),), 0.0, 1.0)]))
