"""From executed transactions to a sealed block: receipts, bloom, roots, header, identity and size.

Written in plain values, whose encodings are Ethereum's to the byte: tests hold them against py-evm's objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from chain.block import (
    Address,
    BlockEnvironment,
    Credit,
    ExecutedBlock,
    Hash32,
    Log,
    Receipts,
    Transaction,
)
from chain.encoding import encode, list_length
from chain.engines.pyevm.batch import Batch
from chain.engines.pyevm.list_root import list_root
from chain.hashing import keccak
from chain.signing import raw, raw_unsigned, size_bytes
from chain.units import GWEI_PER_SATOSHI

BLOOM_BYTES: Final = 256
NO_UNCLES_HASH: Final = keccak(encode(()))
DIFFICULTY: Final = 0
BASE_FEE_WEI: Final = 0
BLOB_GAS: Final = 0
"""Both the blob gas used and its excess (EIP-4844): no transaction carries blobs."""
SEAL_NONCE: Final = bytes(8)
BEACON_ROOT: Final = bytes(32)


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


def encode_withdrawal(credit: Credit) -> bytes:
    """Return a credit as a Cancun withdrawal: amount in gwei, validator index 0 (EIP-4895)."""
    return encode((credit.index, 0, credit.address, credit.amount_sat * GWEI_PER_SATOSHI))


def seal(
    *,
    chain_id: int,
    environment: BlockEnvironment,
    state_root: Hash32,
    candidates: Sequence[Transaction],
    credits: Sequence[Credit],
    batch: Batch,
    moved_wei: Mapping[Address, int],
) -> ExecutedBlock:
    """Return the sealed block of what `batch` made of the `candidates`."""
    transactions = [candidates[index] for index in batch.included]
    encodings = [
        raw_unsigned(tx, chain_id) if tx.signature is None else raw(tx, chain_id) for tx in transactions
    ]
    withdrawals = [encode_withdrawal(credit) for credit in credits]
    receipts = batch.receipts
    receipts_root, bloom, gas_used_gas = receipts_summary(receipts)
    transactions_root, withdrawals_root = list_root(encodings), list_root(withdrawals)
    header = encode_header(
        environment,
        state_root=state_root,
        transactions_root=transactions_root,
        receipts_root=receipts_root,
        withdrawals_root=withdrawals_root,
        bloom=bloom,
        gas_used_gas=gas_used_gas,
    )
    lists = (sum(map(size_bytes, transactions)), 0, sum(map(len, withdrawals)))
    return ExecutedBlock(
        environment=environment,
        block_hash=keccak(header),
        identity=identity_of(
            environment, state_root, transactions, receipts_root, withdrawals_root, gas_used_gas
        ),
        state_root=state_root,
        transactions_root=transactions_root,
        receipts_root=receipts_root,
        withdrawals_root=withdrawals_root,
        bloom=bloom,
        gas_used_gas=gas_used_gas,
        size_bytes=list_length(len(header) + sum(map(list_length, lists))),
        included=batch.included,
        deferred=batch.deferred,
        rejected=batch.rejected,
        receipts=receipts,
        touched_wei=moved_wei,
    )


def encode_header(
    environment: BlockEnvironment,
    *,
    state_root: Hash32,
    transactions_root: Hash32,
    receipts_root: Hash32,
    withdrawals_root: Hash32,
    bloom: int,
    gas_used_gas: int,
) -> bytes:
    """Return a Cancun header's encoding (EIP-4788), whose hash is the block's."""
    return encode(
        (
            environment.parent_hash,
            NO_UNCLES_HASH,
            environment.coinbase,
            state_root,
            transactions_root,
            receipts_root,
            bloom.to_bytes(BLOOM_BYTES, "big"),
            DIFFICULTY,
            environment.number,
            environment.gas_limit_gas,
            gas_used_gas,
            environment.timestamp_s,
            environment.extra_data,
            environment.mix_hash,
            SEAL_NONCE,
            BASE_FEE_WEI,
            withdrawals_root,
            BLOB_GAS,
            BLOB_GAS,
            BEACON_ROOT,
        )
    )


def identity_of(
    environment: BlockEnvironment,
    state_root: Hash32,
    transactions: Sequence[Transaction],
    receipts_root: Hash32,
    withdrawals_root: Hash32,
    gas_used_gas: int,
) -> Hash32:
    """Return a block's identity: its header with no signature in it.

    Transaction identities stand for the transactions, the parent's identity for the parent's hash.
    """
    fields = (
        environment.parent_identity,
        environment.number,
        environment.timestamp_s,
        environment.gas_limit_gas,
        environment.coinbase,
        environment.mix_hash,
        environment.extra_data,
        state_root,
        keccak(b"".join(tx.identity for tx in transactions)),
        receipts_root,
        withdrawals_root,
        gas_used_gas,
    )
    return keccak(encode(fields))
