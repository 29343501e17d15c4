"""The parts of a stress report, in the order in which a stranger asks: can it, how far is it, why, and how sure."""

from __future__ import annotations

from dataclasses import replace

from reports.elements import (
    Element,
    Gallery,
    Headline,
    Headlines,
    Paragraph,
    Section,
    Table,
    columns,
)
from reports.quantities import JOIN, NONE, duration, number, octets, share, signed, times, whole
from reports.run_directory import RunDirectory
from reports.sections import inputs
from reports.stress import figures
from reports.stress.reading import LIMITED_BY, NONE_BATCHED, Row, StressReading, knee_words, rate

AGREES_SHARE = 0.10
"""Within so much a knee agrees with the capacity law; beyond it the report says what causes the gap."""


def basis(run: RunDirectory) -> str:
    """What all figures rest on, in one line."""
    return (
        "Health acts with gas and bytes as measured on the EVM, which does not execute this load; Poisson arrivals; "
        f"blocks by each protocol's own rules on a network (latencies of 2019, "
        f"{number(run.setting('network.bandwidth_mbit_per_second', 0))} Mbit/s, "
        f"{whole(run.setting('network.validation_gas_per_second', 0) / 1e6)} M gas/s a node); "
        f"{run.setting('stress.blocks_per_step', '?')} blocks a step at most, seed {run.manifest.get('seed', '?')}, "
        "error bars by batch means within one run."
    )


def sections(run: RunDirectory) -> list[Section]:
    """All parts of the page."""
    reading = StressReading(run)
    parts = [
        ("answer", "Answer", _answer(reading)),
        ("throughput", "Throughput over load", _throughput(reading)),
        ("strain", "What strain looks like", _strain(reading)),
        ("law", "Capacity law and measurement", _law(reading)),
        ("limits", "Other limits, other intervals", _limits(reading)),
        ("claims", "Claims checked", _claims(reading)),
        ("visit", "What a visit takes", _visit(reading)),
        ("sure", "How sure", _sure()),
    ]
    made = [Section(place, slug, title, body) for place, (slug, title, body) in enumerate(parts, start=1)]
    return [*made, replace(inputs.section(run), number=len(made) + 1)]


def _chains(reading: StressReading) -> list[Row]:
    """Return the knees of all that is a chain: one that the rules limit."""
    return [row for row in reading.knees if row["law_visits_per_s"] is not None]


def _answer(reading: StressReading) -> tuple[Element, ...]:
    reached = [row for row in _chains(reading) if row["knee_visits_per_s"]]
    if not reached:
        return (Paragraph("No chain that was loaded has a knee."), _knee_table(reading))
    best = max(reached, key=lambda row: row["knee_visits_per_s"])
    enough = [row for row in _chains(reading) if (row["peak_ratio"] or 0) <= 1]
    plain = [row for row in reached if row["batching"] == NONE_BATCHED]
    worst = min(plain or reached, key=lambda row: row["knee_visits_per_s"])
    items = [
        Headline("The nation's busiest hour", rate(reading.peak), "visits on a Monday between 10 and 11"),
        Headline(
            "Most that a chain carries",
            rate(best["knee_visits_per_s"]),
            f"{best['protocol']}, {_batching(best)}; limited by {LIMITED_BY[str(best['limited_by'])].split(':')[0]}",
        ),
        Headline(
            "Least, without batching",
            rate(worst["knee_visits_per_s"]),
            f"{worst['protocol']}: the nation would need {times(worst['peak_ratio'])} as much",
        ),
    ]
    if enough:
        names = ", ".join(f"{row['protocol']} ({_batching(row)})" for row in enough)
        verdict = f"Of the chains, the nation's busiest hour fits on {names}; on none of the others."
    else:
        verdict = (
            "No. None of these chains carries the nation's busiest hour; the nearest, "
            f"{best['protocol']} {_batching(best)}, would have to carry {times(best['peak_ratio'])} as much."
        )
    return (Headlines(tuple(items)), Paragraph(verdict + _gain(reading)), _knee_table(reading))


def _gain(reading: StressReading) -> str:
    batched = reading.batched
    if batched is None:
        return ""
    gains = []
    for protocol in reading.protocols:
        without, with_it = reading.knee(protocol, NONE_BATCHED), reading.knee(protocol, batched)
        if without and with_it and without["knee_visits_per_s"] and with_it["knee_visits_per_s"]:
            gains.append((with_it["knee_visits_per_s"] / without["knee_visits_per_s"], protocol))
    if not gains:
        return ""
    (least, _), (most, protocol) = min(gains), max(gains)
    if len(gains) == 1:
        return f" Batching ({batched}) raises the knee {times(most)}."
    return f" Batching ({batched}) raises knees {times(least)} to {times(most)}, most on {protocol}."


def _batching(row: Row) -> str:
    return "without batching" if row["batching"] == NONE_BATCHED else "with batching"


def _knee_table(reading: StressReading) -> Table:
    return Table(
        "Where each protocol saturates, and how many times short of the nation's busiest hour that is",
        columns(
            "Protocol",
            "Batching",
            "#Knee [visits/s]",
            "#Transactions a visit",
            "#Short by",
            "Limited by",
        ),
        tuple(
            (
                str(row["protocol"]),
                "no" if row["batching"] == NONE_BATCHED else "yes",
                knee_words(row),
                number(row["acts_per_visit"]),
                _short(row, reading.peak),
                "nothing that was tried" if row["limited_by"] is None else LIMITED_BY[str(row["limited_by"])],
            )
            for row in reading.knees
        ),
        note="The knee is the largest load of which 99 % is on the chain by the end of the window, becomes final, and "
        "can be executed in time. A notary is no chain: a log that one party signs, as the counterfactual.",
    )


def _short(row: Row, peak: float) -> str:
    if row["peak_ratio"] is None:
        reached = row["knee_visits_per_s"] is None and row["largest_load_visits_per_s"] >= peak
        return "enough" if reached else NONE
    return times(row["peak_ratio"]) if row["peak_ratio"] > 1 else "enough"


def _throughput(reading: StressReading) -> tuple[Element, ...]:
    return (
        Paragraph(
            "Load is raised step by step; served are visits all of whose papers are on the canonical chain. Where the "
            "curve leaves the dotted diagonal the chain saturates. The capacity law is what the rules could carry."
        ),
        Gallery(tuple(figures.throughput(reading, protocol) for protocol in reading.protocols)),
    )


def _strain(reading: StressReading) -> tuple[Element, ...]:
    return (
        Gallery(
            (
                figures.over_load(
                    reading, "latency", title="Time to finality", label="submission to finality [min]",
                    sentence=figures.latency_sentence(reading),
                    series=(("latency_p50_s", "-"), ("latency_p99_s", "--")), logarithmic=True, scale=1 / 60,
                ),
                figures.over_load(
                    reading, "mempool", title="Acts that wait", label="waiting when a block is filled [tx]",
                    sentence="Mean over blocks; a full pool lets the cheapest go. Where people bid, what waits is what "
                    "bids least.",
                    series=(("mempool_mean_tx", "-"),), logarithmic=True,
                ),
                figures.over_load(
                    reading, "fees", title="Prices that blocks take", label="price over the least [1]",
                    sentence="Solid: the median of the gas prices in blocks; dashed: the least. People bid without "
                    "knowing the load, so that the least rises only because the cheapest are left behind. Chains that "
                    "take acts by age have no such price.",
                    series=(("fee_p50", "-"), ("fee_least", "--")),
                ),
                figures.over_load(
                    reading, "orphans", title="Blocks on nobody's chain", label="orphans of all blocks [%]",
                    sentence="Larger blocks travel longer and take longer to execute; what is made meanwhile does not "
                    "know of them. Under voting, proposals that came too late for their round count.",
                    series=(("orphan_share", "-"),), scale=100,
                ),
                figures.over_load(
                    reading, "fullness", title="How full blocks are", label="used of the limit [%]",
                    sentence="Of the resource of which most is used: gas, bytes, or CPU units. Where orphans take "
                    "turns with blocks that count, these are full and still carry too little.",
                    series=(("fullness", "-"),), scale=100,
                ),
            )
        ),
    )  # fmt: skip


def _law(reading: StressReading) -> tuple[Element, ...]:
    rows = tuple(
        (
            str(row["protocol"]),
            "no" if row["batching"] == NONE_BATCHED else "yes",
            knee_words(row),
            NONE if row["law_visits_per_s"] is None else number(row["law_visits_per_s"]),
            NONE if row["law_resource"] is None else str(row["law_resource"]),
            f"{number(row['interval_mean_s'], 4)} ± {number(row['interval_deviation_s'])}",
            NONE if row["gap_share"] is None else signed(f"{100 * row['gap_share']:+.1f}{JOIN}%"),
            _cause(reading, row),
        )
        for row in reading.knees
    )
    factors = tuple(
        (
            str(row["protocol"]),
            "no" if row["batching"] == NONE_BATCHED else "yes",
            *(NONE if row[name] is None else number(row[name]) for name in _FACTORS),
        )
        for row in _chains(reading)
        if row["filling_factor"] is not None
    )
    return (
        Paragraph(
            "The law: visits a second = the least over the resources of floor(limit / use a visit), over the mean "
            "interval that the rules give without load (measured, not the target). The measurement leaves it where "
            "blocks are orphaned, where intervals spread, where the last acts do not fit, or where the network is "
            "slower than the rules."
        ),
        Table(
            "Knee, law, gap, and what causes it",
            columns(
                "Protocol", "Batching", "#Knee [visits/s]", "#Law [visits/s]", "Binds in the law",
                "#Interval and its spread [s]", "#Gap", "Cause",
            ),
            rows,
        ),
        Table(
            "Just beyond the knee: what the law's throughput is multiplied by",
            columns("Protocol", "Batching", "#Filling of blocks", "#Blocks that count", "#Pace of all blocks"),
            factors,
            note="Filling: visits in a block over the law's. Blocks that count: all but orphans. Pace: the law's "
            "interval over that between any two blocks, orphans too. A lottery that adjusts its difficulty makes up "
            "for its orphans.",
        ),
    )  # fmt: skip


_FACTORS = ("filling_factor", "orphan_factor", "pace_factor")


def _cause(reading: StressReading, row: Row) -> str:
    gap = row["gap_share"]
    if gap is None:
        return "no rule limits a block" if row["law_visits_per_s"] is None else "every load was carried"
    beyond = _beyond(reading, row)
    if row["limited_by"] == "network":
        travel = "" if beyond is None or beyond["propagation_p90_s"] is None else (
            f": a block is at nine of ten nodes after {duration(beyond['propagation_p90_s'])}"
        )  # fmt: skip
        return f"propagation and execution{travel}, with {duration(row['interval_mean_s'])} between blocks"
    if row["limited_by"] == "execution":
        return (
            f"execution: {whole(reading.execution_gas_per_s / 1e6)} M gas/s a node are "
            f"{number(reading.execution_gas_per_s / row['gas_per_visit'])} visits/s"
        )
    words = []
    of_knee = row["knee_error_visits_per_s"] / row["law_visits_per_s"]
    of_law = row["interval_error_s"] / row["interval_mean_s"]
    error = (of_knee**2 + of_law**2) ** 0.5
    if row["filling_factor"] is not None and row["filling_factor"] < 0.97:
        words.append(f"packing: blocks fill to {share(row['filling_factor'])} of what the law says")
    if row["orphan_factor"] is not None and row["orphan_factor"] * (row["pace_factor"] or 1) < 0.97:
        words.append(f"orphans and pace: {share(row['orphan_factor'] * (row['pace_factor'] or 1))}")
    if abs(gap) <= 2 * error:
        words.append("within the error: intervals of a window differ from the long run's")
    elif not words:
        words.append("intervals spread, and what waits after a long one is served late")
    agrees = "agrees" if abs(gap) <= AGREES_SHARE else "differs"
    return f"{agrees}; {', '.join(words)}"


def _beyond(reading: StressReading, row: Row) -> Row | None:
    steps = reading.steps(str(row["protocol"]), str(row["batching"]))
    return next((step for step in steps if not step["carried"]), None)


def _limits(reading: StressReading) -> tuple[Element, ...]:
    return (
        Paragraph(
            "Each chain is offered 1.3 times what the law says for its changed numbers, without batching. A larger "
            "limit or a shorter interval helps until blocks take longer to travel and execute than to come."
        ),
        Gallery(
            (figures.over_factor(reading, "limit_factor"), figures.over_factor(reading, "interval_factor"))
        ),
        Table(
            "Saturated chains",
            columns(
                "Protocol", "#Limit", "#Interval", "Binds", "#Mean interval [s]", "#Law [visits/s]",
                "#Served [visits/s]", "#Orphans", "Remark",
            ),
            tuple(
                (
                    str(row["protocol"]),
                    f"{number(row['limit_factor'])} ×",
                    f"{number(row['interval_factor'])} ×",
                    NONE if row["resource"] is None else str(row["resource"]),
                    number(row["interval_mean_s"], 4),
                    NONE if row["law_visits_per_s"] is None else number(row["law_visits_per_s"]),
                    f"{number(row['served_visits_per_s'])} ± {number(row['served_error_visits_per_s'], 1)}",
                    share(row["orphan_share"]),
                    _remark(row),
                )
                for row in reading.grid
            ),
        ),
    )  # fmt: skip


def _remark(row: Row) -> str:
    words = []
    if not row["served_visits_per_s"]:
        words.append("no block is agreed on in time")
    elif row["diverged"]:
        words.append("branches never meet")
    elif not row["final"]:
        words.append("nothing becomes final")
    if row["overrun"]:
        words.append("nodes cannot keep up")
    return ", ".join(words) or NONE


def _claims(reading: StressReading) -> tuple[Element, ...]:
    return (
        Table(
            "Published claims, measured on the same network",
            columns("Claim", "Source", "#Claimed", "#Measured", "Verdict", "Rests on"),
            tuple(
                (
                    str(row["claim"]),
                    str(row["source"]),
                    _claimed(row),
                    f"{number(row['measured'])} ± {number(row['error'], 1)} {row['unit']}",
                    "holds" if row["holds"] else "does not hold",
                    str(row["remark"]),
                )
                for row in reading.claims
            ),
            note="A claim holds where 95 % of the least that it says was measured, with blocks full. Plain transfers "
            "and records are the native acts of their chains, without contracts: no health act is among them.",
            empty="None of the protocols that were loaded has a claim.",
        ),
    )


def _claimed(row: Row) -> str:
    least, most = row["claimed_least"], row["claimed_most"]
    span = number(least, 4) if least == most else f"{number(least)} to {number(most)}"
    return f"over {span}" if row["unit"].startswith("times") else span


def _visit(reading: StressReading) -> tuple[Element, ...]:
    tables: list[Element] = []
    for batching in reading.batchings:
        rows = [row for row in reading.acts if row["batching"] == batching]
        total_gas = sum(row["gas"] * row["per_visit"] for row in rows)
        total_bytes = sum(row["size_bytes"] * row["per_visit"] for row in rows)
        title = "Without batching" if batching == NONE_BATCHED else f"With batching ({batching})"
        tables.append(
            Table(
                f"{title}: {whole(total_gas)} gas and {octets(total_bytes)} a visit",
                columns("Act", "#A visit", "#Gas", "#Gas limit", "#Bytes", "#CPU units", "#Gas a visit"),
                tuple(
                    (
                        str(row["act"]),
                        number(row["per_visit"]),
                        whole(row["gas"]),
                        whole(row["gas_limit_gas"]),
                        whole(row["size_bytes"]),
                        whole(row["cpu"]),
                        whole(row["gas"] * row["per_visit"]),
                    )
                    for row in sorted(rows, key=lambda row: -row["gas"] * row["per_visit"])
                ),
            )
        )
    return (
        *tables,
        Paragraph(
            "A batch is sent when it is full; how long its first visit waits for its last is no part of the latencies "
            "above. A clinic of 60 patients a day fills 16 visits in about a quarter of its day.",
            note=True,
        ),
    )


def _sure() -> tuple[Element, ...]:
    return (
        Paragraph(
            "What an act uses was measured once, after a while of use; here each act of a kind uses the same, and none "
            "fails. A test runs the same queue through the real EVM and compares blocks."
        ),
        Paragraph(
            "One queue serves all nodes, each seeing of it what has reached it; a pool's limit is the network's. A "
            "producer's own execution does not delay its block, and a node works on blocks side by side: only where "
            "they hold more gas a second than it executes is it said not to keep up. Ethereum's uncles are left out. "
            "Contract calls on MediBloc's own chain are charged the CPU units of its dearest act, a record, and on "
            "Qtum the bytes of an Ethereum transaction, which lacks the inputs that pay for it."
        ),
        Paragraph(
            "Bids do not react to the load, and people do not give up; both make prices lower and queues longer than "
            "they would be.",
            note=True,
        ),
    )
