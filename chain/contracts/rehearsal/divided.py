"""A stage whose chain goes on over a network that splits in two: what was promised on the smaller side is undone.

The gateway, where the stage's people send what they do, stands with the smaller part of the validators. While the
network is split both sides make blocks; when it heals, the gateway gives its own side's up. Nothing of it is
arranged block by block: validators race, and what each knows decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from chain.block import Account, Address, Transaction
from chain.contracts.rehearsal.stage import CALL_GAS_LIMIT_GAS, Stage
from chain.contracts.typed import ContractCall
from chain.errors import CallReverted
from chain.keys import PrivateKey
from chain.ledger import Block, Ledger
from chain.ledger.filling import LedgerMaker
from chain.mempool import Mempool, MempoolRules
from chain.network.conditions import Conditions, Partition
from chain.network.events import Settled, TipMoved
from chain.network.race import Race
from chain.network.topology import Topology
from chain.opening import Opening
from chain.protocols.lottery.parameters import PoissonParameters
from chain.protocols.poisson import PoissonLottery
from chain.protocols.protocol import Staker

NEAR, FAR, GATEWAY = range(3)
"""The nodes: the smaller part of the validators, the larger one, and the gateway beside the smaller."""

HOLDINGS: Final[Address] = b"\xdd" * 20
"""Stands for all accounts of the stage where their coin is added up."""


@dataclass(frozen=True)
class Split:
    """The network is whole for `before_s`, then split for `split_s`; the gateway's side makes `near_percent`."""

    before_s: float = 300.0
    split_s: float = 1_200.0
    near_percent: int = 30
    interval_s: float = 20.0
    latency_s: float = 0.5


@dataclass(frozen=True)
class Seen:
    """A block that the gateway's chain contained from some moment on, or did not contain any more."""

    moment_s: float
    block: Block
    came: bool


class DividedStage:
    """A ledger on a stage's last state, three nodes, and the gateway's view. Times are Unix seconds."""

    def __init__(self, stage: Stage, seed: int, split: Split | None = None) -> None:
        """Go on from the stage as it is; the stage itself stays where it is."""
        self.split = split or Split()
        self.system = stage.system
        stage = stage.branch()
        sealed = stage.execute([])
        start_s = float(stage.time_s)
        self.splits_at_s = start_s + self.split.before_s
        self.heals_at_s = self.splits_at_s + self.split.split_s
        self.now_s = start_s
        self.seen: list[Seen] = []
        protocol = PoissonLottery(
            PoissonParameters(interval_s=self.split.interval_s, gas_limit_gas=40_000_000)
        )
        shares = {"near": self.split.near_percent, "far": 100 - self.split.near_percent}
        state = protocol.opening_state(
            [Staker(name, bytes([share]) * 20, (share,)) for name, share in shares.items()],
            number=stage.number,
            timestamp_s=stage.time_s,
            burn_in_blocks=0,
            seed=seed.to_bytes(32, "big"),
        )
        held_wei = sum(stage.engine.balances_wei(stage.root))
        rules = MempoolRules(minimum_gas_price_wei=0, block_gas_limit_gas=protocol.gas_limit_gas)
        self.ledger = Ledger(
            stage.engine,
            protocol,
            Mempool(rules),
            Opening(state, {HOLDINGS: Account(balance_wei=held_wei)}),
            seal=lambda _engine, _opening: (sealed,),
            one_view=False,
        )
        wall = Partition((frozenset({FAR}),), self.splits_at_s, self.heals_at_s)
        conditions = Conditions(partitions=(wall,))
        latency_s = [
            [0.0 if one == other else self.split.latency_s for other in range(3)] for one in range(3)
        ]
        topology = Topology(("near", "far", "gateway"), latency_s)
        self._maker = LedgerMaker(self.ledger, topology, conditions=conditions)
        self._race = Race(
            protocol, state, topology, maker=self._maker, conditions=conditions, watched=(GATEWAY,)
        )

    def submit(self, sender: PrivateKey, call: ContractCall[Any]) -> Transaction:
        """Hand the gateway a call, for nothing; it waits for a block."""
        nonce = self.ledger.pending_nonce(sender.address)
        transaction = Transaction(sender.address, nonce, call.to, 0, call.data, CALL_GAS_LIMIT_GAS, 0)
        self.ledger.submit(transaction, self.now_s)
        return transaction

    def run_to(self, moment_s: float) -> None:
        """Let everything happen up to a moment."""
        while self._race.next_event_s() <= moment_s:
            self.step()
        self.now_s = moment_s

    def step(self) -> None:
        """Let the next thing happen, and the gateway follow."""
        self.now_s = self._race.next_event_s()
        for event in self._race.step():
            if isinstance(event, Settled) and event.canonical:
                self._maker.settled(event.block)
            if isinstance(event, TipMoved):
                move = self.ledger.move_to(self._maker.block_of(event.new))
                self.seen += [Seen(event.moment_s, block, False) for block in move.removed]
                self.seen += [Seen(event.moment_s, block, True) for block in move.added]

    def tip_of(self, node: int) -> Block:
        """Return what a node holds for the tip now."""
        return self._maker.block_of(self._race.tip(node))

    def ask(self, call: ContractCall[Any], node: int) -> Any:
        """Return what a call answers at a node now; raise `CallReverted` where it reverts."""
        result = self.ledger.call(call.to, call.data, at=self.tip_of(node))
        if not result.status:
            raise CallReverted(self.system.decode_error(result.output))
        return call.decode(result.output)

    def sightings(self, transaction: Transaction) -> list[Seen]:
        """Return when the gateway saw a transaction in a block, or its block removed, in order."""
        return [
            seen
            for seen in self.seen
            if any(held.identity == transaction.identity for held in seen.block.transactions)
        ]

    def outcome(self, transaction: Transaction, block: Block) -> tuple[int, str]:
        """Return a transaction's status in a block that holds it, and the error in words where it failed."""
        assert block.executed is not None
        place = [held.identity for held in block.transactions].index(transaction.identity)
        receipts = block.executed.receipts
        error = "" if receipts.status[place] else self.system.decode_error(receipts.output[place])
        return receipts.status[place], error

    def chain(self) -> Iterator[Block]:
        """Yield the blocks of the gateway's chain, the tip first, without the opening."""
        block: Block | None = self.ledger.tip
        while block is not None and block.proposal is not None:
            yield block
            block = block.parent
