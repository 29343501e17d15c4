"""What a ledger starts from, and the blocks that it is sealed into.

An opening is one block, or a history of blocks that end in it: contracts that were deployed and used long before
the run stand there with the times at which it happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from chain.block import Account, Address, BlockEnvironment, ExecutedBlock, Transaction
from chain.encoding import encode
from chain.engines.protocol import Engine
from chain.errors import InvalidBlock
from chain.hashing import keccak
from chain.protocols.protocol import FEE_ACCOUNT

OPENING_GAS_LIMIT_GAS: Final = 1_000_000_000
"""Gas limit of an opening's blocks where nothing else is said: no rule of the protocol applies to them."""

EVM_LEVEL: Final = "cancun"
"""What every engine executes; another level would make other openings of the same content."""


@dataclass(frozen=True)
class HistoryBlock:
    """A block before the opening block. `timestamp_s` is Unix time.

    `may_fail` holds indices of transactions that are allowed to fail: a purchase beyond a cap is refused, and
    that is an outcome, where a deployment that fails is a mistake.
    """

    number: int
    timestamp_s: int
    transactions: Sequence[Transaction]
    gas_limit_gas: int = OPENING_GAS_LIMIT_GAS
    may_fail: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Opening:
    """What a ledger starts from: protocol state, accounts, and transactions executed under a gas limit of
    their own.

    The opening block stands at the protocol state's height and time; its fees are issued again in the first
    block. Before it stand the blocks of `history`, in ascending order of height and time.
    """

    protocol_state: Any
    allocation: Mapping[Address, Account]
    transactions: Sequence[Transaction] = ()
    gas_limit_gas: int = OPENING_GAS_LIMIT_GAS
    history: Sequence[HistoryBlock] = ()

    @property
    def blocks(self) -> Iterator[HistoryBlock]:
        """The blocks of the history and the opening block, in order."""
        yield from self.history
        state = self.protocol_state
        yield HistoryBlock(state.number, state.timestamp_s, self.transactions, self.gas_limit_gas)

    @property
    def all_transactions(self) -> Iterator[Transaction]:
        """The transactions of all blocks, in order."""
        for block in self.blocks:
            yield from block.transactions


Seal = Callable[[Engine, Opening], Sequence[ExecutedBlock]]
"""Makes an opening's blocks, one a block of the opening; the engine keeps the state of the last."""


def seal_opening(engine: Engine, opening: Opening) -> tuple[ExecutedBlock, ...]:
    """Seal the allocation one height below the first block, then all blocks, and return these.

    Raises `InvalidBlock` where heights or times do not ascend, or where a transaction is refused, does not fit,
    or fails without leave.
    """
    blocks = list(opening.blocks)
    _check_order(blocks)
    first = blocks[0]
    parent = engine.genesis(
        BlockEnvironment(
            number=first.number - 1,
            timestamp_s=first.timestamp_s,
            gas_limit_gas=first.gas_limit_gas,
            coinbase=FEE_ACCOUNT,
            parent_hash=bytes(32),
        ),
        opening.allocation,
    )
    sealed = []
    for block in blocks:
        environment = replace(
            parent.environment,
            number=block.number,
            timestamp_s=block.timestamp_s,
            gas_limit_gas=block.gas_limit_gas,
            parent_hash=parent.block_hash,
            parent_identity=parent.identity,
        )
        parent = engine.execute(parent.state_root, environment, block.transactions)
        _check_outcome(block, parent)
        sealed.append(parent)
    return tuple(sealed)


def content_key(chain_id: int, opening: Opening) -> str:
    """Return the SHA-256 (hexadecimal) of everything that decides what an opening is sealed into."""
    allocation = [
        (address, account.balance_wei, account.nonce, keccak(account.code), sorted(account.storage.items()))
        for address, account in sorted(opening.allocation.items())
    ]
    blocks = [
        (
            block.number,
            block.timestamp_s,
            block.gas_limit_gas,
            [(tx.identity, tx.signature or b"") for tx in block.transactions],
            sorted(block.may_fail),
        )
        for block in opening.blocks
    ]
    content = encode((EVM_LEVEL.encode(), chain_id, FEE_ACCOUNT, allocation, blocks))
    return hashlib.sha256(content).hexdigest()


def _check_order(blocks: Sequence[HistoryBlock]) -> None:
    for before, after in pairwise(blocks):
        if after.number <= before.number or after.timestamp_s <= before.timestamp_s:
            raise InvalidBlock(
                f"opening block {after.number} at {after.timestamp_s} s cannot follow block {before.number} at"
                f" {before.timestamp_s} s"
            )


def _check_outcome(block: HistoryBlock, executed: ExecutedBlock) -> None:
    for rejection in executed.rejected:
        raise InvalidBlock(f"opening transaction {rejection.index} is refused: {rejection.reason}")
    for index in executed.deferred:
        raise InvalidBlock(
            f"opening transaction {index} does not fit under {block.gas_limit_gas} gas or waits for a nonce"
        )
    receipts = executed.receipts
    for index, (status, output) in enumerate(zip(receipts.status, receipts.output, strict=True)):
        if not status and index not in block.may_fail:
            raise InvalidBlock(f"opening transaction {index} failed with 0x{output.hex()}")
