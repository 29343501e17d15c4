"""A state that is tried out, message after message, at any time, and never sealed: what every engine's scratch does.

Sealing takes roots and hashes that a search through thousands of calls does not need: fuzzing and state machines
run twice as fast on a scratch as on blocks. Rules and gas are those of a block with one transaction.
"""

from __future__ import annotations

from typing import Final, Protocol

from chain.block import Address, CallResult

SCRATCH_GAS_LIMIT_GAS: Final = 30_000_000
"""Gas allowed to a message on a scratch."""


class Scratch(Protocol):
    """A state of its own, on which messages take effect. Made by an engine's `scratch`."""

    def send(
        self,
        sender: Address,
        to: Address,
        data: bytes,
        *,
        timestamp_s: int,
        value_wei: int = 0,
        gas_price_wei: int = 0,
    ) -> CallResult:
        """Execute a message for good, as the only transaction of a block at `timestamp_s` (Unix seconds).

        Any address may be the sender, a contract's too. Its nonce rises.
        """

    def ask(self, to: Address, data: bytes, *, timestamp_s: int, sender: Address = bytes(20)) -> CallResult:
        """Execute a message and take it back."""

    def answer(
        self, to: Address, data: bytes, *, timestamp_s: int, sender: Address = bytes(20)
    ) -> tuple[bool, bytes]:
        """Return whether a message succeeds and what it returns, and take it back."""

    def balance_wei(self, address: Address) -> int:
        """Return the balance of an account."""

    def storage(self, address: Address, slot: int) -> int:
        """Return one storage word."""

    def store(self, address: Address, slot: int, word: int) -> None:
        """Write one storage word for good, as if an earlier message had left it."""
