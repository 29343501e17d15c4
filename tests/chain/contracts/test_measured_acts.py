"""The acts that the stress test loads a chain with cost what the real engine says."""

from __future__ import annotations

from pathlib import Path

import pytest

from chain.contracts.rehearsal import acts, gas
from chain.contracts.rehearsal.acts import MeasuredAct
from chain.errors import ArtifactError


def test_the_snapshot_is_what_the_engine_measures_alone_and_in_small_batches() -> None:
    measured = acts.measure(sizes=(1, 2, 4))
    snapshot = acts.read_snapshot()
    assert acts.act_differences({name: snapshot[name] for name in measured}, measured) == []
    assert {*acts.SINGLE, acts.CREDIT} <= set(measured)


def test_a_credit_alone_is_the_first_of_its_patient_in_the_epoch_and_no_cheaper_than_the_rehearsal_s_last() -> (
    None
):
    last = gas.read_snapshot()["RewardPool"]["credit"]
    assert last < acts.read_snapshot()[acts.CREDIT].gas_gas < last + 22_100


@pytest.mark.long
def test_the_snapshot_is_what_the_engine_measures() -> None:
    assert acts.act_differences(acts.read_snapshot(), acts.measure()) == []


def test_acts_alone_have_the_gas_of_the_gas_snapshot() -> None:
    by_function = gas.read_snapshot()
    for name, (contract, function) in acts.SINGLE.items():
        assert acts.read_snapshot()[name].gas_gas == by_function[contract][function]


def test_a_batch_s_anchor_costs_the_same_whatever_it_holds_and_a_credit_less_the_more_there_are() -> None:
    snapshot = acts.read_snapshot()
    anchors = {snapshot[acts.batch_name("anchor_batch", size)].gas_gas for size in acts.BATCH_SIZES}
    assert max(anchors) - min(anchors) <= 24, "calldata zeros alone differ"
    for papers in acts.PAPERS:
        each = [snapshot[acts.batch_name("credit_batch", n, papers)].gas_gas / n for n in acts.BATCH_SIZES]
        assert each[-1] < each[0]


def test_a_moved_act_is_named() -> None:
    before = {"anchor": MeasuredAct(63_000, 333), "gone": MeasuredAct(1, 1)}
    found = acts.act_differences(before, {"anchor": MeasuredAct(65_000, 333)})
    assert found == ["gone: measured in one of them only", "anchor: 63000 gas before, 65000 now"]
    assert acts.act_differences(before, {**before, "anchor": MeasuredAct(63_000, 336)}) == []


def test_a_snapshot_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "acts.json"
    with pytest.raises(ArtifactError, match="no measured acts"):
        acts.read_snapshot(file)
    file.write_text('{"anchor": {"gas": 1}}')
    with pytest.raises(ArtifactError, match="no measured acts"):
        acts.read_snapshot(file)
