"""What a record and a check-in cost alone, in a batch of 64, and when they are proven from it."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal import check_in, record_registry
from chain.contracts.rehearsal.cast import PATIENT, PROVIDER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit

BATCH_SIZE = 64
CHECK_IN_MOST_GAS, ANCHOR_MOST_GAS, IN_A_BATCH_MOST_GAS = 65_000, 70_000, 5_000


def test_a_record_alone_stays_within_its_gas(stage: Stage) -> None:
    for number in range(1, 9):
        assert Visit.at(stage, number=number).anchor(stage).gas_gas <= ANCHOR_MOST_GAS


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_check_in_alone_stays_within_its_gas(stage: Stage, direction: str) -> None:
    for number in range(1, 9):
        visit = Visit.at(stage, direction=direction, number=number)
        assert visit.check_in(stage).gas_gas <= CHECK_IN_MOST_GAS


@pytest.mark.parametrize("kind", ["records", "check-ins"])
def test_a_record_or_check_in_in_a_batch_stays_within_its_gas(stage: Stage, kind: str) -> None:
    """The whole transaction, divided by its leaves."""
    system, day = stage.system, Day.of(stage, BATCH_SIZE)
    if kind == "records":
        outcome = stage.do(
            PROVIDER, system.records, "anchorBatch", *day.records(system.records_domain).arguments
        )
    else:
        outcome = stage.do(
            PROVIDER, system.checkin, "checkInBatch", *day.check_ins(system.checkin_domain).arguments
        )
    assert outcome.gas_gas <= BATCH_SIZE * IN_A_BATCH_MOST_GAS


def test_proving_costs_at_most_15_percent_more_than_an_act_alone(stage: Stage) -> None:
    """Only what somebody needs is proven; the rest of a batch costs its share of one slot."""
    system, day = stage.system, Day.of(stage, BATCH_SIZE)
    records, check_ins = day.records(system.records_domain), day.check_ins(system.checkin_domain)
    stage.do(PROVIDER, system.records, "anchorBatch", *records.arguments)
    stage.do(PROVIDER, system.checkin, "checkInBatch", *check_ins.arguments)
    proven = stage.do(PATIENT, system.records, "prove", *records.proving(0))
    seen = stage.do(PATIENT, system.checkin, "prove", *check_ins.proving(0))
    assert proven.gas_gas <= 1.15 * Visit.at(stage, number=100).anchor(stage).gas_gas
    assert seen.gas_gas <= 1.15 * Visit.at(stage, number=101).check_in(stage).gas_gas


@pytest.mark.parametrize("story", [record_registry, check_in], ids=["records", "check-ins"])
def test_a_credit_from_a_batch_costs_less_than_a_proof_and_a_credit(stage: Stage, story: object) -> None:
    story.rehearse(stage)  # type: ignore[attr-defined]
    gas_gas = {function: calls[-1] for (_contract, function), calls in stage.gas_gas.items()}
    assert gas_gas["proveCredited"] <= gas_gas["prove"] + gas_gas["markCredited"] - 20_000
