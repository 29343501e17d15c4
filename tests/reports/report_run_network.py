"""A synthetic run on a network: a chain of 400 blocks with branches beside it, known one by one."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from report_run_factory import SyntheticRun

from sim.metrics.tables import SCHEMAS

INTERVAL_S = 128.0
BLOCKS = 400
REGIONS = ("JP", "JP", "AS", "EU")
FIRST = 250_000


def name(number: int, branch: int = 0) -> str:
    """The identity of a block: of the chain, or of a branch."""
    return f"0x{number * 100 + branch:064x}"


def network_run() -> SyntheticRun:
    """Branches after every 50th block: of 3 blocks with 2 acts after the 100th, else of one block."""
    run = SyntheticRun()
    run.scenario["network"] = {"views": "network"}
    run.scenario["chain"]["confirmation_depth_blocks"] = 10
    rows = [block(number, tx_count=int(number % 5 == 0)) for number in range(1, BLOCKS + 1)]
    for fork in range(50, BLOCKS, 50):
        for height in range(1, 4 if fork == 100 else 2):
            rows.append(stale(fork, height, acts=2 if (fork, height) == (100, 2) else 0))
    run.tables["blocks"] = pd.DataFrame(rows, columns=list(SCHEMAS["blocks"].by_name))
    run.tables["stakers"] = pd.DataFrame(
        [staker(place, region) for place, region in enumerate(REGIONS)],
        columns=list(SCHEMAS["stakers"].by_name),
    )
    run.tables["reorganisations"] = pd.DataFrame(
        [(100 * INTERVAL_S, "gateway", 2, 3, 1), (101 * INTERVAL_S, "s003", 3, None, None),
         (150 * INTERVAL_S, "s002", 1, None, None)],
        columns=list(SCHEMAS["reorganisations"].by_name),
    ).astype({"transactions_removed": "Int64", "transactions_returned": "Int64"})  # fmt: skip
    run.tables["propagation"] = pd.DataFrame(
        [("JP", 0.1, 600), ("JP", 0.4, 200), ("AS", 0.3, 390), ("AS", math.nan, 10), ("EU", 0.9, 400)],
        columns=list(SCHEMAS["propagation"].by_name),
    )
    return run


def block(number: int, **changed: Any) -> dict[str, Any]:
    """A row of `blocks`: canonical, made 2 s after its timestamp, final ten blocks later if that many come."""
    time_s = number * INTERVAL_S
    row = {
        "number": FIRST + number, "count": 1, "first_time_s": time_s, "time_s": time_s, "interval_s": INTERVAL_S,
        "block_hash": name(number), "proposer": f"s{number % 4:03d}", "tx_count": 0, "gas_used_gas": 0,
        "gas_limit_gas": 40_000_000, "size_bytes": 600, "subsidy_sat": 4 * 10**8, "fees_sat": 0, "mempool_tx": 1,
        "bits": "1a0fffff", "parent_hash": name(number - 1), "made_at_s": time_s + 2, "seen_at_s": time_s + 3,
        "final_at_s": time_s + 3 + 10 * INTERVAL_S if number + 10 <= BLOCKS else math.nan, "canonical": True,
        "removed_at_s": math.nan,
    }  # fmt: skip
    return {**row, **changed}


def stale(fork: int, height: int, acts: int) -> dict[str, Any]:
    """A row of `blocks` on the branch after block `fork`, which the gateway had and gave up."""
    number = fork + height
    return block(
        number, block_hash=name(number, 1), parent_hash=name(number - 1, 1 if height > 1 else 0), tx_count=acts,
        proposer="s003", made_at_s=number * INTERVAL_S + 9, final_at_s=math.nan, canonical=False,
        removed_at_s=(fork + 4) * INTERVAL_S,
    )  # fmt: skip


def staker(place: int, region: str) -> dict[str, Any]:
    """A row of `stakers`: equal stakes and rewards, all stale blocks made by the last one."""
    return {
        "owner_id": f"s{place:03d}", "opening_stake_sat": 10**14, "closing_stake_sat": 10**14,
        "mature_share": 0.25, "weight_share": 0.25, "region": region, "blocks": BLOCKS // 4,
        "stale_blocks": 9 if place == 3 else 0, "missed_blocks": 1 if place == 2 else 0,
        "reward_sat": BLOCKS * 10**8,
    }  # fmt: skip
