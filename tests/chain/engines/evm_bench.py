"""A small bench for engine tests: accounts, environments, bytecode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from chain.block import Account, Address, BlockEnvironment, Credit, ExecutedBlock, Transaction
from chain.engines.pyevm import PyEvmEngine
from chain.engines.revm import RevmEngine, is_built
from chain.hashing import keccak
from chain.keys import PrivateKey

ETHER_WEI = 10**18
KEYS = [PrivateKey.from_secret(keccak(bytes([number]))) for number in range(1, 9)]
ALICE, BOB, CAROL = (key.address for key in KEYS[:3])
KEY_OF = {key.address: key for key in KEYS}
FEE_ACCOUNT = bytes.fromhex("fe" * 20)
GAS_PRICE_WEI = 4 * 10**11

needs_revm = pytest.mark.skipif(
    not is_built(), reason="the engine revm is not built here: `make native` builds it (it needs Rust)"
)

MAKERS: dict[str, Callable[..., Any]] = {"pyevm": PyEvmEngine, "revm": RevmEngine}
under_test = "pyevm"
"""Name of the engine that tests are about now: `both_engines` in conftest.py changes it."""


def new_engine(chain_id: int = 1337) -> Any:
    """Return a new engine of the kind that is under test."""
    return MAKERS[under_test](chain_id)


def contract(number: int) -> Address:
    """Return an address for a contract of the genesis allocation."""
    return bytes([0xC0, number]) * 10


def environment(parent: ExecutedBlock | None = None, **changes: object) -> BlockEnvironment:
    """Return the environment of a child of `parent`, or of a first block, with some fields changed."""
    fields: dict[str, object] = {
        "number": parent.environment.number + 1 if parent else 100,
        "timestamp_s": parent.environment.timestamp_s + 16 if parent else 1_538_352_000,
        "gas_limit_gas": 40_000_000,
        "coinbase": FEE_ACCOUNT,
        "parent_hash": parent.block_hash if parent else bytes(32),
        "parent_identity": parent.identity if parent else bytes(32),
    }
    return BlockEnvironment(**(fields | changes))  # type: ignore[arg-type]


class Bench:
    """An engine, a chain of blocks on it, and short words for what tests do."""

    def __init__(self, codes: Mapping[int, bytes] | None = None, engine: Any = None) -> None:
        self.engine = engine or new_engine()
        accounts = {key.address: Account(balance_wei=1000 * ETHER_WEI) for key in KEYS}
        contracts = {contract(number): Account(nonce=1, code=code) for number, code in (codes or {}).items()}
        self.tip = self.engine.genesis(environment(), accounts | contracts)
        self.nonces = dict.fromkeys(KEY_OF, 0)

    def tx(self, sender: Address = ALICE, to: Address | None = BOB, **changes: object) -> Transaction:
        """Return the sender's next transaction, unsigned."""
        fields: dict[str, object] = {
            "sender": sender,
            "nonce": self.nonces[sender],
            "to": to,
            "value_wei": 0,
            "data": b"",
            "gas_limit_gas": 100_000,
            "gas_price_wei": GAS_PRICE_WEI,
        }
        tx = Transaction(**(fields | changes))  # type: ignore[arg-type]
        self.nonces[sender] = tx.nonce + 1
        return tx

    def block(
        self, *transactions: Transaction, credits: Sequence[Credit] = (), **changes: object
    ) -> ExecutedBlock:
        """Execute a block on the tip and go on from it."""
        self.tip = self.engine.execute(
            self.tip.state_root, environment(self.tip, **changes), transactions, credits
        )
        return self.tip

    def call(self, to: Address, data: bytes = b"", **changes: object) -> int:
        """Call a contract at the tip and return its answer as a number."""
        result = self.engine.call(self.tip.state_root, environment(self.tip, **changes), to, data)
        assert result.status == 1
        return int.from_bytes(result.output, "big")


def deployer(runtime: bytes) -> bytes:
    """Return creation code that leaves `runtime` as the contract's code."""
    return bytes.fromhex(f"61{len(runtime):04x}80600c6000396000f3") + runtime


def answer(code: str) -> bytes:
    """Return runtime code that runs `code` (hexadecimal) and returns the top of the stack."""
    return bytes.fromhex(code + "5f5260205ff3")


REVERT_7 = bytes.fromhex("60075f5260205ffd")
"""Reverts with the number 7."""

BURN = bytes.fromhex("fe")
"""An invalid opcode: burns all gas."""

STORE = bytes.fromhex("5f3560203555")
"""Stores the first word of the call data in the slot that the second one names."""

COUNT_AND_LOG = bytes.fromhex("5f546001018060005560015f5260206000a1")
"""Adds 1 to slot 0 and logs 32 bytes under the new count as topic."""

FORWARD = bytes.fromhex("5f5f5f5f345f355af100")
"""Sends the call's value on to the address in its first word."""

SELF_DESTRUCT = bytes.fromhex("5f35ff")
"""Destroys itself, its balance going to the address in the call data."""

RECURSE = bytes.fromhex("5f546001015f555f5f5f5f5f305af100")
"""Counts in slot 0 and calls itself with all the gas."""

SPIN = bytes.fromhex("5b5f56")
"""Loops until the gas is gone."""


def word(value: int | Address) -> bytes:
    """Return a number or an address as a word of call data."""
    return value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0")
