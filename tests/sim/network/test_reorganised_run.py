"""A whole run through reorganisations: contracts, money, people, tables and figures are right after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from chain.contracts.bindings.reward_pool import Paid
from sim.audit.conservation import Conservation
from sim.errors import InvariantViolated
from sim.metrics.kpi import Kpi
from sim.metrics.kpis import compute
from sim.runner import _context, _facts, simulate, write_tables
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/network-forks"
BRIEF = {"population.patients": 8, "time.days": 1}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(load(SCENARIO), "medsim run") as world:
        world.run()
        yield world


@pytest.fixture(scope="module")
def tables(world: World) -> dict:  # type: ignore[type-arg]
    return write_tables(world)


@pytest.fixture(scope="module")
def kpis(world: World, tables: dict) -> dict[str, Kpi]:  # type: ignore[type-arg]
    return dict(compute(tables, _context(world, 0, 0.0)))


def test_reorganisations_really_occur_and_hit_transactions(world: World) -> None:
    facts = _facts(world)["network"]
    assert isinstance(facts, dict)
    assert sum(facts["gateway_reorganisations_by_depth"].values()) >= 20
    assert facts["reorganisations"] >= 100
    assert facts["transactions_removed"] >= 3
    assert facts["removals"] >= facts["transactions_removed"]
    assert facts["removals_after_final"] == facts["removed_for_good"] == 0


def test_a_shallow_finality_is_broken_and_counted() -> None:
    shallow = {"chain.confirmation_depth_blocks": 1, "network.latency_factor": 2000.0, "time.days": 1}
    with World(load(SCENARIO, shallow), "medsim run") as world:
        world.run()
    facts = _facts(world)["network"]
    assert isinstance(facts, dict)
    assert facts["removals_after_final"] >= 1
    assert {visit.outcome for visit in world.visits.made} == {"complete"}


def test_every_block_has_one_row_and_the_canonical_ones_are_a_chain(world: World, tables: dict) -> None:  # type: ignore[type-arg]
    blocks = tables["blocks"]
    assert blocks["block_hash"].is_unique
    canonical = blocks[blocks["canonical"]].sort_values("number")
    opening = world.ledger.opening_block.environment.number
    assert canonical["number"].tolist() == list(range(opening + 1, opening + 1 + len(canonical)))
    assert canonical["time_s"].is_monotonic_increasing
    assert canonical["number"].max() == world.ledger.tip.number
    stale = blocks[~blocks["canonical"]]
    assert len(stale) > 50
    # What the gateway never had in view was not removed from it.
    assert 0 < stale["removed_at_s"].notna().sum() < len(stale)


def test_transactions_stand_in_canonical_blocks_and_fill_them(tables: dict) -> None:  # type: ignore[type-arg]
    blocks, transactions = tables["blocks"], tables["transactions"]
    canonical = blocks[blocks["canonical"]].set_index("block_hash")
    included = transactions[transactions["outcome"] == "included"]
    assert included["canonical"].all()
    held = Counter(included["block_hash"])
    assert set(held) <= set(canonical.index)
    assert {name: count for name, count in canonical["tx_count"].items() if count} == held
    for row in included.itertuples():
        assert canonical.loc[row.block_hash, "number"] == row.block_number
    removed = transactions[transactions["removed_at_s"].notna()]
    assert len(removed) >= 3
    assert (removed["final_at_s"] > removed["removed_at_s"]).all()


def test_what_blocks_paid_is_what_stakers_have(world: World, tables: dict) -> None:  # type: ignore[type-arg]
    blocks, stakers = tables["blocks"], tables["stakers"]
    canonical = blocks[blocks["canonical"]]
    assert stakers["blocks"].sum() == len(canonical)
    paid_sat = canonical["subsidy_sat"].sum() + canonical["fees_sat"].sum()
    assert stakers["reward_sat"].sum() == paid_sat
    assert stakers["closing_stake_sat"].sum() - stakers["opening_stake_sat"].sum() == paid_sat
    assert world.ledger.imbalance_wei() == 0


def test_people_hold_what_the_contracts_say(world: World, tables: dict) -> None:  # type: ignore[type-arg]
    token = world.system.typed.token
    for account in world.people.accounts:
        held = world.node.ask(token.balance_of(account.address))
        assert world.conservation.book.balances_med_units.get(account.address, 0) == held
    balances = tables["balances"]
    held = balances["closing_med_units"].sum() + balances["closing_bound_med_units"].sum()
    assert 0 < held <= world.node.ask(token.total_supply())


def test_nobody_is_paid_twice_for_an_epoch(world: World, tables: dict) -> None:  # type: ignore[type-arg]
    rewards, epochs = tables["rewards"], tables["epochs"]
    assert len(epochs) == 2
    assert not rewards.duplicated(["epoch", "owner_id"]).any()
    for epoch in epochs.itertuples():
        assert rewards[rewards["epoch"] == epoch.epoch]["points"].sum() == epoch.points
    paid = [
        event.amount_med_units
        for sent in world.node.submissions
        for event in world.system.events(sent.logs, Paid)
    ]
    assert sum(paid) == rewards["amount_med_units"].sum()


def test_every_visit_went_all_the_way(tables: dict) -> None:  # type: ignore[type-arg]
    assert set(tables["visits"]["outcome"]) == {"complete"}
    assert tables["visits"]["credited_at_s"].notna().all()


def test_figures_of_forks_are_those_of_the_rows(world: World, tables: dict, kpis: dict[str, Kpi]) -> None:  # type: ignore[type-arg]
    blocks = tables["blocks"]
    inside = blocks[
        (blocks["time_s"] >= world.scenario.warmup_s) & (blocks["time_s"] < world.scenario.duration_s)
    ]
    canonical = int(inside["canonical"].sum())
    assert kpis["chain.orphan_share"].value == pytest.approx(1 - canonical / len(inside))
    assert kpis["chain.stale_ratio"].value == pytest.approx(len(inside) / canonical - 1)
    given_up = tables["reorganisations"]
    deepest = kpis["chain.reorg_depth_max"]
    assert deepest.value == given_up["depth_blocks"].max() >= 2
    assert deepest.beside == {"at_the_observer": max(world.chain_rows.depths)}
    assert kpis["chain.finality_p50_s"].value == pytest.approx(1_400, rel=0.2), "ten blocks of 144 s"


def test_every_reorganisation_has_a_row_and_the_gateway_s_say_what_they_undid(
    world: World, tables: dict
) -> None:  # type: ignore[type-arg]
    rows, facts = tables["reorganisations"], _facts(world)["network"]
    assert len(rows) == facts["reorganisations"]
    assert rows["depth_blocks"].max() == facts["deepest_reorganisation_blocks"]
    by_gateway = rows[rows["node"] == "gateway"]
    assert Counter(by_gateway["depth_blocks"].astype(str)) == facts["gateway_reorganisations_by_depth"]
    assert by_gateway["transactions_removed"].sum() == facts["removals"]
    assert (by_gateway["transactions_returned"] <= by_gateway["transactions_removed"]).all()
    others = rows[rows["node"] != "gateway"]
    assert set(others["node"]) <= set(tables["stakers"]["owner_id"])
    assert others["transactions_removed"].isna().all()
    removed_at_s = tables["blocks"]["removed_at_s"].dropna()
    assert set(removed_at_s) <= set(by_gateway["at_s"])


def test_blocks_form_a_tree_and_say_when_they_were_made_seen_and_final(tables: dict) -> None:  # type: ignore[type-arg]
    blocks = tables["blocks"].set_index("block_hash")
    parents = blocks["parent_hash"].map(blocks["number"])
    assert parents.isna().sum() == (blocks["number"] == blocks["number"].min()).sum()
    assert (blocks["number"] - parents).dropna().eq(1).all()
    canonical = blocks[blocks["canonical"]].sort_values("number")
    assert canonical["parent_hash"].tolist()[1:] == canonical.index.tolist()[:-1]
    assert (blocks["seen_at_s"] > blocks["made_at_s"]).all()
    assert (blocks["made_at_s"] - blocks["time_s"]).between(0, 16).all()
    assert canonical["final_at_s"].notna().tolist() == [True] * (len(canonical) - 10) + [False] * 10
    assert blocks[~blocks["canonical"]]["final_at_s"].isna().all()
    sent = tables["transactions"]
    assert sent["block_hash"].map(blocks["final_at_s"]).tolist() == sent["final_at_s"].tolist()


def test_who_stakes_makes_blocks_and_those_far_away_make_them_in_vain(tables: dict) -> None:  # type: ignore[type-arg]
    stakers, blocks = tables["stakers"].set_index("owner_id"), tables["blocks"]
    assert stakers["stale_blocks"].sum() == (~blocks["canonical"]).sum()
    assert stakers["weight_share"].sum() == pytest.approx(1)
    assert (stakers["missed_blocks"] == 0).all()
    made = stakers["blocks"] + stakers["stale_blocks"]
    bounds = 4 * (stakers["weight_share"] * (1 - stakers["weight_share"]) * made.sum()) ** 0.5
    assert ((made - stakers["weight_share"] * made.sum()).abs() < bounds).all()
    lost = stakers["stale_blocks"] / made
    assert lost[stakers["region"] == "EU"].min() > 4 * lost[stakers["region"] == "JP"].max()


def test_every_block_is_heard_of_by_every_other_node(tables: dict) -> None:  # type: ignore[type-arg]
    heard, stakers = tables["propagation"], tables["stakers"]
    assert heard["deliveries"].sum() == len(tables["blocks"]) * len(stakers)
    assert heard["within_s"].notna().all()
    assert set(heard["region"]) == set(stakers["region"])


def test_old_blocks_and_states_are_forgotten(world: World) -> None:
    assert len(world.ledger.tree) < 200
    assert len(world.conservation._changes) < 200
    assert len(world.ledger.gateways[0]._taken) < 200
    assert world.ledger.gossip is not None
    assert len(world.ledger.gossip) < 200


def test_the_same_run_again_gives_the_same_journal() -> None:
    first, second = (simulate(load(SCENARIO, BRIEF)) for _ in range(2))
    assert first.digest == second.digest
    assert first.journal == second.journal
    assert any('"removed"' in line for line in first.journal)


def test_patient_people_go_on_only_when_their_act_is_final() -> None:
    with World(load(SCENARIO, {**BRIEF, "network.patience": "final"}), "medsim run") as world:
        world.run()
    for visit in world.visits.made:
        assert visit.outcome == "complete"
        assert visit.check_in is not None
        assert visit.credit is not None
        assert visit.check_in.final_at_s is not None
        assert visit.credit.submitted_at_s >= visit.check_in.final_at_s


def test_books_that_did_not_walk_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conservation, "stand_on", lambda _books, _block: None)
    with World(load(SCENARIO, BRIEF), "medsim run") as world, pytest.raises(InvariantViolated):
        world.run()


def test_estimated_prices_are_the_minimum_on_an_empty_chain_and_never_below() -> None:
    with World(load(SCENARIO, {**BRIEF, "fees.pricing": "estimated"}), "medsim run") as world:
        world.run()
    prices = {sent.transaction.gas_price_wei for sent in world.node.submissions}
    assert prices == {world.ledger.limits.minimum_gas_price_wei}


def test_estimated_prices_rise_where_more_waits_than_the_next_block_holds() -> None:
    crowded = {
        "population.patients": 60, "network.views": "one", "fees.pricing": "estimated", "fees.target_blocks": 1,
        "chain.gas_limit_gas": 1_000_000, "background.contract_share": 1.0,
    }  # fmt: skip
    with World(load(SCENARIO, crowded), "medsim run") as world:
        world.run()
    prices = [sent.transaction.gas_price_wei for sent in world.node.submissions]
    minimum_wei = world.ledger.limits.minimum_gas_price_wei
    assert min(prices) == minimum_wei
    assert 1 <= sum(price_wei > minimum_wei for price_wei in prices) < len(prices) / 4
    assert {visit.outcome for visit in world.visits.made} == {"complete"}
