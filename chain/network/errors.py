"""Errors of the network: what cannot be built, or what the nodes cannot do."""

from __future__ import annotations

from chain.errors import ChainError


class NetworkError(ChainError):
    """A network was described, or asked for something, that makes no sense."""


class NothingFollows(NetworkError):
    """No block can ever follow: nobody who may make one will be there to make it."""


class SplitForGood(NetworkError):
    """Nodes hold branches of which none gives up what it holds for final: the network is two from now on."""
