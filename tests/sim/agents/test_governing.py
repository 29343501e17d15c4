"""Planned proposals in a run: who locks and votes, what is carried out, and what the chain and its users do then."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from chain.contracts.bindings.reward_pool import Curve
from chain.contracts.proposals import ProposalState
from sim import run
from sim.runner import simulate
from sim.runs import Run
from sim.scenario import load, override
from sim.world import World

GOVERNED = "regression/governed-limits"
DAY_S = 86_400


@pytest.fixture(scope="module")
def governed() -> Run:
    return run(GOVERNED)


def proposals(run_: Run) -> list[dict[str, Any]]:
    return [dict(row) for row in run_.table("governance").to_dict("records")]  # type: ignore[call-overload]


def test_each_proposal_has_its_story(governed: Run) -> None:
    limit, price, curve = proposals(governed)
    assert [row["outcome"] for row in (limit, price, curve)] == ["executed", "executed", "defeated"]
    assert (limit["previous"], limit["value"]) == ("40000000", "20000000")
    assert (price["previous"], price["value"]) == ("40", "60")
    assert (curve["previous"], curve["value"]) == ("linear", "quadratic")
    for row in (limit, price, curve):
        assert row["voting_from_s"] == row["proposed_at_s"] + DAY_S
        assert row["voting_until_s"] == row["voting_from_s"] + 3 * DAY_S
        assert row["voters"] == 6
        assert row["for_med_units"] + row["abstaining_med_units"] >= row["quorum_med_units"] or row is curve
    for row in (limit, price):
        assert row["for_med_units"] > row["against_med_units"]
        assert row["queued_at_s"] > row["voting_until_s"]
        assert row["executed_at_s"] >= row["queued_at_s"] + DAY_S
    assert curve["for_med_units"] <= curve["against_med_units"]
    assert pd.isna(curve["executed_at_s"])
    assert pd.isna(curve["effective_block_number"])


def test_blocks_obey_the_limit_from_the_block_after_the_execution_on(governed: Run) -> None:
    limit = proposals(governed)[0]
    blocks = governed.table("blocks")
    before = blocks[blocks["number"] < limit["effective_block_number"]]
    after = blocks[blocks["number"] - blocks["count"] + 1 >= limit["effective_block_number"]]
    assert len(before) + len(after) == len(blocks)
    assert set(before["gas_limit_gas"]) == {40_000_000}
    assert set(after["gas_limit_gas"]) == {20_000_000}
    assert before.iloc[-1]["time_s"] == limit["executed_at_s"]
    assert before.iloc[-1]["tx_count"] >= 1


def test_senders_follow_the_minimum_gas_price(governed: Run) -> None:
    price = proposals(governed)[1]
    sent = governed.table("transactions")
    late = sent["submitted_at_s"] >= price["executed_at_s"]
    assert set(sent.loc[~late, "gas_price_sat"]) == {40}
    assert set(sent.loc[late, "gas_price_sat"]) == {60}
    assert set(sent["outcome"]) == {"included"}


def test_what_voters_locked_stays_theirs(governed: Run) -> None:
    balances, supply = governed.table("balances"), governed.table("supply")
    supply_med_units, staked_med_units = (
        int(supply[f"{name}_med_units"].iloc[-1]) for name in ("supply", "staked")
    )
    holders = balances[balances["role"] == "holder"]
    bound = holders["closing_bound_med_units"]
    assert (holders["closing_med_units"] + bound == holders["opening_med_units"]).all()
    assert (bound > 0).sum() == 6
    assert balances["closing_med_units"].sum() + staked_med_units == supply_med_units
    assert balances["closing_bound_med_units"].sum() == staked_med_units


def test_the_sponsor_pays_for_the_vote(governed: Run) -> None:
    sent = governed.table("transactions")
    acts = sent[
        sent["act"].isin(["approve", "lock-votes", "delegate-votes", "propose", "vote", "queue", "execute"])
    ]
    assert acts["act"].value_counts().to_dict() == {
        "vote": 18, "approve": 7, "lock-votes": 7, "delegate-votes": 7, "propose": 3, "queue": 2, "execute": 2,
    }  # fmt: skip
    assert set(acts["sender"]) == {"sponsor"}
    of_motions = acts[acts["act"].isin(["propose", "vote", "queue", "execute"])]
    assert sum(row["gas_gas"] for row in proposals(governed)) == of_motions["gas_used_gas"].sum()
    assert sum(row["fee_sat"] for row in proposals(governed)) == of_motions["fee_sat"].sum()


def test_a_run_without_proposals_has_no_votes() -> None:
    results = simulate(load("regression/smoke"))
    assert results.tables["governance"].empty
    assert not set(results.tables["transactions"]["act"]) & {"lock-votes", "vote", "propose"}


def changed(**settings: object) -> World:
    values = {key.replace("__", "."): value for key, value in settings.items()}
    world = World(override(load(GOVERNED), values), "medsim run governed")
    world.run()
    return world


def test_an_accepted_curve_holds_from_the_next_epoch_on() -> None:
    with changed(
        governance__proposals="day 1: reward_curve = square-root", governance__approval_probability=1.0
    ) as world:
        rewards, node = world.system.typed.rewards, world.node
        (motion,) = world.governing.motions
        assert (motion.previous, motion.outcome, motion.effective_block_number) == (
            "linear",
            "executed",
            None,
        )
        policy = node.ask(rewards.policy_of(node.ask(rewards.last_policy())))
        assert policy.curve is Curve.SQUARE_ROOT
        assert motion.executed_at_s is not None
        assert policy.from_epoch == int(motion.executed_at_s // (3 * DAY_S)) + 1
        state = node.ask(world.system.typed.governance.state(motion.asked.proposal_id))
        assert ProposalState(state) is ProposalState.EXECUTED


def test_an_accepted_curve_pays_the_next_epoch_and_leaves_the_running_one() -> None:
    """The regression scenario: executed within epoch 2; epoch 3 pays the squares of the points, epoch 2 the points."""
    curve = run("regression/governed-curve")
    (row,) = proposals(curve)
    assert (row["parameter"], row["previous"], row["value"], row["outcome"]) == (
        "reward_curve",
        "linear",
        "quadratic",
        "executed",
    )
    epochs, rewards = curve.table("epochs"), curve.table("rewards")
    running = int(epochs[epochs["starts_at_s"] <= row["executed_at_s"]]["epoch"].max())
    assert running == 2
    exponents = {}
    for number, paid in rewards.groupby("epoch"):
        if paid["points"].nunique() > 1:
            (budget,) = epochs.loc[epochs["epoch"] == number, "budget_med_units"]
            for exponent in (1, 2):
                weights = [int(points) ** exponent for points in paid["points"]]
                foreseen = [int(budget) * weight // sum(weights) for weight in weights]
                if foreseen == [int(amount) for amount in paid["amount_med_units"]]:
                    exponents[number] = exponent
    assert {exponents[number] for number in exponents if number <= running} == {1}
    assert {exponents[number] for number in exponents if number > running} == {2}


def test_a_proposer_without_enough_med_is_refused() -> None:
    with changed(
        token__treasury_share=0.0, governance__proposals="day 1: minimum_gas_price_sat = 60"
    ) as world:
        (motion,) = world.governing.motions
        assert motion.outcome.startswith("refused: ")
        assert "GovernorInsufficientProposerVotes" in motion.outcome
        assert (motion.proposed_at_s, motion.queued_at_s, motion.executed_at_s, motion.voters) == (
            None,
            None,
            None,
            0,
        )
        assert world.ledger.limits.minimum_gas_price_sat == 40


def test_without_a_quorum_a_proposal_is_defeated() -> None:
    with changed(
        governance__proposals="day 1: minimum_gas_price_sat = 60",
        governance__least_quorum_share=0.9,
        governance__approval_probability=1.0,
    ) as world:
        (motion,) = world.governing.motions
        assert motion.outcome == "defeated"
        assert motion.quorum is not None
        assert motion.votes_against == 0 < motion.votes_for < motion.quorum


def test_holders_who_lock_nothing_have_no_votes() -> None:
    with changed(
        governance__proposals="day 1: minimum_gas_price_sat = 60", governance__locked_share=0.0
    ) as world:
        (motion,) = world.governing.motions
        assert (motion.outcome, motion.votes_for, motion.voters) == ("defeated", 0, 6)
        assert world.governing.locked_med_units() == {"treasury": 10**14}
