"""The mempool: its rules, each sender's queue, the pool itself, and the pools of nodes that hear from gateways."""

from chain.mempool.gossip import Gossip, Links, Place
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

__all__ = [
    "AccountLimitReached",
    "AlreadyKnown",
    "BalanceTooLow",
    "Departure",
    "GasLimitTooHigh",
    "GasPriceTooLow",
    "Gossip",
    "IntrinsicGasTooLow",
    "Links",
    "Mempool",
    "MempoolError",
    "MempoolFull",
    "MempoolRules",
    "NonceTooLow",
    "Place",
    "ReplacementTooCheap",
    "TransactionTooLarge",
    "Waiting",
]
