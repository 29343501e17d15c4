"""Typed structured data (EIP-712) and compact signatures (ERC-2098), as the contracts check them.

Type hashes and domain separators are computed once: naively an EIP-712 digest costs half a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from chain.block import Address, Hash32
from chain.errors import InvalidEncoding
from chain.hashing import keccak

_DOMAIN_TYPE: Final = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)


@dataclass(frozen=True)
class Domain:
    """The signing domain of one contract on one chain, so that a signature counts nowhere else."""

    name: str
    version: str
    chain_id: int
    verifying_contract: Address

    @cached_property
    def separator(self) -> Hash32:
        """The domain separator, 32 bytes."""
        words = [
            _DOMAIN_TYPE,
            keccak(self.name.encode()),
            keccak(self.version.encode()),
            self.chain_id.to_bytes(32, "big"),
            self.verifying_contract.rjust(32, b"\0"),
        ]
        return keccak(b"".join(words))

    def digest(self, struct_hash: Hash32) -> Hash32:
        """Return the 32 bytes that are signed for a struct of hash `struct_hash`."""
        return keccak(b"\x19\x01" + self.separator + struct_hash)


@dataclass(frozen=True)
class StructType:
    """A struct type: its name and its members as pairs of Solidity type and name, in order.

    Members are `address`, `bool`, `bytes32`, `uintN`, `bytes` or `string`: what the contracts use.
    """

    name: str
    members: tuple[tuple[str, str], ...]

    @cached_property
    def type_hash(self) -> Hash32:
        """Keccak of the type's text, as `Scan(bytes32 codeHash,address scanner,uint40 scannedAt)`."""
        return keccak(f"{self.name}({','.join(f'{kind} {name}' for kind, name in self.members)})".encode())

    def hash(self, *values: object) -> Hash32:
        """Return the struct hash; raise `InvalidEncoding` naming the member whose value does not fit."""
        if len(values) != len(self.members):
            raise InvalidEncoding(f"{self.name} has {len(self.members)} members, {len(values)} values given")
        words = [self.type_hash]
        for (kind, name), value in zip(self.members, values, strict=True):
            word = _word(kind, value)
            if word is None:
                raise InvalidEncoding(f"{self.name}.{name}: {value!r} is no {kind}")
            words.append(word)
        return keccak(b"".join(words))


def compact(signature: bytes) -> tuple[bytes, bytes]:
    """Return the compact form (r, vs), as the contracts take it, of a signature r ‖ s ‖ recovery bit.

    Raises `InvalidEncoding` for another length, a recovery bit beyond 1, or a high s (which has no compact
    form).
    """
    if len(signature) != 65 or signature[64] > 1 or signature[32] & 0x80:
        raise InvalidEncoding("a signature is 65 bytes: r, low s, and a recovery bit of 0 or 1")
    return signature[:32], bytes([signature[32] | signature[64] << 7]) + signature[33:64]


def _word(kind: str, value: object) -> bytes | None:
    if isinstance(value, bytes):
        if kind == "bytes":
            return keccak(value)
        length = {"address": 20, "bytes32": 32}.get(kind)
        return value.rjust(32, b"\0") if len(value) == length else None
    if isinstance(value, str):
        return keccak(value.encode()) if kind == "string" else None
    if isinstance(value, bool):
        return int(value).to_bytes(32, "big") if kind == "bool" else None
    if isinstance(value, int) and kind.startswith("uint") and 0 <= value < 1 << int(kind[4:]):
        return value.to_bytes(32, "big")
    return None
