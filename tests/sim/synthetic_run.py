"""A small whole result made of plain numbers, for tests of what is written, read, measured and compared."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sim.metrics import tables
from sim.metrics.kpis import KpiContext, compute
from sim.results import Journal, RunResults

DAY_S = 86_400
MED = 10**8
CONTEXT = KpiContext(
    window_start_s=0,
    window_end_s=30 * DAY_S,
    qtum_krw=4000.0,
    emission_rate_year_share=0.05,
    plaintext_on_chain_bytes=0,
    events=1234,
    wall_s=1.5,
    epoch_s=7 * DAY_S,
    grades={"economy.qtum_krw": "U", "fees.gas_price_sat": "S", "chain.confirmation_depth_blocks": "D"},
)


def name_hash(name: str) -> str:
    """A hash that stands for something named."""
    return "0x" + hashlib.sha256(name.encode()).hexdigest()


def block(number: int, time_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `blocks`: one empty canonical block."""
    row = {
        "number": number, "count": 1, "first_time_s": time_s, "time_s": time_s, "interval_s": 128.0,
        "block_hash": name_hash(f"block {number}"), "proposer": "staker-0", "tx_count": 0, "gas_used_gas": 0,
        "gas_limit_gas": 40_000_000, "size_bytes": 600, "subsidy_sat": 4 * 10**8, "fees_sat": 0,
        "mempool_tx": 0, "bits": "0x1d00ffff", "canonical": True,
    }  # fmt: skip
    return {**row, **changed}


def transaction(nonce: int, submitted_at_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `transactions`: one that was included 100 s and final 1,300 s after its submission."""
    row = {
        "tx_id": name_hash(f"tx {nonce} {submitted_at_s}"), "act": "check-in", "sender": "provider-0",
        "sender_role": "provider", "nonce": nonce, "gas_limit_gas": 100_000, "gas_price_sat": 40,
        "submitted_at_s": submitted_at_s, "included_at_s": submitted_at_s + 100.0,
        "final_at_s": submitted_at_s + 1_300.0, "block_number": 1, "block_hash": name_hash("block 1"),
        "status": 1, "gas_used_gas": 60_000, "fee_sat": 2_400_000, "outcome": "included",
        "visit_id": "visit-0", "canonical": True,
    }  # fmt: skip
    return {**row, **changed}


LOST = {
    "included_at_s": None, "final_at_s": None, "block_number": None, "block_hash": None, "status": None,
    "gas_used_gas": None, "fee_sat": None, "outcome": "expired", "canonical": False,
}  # fmt: skip
"""What changes in a transaction that no block ever held."""


def visit(index: int, started_at_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `visits`: a complete one."""
    row = {
        "visit_id": f"visit-{index}", "patient_id": f"patient-{index % 3}", "provider_id": "provider-0",
        "provider_name": "서울 의원", "encounter_class": "AMB", "encounter_type": "check-up",
        "direction": "institution", "started_at_s": started_at_s, "ended_at_s": started_at_s + 900,
        "scanned_at_s": started_at_s + 900, "checked_in_at_s": started_at_s + 1_000,
        "anchored_at_s": started_at_s + 1_000, "credited_at_s": started_at_s + 1_200, "outcome": "complete",
        "resources": 5, "record_bytes": 4_000, "ciphertext_bytes": 4_040,
        "record_id": name_hash(f"record {index}"), "root": name_hash(f"root {index}"), "gas_gas": 190_000,
        "fee_sat": 7_600_000, "patient_points": 100, "provider_points": 100,
    }  # fmt: skip
    return {**row, **changed}


def share(index: int, presented_at_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `shares`: an honest record accepted elsewhere."""
    row = {
        "share_id": f"share-{index}", "visit_id": f"visit-{index}", "patient_id": "patient-0",
        "from_provider_id": "provider-0", "to_provider_id": "provider-1", "record_id": name_hash("record 0"),
        "presented_at_s": presented_at_s, "origin": "honest", "leaves": 2, "proof_bytes": 300,
        "accepted": True, "reason": "valid", "repeat_test_avoided": False,
        "credited_at_s": None, "patient_points": 0, "issuer_points": 0, "acceptor_points": 0,
    }  # fmt: skip
    return {**row, **changed}


def balance(owner_id: str, role: str, closing_med_units: int, bound_med_units: int = 0) -> dict[str, Any]:
    """A row of `balances`; `bound_med_units` is what a contract holds for the owner at the end."""
    return {
        "owner_id": owner_id, "role": role, "opening_med_units": 0, "closing_med_units": closing_med_units,
        "opening_bound_med_units": 0, "closing_bound_med_units": bound_med_units,
        "opening_qtum_sat": 10**8, "closing_qtum_sat": 10**8,
    }  # fmt: skip


def supply(time_s: float, supply_med_units: int, **changed: Any) -> dict[str, Any]:
    """A row of `supply`; a tenth is in the treasury, a hundredth in the pool."""
    row = {
        "time_s": time_s, "supply_med_units": supply_med_units, "minted_med_units": supply_med_units,
        "burned_med_units": 0, "patients_med_units": 0, "providers_med_units": 0,
        "treasury_med_units": supply_med_units // 10, "pool_med_units": supply_med_units // 100,
        "sale_med_units": 0, "locked_med_units": 0, "vesting_med_units": 0, "staked_med_units": 0,
        "escrow_med_units": 0,
        "holders_med_units": supply_med_units - supply_med_units // 10 - supply_med_units // 100,
        "issued_qtum_sat": 100 * 10**14, "staked_qtum_sat": 22 * 10**14,
    }  # fmt: skip
    return {**row, **changed}


def purchase(number: int, phase: str, **changed: Any) -> dict[str, Any]:
    """A row of `sale`: a purchase of the main sale's length before the run, taken whole and not locked."""
    row = {
        "owner_id": f"b{number:05d}", "country": "Korea", "phase": phase, "bought_at_s": -300.0 * DAY_S + number,
        "block_number": 50_000, "offered_sat": 10**9, "paid_sat": 10**9, "med_units": 2 * 10**12,
        "locked_med_units": 0, "outcome": "bought",
    }  # fmt: skip
    return {**row, **changed}


def vesting(owner_id: str, source: str, due_at_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `vesting`: still locked."""
    row = {
        "owner_id": owner_id, "source": source, "part": 1, "due_at_s": due_at_s, "amount_med_units": 10**12,
        "ended_at_s": None, "outcome": "locked",
    }  # fmt: skip
    return {**row, **changed}


def epoch(number: int, starts_at_s: float, closed_at_s: float, **changed: Any) -> dict[str, Any]:
    """A row of `epochs`: three accounts are paid, and one unit is carried on."""
    row = {
        "epoch": number, "starts_at_s": starts_at_s, "closed_at_s": closed_at_s, "points": 400,
        "curation_points": 0, "emission_med_units": 1_000, "budget_med_units": 1_000, "paid_med_units": 999,
        "dust_med_units": 1, "diverted_med_units": 0, "unpaid_med_units": 0, "accounts": 3,
    }  # fmt: skip
    return {**row, **changed}


def reward(owner_id: str, role: str, amount_med_units: int, **changed: Any) -> dict[str, Any]:
    """A row of `rewards`."""
    row = {
        "epoch": 0, "owner_id": owner_id, "role": role, "points": 100, "curation_points": 0,
        "amount_med_units": amount_med_units, "vested_med_units": 0, "paid_at_s": 8.0 * DAY_S, "block_number": 9,
    }  # fmt: skip
    return {**row, **changed}


def staker(owner_id: str, mature_share: float, **changed: Any) -> dict[str, Any]:
    """A row of `stakers`, of a run with one network view."""
    row = {
        "owner_id": owner_id, "opening_stake_sat": 10**14, "closing_stake_sat": 10**14,
        "mature_share": mature_share, "weight_share": mature_share, "region": None, "blocks": 7,
        "stale_blocks": None, "missed_blocks": None, "reward_sat": 28 * 10**8,
    }  # fmt: skip
    return {**row, **changed}


def reorganisation(at_s: float, node: str, depth_blocks: int, **changed: Any) -> dict[str, Any]:
    """A row of `reorganisations`, at a node whose pool nobody knows."""
    return {"at_s": at_s, "node": node, "depth_blocks": depth_blocks, **changed}


def proposal(number: int, **changed: Any) -> dict[str, Any]:
    """A row of `governance`: an executed proposal."""
    row = {
        "proposal": number, "parameter": "block_gas_limit_gas", "value": "20000000", "previous": "40000000",
        "outcome": "executed", "proposed_at_s": 1.0 * DAY_S, "voting_from_s": 2.0 * DAY_S,
        "voting_until_s": 9.0 * DAY_S, "queued_at_s": 9.1 * DAY_S, "executed_at_s": 11.2 * DAY_S,
        "effective_block_number": 6_700, "voters": 3, "for_med_units": 2 * 10**16, "against_med_units": 10**15,
        "abstaining_med_units": 0, "quorum_med_units": 10**16, "gas_gas": 900_000, "fee_sat": 36_000_000,
    }  # fmt: skip
    return {**row, **changed}


def frames(**rows: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """All tables, those named with the given rows, the others empty."""
    collectors = tables.collectors()
    for name, values in rows.items():
        for row in values:
            collectors[name].append(**row)
    return {name: collector.frame() for name, collector in collectors.items()}


def filled_frames() -> dict[str, pd.DataFrame]:
    """All tables with a few rows each."""
    return frames(
        blocks=[
            block(1, 128.0, tx_count=3, gas_used_gas=190_000, mempool_tx=4),
            block(100, 12_800.0, count=99, first_time_s=256.0, proposer=None, subsidy_sat=99 * 4 * 10**8),
        ],
        transactions=[transaction(0, 10.5), transaction(1, 20.0), transaction(2, 30.0, **LOST)],
        visits=[visit(0, 0.5), visit(1, 2_000.0), visit(2, 3_000.0, anchored_at_s=None, outcome="no-anchor")],
        shares=[share(0, 5_000.0), share(1, 6_000.0, origin="forged", accepted=False, reason="bad-proof")],
        epochs=[epoch(0, 0.0, 7.1 * DAY_S)],
        rewards=[reward("patient-0", "patient", 499), reward("provider-0", "provider", 500)],
        balances=[balance("patient-0", "patient", 499), balance("pool", "pool", 1)],
        supply=[supply(0.0, 10**18), supply(30.0 * DAY_S, 10**18 + 10**16)],
        stakers=[staker("staker-0", 0.75), staker("staker-1", 0.25)],
        governance=[proposal(0), proposal(1, outcome="defeated", executed_at_s=None, effective_block_number=None)],
        sale=[purchase(1, "first presale", locked_med_units=10**12), purchase(2, "main sale", outcome="cut")],
        vesting=[
            vesting("b00001", "first presale", -DAY_S, ended_at_s=-DAY_S, outcome="released"),
            vesting("t001", "team", 5.0 * DAY_S),
        ],
        reorganisations=[
            reorganisation(130.0, "staker-1", 1),
            reorganisation(140.0, "gateway", 2, transactions_removed=3, transactions_returned=1),
        ],
        propagation=[
            {"region": "JP", "within_s": 0.25, "deliveries": 90},
            {"region": "JP", "within_s": None, "deliveries": 1},
        ],
        faults=[
            {
                "fault": "partitions", "concerned": "JP", "from_s": 1_000.0, "to_s": 3_000.0, "effects": 4,
                "effect": "block in vain", "stale_blocks": 4, "reorganisation_max_blocks": 3, "moved_after_s": 90.5,
            },
            {
                "fault": "concentration", "concerned": "staker-0", "from_s": 0.0, "to_s": 9_000.0, "effects": 5,
                "effect": "block of the first staker",
            },
        ],
        gas=[{"act": "check-in", "calls": 2, "gas_min": 60_000, "gas_mean": 60_000.0, "gas_max": 60_000}],
    )  # fmt: skip


def synthetic_results(seed: int = 7, **changed: Any) -> RunResults:
    """A whole result; another seed gives another digest. Its tables are shared between tests: never change them."""
    return replace(_results(seed), **changed)


@cache
def _results(seed: int) -> RunResults:
    filled = filled_frames()
    filled["stakers"]["reward_sat"] += seed
    journal = Journal()
    for number in range(1, 4):
        journal.append(number=number, block_hash=name_hash(f"block {number} of {seed}"), count=1)
    return RunResults(
        scenario_name="tiny",
        scenario_digest="0123456789abcdef" * 4,
        scenario_toml='name = "tiny"\n',
        seed=seed,
        engine="pyevm",
        signing="trusted",
        inputs=[{"key": "time.days", "value": 30, "default": 30, "unit": "days", "grade": "S"}],
        tables=filled,
        kpis=compute(filled, CONTEXT),
        journal=journal.lines,
        head_hash=name_hash("head"),
        state_root=name_hash("state"),
        wall_s=1.5,
        versions={"medsim": "0.1.0"},
        facts={"population": {"patients": 3}},
        story=[
            {
                "time_s": 0.5,
                "title": "A visit",
                "text": "It was real.",
                "fields": {"root": name_hash("root 0")},
            }
        ],
        story_qr_png=b"\x89PNG\r\n\x1a\n picture",
    )


def plain_report(path: Path) -> str:
    """A report maker that needs no figures."""
    return f"<!doctype html><title>{(path / 'kpis.json').stat().st_size} bytes of KPIs</title>"
