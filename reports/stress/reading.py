"""Rows of a stress test's tables, and the words that several parts of its report share."""

from __future__ import annotations

import math
from typing import Any, Final

from reports.drawing import BLUE, GREEN, GREY, ORANGE, RED, SKY
from reports.quantities import JOIN, NONE, number
from reports.run_directory import RunDirectory

Row = dict[str, Any]

NONE_BATCHED: Final = "none"

COLOURS: Final = (BLUE, SKY, GREEN, ORANGE, GREY, "#5b3a8c", "#7a5c3a")
"""Of the protocols in their order; the nation's peak is always the red line."""

PEAK_COLOUR: Final = RED

LIMITED_BY: Final = {
    "rules": "full blocks",
    "network": "the network: blocks take longer to travel and to be executed than the next one takes to come",
    "execution": "execution: nodes cannot execute more gas a second",
}


class StressReading:
    """A stress directory's tables, in the order in which the scenario names the protocols."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.knees = sorted(_rows(run, "knees", "place"), key=lambda row: row["place"])
        self._steps = _rows(run, "steps", "offered_visits_per_s")
        self.grid = _rows(run, "grid", "protocol")
        self.claims = _rows(run, "claims", "claim")
        self.acts = _rows(run, "acts", "act")
        self.protocols = tuple(dict.fromkeys(str(row["protocol"]) for row in self.knees))
        self.batchings = tuple(dict.fromkeys(str(row["batching"]) for row in self.knees))
        self.peak = float(run.setting("stress.national_peak_visit_rate", 193.0))
        self.execution_gas_per_s = float(run.setting("network.validation_gas_per_second", 0.0))

    def colour(self, protocol: str) -> str:
        """Return a protocol's colour."""
        return COLOURS[self.protocols.index(protocol) % len(COLOURS)]

    def knee(self, protocol: str, batching: str) -> Row | None:
        """Return the knee's row, None where there is none."""
        return next(
            (row for row in self.knees if (row["protocol"], row["batching"]) == (protocol, batching)), None
        )

    def steps(self, protocol: str, batching: str) -> list[Row]:
        """Return a curve's steps by load."""
        found = [row for row in self._steps if (row["protocol"], row["batching"]) == (protocol, batching)]
        return sorted(found, key=lambda row: row["offered_visits_per_s"])

    @property
    def batched(self) -> str | None:
        """What stands in batches in the loads with batching, None where there are no such loads."""
        return next((batching for batching in self.batchings if batching != NONE_BATCHED), None)


def rate(value: float | None, digits: int = 3) -> str:
    """A rate of visits."""
    return NONE if value is None else f"{number(value, digits)}{JOIN}visits/s"


def knee_words(row: Row) -> str:
    """A knee with its error, or that none was reached."""
    if row["knee_visits_per_s"] is None:
        return f"over {number(row['largest_load_visits_per_s'])}"
    return f"{number(row['knee_visits_per_s'])} ± {number(row['knee_error_visits_per_s'], 1)}"


def _rows(run: RunDirectory, table: str, column: str) -> list[Row]:
    """Return a table's rows with None wherever a value is missing; raise `ReportError` where it has no such column."""
    return [
        {str(name): None if _missing(value) else value for name, value in row.items()}
        for row in run.table(table, (column,)).to_dict("records")
    ]


def _missing(value: Any) -> bool:
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, float) and math.isnan(value)
