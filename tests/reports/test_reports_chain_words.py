"""What a report takes a protocol for, against the protocol itself: reports know neither chain nor simulation."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_run_factory import SyntheticRun

from chain.protocols.presets import PRESETS
from reports.chain_words import WORDS
from reports.measures import protocol_facts
from reports.run_directory import RunDirectory
from sim.chain_terms import ChainTerms, chain_terms
from sim.scenario import Scenario, load

ENDLESS_GAS = 10**12
LOADED = {"medibloc-dpos": "regression/points-and-seats", "panacea-bft": "regression/votes-and-slashing"}
NEEDED: dict[str, dict[str, object]] = {
    "qtum-2021": {"staking.coins_per_staker": 40, "chain.opening_height": 850_000}
}
LIMITS = {"chain.gas_limit_gas": 39_000_000, "lottery.gas_limit_gas": 7_000_000}


def on(protocol: str, **changes: object) -> Scenario:
    changed = {"chain.protocol": protocol, **NEEDED.get(protocol, {}), **changes}
    return load(LOADED.get(protocol, "baseline"), changed)


def opened(scenario: Scenario) -> ChainTerms:
    return chain_terms(scenario, 1_538_319_600, bytes(32), {"p0": bytes(20)})


def test_there_are_words_for_every_preset() -> None:
    assert set(WORDS) == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_the_gas_of_a_block_is_under_the_key_that_the_protocol_goes_by(name: str) -> None:
    key, limit_gas = WORDS[name].gas_limit_key, opened(on(name, **LIMITS)).protocol.gas_limit_gas
    assert limit_gas > ENDLESS_GAS if key is None else limit_gas == LIMITS[key]


@pytest.mark.parametrize("name", PRESETS)
def test_acts_cost_the_coin_where_gas_has_a_price_or_a_policy_takes_it(name: str) -> None:
    scenario = on(name)
    policy = opened(scenario).fee_policy
    assert WORDS[name].has_fees == (
        scenario.protocol_kind.priced or (policy is not None and policy.takes_coins)
    )


@pytest.mark.parametrize("pause_s", [0.2, 0.5, 1.5, 2.5, 5.0, 5.4, 59.0])
def test_the_target_of_a_chain_of_votes_is_the_distance_of_its_blocks(tmp_path: Path, pause_s: float) -> None:
    terms = opened(on("panacea-bft", **{"bft.commit_pause_s": pause_s}))
    run = SyntheticRun()
    run.scenario["chain"]["protocol"] = "panacea-bft"
    run.scenario["bft"] = {"commit_pause_s": pause_s}
    facts = protocol_facts(RunDirectory(run.write(tmp_path / "run")))
    assert facts is not None
    block_s = terms.protocol.next_proposal(terms.state).made_s - terms.state.timestamp_s
    assert facts.target_interval_s == block_s
