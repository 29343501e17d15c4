"""The mempool: its rules, each sender's queue, and the pool itself."""

from chain.mempool.pool import Mempool
from chain.mempool.rules import (
    AccountLimitReached,
    AlreadyKnown,
    BalanceTooLow,
    Departure,
    GasLimitTooHigh,
    GasPriceTooLow,
    MempoolError,
    MempoolFull,
    MempoolRules,
    NonceTooLow,
    ReplacementTooCheap,
)

__all__ = [
    "AccountLimitReached",
    "AlreadyKnown",
    "BalanceTooLow",
    "Departure",
    "GasLimitTooHigh",
    "GasPriceTooLow",
    "Mempool",
    "MempoolError",
    "MempoolFull",
    "MempoolRules",
    "NonceTooLow",
    "ReplacementTooCheap",
]
