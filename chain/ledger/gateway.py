"""A node where people hand in transactions: its view of the chain, and its own pool, which follows the view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chain.block import Address, Transaction
from chain.errors import InvalidSignature
from chain.ledger.block import Block, Move
from chain.ledger.branches import Branches
from chain.ledger.errors import CannotPay, FinalBlock
from chain.mempool import Departure, Gossip, Mempool, MempoolError, Waiting
from chain.protocols.fee_policy import FeeRefused
from chain.signing import recover_sender


class Gateway:
    """One gateway of a chain. On a network it tells the others what it takes, and takes what they tell.

    What is told of departures concerns its own senders only: what others handed in elsewhere waits there.
    """

    def __init__(
        self, branches: Branches, mempool: Mempool, tip: Block, *, governed: bool, gossip: Gossip | None
    ) -> None:
        """Stand on `tip`; where limits are `governed` the pool's rules follow the view's."""
        self.mempool = mempool
        self.tip = tip
        self._branches = branches
        self._governed = governed
        self._gossip = gossip
        self._number = 0 if gossip is None else gossip.open_inbox()
        self._senders: set[Address] = set()
        self._hears_others = False
        self._departed: list[Departure] = []
        self._taken: dict[bytes, Sequence[Waiting]] = {}
        self._follow_limits()

    @property
    def final_number(self) -> int:
        """Height up to which this view gives nothing up any more."""
        return self._branches.protocol.final_number(self.tip.protocol_state)

    def nonce(self, address: Address) -> int:
        """Return the nonce of an account at the tip."""
        return self._branches.engine.nonce(self.tip.state_root, address)

    def balance_wei(self, address: Address) -> int:
        """Return the balance of an account at the tip."""
        return self._branches.engine.balance_wei(self.tip.state_root, address)

    def submit(self, tx: Transaction, now_s: float) -> list[Departure]:
        """Hand a transaction to the pool, and on to the other nodes; return what it pushed out.

        Raises `InvalidSignature` or a leaf of `MempoolError`, `CannotPay` among them.
        """
        if tx.signature is not None and recover_sender(tx, self._branches.engine.chain_id) != tx.sender:
            raise InvalidSignature(f"0x{tx.sender.hex()} has not signed transaction 0x{tx.identity.hex()}")
        departures = self._listen(now_s)
        try:
            self._check_payment(tx)
            departures += self._add(tx, now_s)
        except MempoolError:
            # What has come from others and pushed these out stays, and the next move tells of them.
            self._departed += departures
            raise
        self._senders.add(tx.sender)
        if self._gossip is not None:
            self._gossip.send(tx, now_s, self._number, self.mempool.rules)
        return self._own(departures)

    def expire(self, now_s: float) -> list[Departure]:
        """Take what has come from others, and drop what has waited too long."""
        return self._own([*self._listen(now_s), *self.mempool.expire(now_s)])

    def move_to(self, block: Block) -> Move:
        """Take another block for the tip, on whatever branch; the pool follows.

        Transactions of removed blocks wait again, but for those that the new branch includes or whose nonce it has
        spent. Raises `FinalBlock` where a final block would be removed, `UnknownBlock` for one that is not kept.
        """
        ancestor, removed, added = self._branches.tree.path(self.tip, block)
        if removed and ancestor.number < self.final_number:
            raise FinalBlock(
                f"block {block.number} leaves this branch at block {ancestor.number}, and block {self.final_number}"
                " is final"
            )
        given_back = [waiting for one in removed for waiting in self._taken.pop(one.identity, ())]
        departures: list[Departure] = []
        for one in added:
            departures += self.take(one, given_back)
        self.stand_on(block)
        departures += self.departed()
        returned: Sequence[Transaction] = ()
        if removed:
            senders = dict.fromkeys(tx.sender for one in (*removed, *added) for tx in one.transactions)
            here = {tx.identity for one in added for tx in one.transactions}
            returned, impossible = self.mempool.rebase(
                {sender: self.nonce(sender) for sender in senders},
                [waiting for waiting in given_back if waiting.transaction.identity not in here],
            )
            departures += impossible
        return Move(removed, added, returned, self._own(departures))

    def stand_on(self, block: Block) -> None:
        """Take a block for the tip whose transactions the pool has given up already."""
        self.tip = block
        self._follow_limits()

    def take(self, block: Block, given_back: Sequence[Waiting] = ()) -> list[Departure]:
        """Have what a block includes leave the pool, with what it shows to be impossible.

        It is noted since when its transactions have waited, here, in blocks that are given up, or elsewhere.
        """
        taken, departures = self.mempool.include(block.transactions)
        known = {waiting.transaction.identity: waiting for waiting in (*given_back, *taken)}
        found = (known.get(tx.identity) or self._recall(tx) for tx in block.transactions)
        self._taken[block.identity] = [waiting for waiting in found if waiting is not None]
        for tx, reason in block.rejected:
            if self.mempool.holds(tx):
                departures.append(self.mempool.reject(tx, reason))
        return departures

    def departed(self) -> list[Departure]:
        """Return what has left the pool and was not told of: the view's limits moved, or who handed in was refused."""
        departed, self._departed = self._departed, []
        return departed

    def forget(self, blocks: Iterable[Block]) -> None:
        """Forget what blocks to which nobody goes back have taken from the pool."""
        for block in blocks:
            self._taken.pop(block.identity, None)

    def _listen(self, now_s: float) -> list[Departure]:
        """Take what other gateways' transactions have come by now, as far as this pool's rules let them in."""
        if self._gossip is None:
            return []
        departures: list[Departure] = []
        for tx, came_s in self._gossip.delivered(self._number, now_s):
            self._hears_others = True
            try:
                departures += self._add(tx, came_s)
            except MempoolError:
                continue
        return departures

    def _add(self, tx: Transaction, now_s: float) -> list[Departure]:
        return self.mempool.add(tx, now_s, self.nonce(tx.sender), self.balance_wei(tx.sender))

    def _own(self, departures: list[Departure]) -> list[Departure]:
        if not self._hears_others:
            return departures
        return [one for one in departures if one.transaction.sender in self._senders]

    def _recall(self, tx: Transaction) -> Waiting | None:
        return None if self._gossip is None else self._gossip.recall(tx)

    def _check_payment(self, tx: Transaction) -> None:
        policy, tip = self._branches.fee_policy, self.tip
        if policy is None:
            return
        try:
            policy.check(tip.fee_state, tip.protocol_state, policy.act(tx))
        except FeeRefused as refusal:
            raise CannotPay(str(refusal)) from refusal

    def _follow_limits(self) -> None:
        """Let the pool admit and keep what the block after the tip may hold."""
        if self._governed:
            limits = self._branches.limits_after(self.tip)
            self._departed += self.mempool.follow(limits.minimum_gas_price_wei, limits.gas_limit_gas)
