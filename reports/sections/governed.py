"""What was voted on in a run: the table of proposals, where the scenario plans any."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from reports.elements import Table, columns
from reports.measures import records
from reports.quantities import day, med
from reports.run_directory import RunDirectory

_COLUMNS = (
    "proposal", "parameter", "value", "previous", "outcome", "proposed_at_s", "executed_at_s",
    "effective_block_number", "for_med_units", "against_med_units", "quorum_med_units",
)  # fmt: skip


def governed(run: RunDirectory) -> tuple[Table, ...]:
    """Return one table with a row a proposal; nothing where none was planned."""
    proposals = run.table("governance", _COLUMNS)
    if proposals.empty:
        return ()
    return (
        Table(
            "What was voted on",
            columns("Parameter", "#Before", "#Proposed", "#For", "#Against", "Outcome", "From"),
            tuple(_row(row) for row in records(proposals.sort_values("proposal", kind="stable"))),
            note="A new block gas limit or minimum gas price holds from the block after the one that executed the "
            "proposal, a new reward curve from the next epoch. What this page says of capacity is about the limit that "
            "the run began with.",
        ),
    )


def _row(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    return (
        str(row["parameter"]),
        str(row["previous"]),
        str(row["value"]),
        med(int(row["for_med_units"])),
        med(int(row["against_med_units"])),
        str(row["outcome"]),
        _from(row),
    )


def _from(row: Mapping[Hashable, Any]) -> str:
    """When and where it took effect; nothing where it did not."""
    executed_at_s, block = row["executed_at_s"], row["effective_block_number"]
    if executed_at_s is None or executed_at_s != executed_at_s:
        return ""
    when = day(float(executed_at_s))
    return when if block is None or block != block else f"block {int(block):,}, {when}"
