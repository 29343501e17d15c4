"""Gas of a visit, measured: published health contracts spend 185,000 to 770,000 on a single act."""

from __future__ import annotations

import pytest
from rewarding import staged

from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import WEEK_S
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from reports import rehearsed

CHECK_IN_MOST_GAS, ANCHOR_MOST_GAS, VISIT_MOST_GAS = 65_000, 70_000, 200_000
CAPS = {"account_cap_points": 10_000, "provider_cap_points": 100_000}
SETTINGS = {
    "linear": ({}, 199_000),
    "square root": ({"curve": Curve.SQUARE_ROOT}, 213_000),
    "quadratic": ({"curve": Curve.QUADRATIC}, 210_000),
    "linear with caps": (CAPS, 214_000),
    "square root with caps": ({"curve": Curve.SQUARE_ROOT, **CAPS}, 218_000),
}
"""Terms, and the most gas that a whole visit takes under them in the steady state. Where a curve or a cap would reward
a person with two keys, each account's person is looked up, which is most of the difference."""
BATCHED_MOST_GAS = 105_000
"""A visit whose check-in and record stand in batches of 32: the three transactions' gas a visit."""


def steady(stage: Stage, direction: str) -> list[Outcome]:
    """A whole visit where the parties' tallies are in use, the patient's first of a running epoch."""
    for epoch in range(3):
        Visit.at(stage, direction=direction, number=epoch).happen(stage)
        stage.pass_time(WEEK_S)
        stage.do(PATIENT, stage.system.rewards, "closeEpoch", epoch)
        stage.do(PATIENT, stage.system.rewards, "settle", epoch, [PATIENT.address, PROVIDER.address])
    Visit.at(stage, patient=OTHER_PATIENT, direction=direction, number=3).happen(stage)
    return Visit.at(stage, direction=direction, number=4).happen(stage)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_visit_in_the_steady_state_stays_within_its_gas(stage: Stage, direction: str) -> None:
    check_in, anchor, credit = steady(stage, direction)
    assert check_in.gas_gas <= CHECK_IN_MOST_GAS
    assert anchor.gas_gas <= ANCHOR_MOST_GAS
    assert check_in.gas_gas + anchor.gas_gas + credit.gas_gas <= VISIT_MOST_GAS


@pytest.mark.parametrize("name", SETTINGS)
def test_what_other_curves_and_caps_cost(name: str) -> None:
    changes, most_gas = SETTINGS[name]
    whole = sum(outcome.gas_gas for outcome in steady(staged(**changes), "institution"))
    assert most_gas - 4_000 < whole <= most_gas


def test_visits_in_batches_cost_about_half() -> None:
    stage, count = staged(), 32
    steady(stage, "institution")
    system, day = stage.system, Day.of(stage, count, first=1_000)
    check_ins, records = day.check_ins(system.checkin_domain), day.records(system.records_domain)
    items = [
        (bytes(32), *check_ins.proving(index)[1:], *records.proving(index)[1:]) for index in range(count)
    ]
    outcomes = [
        stage.do(PROVIDER, system.checkin, "checkInBatch", *check_ins.arguments),
        stage.do(PROVIDER, system.records, "anchorBatch", *records.arguments),
        stage.do(PROVIDER, system.rewards, "creditBatch", check_ins.batch_id, records.batch_id, items),
    ]
    assert sum(outcome.gas_gas for outcome in outcomes) / count <= BATCHED_MOST_GAS


def test_the_report_says_what_a_visit_takes_at_most() -> None:
    assert rehearsed.VISIT_MOST_GAS == VISIT_MOST_GAS
    assert max(most_gas for _changes, most_gas in SETTINGS.values()) == rehearsed.VISIT_OTHER_MOST_GAS
