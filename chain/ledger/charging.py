"""How a fee policy governs a block: who is let in before it is executed, and who is charged afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from chain.block import Address, Transaction
from chain.protocols.fee_policy import FeePolicy, FeeRefused


class Charged(NamedTuple):
    """What a block took from whom: costs in the policy's units by transaction, the states after, coins in all."""

    charges: tuple[int, ...]
    fee_state: Any
    protocol_state: Any
    fees_sat: int


def admitted(
    policy: FeePolicy,
    fee_state: Any,
    protocol_state: Any,
    timestamp_s: int,
    candidates: Sequence[Transaction],
) -> list[Transaction]:
    """Return the candidates that can pay and for which there is room, in order; the others wait.

    Behind a sender's first that waits, all its others wait too: their nonces come later.
    """
    meter = policy.open_block(fee_state, protocol_state, timestamp_s)
    kept = []
    waiting: set[Address] = set()
    for transaction in candidates:
        if transaction.sender in waiting:
            continue
        try:
            meter.charge(policy.act(transaction))
        except FeeRefused:
            waiting.add(transaction.sender)
            continue
        kept.append(transaction)
    return kept


def charged(
    policy: FeePolicy,
    fee_state: Any,
    protocol_state: Any,
    timestamp_s: int,
    included: Sequence[tuple[Transaction, bool]],
) -> Charged:
    """Return what the included transactions cost, each with whether it succeeded; all of them were admitted."""
    meter = policy.open_block(fee_state, protocol_state, timestamp_s)
    charges = tuple(
        meter.charge(policy.act(transaction), executed=succeeded) for transaction, succeeded in included
    )
    after, fees_sat = meter.paid(protocol_state)
    return Charged(charges, meter.close(), after, fees_sat)
