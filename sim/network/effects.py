"""What is counted of each fault, and the row of the one that needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.metrics.rows import RowCollector

EFFECTS: Final[Mapping[str, str]] = {
    "missed": "turn let pass",
    "outages": "turn missed by who was down",
    "two_blocks": "turn with two blocks",
    "withheld": "branch kept back",
    "partitions": "block in vain",
    "skew": "block made early or late",
    "concentration": "block of the first staker",
}
"""What is counted of each fault."""


def write_concentration(rows: RowCollector, first_staker: str, blocks: int, end_s: float) -> None:
    """Write the row of a stake that was concentrated, whatever the network is."""
    rows.append(
        fault="concentration",
        concerned=first_staker,
        from_s=0.0,
        to_s=end_s,
        effects=blocks,
        effect=EFFECTS["concentration"],
    )
