"""The fast engine's scratch: see `chain.engines.scratch`."""

from __future__ import annotations

from typing import Any

from chain.block import Address, CallResult, Log
from chain.engines.scratch import SCRATCH_GAS_LIMIT_GAS


class RevmScratch:
    """A state of its own, on which messages take effect. Made by `RevmEngine.scratch`.

    Raises `EngineFailure` where revm refuses a message (a sender who cannot pay, gas for 2^128 wei or more).
    """

    def __init__(self, native: Any) -> None:
        self._native = native

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
        return CallResult(
            *self._native.send(
                (sender, to, data), value_wei, gas_price_wei, SCRATCH_GAS_LIMIT_GAS, timestamp_s, Log
            )
        )

    def ask(self, to: Address, data: bytes, *, timestamp_s: int, sender: Address = bytes(20)) -> CallResult:
        """Execute a message and take it back."""
        return CallResult(*self._native.ask((sender, to, data), SCRATCH_GAS_LIMIT_GAS, timestamp_s, Log))

    def answer(
        self, to: Address, data: bytes, *, timestamp_s: int, sender: Address = bytes(20)
    ) -> tuple[bool, bytes]:
        """Return whether a message succeeds and what it returns, and take it back."""
        asked = self.ask(to, data, timestamp_s=timestamp_s, sender=sender)
        return bool(asked.status), asked.output

    def balance_wei(self, address: Address) -> int:
        """Return the balance of an account."""
        return int(self._native.balance(address))

    def storage(self, address: Address, slot: int) -> int:
        """Return one storage word."""
        return int(self._native.storage(address, slot))

    def store(self, address: Address, slot: int, word: int) -> None:
        """Write one storage word for good, as if an earlier message had left it."""
        self._native.store(address, slot, word)
