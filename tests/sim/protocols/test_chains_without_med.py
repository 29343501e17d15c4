"""Whole runs on a plain lottery, and on no chain at all: the same people, other waits."""

from __future__ import annotations

import pytest

from sim.results import RunResults
from sim.runner import simulate
from sim.scenario import load

BRIEF = {"time.days": 1, "population.patients": 6}


@pytest.fixture(scope="module")
def signed() -> RunResults:
    return simulate(load("regression/notary", BRIEF))


@pytest.fixture(scope="module")
def drawn() -> RunResults:
    return simulate(load("regression/notary", {**BRIEF, "chain.protocol": "ethereum-2018"}))


def test_what_a_notary_signs_is_final_at_once_and_costs_nothing(signed: RunResults) -> None:
    sent = signed.tables["transactions"]
    assert len(sent) > 20
    assert (sent["fee_sat"] == 0).all()
    assert ((sent["final_at_s"] - sent["submitted_at_s"]) <= 2).all()


def test_on_a_lottery_people_wait_for_depth_and_pay(drawn: RunResults) -> None:
    sent = drawn.tables["transactions"]
    assert (sent["fee_sat"] == sent["gas_used_gas"]).all()
    assert (sent["final_at_s"] - sent["submitted_at_s"]).median() > 60


def test_the_same_people_do_the_same_acts_with_and_without_a_chain(
    signed: RunResults, drawn: RunResults
) -> None:
    columns = ["visit_id", "patient_id", "provider_id", "started_at_s", "outcome", "record_bytes"]
    assert signed.tables["visits"][columns].equals(drawn.tables["visits"][columns])
    assert set(signed.tables["visits"]["outcome"]) == {"complete"}


def test_figures_that_a_notary_has_not_are_null_with_a_reason(signed: RunResults, drawn: RunResults) -> None:
    for name in ("chain.gas_used_share", "chain.staked_share", "act.fee_per_visit_krw"):
        assert signed.kpis[name].value is None
        assert signed.kpis[name].reason
    assert signed.kpis["chain.nakamoto_halt"].value == 1
    assert drawn.kpis["chain.gas_used_share"].value > 0
    assert drawn.kpis["act.fee_per_visit_krw"].value > 0


def test_the_rhythm_of_blocks_is_as_well_known_as_the_key_that_sets_it(
    signed: RunResults, drawn: RunResults
) -> None:
    """How often a notary signs is a choice; Ethereum's intervals were published."""
    grades = [run.kpis["chain.block_interval_mean_s"].grade for run in (signed, drawn)]
    assert grades == ["U", "S"]


def test_blocks_of_one_second_are_lawful_on_a_lottery() -> None:
    fast = {**BRIEF, "chain.protocol": "ethereum-2018", "lottery.interval_s": 2.0}
    blocks = simulate(load("regression/notary", fast))
    assert set(blocks.tables["visits"]["outcome"]) == {"complete"}
    assert blocks.kpis["chain.block_interval_mean_s"].value == pytest.approx(2.0, rel=0.05)
    # Blocks every 2 s without memory: two of five come less than a second after their parents, some within the same.
    assert (blocks.tables["blocks"].loc[blocks.tables["blocks"]["count"] == 1, "interval_s"] == 0).any()
