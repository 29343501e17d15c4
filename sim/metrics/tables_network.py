"""Tables that only a run on a network fills: who gave up which blocks when, how fast blocks were heard of, and what
faults did.

Times and units as in `sim.metrics.tables`. With one network view the first two are empty: everybody sees each block
at once; and of the faults only concentrated stake is there.
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

FAULTS = TableSchema(
    "faults",
    "A row for each fault that the scenario injected.",
    ("fault", "from_s"),
    (
        text("fault", "its name in the scenario's [faults]: missed, outages, two_blocks, withheld, …"),
        text("concerned", "the stakers whose validators it concerned, or the groups of regions set apart"),
        real("from_s", "s", "when it began"),
        real("to_s", "s", "when it ended"),
        whole("effects", "1", "how many times it had the effect that is named beside"),
        text("effect", "what is counted"),
        whole(
            "stale_blocks",
            "blocks",
            "blocks made while it lasted that no chain holds in the end, whatever the cause; null for a whole run's",
            null=True,
        ),
        whole(
            "reorganisation_max_blocks",
            "blocks",
            "the deepest reorganisation of any node from its start on; null for a whole run's",
            null=True,
        ),
        real(
            "moved_after_s",
            "s",
            "from its end until the first block of everybody's chain was made; null for a whole run's, or if none was",
            null=True,
        ),
    ),
)
