"""Makes blocks on any block of the tree: each distinct one is executed once, on its parent's state.

Fees leave the accounts in the EVM and come back as coins: what the fee account gains in a block is destroyed
there, and the protocol issues it again in the same block. The fee account's balance is therefore a record of
what was destroyed and never money: balances of all accounts - fees destroyed + coins = issued, to the wei,
after every block of every branch.

Where a fee policy decides, gas has no price: the policy admits and charges, and keeps its state beside the
protocol's. Where MED is staked, the protocol's own transactions stand first in a block (`chain.ledger.issue`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chain.block import Address, BlockEnvironment, CallResult, ExecutedBlock, Hash32, Transaction
from chain.engines.protocol import Engine
from chain.governed import BlockLimits, Limits
from chain.hashing import keccak
from chain.ledger.background import NO_LOAD, Background, Load
from chain.ledger.block import Block, rejections
from chain.ledger.charging import Charged, admitted, charged
from chain.ledger.issue import NOTHING_DUE, PROTOCOL_ACCOUNT, Due, MedIssue
from chain.ledger.tree import BlockTree
from chain.protocols.fee_policy import FeePolicy
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, IdleStretch, Proposal
from chain.units import WEI_PER_SATOSHI, wei_from_satoshi

HEADER_ALLOWANCE_BYTES: Final = 1_024
"""Part of the block's size kept for header and list prefixes (a Cancun header takes about 600 bytes)."""


class Branches:
    """The tree from an opening block on, and how it grows."""

    def __init__(
        self,
        engine: Engine,
        protocol: ConsensusProtocol,
        limits: Limits,
        opening: Block,
        *,
        allocated_sat: int,
        background: Background | None = None,
        fee_policy: FeePolicy | None = None,
        issue: MedIssue | None = None,
    ) -> None:
        """`allocated_sat` is what the accounts of the opening hold, its coins apart; `background` what others do.

        `fee_policy` takes the place of gas prices, `issue` follows in MED what the protocol issues.
        """
        self.engine = engine
        self.protocol = protocol
        self.fee_policy = fee_policy
        self.issue = issue
        if fee_policy is not None:
            opening.fee_state = fee_policy.opening_state(opening.protocol_state)
        self.tree = BlockTree(opening)
        self._limits = limits
        self._background = background
        self._opening_sat = allocated_sat + protocol.coins_sat(opening.protocol_state)

    def limits_after(self, block: Block) -> BlockLimits:
        """Return what a block on top of `block` may use, and the least that its transactions pay."""
        return self._limits.after(block.state_root)

    def load_of(self, parent: Block, timestamp_s: int) -> Load:
        """Return what others use of a block on `parent`: never more than there is."""
        if self._background is None:
            return NO_LOAD
        load = self._background.since(parent.timestamp_s, timestamp_s)
        return Load(
            min(load.gas_gas, self.limits_after(parent).gas_limit_gas),
            min(load.size_bytes, self.protocol.block_limit_bytes - HEADER_ALLOWANCE_BYTES),
        )

    def room_bytes(self) -> int:
        """Return the bytes that a block has for transactions."""
        return self.protocol.block_limit_bytes - HEADER_ALLOWANCE_BYTES

    def make(
        self,
        parent: Block,
        proposal: Proposal,
        transactions: Sequence[Transaction] = (),
    ) -> Block:
        """Return the block that a producer makes on `parent` from the transactions it offers, in order.

        Asked again for the same block, it returns the one that is there. A block that includes nothing is idle: the
        EVM's state stays, and where nothing is offered, or nobody can pay, it is not even asked. Raises
        `UnknownBlock` for a parent that is not kept, `ProtocolError` for an unlawful proposal.
        """
        self.tree.require(parent)
        offered = keccak(b"".join(tx.identity for tx in transactions))
        for child in parent.children:
            if child.offered == offered and child.proposal == proposal:
                return child
        let_in = self._admitted(parent, proposal, transactions)
        executed = self._execute(parent, proposal, let_in) if let_in else None
        if executed is None or not executed.sent_tx:
            block = self._make_idle(parent, proposal)
            block.rejected = executed.rejected if executed is not None else ()
        else:
            block = executed
        block.offered = offered
        return self.tree.add(block)

    def call(self, to: Address, data: bytes, *, at: Block, sender: Address = bytes(20)) -> CallResult:
        """Execute a message on a block's state, at its height and time, without changing it."""
        environment = replace(
            at.sealed.environment,
            number=at.number,
            timestamp_s=at.timestamp_s,
            gas_limit_gas=self.limits_after(at).gas_limit_gas,
        )
        return self.engine.call(at.state_root, environment, to, data, sender=sender)

    def issued_sat_at(self, block: Block) -> int:
        """Return all native coin there is on a branch: opening coins, allocated accounts, subsidies since less what
        slashing burned.
        """
        return self._opening_sat + self.due_at(block).net_med_units

    def due_at(self, block: Block) -> Due:
        """Return what the protocol has issued and burned up to a block, whether or not the token has followed."""
        return self._due(block.protocol_state)

    def coins_sat_at(self, block: Block) -> int:
        """Return the sum of all staking coins after a block, immature ones too."""
        return self.protocol.coins_sat(block.protocol_state)

    def imbalance_wei_at(self, block: Block) -> int:
        """Return balances - fees destroyed + coins - issued, all accounts scanned: 0 on a sound branch."""
        balances_wei = sum(self.engine.balances_wei(block.state_root))
        others_sat = self.coins_sat_at(block) - block.fees_destroyed_sat - self.issued_sat_at(block)
        return balances_wei + wei_from_satoshi(others_sat)

    def _execute(
        self,
        parent: Block,
        proposal: Proposal,
        let_in: Sequence[Transaction],
    ) -> Block:
        due, own = self._own_transactions(parent, proposal)
        offered = [*own, *let_in]
        executed = self.engine.execute(
            parent.state_root,
            self._environment(parent, proposal),
            offered,
            reserved_gas=self.load_of(parent, proposal.timestamp_s).gas_gas,
        )
        if self.issue is not None:
            self.issue.check(executed, len(own))
        transactions = [offered[index] for index in executed.included]
        taken = self._charged(parent, proposal, executed, transactions, len(own))
        fees_sat = _fees_gained_sat(parent, executed)
        protocol_state, payouts = self.protocol.apply(
            taken.protocol_state, proposal, fees_sat + taken.fees_sat
        )
        return Block(
            parent=parent,
            number=proposal.number,
            timestamp_s=proposal.timestamp_s,
            block_hash=executed.block_hash,
            identity=executed.identity,
            state_root=executed.state_root,
            protocol_state=protocol_state,
            sealed=executed,
            fees_destroyed_sat=parent.fees_destroyed_sat + fees_sat,
            executed=executed,
            transactions=transactions,
            rejected=rejections(offered, executed.rejected),
            proposal=proposal,
            payouts=payouts,
            fee_state=taken.fee_state,
            charges=taken.charges,
            system_tx=len(own),
            issued=due,
        )

    def _admitted(
        self, parent: Block, proposal: Proposal, candidates: Sequence[Transaction]
    ) -> Sequence[Transaction]:
        if self.fee_policy is None:
            return candidates
        states = parent.fee_state, parent.protocol_state
        return admitted(self.fee_policy, *states, proposal.timestamp_s, candidates)

    def _charged(
        self,
        parent: Block,
        proposal: Proposal,
        executed: ExecutedBlock,
        transactions: Sequence[Transaction],
        own: int,
    ) -> Charged:
        if self.fee_policy is None:
            return Charged((), None, parent.protocol_state, 0)
        succeeded = [bool(status) for status in executed.receipts.status]
        sent = list(zip(transactions, succeeded, strict=True))[own:]
        states = parent.fee_state, parent.protocol_state
        taken = charged(self.fee_policy, *states, proposal.timestamp_s, sent)
        return taken._replace(charges=(*[0] * own, *taken.charges))

    def _own_transactions(self, parent: Block, proposal: Proposal) -> tuple[Due, list[Transaction]]:
        """Return what the token follows with the proposed block, and the transactions that make it.

        What a block issues and burns does not depend on what it contains.
        """
        if self.issue is None:
            return NOTHING_DUE, []
        after, _payouts = self.protocol.apply(parent.protocol_state, proposal, 0)
        due = self._due(after)
        nonce = self.engine.nonce(parent.state_root, PROTOCOL_ACCOUNT)
        return due, self.issue.transactions(parent.issued, due, nonce)

    def _due(self, protocol_state: object) -> Due:
        return Due(self.protocol.subsidies_sat(protocol_state), self.protocol.burned_sat(protocol_state))

    def _make_idle(self, parent: Block, proposal: Proposal) -> Block:
        protocol_state, payouts = self.protocol.apply(parent.protocol_state, proposal, 0)
        block = self._idle(parent, protocol_state, 1)
        # Other than in a stretch, every empty block has a parent that others do not share, and a producer.
        about = b"%d,%d," % (proposal.number, proposal.timestamp_s) + proposal.producer_id.encode()
        root = self.protocol.state_root(protocol_state)
        block.block_hash = keccak(b"empty" + parent.block_hash + root + about)
        block.identity = keccak(b"empty" + parent.identity + root + about)
        block.proposal, block.payouts = proposal, payouts
        block.stretch = IdleStretch(
            count=1,
            first_number=block.number,
            last_number=block.number,
            parent_timestamp_s=parent.timestamp_s,
            first_timestamp_s=block.timestamp_s,
            last_timestamp_s=block.timestamp_s,
            subsidy_sat=payouts.subsidy_sat,
            subsidy_by_owner_sat=payouts.by_owner_sat,
            blocks_by_owner={proposal.producer_id: 1},
            difficulty_bits=proposal.difficulty_bits,
        )
        return block

    def _pass_idle(self, parent: Block, until_s: int, until_number: int | None) -> Block | None:
        """Return one block that stands for all empty ones up to `until_s`; None where none was due."""
        protocol_state, stretch = self.protocol.advance_idle(parent.protocol_state, until_s, until_number)
        if stretch is None:
            return None
        block = self._idle(parent, protocol_state, stretch.count)
        block.stretch = stretch
        return self.tree.add(block)

    def _idle(self, parent: Block, protocol_state: object, count: int) -> Block:
        number: int = protocol_state.number  # type: ignore[attr-defined]
        root = self.protocol.state_root(protocol_state)
        return Block(
            parent=parent,
            number=number,
            timestamp_s=protocol_state.timestamp_s,  # type: ignore[attr-defined]
            block_hash=_stretch_hash(parent.sealed.block_hash, number, root),
            identity=_stretch_hash(parent.sealed.identity, number, root),
            state_root=parent.state_root,
            protocol_state=protocol_state,
            sealed=parent.sealed,
            fees_destroyed_sat=parent.fees_destroyed_sat,
            fee_state=None
            if self.fee_policy is None
            else self.fee_policy.pass_idle(parent.fee_state, parent.protocol_state, count),
            issued=parent.issued,
        )

    def _environment(self, parent: Block, proposal: Proposal) -> BlockEnvironment:
        environment = self.protocol.environment(
            parent.protocol_state,
            proposal,
            parent_hash=parent.block_hash,
            parent_identity=parent.identity,
            gas_limit_gas=self.limits_after(parent).gas_limit_gas,
        )
        fee_root = b"" if self.fee_policy is None else self.fee_policy.state_root(parent.fee_state)
        if not fee_root:
            return environment
        return replace(environment, extra_data=keccak(environment.extra_data + fee_root))


def _fees_gained_sat(parent: Block, executed: ExecutedBlock) -> int:
    """Return what the fee account has gained; parts of a satoshi wait there for more."""
    if FEE_ACCOUNT not in executed.touched_wei:
        return 0
    return executed.touched_wei[FEE_ACCOUNT] // WEI_PER_SATOSHI - parent.fees_destroyed_sat


def _stretch_hash(sealed: Hash32, number: int, protocol_root: Hash32) -> Hash32:
    """Return the hash that stands for the empty blocks from after a sealed block up to `number`."""
    return keccak(b"idle" + sealed + number.to_bytes(8, "big") + protocol_root)
