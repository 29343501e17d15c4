"""The ledger as one node sees it: the tree of blocks, a tip in it, and a mempool that follows the tip.

Times are Unix seconds. With one view of the whole network, a block is made in two steps: its time and producer
follow from the tip alone (`next_timestamp_s`), its content from what the mempool holds when it is made
(`produce`); stretches without transactions pass in one step (`pass_idle`). On a network others decide who makes
which block on what (`make`, from `candidates`), and the node moves to the best it knows (`move_to`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from chain.block import Address, CallResult, ExecutedBlock, Hash32, Transaction
from chain.engines.protocol import Engine
from chain.errors import InvalidBlock
from chain.governed import BlockLimits, FixedLimits, Limits
from chain.ledger.background import NO_LOAD, Background
from chain.ledger.block import Block, Move, ProducedBlock
from chain.ledger.branches import Branches
from chain.ledger.errors import LedgerBehind, TransactionsWaiting
from chain.ledger.gateway import Gateway
from chain.ledger.issue import MedIssue
from chain.mempool import Departure, Gossip, Mempool, MempoolRules, Place
from chain.opening import Opening, Seal, seal_opening
from chain.protocols.fee_policy import FeePolicy
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, IdleStretch, Proposal
from chain.units import WEI_PER_SATOSHI, satoshi_from_wei

TRANSFER_GAS: Final = 21_000
"""The least gas that a transaction can use: no block holds more transactions than its limit divided by it."""

CANDIDATES_PER_PLACE: Final = 2
"""Candidates handed to the engine for each place in a block, since some turn out unpayable or too large."""


class Ledger(Branches):
    """The chain from an opening on, whose `opening_blocks` are sealed at once; everything else happens on request."""

    def __init__(
        self,
        engine: Engine,
        protocol: ConsensusProtocol,
        mempool: Mempool,
        opening: Opening,
        *,
        retained_states: int = 64,
        seal: Seal = seal_opening,
        limits: Limits | None = None,
        one_view: bool = True,
        background: Background | None = None,
        fee_policy: FeePolicy | None = None,
        issue: MedIssue | None = None,
    ) -> None:
        """Seal the opening's blocks; raise `InvalidBlock` where one of its transactions fails or is left out.

        `seal` may take them from where they were kept instead. `limits` says by a block's parent state what it may
        use, and the mempool's rules follow the tip's; without it the protocol's hold for every block.

        With `one_view` everybody sees every block at once: the tip's next block is known, nothing can come between,
        and only the last `retained_states` executed blocks are kept. Otherwise every block is kept until `forget`.
        """
        if retained_states < 1:
            raise InvalidBlock(f"at least 1 state is retained, not {retained_states}")
        self.opening_blocks = tuple(seal(engine, opening))
        self.one_view = one_view
        tip = _opening_tip(opening, self.opening_block)
        fixed = FixedLimits(BlockLimits(protocol.gas_limit_gas, protocol.minimum_gas_price_sat))
        super().__init__(
            engine,
            protocol,
            limits or fixed,
            tip,
            allocated_sat=satoshi_from_wei(sum(a.balance_wei for a in opening.allocation.values())),
            background=background,
            fee_policy=fee_policy,
            issue=issue,
        )
        self._proposal: Proposal | None = None
        self._retained: deque[Block] = deque([tip], maxlen=retained_states)
        self._unpruned = 0
        self._governed = limits is not None
        self.gossip: Final = None if one_view else Gossip()
        self._home = Gateway(self, mempool, tip, governed=self._governed, gossip=self.gossip)
        self.gateways = [self._home]

    @property
    def tip(self) -> Block:
        """The block that the view stands on."""
        return self._home.tip

    @property
    def mempool(self) -> Mempool:
        """The view's own pool."""
        return self._home.mempool

    @property
    def waiting_tx(self) -> int:
        """How many transactions wait, in the pool of the gateway where most of them do."""
        return max(len(gateway.mempool) for gateway in self.gateways)

    @property
    def executable_tx(self) -> int:
        """How many transactions the next block could include, in the pool of the median gateway."""
        return sorted(gateway.mempool.executable_tx for gateway in self.gateways)[
            (len(self.gateways) - 1) // 2
        ]

    @property
    def opening_block(self) -> ExecutedBlock:
        """The block at the protocol state's height and time, the last of the opening."""
        return self.opening_blocks[-1]

    @property
    def limits(self) -> BlockLimits:
        """What the next block may use, and the least that its transactions pay: the tip's state says it."""
        return self.limits_after(self.tip)

    @property
    def issued_sat(self) -> int:
        """All native coin there is: opening coins, allocated accounts, and the subsidies since."""
        return self.issued_sat_at(self.tip)

    @property
    def coins_sat(self) -> int:
        """The sum of all staking coins, immature ones too."""
        return self.coins_sat_at(self.tip)

    @property
    def fees_destroyed_sat(self) -> int:
        """What has been destroyed in the fee account, and issued again as coins, since the opening."""
        return self.tip.fees_destroyed_sat

    @property
    def final_number(self) -> int:
        """Height up to which this view gives nothing up any more."""
        return self._home.final_number

    def imbalance_wei(self) -> int:
        """Return balances - fees destroyed + coins - issued, all accounts scanned: 0 on a sound ledger."""
        return self.imbalance_wei_at(self.tip)

    def next_timestamp_s(self) -> int:
        """Return the time of the next block, which the tip alone decides."""
        return self._next_proposal().timestamp_s

    def submit(self, tx: Transaction, now_s: float, gateway: int = 0) -> list[Departure]:
        """Hand a transaction to the mempool of the gateway of that number; return those that it pushed out.

        Raises `InvalidSignature`, a leaf of `MempoolError`, `CannotPay` among them, or, with one view,
        `LedgerBehind` where a block before `now_s` is not made.
        """
        if self.one_view and now_s > self.next_timestamp_s():
            raise LedgerBehind(
                f"the block due at {self.next_timestamp_s()} s is not made yet, and it is {now_s} s already"
            )
        return self.gateways[gateway].submit(tx, now_s)

    def expire(self, now_s: float) -> list[Departure]:
        """Drop what has waited too long; blocks of one view do it too, idle stretches do not."""
        return self._home.expire(now_s)

    def open_gateway(self, mempool: Mempool) -> Gateway:
        """Return one more gateway with a pool and a view of its own, which stands where this view does."""
        assert self.gossip is not None, "one view of the whole network has one gateway"
        gateway = Gateway(self, mempool, self.tip, governed=self._governed, gossip=self.gossip)
        self.gateways.append(gateway)
        return gateway

    def takes_something(self) -> bool:
        """Whether the next block of the one view could take anything that waits: some may not be able to pay yet."""
        if self.fee_policy is None:
            return len(self.mempool) > 0
        proposal = self._next_proposal()
        candidates = self.candidates(self.tip, proposal.timestamp_s)
        return bool(self._admitted(self.tip, proposal, candidates))

    def pass_idle(self, until_s: int, until_number: int | None = None) -> IdleStretch | None:
        """Pass all blocks up to `until_s` as empty ones, to height `until_number` at most; None where none
        was due.

        The tip's hash afterwards depends on the last sealed block and the protocol state alone: it is the
        same wherever a stretch was cut. Raises `TransactionsWaiting` while the mempool holds executable
        transactions.
        """
        if self.mempool.executable_tx and self.takes_something():
            raise TransactionsWaiting(
                f"block {self.tip.number + 1} is not idle: {self.mempool.executable_tx} transactions wait"
            )
        block = self._pass_idle(self.tip, until_s, until_number)
        if block is None:
            return None
        self._stand_on(block)
        return block.stretch

    def produce(self) -> ProducedBlock:
        """Make the next block at its time from what the mempool holds, dearest first; it may be empty.

        Where it changes the limits, what no longer keeps them leaves the mempool right after it.
        """
        proposal = self._next_proposal()
        departures = self.mempool.expire(proposal.timestamp_s)
        candidates = self.candidates(self.tip, proposal.timestamp_s)
        let_in = self._admitted(self.tip, proposal, candidates)
        block = self.tree.add(self._execute(self.tip, proposal, let_in))
        departures += self._home.take(block)
        self._stand_on(block)
        self._retain(block)
        return self._told(block, departures)

    def candidates(
        self,
        parent: Block,
        timestamp_s: int | None = None,
        *,
        node: int | None = None,
        moment_s: float | None = None,
    ) -> list[Transaction]:
        """Return what a producer that stands on `parent` offers in a block at `timestamp_s`, dearest first.

        Others take their part of the block where its time is given. A producer on a network is the `node`, and takes
        what its own pool holds at `moment_s`: what has come to it by then, and its own branch has not included. Without
        them it is who knows at once what any gateway took; on the view's own tip, the view's pool. Raises
        `UnknownBlock`.
        """
        self.tree.require(parent)
        load = NO_LOAD if timestamp_s is None else self.load_of(parent, timestamp_s)
        limit_tx = CANDIDATES_PER_PLACE * self.limits_after(parent).gas_limit_gas // TRANSFER_GAS
        limit_bytes = self.room_bytes() - load.size_bytes
        if self.gossip is None or (parent is self.tip and moment_s is None):
            return self.mempool.select(limit_tx, limit_bytes)
        place = Place(node, self.gossip.latest_s if moment_s is None else moment_s, self._rules_on(parent))
        root = parent.state_root
        return self.gossip.select(
            place, lambda sender: self.engine.nonce(root, sender), limit_tx, limit_bytes
        )

    def move_to(self, block: Block) -> Move:
        """Take another block for the tip, on whatever branch; all states follow, and the mempool.

        Transactions of removed blocks wait again, but for those that the new branch includes or whose nonce it has
        spent. Raises `FinalBlock` where a final block would be removed, `UnknownBlock` for one that is not kept.
        """
        self._proposal = None
        return self._home.move_to(block)

    def told(self, block: Block, departures: Sequence[Departure] = ()) -> ProducedBlock:
        """Return what is told of an executed block that has come into view."""
        return self._told(block, list(departures))

    def forget(self, live: Iterable[Block] = (), final: Block | None = None) -> list[Block]:
        """Forget what no branch needs any more: what leaves the view below a final block, and old states.

        `final` is the last block that nobody gives up any more; without it the protocol says which it is for this
        view alone. `live` are blocks that others still stand on, wherever they left this branch: what leads to them
        and follows them is kept. Returns what was forgotten. Raises `UnknownBlock` for one that is not kept.
        """
        final = final or self.tree.ancestor(self.tip, self.final_number)
        tips = [gateway.tip for gateway in self.gateways]
        return self._move_root(self.tree.common_ancestor([final, *tips, *live]))

    def call(
        self, to: Address, data: bytes, *, sender: Address = bytes(20), at: Block | None = None
    ) -> CallResult:
        """Execute a message on the tip's state, or a block's, at its height and time, without changing it."""
        return super().call(to, data, at=at or self.tip, sender=sender)

    def nonce(self, address: Address) -> int:
        """Return the nonce of an account at the tip."""
        return self._home.nonce(address)

    def pending_nonce(self, address: Address) -> int:
        """Return the nonce that an account's next transaction should have, behind those that wait."""
        return self.mempool.next_nonce(address, self.nonce(address))

    def balance_wei(self, address: Address) -> int:
        """Return the balance of an account at the tip."""
        return self._home.balance_wei(address)

    def replace_tip_state(
        self, *, state_root: Hash32 | None = None, protocol_state: Any | None = None
    ) -> None:
        """Put another state under the tip, for planted faults and for opening states that were built
        elsewhere.

        Nothing else moves: hash, identity, mempool and the sums of what was issued and destroyed stay, so
        that what the new state lacks or has too much shows as an imbalance. `state_root` must be one that the
        engine keeps, `protocol_state` one at the tip's height. Raises `InvalidBlock` for another height, and for a
        state whose fee account holds less than was destroyed there: earlier states are moved to, not planted.
        """
        if protocol_state is not None and protocol_state.number != self.tip.number:
            raise InvalidBlock(
                f"a protocol state at height {protocol_state.number} cannot stand under tip {self.tip.number}"
            )
        if state_root is not None:
            fees_sat = self.engine.balance_wei(state_root, FEE_ACCOUNT) // WEI_PER_SATOSHI
            if fees_sat < self.fees_destroyed_sat:
                raise InvalidBlock(
                    f"a state with {fees_sat} satoshi in the fee account cannot stand under tip {self.tip.number},"
                    f" where {self.fees_destroyed_sat} satoshi were destroyed"
                )
        planted = replace(
            self.tip,
            state_root=self.tip.state_root if state_root is None else state_root,
            protocol_state=self.tip.protocol_state if protocol_state is None else protocol_state,
            children=[],
        )
        self.tree.replace(self.tip, planted)
        self._retained = deque(
            (planted if block is self.tip else block for block in self._retained), self._retained.maxlen
        )
        self._stand_on(planted)

    def _rules_on(self, parent: Block) -> MempoolRules:
        """Return the rules of the pool of a node that stands on a block."""
        rules = self.mempool.rules
        if not self._governed:
            return rules
        limits = self.limits_after(parent)
        return rules.under(limits.minimum_gas_price_wei, limits.gas_limit_gas)

    def _next_proposal(self) -> Proposal:
        if self._proposal is None:
            self._proposal = self.protocol.next_proposal(self.tip.protocol_state)
        return self._proposal

    def _stand_on(self, block: Block) -> None:
        self._home.stand_on(block)
        self._proposal = None

    def _told(self, block: Block, departures: list[Departure]) -> ProducedBlock:
        assert block.executed is not None
        assert block.proposal is not None
        assert block.payouts is not None
        departures += self._home.departed()
        return ProducedBlock(
            block,
            block.executed,
            block.transactions,
            block.proposal,
            block.payouts,
            departures,
            self.mempool.executable_tx,
        )

    def _retain(self, block: Block) -> None:
        """With one view, keep the latest executed blocks, and forget the others once as many new ones have come."""
        if not self.one_view:
            return
        self._retained.append(block)
        self._unpruned += 1
        if self._unpruned >= (self._retained.maxlen or 1):
            self._move_root(self._retained[0])
            self._unpruned = 0

    def _move_root(self, root: Block) -> list[Block]:
        forgotten = self.tree.move_root(root)
        for gateway in self.gateways:
            gateway.forget(forgotten)
        if forgotten:
            self.engine.prune(dict.fromkeys(block.state_root for block in self.tree))
        return forgotten


def _opening_tip(opening: Opening, sealed: ExecutedBlock) -> Block:
    state = opening.protocol_state
    return Block(
        parent=None,
        number=state.number,
        timestamp_s=state.timestamp_s,
        block_hash=sealed.block_hash,
        identity=sealed.identity,
        state_root=sealed.state_root,
        protocol_state=state,
        sealed=sealed,
        executed=sealed,
    )
