"""Typed-data digests against an independent implementation, and signatures in compact form."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from chain.eip712 import Domain, StructType, compact
from chain.errors import InvalidEncoding
from chain.hashing import keccak
from chain.keys import PrivateKey

MEMBERS = (
    ("address", "who"),
    ("bytes32", "what"),
    ("uint16", "kind"),
    ("uint256", "amount"),
    ("bool", "sure"),
    ("bytes", "data"),
    ("string", "text"),
)
NOTE = StructType("Note", MEMBERS)
VALUES = (bytes(20), bytes(32), 3, 2**256 - 1, True, b"data", "text")

values = st.tuples(
    st.binary(min_size=20, max_size=20),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**256 - 1),
    st.booleans(),
    st.binary(max_size=80),
    st.text(max_size=20),
)


@given(values, st.integers(1, 2**64))
def test_digests_agree_with_eth_account(drawn: tuple[Any, ...], chain_id: int) -> None:
    domain = Domain("MedSim Test", "1", chain_id, b"\x11" * 20)
    names = [name for _, name in MEMBERS]
    message = dict(zip(names, drawn, strict=True)) | {"who": "0x" + bytes(drawn[0]).hex()}
    signable = encode_typed_data(
        domain_data={
            "name": domain.name,
            "version": domain.version,
            "chainId": chain_id,
            "verifyingContract": "0x" + domain.verifying_contract.hex(),
        },
        message_types={"Note": [{"name": name, "type": kind} for kind, name in MEMBERS]},
        message_data=message,
    )
    theirs = keccak(b"\x19" + signable.version + signable.header + signable.body)
    assert domain.digest(NOTE.hash(*drawn)) == theirs


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (0, bytes(19)),
        (1, bytes(31)),
        (1, "text"),
        (2, 2**16),
        (2, -1),
        (2, True),
        (3, 1.5),
        (4, 1),
        (5, "text"),
        (6, b"text"),
    ],
)
def test_a_value_that_does_not_fit_is_named(place: int, wrong: object) -> None:
    damaged = (*VALUES[:place], wrong, *VALUES[place + 1 :])
    with pytest.raises(InvalidEncoding, match=f"Note.{MEMBERS[place][1]}: .* is no {MEMBERS[place][0]}"):
        NOTE.hash(*damaged)
    assert len(NOTE.hash(*VALUES)) == 32


def test_the_number_of_values_must_fit() -> None:
    with pytest.raises(InvalidEncoding, match="7 members, 6 values"):
        NOTE.hash(*VALUES[:-1])


@given(st.integers(1, 2**200), st.binary(min_size=32, max_size=32))
def test_a_compact_signature_keeps_everything(secret: int, digest: bytes) -> None:
    signature = PrivateKey.from_secret(secret.to_bytes(32, "big")).sign(digest)
    r, vs = compact(signature)
    assert r + bytes([vs[0] & 0x7F]) + vs[1:] + bytes([vs[0] >> 7]) == signature


@pytest.mark.parametrize(
    "signature",
    [bytes(64), bytes(66), bytes(64) + b"\x02", bytes(32) + b"\x80" + bytes(32)],
    ids=["short", "long", "recovery bit 2", "high s"],
)
def test_what_has_no_compact_form_is_refused(signature: bytes) -> None:
    with pytest.raises(InvalidEncoding, match="65 bytes: r, low s"):
        compact(signature)
