"""Errors of the ledger. Each leaf names the rule that was broken and carries the numbers.

A revert is not an error: it is an ordinary outcome, a value on the receipt.
"""

from __future__ import annotations


class ChainError(Exception):
    """A rule of the ledger was broken."""


class InvalidBlock(ChainError):
    """A block breaks a rule of the engine or of the protocol."""


class UnknownState(ChainError):
    """A state root that was never made, or that has been pruned."""


class StateMismatch(ChainError):
    """A state that was handed in whole is not the one that its root names."""


class InvalidSignature(ChainError):
    """A signature does not recover to its claimed signer."""


class EngineFailure(ChainError):
    """An engine could not go on: a panic, or a number beyond what it can reckon. Its states are as before."""


class EngineUnavailable(ChainError):
    """An engine was asked for that is not built here."""


class ArtifactError(ChainError):
    """A contract artifact is missing, damaged, or differs from its source."""


class DeploymentError(ChainError):
    """The system was to be deployed with terms under which it would not work."""


class CallReverted(ChainError):
    """A read-only call reverted where the caller needed its answer."""


class ProofError(ChainError):
    """A Merkle tree has no leaves, a leaf that does not exist was asked for, or a salt has another length."""


class InvalidEncoding(ChainError):
    """A name or value does not fit a contract's interface or an EIP-712 type."""
