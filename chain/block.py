"""What goes into a block and what comes out: the nouns that engines, protocols and the ledger share.

A block goes into an engine as one batch (environment, candidate transactions, credits) and comes out as columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chain.encoding import encode, encode_list
from chain.hashing import keccak

Address = bytes
Hash32 = bytes


@dataclass(frozen=True)
class Transaction:
    """One legacy (EIP-155) transaction.

    `signature` is r ‖ s ‖ recovery bit (65 bytes) under full signing and None under trusted signing, where `sender`
    is believed. `to` is None for a contract creation.
    """

    sender: Address
    nonce: int
    to: Address | None
    value_wei: int
    data: bytes
    gas_limit_gas: int
    gas_price_wei: int
    signature: bytes | None = None

    @cached_property
    def payload(self) -> bytes:
        """The unsigned fields, each in RLP, one after the other: what identity, signature and size are made of."""
        to = self.to or b""
        fields: tuple[int | bytes, ...] = (
            self.nonce, self.gas_price_wei, self.gas_limit_gas, to, self.value_wei, self.data
        )  # fmt: skip
        return b"".join(map(encode, fields))

    @cached_property
    def identity(self) -> Hash32:
        """Keccak of sender and unsigned payload: equal for signed and trusted runs, used in every table."""
        return keccak(self.sender + encode_list((self.payload,)))


@dataclass(frozen=True)
class Credit:
    """An amount issued to an account by the protocol, applied after the transactions as a Cancun withdrawal."""

    index: int
    address: Address
    amount_sat: int


@dataclass(frozen=True)
class BlockEnvironment:
    """Header fields that the protocol decides. `timestamp_s` is Unix time; `extra_data` at most 32 bytes.

    `parent_identity` is the parent's signature-free identity, chained like `parent_hash`.
    """

    number: int
    timestamp_s: int
    gas_limit_gas: int
    coinbase: Address
    parent_hash: Hash32
    mix_hash: Hash32 = bytes(32)
    extra_data: bytes = b""
    parent_identity: Hash32 = bytes(32)


@dataclass(frozen=True)
class Log:
    """One EVM log entry."""

    address: Address
    topics: tuple[Hash32, ...]
    data: bytes


@dataclass(frozen=True)
class Rejection:
    """A candidate that can never be included on this parent state: its index and the broken rule in words."""

    index: int
    reason: str


@dataclass(frozen=True)
class Receipts:
    """Receipts of the included transactions, as columns of equal length."""

    status: Sequence[int]
    gas_used_gas: Sequence[int]
    output: Sequence[bytes]
    logs: Sequence[tuple[Log, ...]]
    contract_address: Sequence[Address | None]


@dataclass(frozen=True)
class ExecutedBlock:
    """A sealed block.

    `included` holds indices into the candidates, in execution order; `deferred` those that did not fit under the
    gas limit or wait for an earlier nonce; `rejected` those that no later block on this branch can include either.
    `block_hash` is the real header's hash. `identity` is computed from the same header with transaction identities
    in place of signed transactions, so that full and trusted signing agree on it.
    `touched_wei` maps every account whose balance may have moved to its balance after the block.
    """

    environment: BlockEnvironment
    block_hash: Hash32
    identity: Hash32
    state_root: Hash32
    transactions_root: Hash32
    receipts_root: Hash32
    withdrawals_root: Hash32
    bloom: int
    gas_used_gas: int
    size_bytes: int
    included: Sequence[int]
    deferred: Sequence[int]
    rejected: Sequence[Rejection]
    receipts: Receipts
    touched_wei: Mapping[Address, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """An account of a genesis allocation."""

    balance_wei: int = 0
    nonce: int = 0
    code: bytes = b""
    storage: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class HashedAccount:
    """An account as any engine can hand it on: known by the Keccak-256 of its address, its words by those of
    their slots, because a state keeps no others. No word is zero.
    """

    hashed_address: Hash32
    nonce: int
    balance_wei: int
    code: bytes
    storage: Mapping[Hash32, int]


@dataclass(frozen=True)
class CallResult:
    """Outcome of a read-only call: status 1 or 0 (reverted, output holds the revert data)."""

    status: int
    gas_used_gas: int
    output: bytes
    logs: tuple[Log, ...] = ()
