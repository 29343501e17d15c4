"""From executed transactions to a sealed block: receipts, bloom, roots, header, identity and size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import rlp
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.shanghai.withdrawals import Withdrawal

from chain.block import (
    Address,
    BlockEnvironment,
    Credit,
    ExecutedBlock,
    Hash32,
    Log,
    Receipts,
    Rejection,
    Transaction,
)
from chain.encoding import encode, list_length
from chain.engines.pyevm.list_root import list_root
from chain.hashing import keccak
from chain.signing import raw, raw_unsigned
from chain.signing import size_bytes as transaction_bytes
from chain.units import GWEI_PER_SATOSHI

BLOOM_BYTES: Final = 256


@lru_cache(maxsize=65_536)
def bloom_bits(item: bytes) -> int:
    """Return the three of 2,048 bits that stand for a log's address or topic (yellow paper 4.3.1)."""
    digest = keccak(item)
    bits = 0
    for start in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[start : start + 2], "big") & 2047)
    return bits


def bloom_of(logs: Sequence[Log]) -> int:
    """Return the bloom filter of logs."""
    bloom = 0
    for log in logs:
        bloom |= bloom_bits(log.address)
        for topic in log.topics:
            bloom |= bloom_bits(topic)
    return bloom


def encode_receipt(status: int, cumulative_gas: int, bloom: int, logs: Sequence[Log]) -> bytes:
    """Return the encoding of a legacy transaction's receipt (EIP-658)."""
    entries = [(log.address, log.topics, log.data) for log in logs]
    return encode((status, cumulative_gas, bloom.to_bytes(BLOOM_BYTES, "big"), entries))


def receipts_summary(receipts: Receipts) -> tuple[Hash32, int, int]:
    """Return the receipts root, the block's bloom and its gas used."""
    encodings = []
    bloom, cumulative_gas = 0, 0
    for status, gas, logs in zip(receipts.status, receipts.gas_used_gas, receipts.logs, strict=True):
        cumulative_gas += gas
        own_bloom = bloom_of(logs)
        bloom |= own_bloom
        encodings.append(encode_receipt(status, cumulative_gas, own_bloom, logs))
    return list_root(encodings), bloom, cumulative_gas


def withdrawals_of(credits: Sequence[Credit]) -> list[Withdrawal]:
    """Return credits as Cancun withdrawals, whose amounts are in gwei; validator indices stay 0."""
    return [
        Withdrawal(credit.index, 0, credit.address, credit.amount_sat * GWEI_PER_SATOSHI)
        for credit in credits
    ]


def seal(
    *,
    chain_id: int,
    environment: BlockEnvironment,
    state_root: Hash32,
    transactions: Sequence[Transaction],
    credits: Sequence[Credit],
    included: Sequence[int],
    deferred: Sequence[int],
    rejected: Sequence[Rejection],
    receipts: Receipts,
    moved_wei: dict[Address, int],
) -> ExecutedBlock:
    """Return the sealed block of the included `transactions`, in their order."""
    receipts_root, bloom, gas_used_gas = receipts_summary(receipts)
    encodings = [
        raw_unsigned(tx, chain_id) if tx.signature is None else raw(tx, chain_id) for tx in transactions
    ]
    withdrawals = [withdrawal.encode() for withdrawal in withdrawals_of(credits)]
    header = CancunBlockHeader(
        difficulty=0,
        block_number=environment.number,
        gas_limit=environment.gas_limit_gas,
        timestamp=environment.timestamp_s,
        coinbase=environment.coinbase,
        parent_hash=environment.parent_hash,
        state_root=state_root,
        transaction_root=list_root(encodings),
        receipt_root=receipts_root,
        bloom=bloom,
        gas_used=gas_used_gas,
        extra_data=environment.extra_data,
        mix_hash=environment.mix_hash,
        nonce=bytes(8),
        withdrawals_root=list_root(withdrawals),
    )
    return ExecutedBlock(
        environment=environment,
        block_hash=bytes(header.hash),
        identity=identity_of(environment, header, transactions),
        state_root=state_root,
        transactions_root=header.transaction_root,
        receipts_root=receipts_root,
        withdrawals_root=header.withdrawals_root,
        bloom=bloom,
        gas_used_gas=gas_used_gas,
        size_bytes=size_bytes(header, transactions, withdrawals),
        included=included,
        deferred=deferred,
        rejected=rejected,
        receipts=receipts,
        touched_wei=moved_wei,
    )


def identity_of(
    environment: BlockEnvironment, header: CancunBlockHeader, transactions: Sequence[Transaction]
) -> Hash32:
    """Return the signature-free identity of a block: what its header says, with transaction identities for the
    transactions and the parent's identity for the parent's hash."""
    fields = (
        environment.parent_identity,
        environment.number,
        environment.timestamp_s,
        environment.gas_limit_gas,
        environment.coinbase,
        environment.mix_hash,
        environment.extra_data,
        header.state_root,
        keccak(b"".join(tx.identity for tx in transactions)),
        header.receipt_root,
        header.withdrawals_root,
        header.gas_used,
    )
    return keccak(encode(fields))


def size_bytes(
    header: CancunBlockHeader, transactions: Sequence[Transaction], withdrawals: Sequence[bytes]
) -> int:
    """Return the length of the encoded block: header, transactions, no uncles, withdrawals.

    Each signature is counted as `chain.signing.SIGNATURE_ALLOWANCE_BYTES`.
    """
    lists = (sum(map(transaction_bytes, transactions)), 0, sum(map(len, withdrawals)))
    return list_length(len(rlp.encode(header)) + sum(map(list_length, lists)))
