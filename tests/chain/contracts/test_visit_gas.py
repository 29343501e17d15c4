"""Gas of a visit, measured: published health contracts spend 185,000 to 770,000 on a single act."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import WEEK_S
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit

CHECK_IN_MOST_GAS, ANCHOR_MOST_GAS, VISIT_MOST_GAS = 65_000, 70_000, 200_000


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_visit_in_the_steady_state_stays_within_its_gas(stage: Stage, direction: str) -> None:
    """Steady: the parties' tallies are in use, and this is the patient's first visit of a running epoch."""
    for epoch in range(3):
        Visit.at(stage, direction=direction, number=epoch).happen(stage)
        stage.pass_time(WEEK_S)
        stage.do(PATIENT, stage.system.rewards, "closeEpoch", epoch)
        stage.do(PATIENT, stage.system.rewards, "settle", epoch, [PATIENT.address, PROVIDER.address])
    Visit.at(stage, patient=OTHER_PATIENT, direction=direction, number=3).happen(stage)
    check_in, anchor, credit = Visit.at(stage, direction=direction, number=4).happen(stage)
    assert check_in.gas_gas <= CHECK_IN_MOST_GAS
    assert anchor.gas_gas <= ANCHOR_MOST_GAS
    assert check_in.gas_gas + anchor.gas_gas + credit.gas_gas <= VISIT_MOST_GAS
