"""Gas of a visit, measured: published health contracts spend 185,000 to 770,000 on a single act."""

from __future__ import annotations

import pytest
from contract_bench import OTHER_PATIENT, PATIENT, PROVIDER, WEEK_S, Bench
from signed_visit import DIRECTIONS, Visit

CHECK_IN_MOST_GAS, ANCHOR_MOST_GAS, VISIT_MOST_GAS = 65_000, 70_000, 200_000


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_visit_in_the_steady_state_stays_within_its_gas(bench: Bench, direction: str) -> None:
    """Steady: the parties' tallies are in use, and this is the patient's first visit of a running epoch."""
    for epoch in range(3):
        Visit.at(bench, direction=direction, number=epoch).happen(bench)
        bench.pass_time(WEEK_S)
        bench.do(PATIENT, bench.system.rewards, "closeEpoch", epoch)
        bench.do(PATIENT, bench.system.rewards, "settle", epoch, [PATIENT.address, PROVIDER.address])
    Visit.at(bench, patient=OTHER_PATIENT, direction=direction, number=3).happen(bench)
    check_in, anchor, credit = Visit.at(bench, direction=direction, number=4).happen(bench)
    assert check_in.gas_gas <= CHECK_IN_MOST_GAS
    assert anchor.gas_gas <= ANCHOR_MOST_GAS
    assert check_in.gas_gas + anchor.gas_gas + credit.gas_gas <= VISIT_MOST_GAS
