"""Section 6: attacks and faults; what was tried against the system and what came of it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, ORANGE, absent, draw, legend_below, whole_ticks
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.quantities import counted, duration, share, whole
from reports.run_directory import RunDirectory


def section(run: RunDirectory) -> Section:
    """Forged records, failed transactions, injected faults: every kind of attack that a run holds."""
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run)),
        Gallery((_figure(run),)),
        _reasons(run),
        _reverts(run),
        _injected(run),
        Paragraph(_faults(run), note=True),
    )
    return Section(6, "attacks", "Attacks and faults", elements)


def _counts(run: RunDirectory) -> dict[tuple[str, bool], int]:
    shares = run.table("shares", ("origin", "accepted"))
    return {
        (origin, accepted): int(((shares["origin"] == origin) & (shares["accepted"] == accepted)).sum())
        for origin in ("honest", "forged")
        for accepted in (True, False)
    }


def _lead(run: RunDirectory) -> str:
    counts = _counts(run)
    forged = counts["forged", True] + counts["forged", False]
    honest = counts["honest", True] + counts["honest", False]
    if not forged and not honest:
        return "No record was presented at a second institution: verification was not tested in this run."
    if not forged:
        return f"Nobody presented a forged record; {counted(honest, 'honest presentation')} took place."
    return (
        f"Presented at a second institution: {counted(forged, 'forged record')}, "
        f"{counts['forged', False]:,} of them "
        f"refused ({share(counts['forged', False] / forged)}), and {counted(honest, 'honest record')}, "
        f"{counts['honest', True]:,} of them accepted."
    )


def _figure(run: RunDirectory) -> Figure | Absent:
    title = "Records presented at a second institution"
    counts = _counts(run)
    if not sum(counts.values()):
        return absent(title, "Nothing to draw: no record was presented a second time.")
    wrong = counts["forged", True] + counts["honest", False]
    sentence = (
        f"Wrong verdicts: {wrong:,}; {counts['forged', True]:,} forged accepted, "
        f"{counts['honest', False]:,} honest refused."
        if wrong
        else f"All {sum(counts.values()):,} verdicts were right: honest records accepted, forged refused."
    )

    def paint(axes: Axes) -> None:
        origins = ("honest", "forged")
        accepted = [counts[origin, True] for origin in origins]
        refused = [counts[origin, False] for origin in origins]
        axes.barh(origins, accepted, color=BLUE, label="accepted", height=0.5)
        axes.barh(
            origins,
            refused,
            left=accepted,
            color=ORANGE,
            hatch="////",
            edgecolor="white",
            label="refused",
            height=0.5,
        )
        axes.invert_yaxis()
        axes.set_xlabel("presentations [1]")
        axes.set_ylabel("origin")
        axes.grid(axis="y", visible=False)
        legend_below(axes, 2)
        whole_ticks(axes.xaxis)

    alt = "Stacked bars of presentations: " + ", ".join(
        f"{origin} {'accepted' if good else 'refused'} {count:,}" for (origin, good), count in counts.items()
    )
    return draw("presentations", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.0)


def _reasons(run: RunDirectory) -> Table:
    shares = run.table("shares", ("origin", "accepted", "reason", "repeat_test_avoided"))
    rows = [
        (
            str(origin),
            "accepted" if accepted else "refused",
            str(reason),
            len(part),
            int(part["repeat_test_avoided"].sum()),
        )
        for (origin, accepted, reason), part in shares.groupby(["origin", "accepted", "reason"], sort=True)
    ]
    rows.sort(key=lambda row: (row[0] != "honest", -row[3], row[2]))
    return Table(
        "Verdicts and their reasons",
        columns("Origin", "Verdict", "Reason", "#Presentations", "#Tests not repeated"),
        tuple(
            (origin, word, reason, whole(count), whole(saved)) for origin, word, reason, count, saved in rows
        ),
        empty="No record was presented a second time.",
    )


def _reverts(run: RunDirectory) -> Table:
    transactions = run.table("transactions", ("act", "status", "revert_reason", "canonical"))
    failed = transactions[transactions["canonical"] & (transactions["status"] == 0).fillna(False)]
    failed = failed.assign(revert_reason=failed["revert_reason"].fillna("no reason given"))
    rows = [
        (str(act), str(reason), len(part))
        for (act, reason), part in failed.groupby(["act", "revert_reason"], sort=True)
    ]
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return Table(
        "Transactions that failed on chain",
        columns("Act", "Reason", "#Transactions"),
        tuple((act, reason, whole(count)) for act, reason, count in rows),
        empty="No transaction failed on chain.",
    )


_FAULTS: Final = {
    "missed": "missed turns",
    "outages": "crash and restart",
    "two_blocks": "two blocks in one turn",
    "withheld": "withheld blocks",
    "partitions": "partition",
    "skew": "wrong clocks",
    "concentration": "concentrated stake",
}
_COLUMNS: Final = (
    "fault", "concerned", "from_s", "to_s", "effects", "effect", "stale_blocks", "reorganisation_max_blocks",
    "moved_after_s",
)  # fmt: skip
_SHOWN_NAMES: Final = 4


def _injected(run: RunDirectory) -> Table:
    rows: list[dict[Any, Any]] = run.table("faults", _COLUMNS).to_dict("records")
    return Table(
        "Faults that were injected, and what came of them",
        columns(
            "Fault", "Of", "From", "To", "#Effects", "What is counted", "#Blocks in vain", "#Deepest change, blocks",
            "Chain moved after",
        ),
        tuple(
            (
                _FAULTS.get(str(row["fault"]), str(row["fault"])),
                _short(str(row["concerned"])),
                duration(float(row["from_s"])),
                duration(float(row["to_s"])),
                whole(int(row["effects"])),
                str(row["effect"]),
                _known(row["stale_blocks"]),
                _known(row["reorganisation_max_blocks"]),
                "–" if pd.isna(row["moved_after_s"]) else duration(float(row["moved_after_s"])),
            )
            for row in rows
        ),
        note="Blocks in vain and deepest change are those of the time, whatever caused them.",
        empty="No fault was injected into the network.",
    )  # fmt: skip


def _short(names: str) -> str:
    listed = names.split()
    if "|" in names or len(listed) <= _SHOWN_NAMES:
        return names
    return f"{' '.join(listed[:_SHOWN_NAMES])} and {len(listed) - _SHOWN_NAMES} more"


def _known(count: Any) -> str:
    return "–" if pd.isna(count) else whole(int(count))


def _faults(run: RunDirectory) -> str:
    orphans = run.kpi("chain.orphan_share")
    planted = run.setting("faults.plant", "none")
    forks = (
        f"The share of orphaned blocks is undefined ({orphans.reason})"
        if orphans.number is None
        else f"{share(orphans.number)} of all blocks were orphaned"
        if orphans.number
        else "No block was orphaned"
    )
    fault = (
        "no violation was planted to test the alarm"
        if planted == "none"
        else f"the violation “{planted}” was planted to test the alarm"
    )
    injected = set(run.table("faults", _COLUMNS)["fault"])
    absent_ones = [word for name, word in _FAULTS.items() if name not in injected]
    nothing_of = ["ghost visits", "Sybil patients", "self-dealing", "code replay from afar", *absent_ones]
    listed = f"{', '.join(nothing_of[:-1])} and {nothing_of[-1]}"
    return f"{forks}; {fault}. {listed[0].upper()}{listed[1:]} were not simulated, so this run says nothing about them."
