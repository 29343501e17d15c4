"""The ledger as one network view sees it: engine, protocol and mempool joined at one tip.

Times are Unix seconds. A block is made in two steps: its time and producer follow from the tip alone
(`next_timestamp_s`), its content from what the mempool holds when it is made (`produce`). Stretches without
transactions pass in one step (`pass_idle`).

Fees leave the accounts in the EVM and come back as coins: what the fee account gains in a block is destroyed
there, and the protocol issues it again in the same block. The fee account's balance is therefore a record of
what was destroyed and never money: balances of all accounts - fees destroyed + coins = issued, to the wei,
after every block.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chain.block import (
    Address,
    BlockEnvironment,
    CallResult,
    ExecutedBlock,
    Hash32,
    Transaction,
)
from chain.engines.protocol import Engine
from chain.errors import ChainError, InvalidBlock, InvalidSignature
from chain.governed import BlockLimits, FixedLimits, Limits
from chain.hashing import keccak
from chain.mempool import Departure, Mempool
from chain.opening import Opening, Seal, seal_opening
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, IdleStretch, Payouts, Proposal
from chain.signing import recover_sender
from chain.units import WEI_PER_SATOSHI, satoshi_from_wei, wei_from_satoshi

TRANSFER_GAS: Final = 21_000
"""The least gas that a transaction can use: no block holds more transactions than its limit divided by it."""

CANDIDATES_PER_PLACE: Final = 2
"""Candidates handed to the engine for each place in a block, since some turn out unpayable or too large."""

HEADER_ALLOWANCE_BYTES: Final = 1_024
"""Part of the block's size kept for header and list prefixes (a Cancun header takes about 600 bytes)."""


class LedgerBehind(ChainError):
    """A block that is due has not been made yet, so that a later act cannot be placed."""


class TransactionsWaiting(ChainError):
    """A stretch cannot be idle while transactions wait that its blocks would include."""


@dataclass(frozen=True)
class Tip:
    """Where the chain stands. After an idle stretch, hash and identity stand for all of its blocks."""

    number: int
    timestamp_s: int
    block_hash: Hash32
    identity: Hash32
    state_root: Hash32
    protocol_state: Any


@dataclass(frozen=True)
class ProducedBlock:
    """One block: as sealed, its transactions in order, who made it and what it paid.

    `departures` left the mempool without a block since the block before; `mempool_tx` are executable after
    it.
    """

    executed: ExecutedBlock
    transactions: Sequence[Transaction]
    proposal: Proposal
    payouts: Payouts
    departures: Sequence[Departure]
    mempool_tx: int


class Ledger:
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
    ) -> None:
        """Seal the opening's blocks; raise `InvalidBlock` where one of its transactions fails or is left out.

        `seal` may take them from where they were kept instead. `limits` says by a block's parent state what it may
        use, and the mempool's rules follow the tip's; without it the protocol's hold for every block.
        """
        if retained_states < 1:
            raise InvalidBlock(f"at least 1 state is retained, not {retained_states}")
        self.engine = engine
        self.protocol = protocol
        self.mempool = mempool
        self.opening_blocks = tuple(seal(engine, opening))
        self.tip = Tip(
            number=opening.protocol_state.number,
            timestamp_s=opening.protocol_state.timestamp_s,
            block_hash=self.opening_block.block_hash,
            identity=self.opening_block.identity,
            state_root=self.opening_block.state_root,
            protocol_state=opening.protocol_state,
        )
        self._limits = limits or FixedLimits(
            BlockLimits(protocol.gas_limit_gas, protocol.minimum_gas_price_sat)
        )
        self._sealed = self.opening_block
        self._allocated_sat = satoshi_from_wei(sum(a.balance_wei for a in opening.allocation.values()))
        self._opening_coins_sat = protocol.coins_sat(opening.protocol_state)
        self._fees_destroyed_sat = 0
        self._proposal: Proposal | None = None
        self._retained: deque[Hash32] = deque([self.tip.state_root], maxlen=retained_states)
        self._unpruned = 0
        self._departed: list[Departure] = []
        self._governed = limits is not None
        self._follow_limits()

    @property
    def opening_block(self) -> ExecutedBlock:
        """The block at the protocol state's height and time, the last of the opening."""
        return self.opening_blocks[-1]

    @property
    def limits(self) -> BlockLimits:
        """What the next block may use, and the least that its transactions pay: the tip's state says it."""
        return self._limits.after(self.tip.state_root)

    @property
    def issued_sat(self) -> int:
        """All native coin there is: opening coins, allocated accounts, and the subsidies since."""
        return (
            self._opening_coins_sat
            + self._allocated_sat
            + self.protocol.subsidies_sat(self.tip.protocol_state)
        )

    @property
    def coins_sat(self) -> int:
        """The sum of all staking coins, immature ones too."""
        return self.protocol.coins_sat(self.tip.protocol_state)

    @property
    def fees_destroyed_sat(self) -> int:
        """What has been destroyed in the fee account, and issued again as coins, since the opening."""
        return self._fees_destroyed_sat

    def imbalance_wei(self) -> int:
        """Return balances - fees destroyed + coins - issued, all accounts scanned: 0 on a sound ledger."""
        balances_wei = sum(self.engine.balances_wei(self.tip.state_root))
        return balances_wei + wei_from_satoshi(self.coins_sat - self.fees_destroyed_sat - self.issued_sat)

    def next_timestamp_s(self) -> int:
        """Return the time of the next block, which the tip alone decides."""
        return self._next_proposal().timestamp_s

    def submit(self, tx: Transaction, now_s: int) -> list[Departure]:
        """Hand a transaction to the mempool; return those that it pushed out.

        Raises `InvalidSignature`, a leaf of `MempoolError`, or `LedgerBehind` where a block before `now_s` is
        not made.
        """
        if now_s > self.next_timestamp_s():
            raise LedgerBehind(
                f"the block due at {self.next_timestamp_s()} s is not made yet, and it is {now_s} s already"
            )
        if tx.signature is not None and recover_sender(tx, self.engine.chain_id) != tx.sender:
            raise InvalidSignature(f"0x{tx.sender.hex()} has not signed transaction 0x{tx.identity.hex()}")
        return self.mempool.add(tx, now_s, self.nonce(tx.sender), self.balance_wei(tx.sender))

    def expire(self, now_s: int) -> list[Departure]:
        """Drop what has waited too long; blocks do it too, idle stretches do not."""
        return self.mempool.expire(now_s)

    def pass_idle(self, until_s: int, until_number: int | None = None) -> IdleStretch | None:
        """Pass all blocks up to `until_s` as empty ones, to height `until_number` at most; None where none
        was due.

        The tip's hash afterwards depends on the last sealed block and the protocol state alone: it is the
        same wherever a stretch was cut. Raises `TransactionsWaiting` while the mempool holds executable
        transactions.
        """
        if self.mempool.executable_tx:
            raise TransactionsWaiting(
                f"block {self.tip.number + 1} is not idle: {self.mempool.executable_tx} transactions wait"
            )
        protocol_state, stretch = self.protocol.advance_idle(self.tip.protocol_state, until_s, until_number)
        if stretch is not None:
            root = self.protocol.state_root(protocol_state)
            self._move(
                Tip(
                    number=protocol_state.number,
                    timestamp_s=protocol_state.timestamp_s,
                    block_hash=_stretch_hash(self._sealed.block_hash, protocol_state.number, root),
                    identity=_stretch_hash(self._sealed.identity, protocol_state.number, root),
                    state_root=self.tip.state_root,
                    protocol_state=protocol_state,
                )
            )
        return stretch

    def produce(self) -> ProducedBlock:
        """Make the next block at its time from what the mempool holds, dearest first; it may be empty.

        Where it changes the limits, what no longer keeps them leaves the mempool right after it.
        """
        proposal = self._next_proposal()
        departures = self.mempool.expire(proposal.timestamp_s)
        candidates = self.mempool.select(
            limit_tx=CANDIDATES_PER_PLACE * self.limits.gas_limit_gas // TRANSFER_GAS,
            limit_bytes=self.protocol.block_limit_bytes - HEADER_ALLOWANCE_BYTES,
        )
        executed = self.engine.execute(self.tip.state_root, self._environment(proposal), candidates)
        fees_sat = self._fees_gained_sat(executed)
        protocol_state, payouts = self.protocol.apply(self.tip.protocol_state, proposal, fees_sat)
        transactions = [candidates[index] for index in executed.included]
        self.mempool.include(transactions)
        departures += [
            self.mempool.reject(candidates[rejection.index], rejection.reason)
            for rejection in executed.rejected
        ]
        self._fees_destroyed_sat += fees_sat
        self._sealed = executed
        self._move(
            Tip(
                number=proposal.number,
                timestamp_s=proposal.timestamp_s,
                block_hash=executed.block_hash,
                identity=executed.identity,
                state_root=executed.state_root,
                protocol_state=protocol_state,
            )
        )
        self._retain(executed.state_root)
        departures += self._departed
        self._departed = []
        return ProducedBlock(
            executed, transactions, proposal, payouts, departures, self.mempool.executable_tx
        )

    def call(self, to: Address, data: bytes, *, sender: Address = bytes(20)) -> CallResult:
        """Execute a message on the tip's state, at the tip's height and time, without changing it."""
        return self.engine.call(self.tip.state_root, self._tip_environment(), to, data, sender=sender)

    def nonce(self, address: Address) -> int:
        """Return the nonce of an account at the tip."""
        return self.engine.nonce(self.tip.state_root, address)

    def pending_nonce(self, address: Address) -> int:
        """Return the nonce that an account's next transaction should have, behind those that wait."""
        return self.mempool.next_nonce(address, self.nonce(address))

    def balance_wei(self, address: Address) -> int:
        """Return the balance of an account at the tip."""
        return self.engine.balance_wei(self.tip.state_root, address)

    def replace_tip_state(
        self, *, state_root: Hash32 | None = None, protocol_state: Any | None = None
    ) -> None:
        """Put another state under the tip, for planted faults and for opening states that were built
        elsewhere.

        Nothing else moves: hash, identity, mempool and the sums of what was issued and destroyed stay, so
        that what the new state lacks or has too much shows as an imbalance. `state_root` must be one that the
        engine keeps, `protocol_state` one at the tip's height. Raises `InvalidBlock` for another height.
        """
        if protocol_state is not None and protocol_state.number != self.tip.number:
            raise InvalidBlock(
                f"a protocol state at height {protocol_state.number} cannot stand under tip {self.tip.number}"
            )
        self._move(
            replace(
                self.tip,
                state_root=self.tip.state_root if state_root is None else state_root,
                protocol_state=self.tip.protocol_state if protocol_state is None else protocol_state,
            )
        )
        if state_root is not None:
            self._retain(state_root)

    def _next_proposal(self) -> Proposal:
        if self._proposal is None:
            self._proposal = self.protocol.next_proposal(self.tip.protocol_state)
        return self._proposal

    def _move(self, tip: Tip) -> None:
        self.tip = tip
        self._proposal = None
        self._follow_limits()

    def _follow_limits(self) -> None:
        """Let the mempool admit and keep what the block after the tip may hold."""
        if self._governed:
            limits = self.limits
            self._departed += self.mempool.follow(limits.minimum_gas_price_wei, limits.gas_limit_gas)

    def _environment(self, proposal: Proposal) -> BlockEnvironment:
        return self.protocol.environment(
            self.tip.protocol_state,
            proposal,
            parent_hash=self.tip.block_hash,
            parent_identity=self.tip.identity,
            gas_limit_gas=self.limits.gas_limit_gas,
        )

    def _tip_environment(self) -> BlockEnvironment:
        return replace(
            self._sealed.environment,
            number=self.tip.number,
            timestamp_s=self.tip.timestamp_s,
            gas_limit_gas=self.limits.gas_limit_gas,
        )

    def _fees_gained_sat(self, executed: ExecutedBlock) -> int:
        """Return what the fee account has gained; parts of a satoshi wait there for more."""
        if FEE_ACCOUNT not in executed.touched_wei:
            return 0
        return executed.touched_wei[FEE_ACCOUNT] // WEI_PER_SATOSHI - self._fees_destroyed_sat

    def _retain(self, state_root: Hash32) -> None:
        """Keep the latest states, and prune the others once as many new ones have come."""
        self._retained.append(state_root)
        self._unpruned += 1
        if self._unpruned >= (self._retained.maxlen or 1):
            self.engine.prune(dict.fromkeys(self._retained))
            self._unpruned = 0


def _stretch_hash(sealed: Hash32, number: int, protocol_root: Hash32) -> Hash32:
    """Return the hash that stands for the empty blocks from after a sealed block up to `number`."""
    return keccak(b"idle" + sealed + number.to_bytes(8, "big") + protocol_root)
