"""Tables that only a run on a network fills: who gave up which blocks when, and how fast blocks were heard of.

Times and units as in `sim.metrics.tables`. With one network view both are empty: everybody sees each block at once.
"""

from __future__ import annotations

from typing import Final

from sim.metrics.columns import real, text, whole
from sim.metrics.schema import TableSchema

GATEWAY: Final = "gateway"
"""Name of the node whom agents ask: the observer, which stakes nothing."""

REORGANISATIONS = TableSchema(
    "reorganisations",
    "A row each time that a node gave up blocks of its chain for a heavier branch.",
    ("at_s", "node"),
    (
        real("at_s", "s", "when the heavier branch reached it"),
        text("node", f"the staker whose node it is, or {GATEWAY}"),
        whole(
            "depth_blocks", "blocks", "how many blocks it gave up, from its old tip to the last shared one"
        ),
        whole(
            "transactions_removed", "tx", f"agents' transactions in these blocks; {GATEWAY} only", null=True
        ),
        whole(
            "transactions_returned",
            "tx",
            f"those of them that the new branch did not hold, which waited again; {GATEWAY} only",
            null=True,
        ),
    ),
)

PROPAGATION = TableSchema(
    "propagation",
    "A row a step of time and region: how many times a node there heard of a block so long after it was made. "
    "Every block of every branch counts once for every node but its producer.",
    ("region", "within_s"),
    (
        text("region", "region of the node that hears of a block"),
        real(
            "within_s",
            "s",
            "upper end of the step, at most 3.2 % wide; null: it never heard of it",
            null=True,
        ),
        whole("deliveries", "1", "blocks that a node heard of in that step"),
    ),
)
