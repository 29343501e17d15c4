"""KPIs of the chain: blocks, throughput, latency, forks, decentralisation.

Blocks and transactions count by the time of their block or of their submission inside the window, so that a
backlog that is only worked off in the drain does not count as throughput.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd

from sim.metrics.kpi import Kpi, KpiContext, Number
from sim.metrics.schema import TIME_DECIMALS
from sim.metrics.statistics import fewest_above_half, fewest_with, quantile, time_mean
from sim.metrics.tables_network import GATEWAY
from sim.metrics.window import Tables, ratio, readings_within, total, whole_numbers, within

LEAST_FOR_P99 = 299
"""Below this many observations the largest lies under the 99th percentile with more than 5 % chance."""

LOST_OUTCOMES = ("expired", "dropped")

ONE_VIEW = "one network view: forks cannot occur"


def chain_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return the KPIs under `chain.`, but for acts per second."""
    return {
        **_block_kpis(tables["blocks"], context),
        **_transaction_kpis(tables["transactions"], context),
        **_finality_kpis(tables, context),
        **_fork_kpis(tables, context),
        **_stake_kpis(tables, context),
    }


def _block_kpis(blocks: pd.DataFrame, context: KpiContext) -> dict[str, Kpi]:
    rows = within(blocks[blocks["canonical"]], "time_s", context)
    count = total(rows["count"])
    used = total(rows["gas_used_gas"])
    limit = sum(
        limit_gas * length
        for limit_gas, length in zip(
            whole_numbers(rows["gas_limit_gas"]), whole_numbers(rows["count"]), strict=True
        )
    )
    return {
        "chain.blocks": Kpi(count, "1", n=count),
        "chain.block_interval_mean_s": _interval(rows, count),
        "chain.gas_used_share": _room_used(rows, used, limit, count, context),
        "chain.mempool_max_tx": Kpi(max(whole_numbers(rows["mempool_tx"])), "tx", n=count)
        if count
        else Kpi(None, "tx", "no block in the window"),
    }


def _room_used(rows: pd.DataFrame, used: int, limit: int, count: int, context: KpiContext) -> Kpi:
    """Gas used of the gas on offer; where gas does not bind, the largest share of what does."""
    if not limit:
        return Kpi(None, "0–1", "no block in the window")
    if context.block_limits is None:
        return Kpi(used / limit, "0–1", n=count)
    limits = context.block_limits
    shares: dict[str, Number | None] = {}
    if "bytes" in limits:
        shares["bytes_share"] = total(rows["size_bytes"]) / (limits["bytes"] * count)
    if "cpu" in limits:
        shares["cpu_share"] = total(rows["tx_count"]) * limits["cpu_of_call"] / (limits["cpu"] * count)
    if not shares:
        return Kpi(None, "0–1", "nothing limits a batch", n=count)
    return Kpi(max(share or 0 for share in shares.values()), "0–1", n=count, beside=shares)


def _interval(rows: pd.DataFrame, count: int) -> Kpi:
    if count < 2:
        return Kpi(None, "s", f"{count} block in the window, an interval needs 2", n=count)
    span_s = float(rows["time_s"].max()) - float(rows["first_time_s"].min())
    return Kpi(span_s / (count - 1), "s", n=count - 1)


def _transaction_kpis(transactions: pd.DataFrame, context: KpiContext) -> dict[str, Kpi]:
    offered = within(transactions, "submitted_at_s", context)
    included = within(transactions[transactions["canonical"]], "included_at_s", context)
    failed = whole_numbers(included["status"]).count(0)
    lost = int(offered["outcome"].isin(LOST_OUTCOMES).sum())
    return {
        "chain.tx_offered": Kpi(len(offered), "tx", n=len(offered)),
        "chain.tx_included": Kpi(len(included), "tx", n=len(included)),
        "chain.tx_failed": Kpi(failed, "tx", n=len(included)),
        "chain.tx_expired": Kpi(lost, "tx", n=len(offered)),
        "chain.tps_mean": Kpi(len(included) / context.window_s, "1/s", n=len(included)),
        **_latency_kpis(_latencies_s(transactions, context)),
    }


def _latencies_s(transactions: pd.DataFrame, context: KpiContext) -> list[float]:
    """Seconds from first submission to finality, infinite where it never came.

    Transactions of one sender and nonce are one intent: a replacement keeps the time of the first submission.
    """
    first_s: dict[tuple[str, int], float] = {}
    final_s: dict[tuple[str, int], float] = {}
    columns = ("sender", "nonce", "submitted_at_s", "final_at_s", "canonical")
    for sender, nonce, submitted_at_s, final_at_s, canonical in zip(
        *(transactions[column].tolist() for column in columns), strict=True
    ):
        intent = (sender, nonce)
        first_s[intent] = min(submitted_at_s, first_s.get(intent, math.inf))
        if canonical and not math.isnan(final_at_s):
            final_s[intent] = final_at_s
    return [
        round(final_s.get(intent, math.inf) - submitted_at_s, TIME_DECIMALS)
        for intent, submitted_at_s in first_s.items()
        if context.window_start_s <= submitted_at_s < context.window_end_s
    ]


def _latency_kpis(latencies_s: list[float]) -> dict[str, Kpi]:
    return _wait_kpis("chain.latency", latencies_s, "intents", "no transaction was offered")


def _finality_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    waits_s = _blocks_final_after_s(tables, context)
    nothing = (
        "no block with transactions in the window" if context.network_views == 1 else "no block in the window"
    )
    return _wait_kpis("chain.finality", waits_s, "blocks", nothing)


def _blocks_final_after_s(tables: Tables, context: KpiContext) -> list[float]:
    """Seconds from a canonical block to its finality, infinite where it never came; first blocks first.

    On a network from when its producer made it, for every block. With one view from its timestamp, for the blocks
    that hold agents' transactions: finality is not looked for in idle stretches.
    """
    if context.network_views > 1:
        rows = tables["blocks"]
        rows = within(rows[rows["canonical"]], "made_at_s", context)
        made_s, final_s = rows["made_at_s"], rows["final_at_s"]
    else:
        sent = tables["transactions"]
        included = within(sent[sent["canonical"]], "included_at_s", context)
        blocks = included.groupby("block_number")[["included_at_s", "final_at_s"]].first()
        made_s, final_s = blocks["included_at_s"], blocks["final_at_s"]
    return [
        math.inf if math.isnan(final_at_s) else round(final_at_s - made_at_s, TIME_DECIMALS)
        for made_at_s, final_at_s in zip(made_s.tolist(), final_s.tolist(), strict=True)
    ]


def _wait_kpis(prefix: str, waits_s: list[float], what: str, nothing: str) -> dict[str, Kpi]:
    count = len(waits_s)
    if count < LEAST_FOR_P99:
        tail = Kpi(None, "s", f"{count} {what}, a 99th percentile needs {LEAST_FOR_P99}", n=count)
    else:
        tail = _wait(waits_s, Fraction(99, 100), what)
    middle = _wait(waits_s, Fraction(1, 2), what) if count else Kpi(None, "s", nothing, n=0)
    return {f"{prefix}_p50_s": middle, f"{prefix}_p99_s": tail}


def _wait(waits_s: list[float], share: Fraction, what: str) -> Kpi:
    value_s = quantile(waits_s, share)
    lost = sum(math.isinf(wait_s) for wait_s in waits_s)
    if math.isinf(value_s):
        return Kpi(None, "s", f"{lost} of {len(waits_s)} {what} never became final", n=len(waits_s))
    return Kpi(value_s, "s", n=len(waits_s), beside={"never_final": lost})


def _fork_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    if context.network_views == 1:
        return _no_fork_kpis(ONE_VIEW)
    rows = within(tables["blocks"], "time_s", context)
    canonical = total(rows["count"][rows["canonical"]])
    stale = total(rows["count"][~rows["canonical"]])
    given_up = within(tables["reorganisations"], "at_s", context)
    by_observer = given_up[given_up["node"] == GATEWAY]
    if canonical + stale == 0:
        return _no_fork_kpis("no block in the window")
    stale_ratio = ratio(stale, canonical)
    return {
        "chain.orphan_share": Kpi(stale / (canonical + stale), "0–1", n=canonical + stale),
        "chain.stale_ratio": Kpi(
            stale_ratio,
            "0–1",
            "no canonical block in the window" if stale_ratio is None else None,
            n=canonical,
        ),
        "chain.reorg_depth_max": Kpi(
            _deepest(given_up), "blocks", n=len(given_up), beside={"at_the_observer": _deepest(by_observer)}
        ),
    }


def _deepest(given_up: pd.DataFrame) -> int:
    return max(whole_numbers(given_up["depth_blocks"]), default=0)


def _no_fork_kpis(reason: str) -> dict[str, Kpi]:
    return {
        "chain.orphan_share": Kpi(None, "0–1", reason),
        "chain.stale_ratio": Kpi(None, "0–1", reason),
        "chain.reorg_depth_max": Kpi(None, "blocks", reason),
    }


def _stake_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    shares = [Fraction(share) for share in tables["stakers"]["mature_share"].tolist()]
    halting = _fewest_to_halt(shares, context.halting_share)
    readings = readings_within(tables["supply"], context)
    staked_sat, issued_sat = (
        whole_numbers(readings[column]) for column in ("staked_qtum_sat", "issued_qtum_sat")
    )
    staked = None
    if any(staked_sat) and all(issued_sat):
        staked = time_mean(
            readings["time_s"].tolist(),
            [part / whole for part, whole in zip(staked_sat, issued_sat, strict=True)],
        )
    nobody = "nobody stakes" if halting is None else None
    unread = None
    if staked is None:
        unread = "fewer than two readings in the window" if any(staked_sat) else "nobody stakes coin"
    return {
        "chain.nakamoto_halt": Kpi(halting, "owners", nobody, n=len(shares)),
        "chain.staked_share": Kpi(staked, "0–1", unread, n=len(readings)),
    }


def _fewest_to_halt(shares: list[Fraction], halting_share: Fraction | None) -> int | None:
    """Return how few owners stop finality: with more than half of the turns, or with the least part that does."""
    common = math.lcm(*(share.denominator for share in shares))
    turns = [int(share * common) for share in shares]
    return fewest_above_half(turns) if halting_share is None else fewest_with(turns, halting_share)
