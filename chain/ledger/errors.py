"""What the ledger refuses to do."""

from __future__ import annotations

from chain.errors import ChainError
from chain.mempool import MempoolError


class LedgerBehind(ChainError):
    """A block that is due has not been made yet, so that a later act cannot be placed."""


class TransactionsWaiting(ChainError):
    """A stretch cannot be idle while transactions wait that its blocks would include."""


class UnknownBlock(ChainError):
    """A block that was never made here, or that nothing can lead to any more, so that it was forgotten."""


class FinalBlock(ChainError):
    """A view cannot move to a branch that leaves its own below a final block."""


class CannotPay(MempoolError):
    """A node refuses a transaction whose sender has not what it costs: coins in hand, or stake for its points."""
