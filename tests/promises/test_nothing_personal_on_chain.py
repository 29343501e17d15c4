"""The promise: no personal string on chain. The search is shown to find one that is put there."""

from __future__ import annotations

from sim import run, runner
from sim.metrics.privacy import PersonalStrings
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/smoke"


def test_nothing_personal_is_on_chain() -> None:
    assert run(SCENARIO).kpis["privacy.plaintext_on_chain_bytes"] == 0


def test_a_name_in_one_transaction_is_found() -> None:
    with World(load(SCENARIO), "medsim run") as world:
        world.run()
        assert runner.plaintext_on_chain_bytes(world) == 0
        visit = world.visits.made[0]
        texts = PersonalStrings.from_resources(world.population.resources(visit.planned.encounter_id)).texts
        name = max(texts, key=len)
        sent = world.node.submissions[-1]
        object.__setattr__(sent.transaction, "data", sent.transaction.data + name.encode().hex().encode())
        assert runner.plaintext_on_chain_bytes(world) == 2 * len(name.encode())
