"""Whom a fault concerns: ranks by stake, shares of the stake, groups of regions; and stakes that are concentrated."""

from __future__ import annotations

import pytest

from sim.maths import concentrated
from sim.network.injectors import chosen, groups_of, plan_of
from sim.scenario.chapters.faults import Faults

STAKES_SAT = [10, 40, 10, 25, 15]
REGIONS = ["JP", "EU", "JP", "NA", "AS", "JP"]


@pytest.mark.parametrize(
    ("who", "nodes"),
    [
        ("1", (1,)),
        ("2 4", (3, 0)),
        ("5", (2,)),
        ("40%", (1,)),
        ("41%", (1, 3)),
        ("1%", (1,)),
        ("99%", (1, 3, 4, 0, 2)),
    ],
)
def test_validators_are_named_by_rank_or_by_share_of_the_stake(who: str, nodes: tuple[int, ...]) -> None:
    assert chosen(who, STAKES_SAT) == nodes


def test_groups_are_the_nodes_of_their_regions() -> None:
    assert groups_of("JP", REGIONS) == (frozenset({0, 2, 5}),)
    assert groups_of("AS EU | NA", REGIONS) == (frozenset({1, 4}), frozenset({3}))


def test_without_faults_nothing_is_planned() -> None:
    plan = plan_of(Faults(), STAKES_SAT, REGIONS, start_s=0.0, seed=b"", future_tolerance_s=15.0)
    assert plan.injectors == ()
    assert not plan.behaviours
    assert not any((plan.conditions.outages, plan.conditions.partitions, plan.conditions.skews_s))


def test_times_count_from_the_start_and_a_validator_may_have_several_faults() -> None:
    faults = Faults(
        missed_by="1", missed_from_s=5, missed_to_s=10, two_blocks_by="1 2", two_blocks_from_s=20, two_blocks_to_s=30,
        outages_by="3", outages_from_s=7, outages_to_s=8, skew_by="2", skew_s=-2.0, skew_from_s=1, skew_to_s=2,
    )  # fmt: skip
    plan = plan_of(faults, STAKES_SAT, REGIONS, start_s=1_000.0, seed=b"seed", future_tolerance_s=15.0)
    assert [(one.fault, one.nodes, one.from_s, one.to_s) for one in plan.injectors] == [
        ("missed", (1,), 1_005.0, 1_010.0),
        ("outages", (4,), 1_007.0, 1_008.0),
        ("two_blocks", (1, 3), 1_020.0, 1_030.0),
        ("skew", (3,), 1_001.0, 1_002.0),
    ]
    assert sorted(plan.behaviours) == [1, 3]
    assert plan.behaviours[1].misses(7, 1_005.0)
    assert not plan.behaviours[1].misses(7, 1_010.0)
    assert plan.behaviours[1].copies(7, 1_020.0) == frozenset({2, 3, 4})
    assert plan.behaviours[1].copies(7, 1_030.0) is None
    assert plan.conditions.skews_s == {3: -2.0}


@pytest.mark.parametrize("first_share", [0.1, 1 / 3, 0.5, 0.99])
def test_concentrated_stakes_add_up_and_the_others_keep_their_proportions(first_share: float) -> None:
    before = [10**16, 4 * 10**15, 10**15]
    after = concentrated(before, first_share)
    assert sum(after) == sum(before)
    assert after[0] / sum(after) == pytest.approx(first_share, rel=1e-12)
    assert after[1] / after[2] == pytest.approx(4, rel=1e-12)


def test_nothing_to_concentrate_leaves_stakes_as_they_are() -> None:
    assert concentrated([3, 2, 1], 0.0) == [3, 2, 1]
    assert concentrated([3], 0.5) == [3]
    assert concentrated([3, 0], 0.5) == [3, 0]
