"""What the pool admits and keeps, why it refuses, and how a transaction leaves it without a block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from chain.block import Transaction
from chain.errors import ChainError


class MempoolError(ChainError):
    """The pool refuses a transaction; the message names the rule and the numbers."""


class GasPriceTooLow(MempoolError):
    """The gas price is below the minimum, or no whole number of satoshi."""


class GasLimitTooHigh(MempoolError):
    """The gas limit is above the block's."""


class IntrinsicGasTooLow(MempoolError):
    """The gas limit is below what the transaction is charged before it starts."""


class TransactionTooLarge(MempoolError):
    """No block has room for so many bytes."""


class NonceTooLow(MempoolError):
    """The nonce is spent."""


class BalanceTooLow(MempoolError):
    """The sender cannot pay gas and value of this transaction and of those it has waiting."""


class AlreadyKnown(MempoolError):
    """The same transaction waits already."""


class ReplacementTooCheap(MempoolError):
    """A waiting transaction with the same nonce is only replaced at a higher price."""


class AccountLimitReached(MempoolError):
    """The sender has as many transactions waiting as one account may."""


class MempoolFull(MempoolError):
    """The pool is full of transactions that pay no less, or of executable ones where this one is not."""


@dataclass(frozen=True)
class MempoolRules:
    """What the pool admits and keeps.

    `block_limit_bytes` is what a block has for transactions, `block_gas_limit_gas` its gas; None where bytes do not
    bind.
    """

    minimum_gas_price_wei: int
    block_gas_limit_gas: int
    account_limit_tx: int = 1_024
    limit_tx: int = 20_000
    replacement_bump_percent: int = 10
    expiry_s: int = 259_200
    block_limit_bytes: int | None = None

    def under(self, minimum_gas_price_wei: int, block_gas_limit_gas: int) -> MempoolRules:
        """Return these rules under a block's limits; the same object where nothing changes."""
        if (minimum_gas_price_wei, block_gas_limit_gas) == (
            self.minimum_gas_price_wei,
            self.block_gas_limit_gas,
        ):
            return self
        return replace(
            self, minimum_gas_price_wei=minimum_gas_price_wei, block_gas_limit_gas=block_gas_limit_gas
        )


Cause = Literal["replaced", "evicted", "expired", "rejected", "displaced"]
"""Why one left; displaced is what another of the same sender and nonce was included before."""


@dataclass(frozen=True)
class Departure:
    """A transaction that left the pool without a block, why, and when it had come."""

    transaction: Transaction
    cause: Cause
    reason: str
    submitted_at_s: float
