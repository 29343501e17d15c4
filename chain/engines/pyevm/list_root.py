"""The roots of a header's lists: transactions, receipts and withdrawals (yellow paper 4.3, appendix D)."""

from __future__ import annotations

from collections.abc import Sequence

from chain.block import Hash32
from chain.encoding import encode
from chain.engines.pyevm.building import BLANK_ROOT, build

__all__ = ["BLANK_ROOT", "list_root"]


def list_root(items: Sequence[bytes]) -> Hash32:
    """Return the root of the trie that maps the encoding of each index to the encoded item there."""
    return build(sorted((encode(index).hex(), item) for index, item in enumerate(items)))
