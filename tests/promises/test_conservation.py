"""The promise: money is conserved after every block; a violation is caught, named, and can be seen again."""

from __future__ import annotations

import shlex

import pytest

from sim import run
from sim.audit.conservation import INVARIANTS
from sim.cli import main
from sim.errors import InvariantViolated
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/smoke"
PLANTED = {"med-created": "med-balances", "qtum-created": "qtum-issued", "coin-lost": "qtum-issued"}


SEEN_WITHIN_BLOCKS = {"med-created": 1000, "qtum-created": 300, "coin-lost": 300}
"""MED in an account that nobody touches is found by the next full scan, coins when the chain next moves."""


def planted_at_block(plant: str) -> int:
    with World(load(SCENARIO, {"faults.plant": plant, "faults.plant_at_s": 40_000}), "medsim run") as world:
        heights = []

        def note(*, state_root: bytes | None = None, protocol_state: object = None) -> None:
            heights.append(world.ledger.tip.number)
            del state_root, protocol_state

        world.ledger.replace_tip_state = note  # type: ignore[method-assign]
        world.run()
    return heights[0]


@pytest.mark.parametrize(("plant", "invariant"), PLANTED.items())
def test_a_planted_violation_is_caught_named_and_replayable(
    plant: str, invariant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvariantViolated) as caught:
        run(SCENARIO, faults__plant=plant, faults__plant_at_s=40_000)
    violation = caught.value
    assert violation.name == invariant
    assert violation.name in INVARIANTS
    assert violation.block > load(SCENARIO).chain.opening_height
    assert violation.block - planted_at_block(plant) <= SEEN_WITHIN_BLOCKS[plant]
    words = shlex.split(violation.replay)
    assert words[0] == "medsim"
    assert main(words[1:]) == 1
    told = capsys.readouterr()
    assert str(violation) in told.err
    assert not told.out


def test_the_auditor_scans_at_the_opening_now_and_then_and_at_the_end() -> None:
    with World(load(SCENARIO, {"invariants.full_scan_blocks": 100}), "medsim run") as world:
        world.run()
        blocks = world.ledger.tip.number - world.ledger.opening_block.environment.number
        assert 3 <= world.conservation.scans <= 2 + blocks // 100
        assert world.ledger.imbalance_wei() == 0


def test_a_run_directory_is_not_written_when_an_invariant_breaks(tmp_path) -> None:  # type: ignore[no-untyped-def]
    options = ["--out", str(tmp_path), "--set", "faults.plant=coin-lost", "--set", "faults.plant_at_s=1000"]
    assert main(["run", SCENARIO, *options]) == 1
    assert list(tmp_path.iterdir()) == []
