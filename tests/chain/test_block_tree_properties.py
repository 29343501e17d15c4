"""Random trees of blocks: wherever the view moves, everything is as if its branch were all there ever was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from branching import ANN, PEOPLE, SHOP, make, open_lottery, payment
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Address, Transaction
from chain.ledger import Block, FinalBlock, Ledger
from chain.mempool import MempoolError

ACCOUNTS = (*PEOPLE, SHOP)

SUBMIT = st.tuples(
    st.just("submit"),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from([40, 44, 50, 90]),
    st.booleans(),
)
MAKE = st.tuples(st.just("make"), st.integers(0, 40), st.booleans(), st.integers(0, 9), st.booleans())
MOVE = st.tuples(st.just("move"), st.integers(0, 40))
FOLLOW = st.tuples(st.just("follow"))
"""Make a block from what waits, and move to it: what most blocks are."""
ACTS = st.lists(st.one_of(SUBMIT, SUBMIT, MAKE, MOVE, FOLLOW), min_size=8, max_size=30)


@dataclass
class Played:
    """A ledger, the blocks made in it, and what became of every transaction that the pool took."""

    ledger: Ledger
    contract: Address
    blocks: list[Block]
    known: dict[bytes, Transaction] = field(default_factory=dict)
    gone: set[bytes] = field(default_factory=set)
    moves_back: int = 0

    def play(self, act: tuple[object, ...]) -> None:
        match act:
            case ("submit", int(who), int(ahead), int(price_sat), bool(counts)):
                self._submit(PEOPLE[who], ahead, price_sat, counts)
            case ("make", int(where), bool(empty), int(left_out), bool(other)):
                parent = self.blocks[where % len(self.blocks)]
                offered = [] if empty else self.ledger.candidates(parent)
                kept = [tx for place, tx in enumerate(offered) if place != left_out]
                self._add(parent, kept, "b" if other else "a")
            case ("move", int(where)):
                self.move(self.blocks[where % len(self.blocks)])
            case ("follow",):
                self.move(self._add(self.ledger.tip, self.ledger.candidates(self.ledger.tip), "a"))

    def _add(self, parent: Block, transactions: Sequence[Transaction], producer: str) -> Block:
        block = make(self.ledger, parent, transactions, producer=producer)
        assert self.ledger.imbalance_wei_at(block) == 0
        if block not in self.blocks:
            self.blocks.append(block)
        return block

    def _submit(self, sender: Address, ahead: int, price_sat: int, counts: bool) -> None:
        nonce = self.ledger.pending_nonce(sender) + ahead - 1
        if nonce < 0:
            return
        changes = {"to": self.contract, "value_wei": 0, "gas_limit_gas": 60_000} if counts else {}
        tx = payment(sender, nonce, price_sat, **changes)
        try:
            departed = self.ledger.submit(tx, len(self.known))
        except MempoolError:
            return
        self.known[tx.identity] = tx
        self.gone.discard(tx.identity)
        self.gone |= {out.transaction.identity for out in departed}

    def move(self, block: Block) -> None:
        move = self.ledger.move_to(block)
        self.moves_back += bool(move.removed)
        returned = {tx.identity for tx in move.returned}
        self.gone |= {out.transaction.identity for out in move.departures}
        self.gone -= returned
        included = {tx.identity for one in branch_of(block) for tx in one.transactions}
        # What had left the pool at the gateway may have been included by a producer on another branch.
        self.gone -= included
        waits = {identity for identity, tx in self.known.items() if self.ledger.mempool.holds(tx)}
        assert not waits & included
        assert not waits & self.gone
        assert set(self.known) <= waits | included | self.gone
        assert returned <= waits
        self.check_pool()

    def check_pool(self) -> None:
        ledger = self.ledger
        ready = ledger.mempool.select(10**6, 10**9)
        assert len(ready) == ledger.mempool.executable_tx <= len(ledger.mempool)
        for sender in PEOPLE:
            nonces = [tx.nonce for tx in ready if tx.sender == sender]
            first = ledger.nonce(sender)
            assert nonces == list(range(first, first + len(nonces)))
            assert ledger.pending_nonce(sender) == first + len(nonces)


def branch_of(block: Block) -> list[Block]:
    """Return the blocks after the opening up to a block."""
    branch: list[Block] = []
    while block.parent is not None:
        branch.append(block)
        block = block.parent
    return branch[::-1]


def check_alone(played: Played, block: Block) -> None:
    """Compare the view on a block with a ledger in which nothing but its branch ever happened."""
    alone, _contract = open_lottery()
    for one in branch_of(block):
        parent = alone.tip
        assert one.proposal is not None
        alone.move_to(alone.make(parent, one.proposal, one.transactions))
    here, there = played.ledger.tip, alone.tip
    assert here is block
    assert (here.number, here.timestamp_s) == (there.number, there.timestamp_s)
    assert (here.block_hash, here.identity) == (there.block_hash, there.identity)
    assert (here.state_root, here.protocol_state) == (there.state_root, there.protocol_state)
    assert here.fees_destroyed_sat == there.fees_destroyed_sat
    assert played.ledger.imbalance_wei() == alone.imbalance_wei() == 0
    for account in ACCOUNTS:
        assert played.ledger.nonce(account) == alone.nonce(account)
        assert played.ledger.balance_wei(account) == alone.balance_wei(account)
    calls = (played.ledger.engine.storage(here.state_root, played.contract, 0),)
    assert calls == (alone.engine.storage(there.state_root, played.contract, 0),)
    assert played.ledger.nonce(ANN) >= 1


@settings(max_examples=60)
@given(acts=ACTS, ends=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_a_branch_is_as_if_it_were_alone(acts: list[tuple[object, ...]], ends: list[int]) -> None:
    ledger, contract = open_lottery()
    played = Played(ledger, contract, [ledger.tip])
    for act in acts:
        played.play(act)
    for end in ends:
        block = played.blocks[end % len(played.blocks)]
        played.move(block)
        check_alone(played, block)


@settings(max_examples=40)
@given(acts=ACTS, depth=st.integers(0, 4))
def test_no_view_gives_up_a_final_block(acts: list[tuple[object, ...]], depth: int) -> None:
    ledger, contract = open_lottery(depth)
    played = Played(ledger, contract, [ledger.tip])
    for act in acts:
        before = ledger.tip
        final = ledger.tree.ancestor(before, ledger.final_number)
        try:
            played.play(act)
        except FinalBlock:
            assert ledger.tip is before
            continue
        if ledger.tip is not before:
            assert ledger.tree.ancestor(ledger.tip, final.number) is final


def test_the_trees_that_are_drawn_branch() -> None:
    """The strategy is not vacuous: views do move back, and transactions are included on several branches."""
    back, shared = 0, 0

    @settings(max_examples=60)
    @given(acts=ACTS)
    def count(acts: list[tuple[object, ...]]) -> None:
        nonlocal back, shared
        ledger, contract = open_lottery()
        played = Played(ledger, contract, [ledger.tip])
        for act in acts:
            played.play(act)
        back += played.moves_back
        held = [tx.identity for block in played.blocks for tx in block.transactions]
        shared += len(held) > len(set(held))

    count()
    assert back >= 20
    assert shared >= 10
