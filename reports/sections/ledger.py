"""Section 3: will the chain carry it; block intervals, gas, pool, latency, the network, and gas per act."""

from __future__ import annotations

import pandas as pd

from reports.elements import Element, Gallery, Paragraph, Section, Table, columns
from reports.measures import Latency, Waits, latencies, limited_by_gas, no_chain_answer, records, visit_stages
from reports.published import ANCHOR_EXPECTED_GAS, PUBLISHED_GAS
from reports.quantities import NONE, counted, duration, share, whole
from reports.rehearsed import REHEARSED_GAS, VISIT_MOST_GAS, VISIT_OTHER_MOST_GAS
from reports.run_directory import RunDirectory
from reports.sections.governed import governed
from reports.sections.ledger_figures import gas_figure, interval_figure, latency_figure, pool_figure
from reports.sections.network import network

_BLOCK_COLUMNS = (
    "number", "count", "time_s", "interval_s", "tx_count", "gas_used_gas", "gas_limit_gas", "mempool_tx",
    "canonical",
)  # fmt: skip


def section(run: RunDirectory) -> Section:
    """From blocks to latencies to what each act costs; nothing of it where people stand for many."""
    silence = no_chain_answer(run)
    if silence:
        return Section(3, "chain", "Will the chain carry it", (Paragraph(silence),))
    blocks = run.table("blocks", _BLOCK_COLUMNS)
    blocks = blocks[blocks["canonical"]]
    waits = latencies(run)
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run, blocks)),
        Gallery(
            (
                interval_figure(run, blocks),
                gas_figure(blocks, limited_by_gas(run)),
                pool_figure(blocks),
                latency_figure(waits),
            )
        ),
        *governed(run),
        _stage_table(run),
        _latency_table(waits),
        *network(run),
        _gas_table(run),
        _published_table(run),
    )
    return Section(3, "chain", "Will the chain carry it", elements)


def _lead(run: RunDirectory, blocks: pd.DataFrame) -> str:
    if blocks.empty:
        return "The run made no block."
    total, single = int(blocks["count"].sum()), int((blocks["tx_count"] > 0).sum())
    others = "the others passed empty, whole stretches in one step"
    made = "were made"
    if run.setting("network.views", "one") != "one":
        made, others = "stayed in the chain", "the others were empty"
    used = run.kpi("chain.gas_used_share")
    failed = run.kpi("chain.tx_failed").number
    lead = f"{counted(total, 'block')} {made}, {single:,} of them with transactions; {others}. "
    lead += (
        f"Of the {'gas' if limited_by_gas(run) else 'room'} on offer {share(used.number)} was used"
        if used.number is not None
        else "No gas was on offer"
        if limited_by_gas(run)
        else "Nothing limits a batch"
    )
    if failed is None:
        return f"{lead}."
    return f"{lead}; {counted(int(failed), 'transaction') if failed else 'no transaction'} failed."


def _stage_table(run: RunDirectory) -> Table:
    return Table(
        "How long a visit takes, from the scan of the code to a block that holds each stage",
        columns("Stage", "#Scanned visits", "#Median", "#90th percentile", "#Not by the end"),
        tuple(
            (
                stage.name,
                whole(stage.n),
                duration(stage.median_s),
                duration(stage.ninetieth_s),
                whole(stage.never),
            )
            for stage in visit_stages(run)
        ),
        note="MED is paid for a whole epoch at once, after it has closed: the payment of the epoch that a visit was "
        "credited in counts. What was not reached by the end of the run counts as endless.",
        empty="No code was scanned in this run.",
    )


def _latency_table(waits: tuple[Latency, ...]) -> Table:
    return Table(
        "Latency by act, from first submission to a block that holds it, and to finality",
        columns(
            "Act",
            "#Transactions",
            "#In a block: median",
            "#90 %",
            "#99 %",
            "#Final: median",
            "#90 %",
            "#99 %",
            "#Never final",
        ),
        tuple(
            (
                wait.act,
                whole(wait.final.n),
                *_quantiles(wait.included),
                *_quantiles(wait.final),
                whole(wait.final.never),
            )
            for wait in waits
        ),
        note="No 90th percentile is named below 29 transactions, no 99th below 299. What never came counts as endless. "
        "On a network a block holds a transaction once the sender's gateway has it.",
        empty="No transaction was submitted in this run.",
    )


def _quantiles(waits: Waits) -> tuple[str, ...]:
    values = (waits.median_s, waits.ninetieth_s, waits.p99_s)
    return tuple(NONE if value is None else duration(value) for value in values)


def _gas_table(run: RunDirectory) -> Table:
    gas = run.table("gas", ("act", "calls", "gas_min", "gas_mean", "gas_max"))
    return Table(
        "Gas per act in this run",
        columns("Act", "#Calls", "#Least [gas]", "#Mean [gas]", "#Most [gas]"),
        tuple(
            (
                str(row["act"]),
                whole(row["calls"]),
                whole(row["gas_min"]),
                whole(row["gas_mean"]),
                whole(row["gas_max"]),
            )
            for row in records(gas.sort_values(["calls", "act"], ascending=[False, True]))
        ),
        empty="No call succeeded in this run.",
    )


def _published_table(run: RunDirectory) -> Table:
    gas = run.table("gas", ("act", "gas_mean"))
    per_visit = run.kpi("act.gas_per_visit").number
    rows = []
    if per_visit is not None:
        rows.append(
            (
                "a whole visit here",
                whole(per_visit),
                "this run: check-in, anchor, credit and their share of payout",
            )
        )
    anchor = gas.loc[gas["act"] == "anchor", "gas_mean"]
    if len(anchor):
        low, high = ANCHOR_EXPECTED_GAS
        rows.append(
            ("an anchored record here", whole(anchor.iloc[0]), f"this run; {low:,} to {high:,} expected")
        )
    for own in REHEARSED_GAS:
        words = f"measured in the rehearsal of {own.contract}, not in this run; beside: {own.beside}"
        rows.append((own.act, whole(own.gas), words))
    for published in PUBLISHED_GAS:
        span = f"{published.low_gas:,}"
        if published.high_gas != published.low_gas:
            span += f" to {published.high_gas:,}"
        rows.append((published.act, span, published.source))
    note = (
        "Other systems do other things on chain: the figures give an order of magnitude, not a race. Once both sides "
        f"have points in an epoch, check-in, anchor and credit take up to {VISIT_MOST_GAS:,} gas together under the "
        f"linear reward curve without caps, and up to {VISIT_OTHER_MOST_GAS:,} under other curves and caps, which "
        "reward persons and must look them up. Whoever earns the first points writes where nothing stood, which is "
        "dearer, and the payout comes on top."
    )
    return Table("Beside published health chains", columns("Act", "#Gas", "Source"), tuple(rows), note=note)
