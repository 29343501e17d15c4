"""What a ledger starts from, and the block that it is sealed into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chain.block import Account, Address, BlockEnvironment, ExecutedBlock, Transaction
from chain.engines.protocol import Engine
from chain.errors import InvalidBlock
from chain.protocols.protocol import FEE_ACCOUNT


@dataclass(frozen=True)
class Opening:
    """What a ledger starts from: protocol state, accounts, and transactions executed under a gas limit of
    their own.

    The opening block stands at the protocol state's height and time; its fees are issued again in the first
    block.
    """

    protocol_state: Any
    allocation: Mapping[Address, Account]
    transactions: Sequence[Transaction] = ()
    gas_limit_gas: int = 1_000_000_000


def seal_opening(engine: Engine, opening: Opening) -> ExecutedBlock:
    """Seal the allocation one height below the protocol state's, then the transactions at its height.

    Raises `InvalidBlock` where one of the transactions is refused, does not fit, or fails.
    """
    state = opening.protocol_state
    genesis = engine.genesis(
        BlockEnvironment(
            number=state.number - 1,
            timestamp_s=state.timestamp_s,
            gas_limit_gas=opening.gas_limit_gas,
            coinbase=FEE_ACCOUNT,
            parent_hash=bytes(32),
        ),
        opening.allocation,
    )
    environment = replace(
        genesis.environment,
        number=state.number,
        parent_hash=genesis.block_hash,
        parent_identity=genesis.identity,
    )
    block = engine.execute(genesis.state_root, environment, opening.transactions)
    for rejection in block.rejected:
        raise InvalidBlock(f"opening transaction {rejection.index} is refused: {rejection.reason}")
    for index in block.deferred:
        raise InvalidBlock(
            f"opening transaction {index} does not fit under {opening.gas_limit_gas} gas or waits for a nonce"
        )
    for index, (status, output) in enumerate(zip(block.receipts.status, block.receipts.output, strict=True)):
        if not status:
            raise InvalidBlock(f"opening transaction {index} failed with 0x{output.hex()}")
    return block
