"""Each fault on each protocol: nothing false happens while it lasts, and the chain goes on when it is over."""

from __future__ import annotations

from typing import Any, Final

import pytest

from chain.network.errors import NetworkError
from chain.network.events import BlockMade
from tests.sim.network.faulty_consensus import INTERVAL_S, REFUSED, Outcome, check, injected, mixed, ran

SEEDS: Final = (1, 2, 3)
PROTOCOLS: Final = tuple(INTERVAL_S)

FAULTS: Final[dict[str, dict[str, Any]]] = {
    "missed": {"missed_by": "30%", "missed_probability": 0.7},
    "outages": {"outages_by": "20%"},
    "two_blocks": {"two_blocks_by": "20%"},
    "withheld": {
        "withheld_by": "1", "withheld_depth_blocks": 1, "withheld_lag_blocks": 4, "withheld_attempts": 100,
        "concentration_share": 0.5,
    },
    "partitions": {"partitions_groups": "JP | AS NA"},
    "skew": {"skew_by": "1 2 3"},
}  # fmt: skip

DEEPEST: Final = {
    "qtum-2018": {"two_blocks": 1, "withheld": 1, "partitions": 10, "skew": 1},
    "qtum-2021": {"two_blocks": 1, "withheld": 1, "partitions": 10, "skew": 1},
    "medibloc-dpos": {"two_blocks": 1, "partitions": 8},
}
"""What a fault makes nodes give up at the least, in blocks, where blocks race each other."""

CASES: Final = [
    (name, fault) for name in PROTOCOLS for fault in FAULTS if fault not in REFUSED.get(name, set())
]


def faulty(name: str, fault: str, seed: int) -> Outcome:
    settings = injected(name, fault, length=150 if fault == "withheld" else 40, **FAULTS[fault])
    if fault == "skew":
        settings["skew_s"] = -1.5 * INTERVAL_S[name]
    return ran(name, seed, settings)


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_nothing_final_changes_and_the_chain_moves_again(name: str, fault: str) -> None:
    for seed in SEEDS:
        outcome = faulty(name, fault, seed)
        check(outcome, name)
        row = outcome.row(fault)
        assert row["effects"] > 0, "the fault fires"
        if fault in DEEPEST.get(name, {}):
            assert row["reorganisation_max_blocks"] >= DEEPEST[name][fault]
        assert len(outcome.watch.settled) == len(outcome.canonical) > 60
        if name == "panacea-bft" or (name, fault) == ("medibloc-dpos", "partitions"):
            assert outcome.watch.checked > 0, "nodes hold blocks for final by themselves"


@pytest.mark.long
@pytest.mark.parametrize(("name", "fault"), CASES)
def test_the_same_with_fifty_seeds(name: str, fault: str) -> None:
    for seed in range(100, 150):
        check(faulty(name, fault, seed), name)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_faults_in_any_mix(name: str) -> None:
    for seed in range(3):
        check(ran(name, seed, mixed(name, seed)), name)


@pytest.mark.long
@pytest.mark.parametrize("name", PROTOCOLS)
def test_five_hundred_mixes(name: str) -> None:
    for seed in range(1_000, 1_125):
        check(ran(name, seed, mixed(name, seed)), name)


def slashed_sat(outcome: Outcome, tokens_sat: int, divisor: int) -> int:
    """A part of the voting power, which is whole MED."""
    unit_sat = int(outcome.stage.protocol.parameters.power_unit_sat)
    return tokens_sat // unit_sat * unit_sat // divisor


def test_a_proposer_of_two_blocks_loses_five_in_a_hundred_and_votes_no_more() -> None:
    settings = injected("panacea-bft", "two_blocks", two_blocks_by="1", length=60)
    outcome = ran("panacea-bft", 1, settings)
    (node,) = outcome.plan.injectors[0].nodes
    before = outcome.stage.state.staking.validators[node]
    after = outcome.state.staking.validators[node]
    assert outcome.row("two_blocks")["effects"] == 1, "it is jailed after the first"
    twins = [event.block for event in outcome.events if isinstance(event, BlockMade)]
    assert sum(block.producer == node and block.number not in outcome.watch.settled for block in twins) == 0
    assert after.jailed
    assert after.tombstoned
    assert before.tokens_sat - after.tokens_sat == slashed_sat(outcome, before.tokens_sat, 20)
    assert outcome.stage.protocol.burned_sat(outcome.state) == before.tokens_sat - after.tokens_sat
    assert outcome.stage.validators[node] not in outcome.stage.protocol.round_rules.powers(outcome.state)
    others = [place for place in range(len(outcome.stage.validators)) if place != node]
    assert not any(outcome.state.staking.validators[place].jailed for place in others)


def test_who_is_away_for_most_of_its_window_loses_one_in_a_hundred_and_is_jailed() -> None:
    settings = injected("panacea-bft", "outages", outages_by="1", length=60)
    outcome = ran("panacea-bft", 1, settings, "protocol.signed_window_blocks=20")
    (node,) = outcome.plan.injectors[0].nodes
    before = outcome.stage.state.staking.validators[node]
    after = outcome.state.staking.validators[node]
    assert after.jailed
    assert not after.tombstoned, "it may come back after its time"
    assert before.tokens_sat - after.tokens_sat == slashed_sat(outcome, before.tokens_sat, 100)
    assert outcome.stage.validators[node] not in outcome.stage.protocol.round_rules.powers(outcome.state)
    shorter = injected("panacea-bft", "outages", outages_by="1", length=10)
    spared = ran("panacea-bft", 1, shorter, "protocol.signed_window_blocks=20").state.staking.validators[node]
    assert (spared.jailed, spared.tokens_sat) == (False, before.tokens_sat)


@pytest.mark.parametrize(
    ("fault", "settings"), [("withheld", {"withheld_by": "1"}), ("skew", {"skew_by": "1", "skew_s": 1.0})]
)
def test_where_votes_decide_some_faults_mean_nothing(fault: str, settings: dict[str, Any]) -> None:
    with pytest.raises(NetworkError):
        ran("panacea-bft", 1, injected("panacea-bft", fault, **settings))


def test_concentrated_stake_makes_as_many_blocks_as_it_is_worth() -> None:
    """The first of 21 holds six tenths: on a vote by power it proposes as much, on a dynasty of 21 seats one in 21."""
    nothing = {"missed_by": "1", "missed_probability": 0.0, "concentration_share": 0.6}
    shares = {}
    for name in ("panacea-bft", "medibloc-dpos", "qtum-2018"):
        outcome = ran(name, 1, injected(name, "missed", length=400, **nothing))
        shares[name] = sum(block.producer == 0 for block in outcome.canonical) / len(outcome.canonical)
    assert shares["panacea-bft"] == pytest.approx(0.6, abs=0.02)
    assert shares["medibloc-dpos"] == pytest.approx(1 / 21, abs=0.01)
    assert 0.3 < shares["qtum-2018"] < 0.6, "its coins rest after each win"
