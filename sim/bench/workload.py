"""The workload of the engine benchmark: anchor fresh record roots, 50 senders, blocks of 400.

It is the smallest health act there is: one fresh storage slot and one event (`AnchorBench.sol`, whose compiled
form is `anchor.json`), called with nonces and fees.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chain.abi_words import word_types
from chain.block import Account, Address, BlockEnvironment, ExecutedBlock, Transaction
from chain.columns import TransactionColumns
from chain.engines.protocol import Engine
from chain.event_columns import EventColumns, EventReader
from chain.hashing import keccak
from chain.keys import PrivateKey, creation_address
from chain.log_columns import log_columns
from chain.raw import RawTransactions
from chain.signing import raw, sign_transaction

SENDERS: Final = 50
BLOCK_TRANSACTIONS: Final = 400
GAS_LIMIT_GAS: Final = 90_000
GAS_PRICE_WEI: Final = 10**10
BLOCK_GAS_LIMIT_GAS: Final = 60_000_000
FEE_ACCOUNT: Final[Address] = b"\xfe" * 20

CHAIN_ID: Final = 1337
ANCHOR: Final = keccak(b"anchor(bytes32,address)")[:4]

Batch = TransactionColumns | RawTransactions | list[Transaction]


def bytecode() -> bytes:
    """Return the creation code of the contract."""
    artifact = json.loads(Path(__file__).with_name("anchor.json").read_text(encoding="utf-8"))
    return bytes.fromhex(artifact["bytecode"][2:])


def record_root(number: int) -> bytes:
    """Return the root of the record of a number."""
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


def _anchored(contract: Address) -> EventReader:
    """Return what reads the contract's event."""
    kinds = {"root": "bytes32", "issuer": "address", "patient": "address"}
    topic = keccak(f"Anchored({','.join(kinds.values())})".encode())
    indexed = [(name, kind) for name, kind in zip(kinds, word_types([*kinds.values()]) or (), strict=True)]
    return EventReader(contract, topic, [*kinds], indexed, (), (), lambda _data: (), {})


class Anchoring:
    """A chain with the contract on it, and blocks of anchorings to execute."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.keys = [PrivateKey.from_secret(record_root(number)) for number in range(SENDERS)]
        self.senders = [key.address for key in self.keys]
        self.nonces = [0] * SENDERS
        self.tip = engine.genesis(
            self._environment(None), {sender: Account(balance_wei=10**30) for sender in self.senders}
        )
        deployment = Transaction(self.senders[0], 0, None, 0, bytecode(), 1_000_000, GAS_PRICE_WEI)
        self.contract = creation_address(self.senders[0], 0)
        self._anchored = _anchored(self.contract)
        self.nonces[0] = 1
        self.execute([deployment])

    def transactions(self, first: int, count: int) -> Iterator[Transaction]:
        """Yield the anchorings of the records from `first` on, each by the next sender."""
        for number in range(first, first + count):
            place = number % SENDERS
            patient = self.senders[(place + 1) % SENDERS].rjust(32, b"\0")
            yield Transaction(
                sender=self.senders[place],
                nonce=self.nonces[place],
                to=self.contract,
                value_wei=0,
                data=ANCHOR + record_root(number) + patient,
                gas_limit_gas=GAS_LIMIT_GAS,
                gas_price_wei=GAS_PRICE_WEI,
            )
            self.nonces[place] += 1

    def events(self, block: ExecutedBlock) -> EventColumns:
        """Return what a block's anchorings have told: root, issuer and patient of each."""
        return self._anchored.read(log_columns(block.receipts.logs))

    def blocks(self, first: int, count: int, *, signed: bool, columns: bool) -> Iterator[Batch]:
        """Yield what goes into each block: raw signed bytes or columns, or objects for an engine without columns."""
        for start in range(first, first + count, BLOCK_TRANSACTIONS):
            batch = list(self.transactions(start, min(BLOCK_TRANSACTIONS, first + count - start)))
            if signed:
                batch = [
                    sign_transaction(tx, self.keys[(start + place) % SENDERS], CHAIN_ID)
                    for place, tx in enumerate(batch)
                ]
            if not columns:
                yield batch
            elif signed:
                yield RawTransactions([raw(tx, CHAIN_ID) for tx in batch], CHAIN_ID)
            else:
                filled = TransactionColumns.of(batch)
                _ = filled.native
                yield filled

    def execute(self, batch: Batch) -> ExecutedBlock:
        """Execute a block, all of whose transactions must be included."""
        self.tip = self.engine.execute(self.tip.state_root, self._environment(self.tip), batch)
        assert len(self.tip.included) == len(batch), self.tip.rejected
        return self.tip

    @staticmethod
    def _environment(parent: ExecutedBlock | None) -> BlockEnvironment:
        return BlockEnvironment(
            number=parent.environment.number + 1 if parent else 1,
            timestamp_s=parent.environment.timestamp_s + 16 if parent else 1_538_352_000,
            gas_limit_gas=BLOCK_GAS_LIMIT_GAS,
            coinbase=FEE_ACCOUNT,
            parent_hash=parent.block_hash if parent else bytes(32),
            parent_identity=parent.identity if parent else bytes(32),
        )
