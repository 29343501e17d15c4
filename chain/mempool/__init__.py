"""The mempool: its rules, each sender's queue, and the pool itself."""

from chain.mempool.pool import Mempool
from chain.mempool.queues import Waiting
from chain.mempool.rules import (
    AccountLimitReached,
    AlreadyKnown,
    BalanceTooLow,
    Departure,
    GasLimitTooHigh,
    GasPriceTooLow,
    IntrinsicGasTooLow,
    MempoolError,
    MempoolFull,
    MempoolRules,
    NonceTooLow,
    ReplacementTooCheap,
    TransactionTooLarge,
)
from chain.mempool.standpoint import Standpoint

__all__ = [
    "AccountLimitReached",
    "AlreadyKnown",
    "BalanceTooLow",
    "Departure",
    "GasLimitTooHigh",
    "GasPriceTooLow",
    "IntrinsicGasTooLow",
    "Mempool",
    "MempoolError",
    "MempoolFull",
    "MempoolRules",
    "NonceTooLow",
    "ReplacementTooCheap",
    "Standpoint",
    "TransactionTooLarge",
    "Waiting",
]
