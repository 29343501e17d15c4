"""Where nodes are and how fast they hear of each other; and what everybody else does on the chain."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.scenario.parameter import Chapter, choice, number, text


class Network(Chapter):
    """`[network]`"""

    doc: ClassVar[str] = "Whether blocks travel, between whom, and how fast."

    views: Literal["one", "network"] = choice(
        "one",
        grade="D",
        source="one view is what a network without delay comes to; forks need the other",
        doc="Whether everybody sees each block at once, or every validator has a tip of its own.",
    )
    validator_regions: str = text(
        "JP:6 AS:2 NA:1 EU:1",
        length=(4, 100),
        pattern=r"^(NA|EU|SA|AS|JP|AU):[1-9][0-9]{0,3}( (NA|EU|SA|AS|JP|AU):[1-9][0-9]{0,3})*$",
        accepts='regions with their weights, such as "NA:1 JP:2"; NA, EU, SA, AS, JP and AU',
        grade="U",
        source="where stakers of 2018 were is not known; mostly in Korea, for which the source of the latencies "
        "has Japan's row, is a guess",
        doc="How validators are spread over regions, by weight, the largest like all others.",
    )
    gateway_regions: str = text(
        "JP",
        length=(2, 47),
        pattern=r"^(NA|EU|SA|AS|JP|AU)( (NA|EU|SA|AS|JP|AU)){0,15}$",
        accepts='1 to 16 regions, such as "JP" or "JP JP EU"; NA, EU, SA, AS, JP and AU',
        grade="D",
        source="dsg-titech/simblock: NetworkConfiguration.java has no row for Korea; Japan is nearest",
        doc="Where the gateways are, each with a mempool of its own, that people send transactions to: everybody has "
        "one of them, by a hash of the name. All ask the first what the chain says.",
    )
    latency_factor: float = number(
        1.0,
        between=(0.0, 10_000.0),
        unit="1",
        grade="D",
        source="1 is the table of one-way latencies of 2019 in dsg-titech/simblock: "
        "NetworkConfiguration.java; more makes forks frequent, for tests and for asking what if",
        doc="By how much all latencies are multiplied.",
    )
    one_way_trips: int = number(
        3,
        between=(1, 10),
        unit="trips",
        grade="S",
        source="qtumproject/qtum: src/net_processing.cpp: a block is announced, asked for, and sent; 1 "
        "where it is pushed unasked",
        doc="Messages in turn that it takes to pass a block on.",
    )
    bandwidth_mbit_per_second: float = number(
        10.0,
        between=(0.001, 100_000.0),
        unit="Mbit/s",
        grade="U",
        source="no figure for Qtum's nodes; regions' mean upload rates in 2019 were 5 to 20 in "
        "dsg-titech/simblock: NetworkConfiguration.java",
        plausible=(2.0, 100.0),
        doc="What a node sends or receives of one block at a time.",
    )
    validation_gas_per_second: int = number(
        50_000_000,
        between=(1_000, 10**12),
        unit="gas/s",
        grade="U",
        source="no figure for Qtum's EVM; C++ and Go engines of 2018 did some tens of millions of gas a second",
        plausible=(10_000_000, 200_000_000),
        doc="How fast a node executes a block before it passes it on; where nodes vote first, and execute what is "
        "committed, and where one signs, nobody waits for it.",
    )
    patience: Literal["included", "final"] = choice(
        "final",
        grade="U",
        source="a design choice: what rests on an earlier act is only sent when that act can no longer be "
        "removed; on one view it makes no difference to what can happen",
        doc="On a network, whether people go on once a block holds their act, or once it is final.",
    )


class Background(Chapter):
    """`[background]`"""

    doc: ClassVar[str] = (
        "What everybody else does on Qtum: it takes room from every block. Other chains are empty but for the service."
    )

    transactions_per_day: int = number(
        7_500,
        between=(0, 100_000_000),
        unit="tx/day",
        grade="S",
        source="3 to 15 thousand transactions a day on Qtum in 2017-18 (weekly reports, jb395official on "
        "medium.com); this is between",
        doc="Transactions of others in a day, at a steady pace.",
    )
    transaction_bytes: int = number(
        300,
        between=(1, 100_000),
        unit="bytes",
        grade="U",
        source="no mean was published; a payment with one input and two outputs takes 226 bytes, a call more",
        plausible=(200, 600),
        doc="Size of one of them.",
    )
    contract_share: float = number(
        0.2,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="no figure for how many of Qtum's transactions called contracts",
        plausible=(0.02, 0.5),
        doc="Share of them that call contracts; the others use no gas on Qtum.",
    )
    contract_gas: int = number(
        60_000,
        between=(21_000, 40_000_000),
        unit="gas",
        grade="U",
        source="no mean was published; a transfer of a QRC20 token takes about 40,000 to 60,000",
        plausible=(36_000, 250_000),
        doc="Gas of one that calls a contract.",
    )
