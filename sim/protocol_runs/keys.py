"""The keys that `--set` changes in a run of consensus and network alone, each with unit, default and grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from chain.network.regions import REGIONS

Kind = str


@dataclass(frozen=True)
class Key:
    """One key. `kind` names the check in `settings`; a default of None follows from the preset or means: not used.

    Grades: S sourced, D derived or without influence on a claim, U unsourced.
    """

    name: str
    kind: Kind
    default: Any
    unit: str
    allowed: str
    grade: str
    doc: str


_REGION_NAMES: Final = ", ".join(REGIONS)

KEYS: Final = {
    key.name: key
    for key in (
        Key("stakers.count", "count", None, "", "a whole number from 1 to 10000", "U", "validators"),
        Key("stakers.coins", "count", None, "", "a whole number from 1 to 10000", "U", "equal coins of each"),
        Key(
            "stakers.stake",
            "positive",
            None,
            "native coins",
            "a number above 0",
            "U",
            "what all validators hold together",
        ),
        Key(
            "stakers.zipf",
            "unsigned",
            0.0,
            "",
            "a number of at least 0",
            "U",
            "the stake of the n-th is in proportion to n to the minus this; 0: all the same",
        ),
        Key(
            "stakers.shares",
            "numbers",
            None,
            "",
            "a list of numbers of at least 0, such as [0.5, 0.3, 0.2]",
            "U",
            "stakes in these proportions, one for each validator; count or zipf take their place",
        ),
        Key(
            "stakers.delegating",
            "whole",
            0,
            "",
            "a whole number, less than there are stakers; 0 where a protocol knows no delegation",
            "U",
            "the last of the stakers, so many, delegate all their coins",
        ),
        Key(
            "stakers.super_stakers",
            "count",
            1,
            "",
            "a whole number from 1 to the number of stakers who do not delegate",
            "U",
            "the first of the stakers, so many, to whom the others delegate one after the other",
        ),
        Key(
            "stakers.fee_percent",
            "whole",
            10,
            "%",
            "a whole number from protocol.least_fee_percent to 100",
            "S",
            "what a super-staker keeps of what delegated coins earn: the least that qtumproject/qtum's wallet takes",
        ),
        Key(
            "network.regions",
            "regions",
            {"JP": 0.6, "AS": 0.2, "NA": 0.1, "EU": 0.1},
            "",
            f"shares by region, such as {{JP = 0.6, EU = 0.4}}, or a list with the region of each; {_REGION_NAMES}",
            "U",
            "where validators are; mostly in Korea, for which the source of the latencies has Japan's row",
        ),
        Key(
            "network.latency_s",
            "latencies",
            None,
            "s",
            'seconds by pair of regions, such as {"X-X" = 0.02, "X-Y" = 0.1, "Y-Y" = 0.02}',
            "S",
            "one-way latencies between regions, instead of those measured in 2019 (dsg-titech/simblock)",
        ),
        Key(
            "network.delay_s",
            "unsigned",
            None,
            "s",
            "a number of at least 0",
            "U",
            "one latency from everybody to everybody, instead of regions",
        ),
        Key(
            "network.delay_matrix_s",
            "matrix",
            None,
            "s",
            "a list of rows, each a list of as many numbers of at least 0",
            "U",
            "latency from validator (row) to validator (column), instead of regions",
        ),
        Key(
            "network.observer_delay_s",
            "unsigned",
            None,
            "s",
            "a number of at least 0",
            "U",
            "latency from every validator to the observer; by default it is where the first validator is",
        ),
        Key(
            "network.peers",
            "whole",
            0,
            "",
            "0, or a whole number from 2 to the number of nodes less 1",
            "U",
            "peers that each node chooses, blocks travel on the fastest routes; 0: everybody is everybody's peer",
        ),
        Key(
            "network.one_way_trips",
            "count",
            1,
            "",
            "a whole number from 1 to 10000",
            "D",
            "latencies a block takes a hop: 1 pushed unasked, 3 announced, requested and sent",
        ),
        Key(
            "network.bandwidth_bytes_per_s",
            "unsigned",
            1_275_000.0,
            "bytes/s",
            "a number of at least 0; 0: unlimited",
            "S",
            "of each link: the upload of Japan in 2019 (dsg-titech/simblock)",
        ),
        Key(
            "network.validation_s_per_gas",
            "unsigned",
            2e-8,
            "s/gas",
            "a number of at least 0",
            "U",
            "what a node takes to execute a block before it passes it on: 50 M gas a second",
        ),
        Key(
            "block.bytes", "whole", 1_000, "bytes", "a whole number of at least 0", "U", "size of every block"
        ),
        Key("block.gas", "whole", 0, "gas", "a whole number of at least 0", "U", "gas of every block"),
        Key(
            "statistics.confirmations",
            "count",
            None,
            "blocks",
            "a whole number from 1 to 10000",
            "U",
            "blocks, its own included, after which a block counts as confirmed",
        ),
        Key(
            "faults.outages",
            "outages",
            (),
            "s",
            "a list such as [{node = 3, from_s = 600, to_s = 1200}], in seconds since the opening; to_s = inf: never",
            "U",
            "nodes that crash and restart",
        ),
        Key(
            "faults.churn",
            "churn",
            (),
            "s",
            "a list such as [{nodes = [1, 2], mean_up_s = 86400, mean_down_s = 600}]",
            "U",
            "nodes that go and come for ever, with exponential times",
        ),
        Key(
            "faults.partitions",
            "partitions",
            (),
            "s",
            "a list such as [{groups = [[0, 1], [2, 3]], from_s = 600, to_s = 1200}]",
            "U",
            "groups that do not hear of each other; who is in none is in one more",
        ),
        Key(
            "faults.skew_s",
            "by_node",
            {},
            "s",
            "seconds by node, such as {0 = 2.5, 4 = -1}",
            "U",
            "by how much a validator's clock is ahead (not in lotteries without clocks)",
        ),
        Key(
            "faults.future_tolerance_s",
            "unsigned",
            None,
            "s",
            "a number of at least 0",
            "U",
            "how far a block's timestamp may lie ahead of a node's clock before the node holds it back",
        ),
        Key(
            "faults.catch_up_s",
            "unsigned",
            30.0,
            "s",
            "a number of at least 0",
            "U",
            "what a node takes after a restart to hold what the others hold",
        ),
        Key(
            "faults.missed",
            "by_node",
            {},
            "",
            "probabilities by node, such as {3 = 0.1}",
            "U",
            "chance that a validator lets a slot or a win pass",
        ),
        Key(
            "faults.two_blocks",
            "nodes",
            (),
            "",
            "a list of validators, such as [0]",
            "U",
            "validators that make two blocks of each chance and show one to each half of the nodes",
        ),
        Key(
            "faults.withheld",
            "withheld",
            (),
            "",
            "a list such as [{node = 0, depth_blocks = 3, from_s = 0, lag_blocks = 20, attempts = 1}]",
            "U",
            "validators that keep a branch back, to undo that many blocks of the others at once",
        ),
        Key(
            "faults.concentration_share",
            "unsigned",
            0.0,
            "",
            "a number of at least 0 and less than 1; 0: stakes as they are",
            "U",
            "share of the stake that the first staker holds; the others share the rest as they did",
        ),
        Key(
            "faults.selfish",
            "nodes",
            (),
            "",
            "a list of validators, such as [0]",
            "U",
            "selfish miners (Eyal, Sirer)",
        ),
    )
}
