"""A sealed opening as bytes: the state it ends in and all of its blocks.

The first line names format, content key and SHA-256 of the rest; the rest is compressed JSON. Bytes are
hexadecimal in it, and numbers that may be large too.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chain.block import (
    BlockEnvironment,
    ExecutedBlock,
    HashedAccount,
    Log,
    Receipts,
    Rejection,
)
from chain.errors import ChainError

FORMAT: Final = "medsim-opening-1"
"""Raised whenever this layout changes, or what a block or an account consists of."""

COMPRESSION: Final = 1
"""Most of an opening is hashes and addresses, in which a patient compressor finds hardly more than a fast one."""

_HASHES: Final = (
    "block_hash",
    "identity",
    "state_root",
    "transactions_root",
    "receipts_root",
    "withdrawals_root",
)


class DamagedOpening(ChainError):
    """Bytes that are no opening, or not the one that was asked for."""


@dataclass(frozen=True)
class SealedOpening:
    """The accounts of the state behind the last block, and the blocks in order."""

    accounts: Sequence[HashedAccount]
    blocks: tuple[ExecutedBlock, ...]


def to_bytes(key: str, sealed: SealedOpening) -> bytes:
    """Return a sealed opening as a file's content; `key` says what it is the opening of."""
    body = {
        "accounts": [_account(account) for account in sealed.accounts],
        "blocks": [_block(block) for block in sealed.blocks],
    }
    text = json.dumps(body, separators=(",", ":"), allow_nan=False)
    compressed = zlib.compress(text.encode(), COMPRESSION)
    return f"{FORMAT} {key} {hashlib.sha256(compressed).hexdigest()}\n".encode() + compressed


def from_bytes(key: str, content: bytes) -> SealedOpening:
    """Return the sealed opening that a file holds.

    Raises `DamagedOpening` for another format or key, a digest that does not fit, or another layout.
    """
    head, _newline, compressed = content.partition(b"\n")
    found = head.split(b" ")
    if len(found) != 3 or found[0] != FORMAT.encode():
        raise DamagedOpening(f"it does not begin with {FORMAT}")
    if found[1] != key.encode():
        raise DamagedOpening(f"it is the opening of another content, not of {key}")
    if found[2] != hashlib.sha256(compressed).hexdigest().encode():
        raise DamagedOpening("its content does not match its digest")
    try:
        body = json.loads(zlib.decompress(compressed))
        return SealedOpening(
            accounts=[_account_from(fields) for fields in body["accounts"]],
            blocks=tuple(_block_from(fields) for fields in body["blocks"]),
        )
    except (zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedOpening(f"its layout is another ({error})") from error


def _account(account: HashedAccount) -> list[Any]:
    words = {slot.hex(): f"{word:x}" for slot, word in account.storage.items()}
    return [
        account.hashed_address.hex(), account.nonce, f"{account.balance_wei:x}", account.code.hex(), words,
    ]  # fmt: skip


def _account_from(fields: Sequence[Any]) -> HashedAccount:
    hashed_address, nonce, balance_wei, code, words = fields
    return HashedAccount(
        hashed_address=bytes.fromhex(hashed_address),
        nonce=int(nonce),
        balance_wei=int(balance_wei, 16),
        code=bytes.fromhex(code),
        storage={bytes.fromhex(slot): int(word, 16) for slot, word in words.items()},
    )


def _block(block: ExecutedBlock) -> dict[str, Any]:
    environment, receipts = block.environment, block.receipts
    return {
        "environment": {
            "number": environment.number,
            "timestamp_s": environment.timestamp_s,
            "gas_limit_gas": environment.gas_limit_gas,
            **_hex(environment, ("coinbase", "parent_hash", "mix_hash", "extra_data", "parent_identity")),
        },
        **_hex(block, _HASHES),
        "bloom": f"{block.bloom:x}",
        "gas_used_gas": block.gas_used_gas,
        "size_bytes": block.size_bytes,
        "included": list(block.included),
        "deferred": list(block.deferred),
        "rejected": [[rejection.index, rejection.reason] for rejection in block.rejected],
        "receipts": {
            "status": list(receipts.status),
            "gas_used_gas": list(receipts.gas_used_gas),
            "output": [output.hex() for output in receipts.output],
            "logs": [[_log(log) for log in logs] for logs in receipts.logs],
            "contract_address": [
                None if address is None else address.hex() for address in receipts.contract_address
            ],
        },
        "touched_wei": {address.hex(): f"{balance:x}" for address, balance in block.touched_wei.items()},
    }


def _block_from(fields: Mapping[str, Any]) -> ExecutedBlock:
    environment, receipts = fields["environment"], fields["receipts"]
    return ExecutedBlock(
        environment=BlockEnvironment(
            number=environment["number"],
            timestamp_s=environment["timestamp_s"],
            gas_limit_gas=environment["gas_limit_gas"],
            coinbase=bytes.fromhex(environment["coinbase"]),
            parent_hash=bytes.fromhex(environment["parent_hash"]),
            mix_hash=bytes.fromhex(environment["mix_hash"]),
            extra_data=bytes.fromhex(environment["extra_data"]),
            parent_identity=bytes.fromhex(environment["parent_identity"]),
        ),
        **{name: bytes.fromhex(fields[name]) for name in _HASHES},
        bloom=int(fields["bloom"], 16),
        gas_used_gas=fields["gas_used_gas"],
        size_bytes=fields["size_bytes"],
        included=fields["included"],
        deferred=fields["deferred"],
        rejected=[Rejection(index, reason) for index, reason in fields["rejected"]],
        receipts=Receipts(
            status=receipts["status"],
            gas_used_gas=receipts["gas_used_gas"],
            output=[bytes.fromhex(output) for output in receipts["output"]],
            logs=[tuple(map(_log_from, logs)) for logs in receipts["logs"]],
            contract_address=[
                None if address is None else bytes.fromhex(address)
                for address in receipts["contract_address"]
            ],
        ),
        touched_wei={
            bytes.fromhex(address): int(balance, 16) for address, balance in fields["touched_wei"].items()
        },
    )


def _log(log: Log) -> list[str]:
    return [log.address.hex(), log.data.hex(), *(topic.hex() for topic in log.topics)]


def _log_from(fields: Sequence[str]) -> Log:
    address, data, *topics = fields
    return Log(bytes.fromhex(address), tuple(map(bytes.fromhex, topics)), bytes.fromhex(data))


def _hex(source: object, names: Iterable[str]) -> dict[str, str]:
    return {name: getattr(source, name).hex() for name in names}
