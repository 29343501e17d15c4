"""Two validators and some gateways on a network, with a ledger: who hands in what where, and which blocks hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from branching import OPENING_S, open_lottery

from chain.block import Transaction
from chain.ledger import Block
from chain.ledger.filling import LedgerMaker
from chain.mempool import Departure, Mempool
from chain.network.conditions import Conditions, Partition
from chain.network.events import BlockMade, Settled, TipMoved
from chain.network.race import Race
from chain.network.topology import Topology

NEAR, FAR, FIRST_GATEWAY = range(3)
"""The nodes: two validators, then the gateways, the first beside the near one, the second beside the far one."""


@dataclass
class Town:
    """Everything that was made, by whom, and what left the gateways' pools. Times are seconds since the opening."""

    latency_s: float = 0.5
    gateways: int = 1
    wall_s: tuple[float, float] | None = None
    interval_s: float = 10.0
    made: list[tuple[int, float, Block]] = field(default_factory=list)
    lost: list[list[Departure]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger, _contract = open_lottery(interval_s=self.interval_s)
        for _ in range(1, self.gateways):
            self.ledger.open_gateway(Mempool(self.ledger.mempool.rules))
        self.lost = [[] for _ in self.ledger.gateways]
        names = ("a", "b", *(f"gateway {number}" for number in range(self.gateways)))
        sides = [node % 2 for node in range(len(names))]
        latency_s = [[0.0 if one == other else self.latency_s for other in sides] for one in sides]
        walls = []
        if self.wall_s is not None:
            from_s, to_s = (OPENING_S + moment_s for moment_s in self.wall_s)
            far = frozenset(node for node, side in enumerate(sides) if side)
            walls = [Partition((far,), from_s, to_s)]
        topology, conditions = Topology(names, latency_s), Conditions(partitions=walls)
        self.maker = LedgerMaker(self.ledger, topology, conditions=conditions)
        watched = range(FIRST_GATEWAY, len(names))
        self.race = Race(
            self.ledger.protocol, self.ledger.tip.protocol_state, topology,
            maker=self.maker, conditions=conditions, watched=watched,
        )  # fmt: skip

    def submit(self, tx: Transaction, at_s: float, gateway: int = 0) -> None:
        """Let time pass, and hand a transaction to a gateway."""
        self.run_to(at_s)
        self.lost[gateway] += self.ledger.gateways[gateway].submit(tx, OPENING_S + at_s)

    def run_to(self, moment_s: float) -> None:
        """Let everything happen up to a moment, and the gateways follow."""
        while self.race.next_event_s() <= OPENING_S + moment_s:
            for event in self.race.step():
                if isinstance(event, BlockMade):
                    block = event.block
                    made = (block.producer, block.made_s - OPENING_S, self.maker.block_of(block))
                    self.made.append(made)
                elif isinstance(event, Settled) and event.canonical:
                    self.maker.settled(event.block)
                elif isinstance(event, TipMoved):
                    number = event.node - FIRST_GATEWAY
                    gateway = self.ledger.gateways[number]
                    self.lost[number] += gateway.move_to(self.maker.block_of(event.new)).departures
                    self.lost[number] += gateway.expire(event.moment_s)

    def holders(self, tx: Transaction) -> Sequence[tuple[int, float]]:
        """Return who made blocks with a transaction, and when."""
        return [
            (producer, made_s)
            for producer, made_s, block in self.made
            if any(held.identity == tx.identity for held in block.transactions)
        ]
