"""From a scenario to a result in memory."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from chain.ledger.errors import CannotPay
from chain.opening import Seal
from chain.protocols.dpos.points import CPU_OF_CALL
from sim.collector import seldom_collected
from sim.metrics.kpi import KpiContext
from sim.metrics.kpis import compute
from sim.metrics.privacy import PersonalStrings, plaintext_bytes, search
from sim.network.effects import write_concentration
from sim.observation.acts import write_gas, write_shares, write_transactions, write_visits
from sim.observation.figures import hexadecimal
from sim.observation.governing import write_governance
from sim.observation.money import write_epochs
from sim.observation.sale import sale_facts, write_sale, write_vesting
from sim.observation.stakers import Stakes, gains, write_stakers
from sim.observation.story import tell
from sim.replay import replay_command
from sim.results import RunResults
from sim.results.encoding import Json
from sim.sale.terms import split
from sim.scenario import Scenario, parameters
from sim.scenario.sale_calendar import team_release_times_s
from sim.units import SECONDS_PER_DAY
from sim.world import Progress, World

VERSIONED = (
    "medsim",
    "simpy",
    "py-evm",
    "web3",
    "pynacl",
    "numpy",
    "pandas",
    "pyarrow",
    "zxing-cpp",
    "coincurve",
)
"""Distributions whose versions stand in the manifest."""


@seldom_collected()
def simulate(
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    source: str | None = None,
    expected_journal: Sequence[str] | None = None,
    seal: Seal | None = None,
) -> RunResults:
    """Run a scenario and return its result; `source` is where it was loaded from, for the replay command.

    The opening is taken from the cache where it is kept, unless `seal` says how else it is made.
    With `expected_journal`, that of an earlier run, it stops with `JournalDiffers` at the first block that differs.
    Raises `InvariantViolated` where money is not conserved, `PopulationError` for histories that cannot be read.
    """
    started_s = time.perf_counter()  # wall time: metadata, outside the digest
    replay = replay_command(scenario, source)
    with World(scenario, replay, expected_journal, seal=seal) as world:
        world.run(progress)
        tables = write_tables(world)
        plaintext_bytes = plaintext_on_chain_bytes(world)
        wall_s = time.perf_counter() - started_s
        kpis = compute(tables, _context(world, plaintext_bytes, wall_s))
        story, story_qr_png = tell(
            world.visits.made,
            world.presentations.made,
            world.epochs.closed.values(),
            {provider.provider_id: provider.name for provider in world.plan.providers},
        )
        return RunResults(
            scenario_name=scenario.name,
            scenario_digest=scenario.digest,
            scenario_toml=scenario.to_toml(),
            seed=scenario.seed,
            engine=world.ledger.engine.name,
            signing=scenario.chain.signing,
            inputs=[asdict(parameter) for parameter in parameters(scenario)],
            tables=tables,
            kpis=kpis,
            journal=world.journal.lines,
            head_hash=str(hexadecimal(world.ledger.tip.block_hash)),
            state_root=str(hexadecimal(world.ledger.engine.root_of(world.ledger.tip.state_root))),
            wall_s=wall_s,
            versions=_versions(),
            facts={**_facts(world), "replay": replay},
            story=story,
            story_qr_png=story_qr_png,
        )


def write_tables(world: World) -> dict[str, pd.DataFrame]:
    """Write what the run leaves into its tables and return them by name."""
    rows, rewards = world.rows, world.scenario.rewards
    submissions = world.node.submissions
    write_transactions(rows["transactions"], submissions)
    write_gas(rows["gas"], submissions)
    write_visits(rows["visits"], world.visits.made, world.system)
    write_shares(rows["shares"], world.presentations.made, world.share_credits.made, world.system)
    write_epochs(
        rows["epochs"],
        rows["rewards"],
        world.epochs.closed.values(),
        submissions,
        world.system,
        world.people,
        rewards.epoch_days * SECONDS_PER_DAY,
    )
    write_governance(rows["governance"], world.governing.motions)
    write_sale(rows["sale"], world.system, world.ledger.opening_blocks, world.sale, world.calendar)
    first_release_at_s, *_later = team_release_times_s(world.scenario)
    write_vesting(rows["vesting"], world.conservation.locks, world.people, world.calendar, first_release_at_s)
    protocol, state = world.ledger.protocol, world.ledger.tip.protocol_state
    world.balance_rows.write(
        rows["balances"],
        world.opening_kept_sat,
        world.native.kept_sat(),
        world.governing.locked_med_units(),
        kept_in_med=world.scenario.protocol_kind.stakes_med,
    )
    write_stakers(
        rows["stakers"],
        Stakes(world.opening_stakes_sat, world.native.stakes_sat(), protocol.mature_stakes_sat(state)),
        gains(world.opening_weights, protocol.mature_sat_blocks(state)),
        world.chain_rows,
        None if world.network is None else world.network.regions,
    )
    if world.network is not None:
        world.network.propagation.write(rows["propagation"])
        world.network.write_faults(rows["faults"])
    if world.scenario.faults.concentration_share:
        first = next(iter(world.opening_stakes_sat))
        write_concentration(rows["faults"], first, world.chain_rows.blocks[first], world.scenario.duration_s)
    return {name: collector.frame() for name, collector in rows.items()}


def plaintext_on_chain_bytes(world: World) -> int:
    """Look for every personal string of everybody who visited in everything the chain holds."""
    return plaintext_bytes(
        search(on_chain(world), PersonalStrings.from_resources(_personal_resources(world)))
    )


def on_chain(world: World) -> Iterator[bytes]:
    """Yield calldata, event topics and data of every transaction, the opening's too, and all contract storage."""
    opening = [logs for block in world.ledger.opening_blocks for logs in block.receipts.logs]
    yield from (transaction.data for transaction in world.opening.all_transactions)
    # What a removed block held was on chain for everybody to read, and stays read.
    included = [sent for sent in world.node.submissions if sent.outcome == "included" or sent.removals]
    yield from (sent.transaction.data for sent in included)
    for logs in (*opening, *(sent.logs for sent in included)):
        for log in logs:
            yield from (*log.topics, log.data)
    yield from world.ledger.engine.storage_words(world.ledger.tip.state_root)


def _personal_resources(world: World) -> Iterator[Mapping[str, Any]]:
    """Yield what is known of everybody who visited: the encounters' records, the person, places and practitioners."""
    visited = {visit.planned.patient_id for visit in world.visits.made}
    histories = {person.history_id: None for person in world.plan.patients if person.patient_id in visited}
    for visit in world.visits.made:
        yield from world.population.resources(visit.planned.encounter_id)
    for history_id in histories:
        yield from world.population.patient_resources(history_id)
    yield from world.population.shared_resources()


def _context(world: World, plaintext_bytes: int, wall_s: float) -> KpiContext:
    scenario = world.scenario
    return KpiContext(
        window_start_s=scenario.warmup_s,
        window_end_s=scenario.duration_s,
        epoch_s=scenario.rewards.epoch_days * SECONDS_PER_DAY,
        qtum_krw=scenario.coin_krw,
        coin=scenario.protocol_kind.coin,
        halting_share=scenario.protocol_kind.halting_share,
        points_pay=scenario.protocol_kind.name == "dpos",
        protocol_mints=scenario.emission.source == "protocol",
        block_limits=_block_limits(world),
        emission_rate_year_share=None if scenario.emission.source == "protocol" else scenario.emission.rate,
        plaintext_on_chain_bytes=plaintext_bytes,
        events=world.events,
        wall_s=wall_s,
        network_views=1 if world.network is None else world.network.views,
        grades={one.key: one.grade for one in parameters(scenario) if scenario.protocol_kind.reads(one.key)},
    )


def _block_limits(world: World) -> Mapping[str, int] | None:
    """Return what a block may hold where its protocol sets gas no limit."""
    if world.scenario.protocol_kind.priced:
        return None
    policy = world.ledger.fee_policy
    if policy is None:
        return {}
    return {**policy.limits(), "cpu_of_call": CPU_OF_CALL}


def _facts(world: World) -> Mapping[str, Json]:
    manifest, plan = world.population.manifest, world.plan
    described = ("seed", "licence", "country", "generator")
    population = {
        "name": world.population.name,
        **{key: manifest[key] for key in described if key in manifest},
        "histories_used": plan.histories,
        "people": len(plan.patients),
        "visits_planned": len(plan.visits),
        "visits_still_in_care_at_the_end": len(plan.visits) - len(world.attended),
    }
    allocation = split(world.scenario).sale_med_units
    network = world.network
    proofs = {visit.record_id: visit.anchor for visit in world.visits.made if visit.anchor is not None}
    disclosed_on_removed = sum(
        shown.accepted and proofs[shown.record_id].was_removed_after(shown.presented_at_s)
        for shown in world.presentations.made
    )
    about_network = {} if network is None else network.facts(world.node.submissions, disclosed_on_removed)
    return {
        **({} if network is None else {"network": about_network}),
        "population": population,
        "conservation_scans": world.conservation.scans,
        "protocol": {**world.native.facts(), **_charges(world)},
        "sale": sale_facts(world.system, world.ledger.opening_blocks, world.sale, allocation),
    }


def _charges(world: World) -> Mapping[str, Json]:
    """Return what a fee policy took from senders, and how many of them a node refused because they could not pay."""
    policy, sent = world.ledger.fee_policy, world.node.submissions
    if policy is None:
        return {}
    refused = sum(one.failure == CannotPay.__name__ for one in sent)
    if policy.takes_coins:
        return {"fees_sat": sum(one.coins_charged_sat or 0 for one in sent), "could_not_pay": refused}
    return {"points": sum(one.points_charged or 0 for one in sent), "could_not_pay": refused}


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in VERSIONED}}
