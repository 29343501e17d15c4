"""Checks that signed transactions were signed by their senders, once each."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from chain.block import Address, Transaction
from chain.errors import InvalidSignature
from chain.signing import recover_sender

REMEMBERED: Final = 65_536
"""Signatures remembered as good: a transaction that waits for many blocks is recovered once."""


class SignatureBook:
    """Knows which signatures have been found good, the latest `remembered` of them."""

    def __init__(self, chain_id: int, remembered: int = REMEMBERED) -> None:
        self._chain_id = chain_id
        self._remembered = remembered
        self._good: OrderedDict[tuple[bytes, bytes], None] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of signatures remembered."""
        return len(self._good)

    def check(self, tx: Transaction) -> None:
        """Raise `InvalidSignature` where the sender has not signed; believe one without signature."""
        if tx.signature is None:
            return
        key = (tx.identity, tx.signature)
        if key in self._good:
            return
        signer: Address = recover_sender(tx, self._chain_id)
        if signer != tx.sender:
            raise InvalidSignature(
                f"transaction 0x{tx.identity.hex()} names sender 0x{tx.sender.hex()}"
                f" but 0x{signer.hex()} signed it"
            )
        self._good[key] = None
        if len(self._good) > self._remembered:
            self._good.popitem(last=False)
