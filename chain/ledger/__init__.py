"""The ledger: a tree of executed blocks, and the view of it that one node has."""

from chain.ledger.background import Background, Load
from chain.ledger.block import Block, Move, ProducedBlock
from chain.ledger.branches import HEADER_ALLOWANCE_BYTES
from chain.ledger.errors import FinalBlock, LedgerBehind, TransactionsWaiting, UnknownBlock
from chain.ledger.ledger import CANDIDATES_PER_PLACE, TRANSFER_GAS, Ledger

__all__ = [
    "CANDIDATES_PER_PLACE",
    "HEADER_ALLOWANCE_BYTES",
    "TRANSFER_GAS",
    "Background",
    "Block",
    "FinalBlock",
    "Ledger",
    "LedgerBehind",
    "Load",
    "Move",
    "ProducedBlock",
    "TransactionsWaiting",
    "UnknownBlock",
]
