"""Keys: addresses, deterministic signatures, recovery, and a secret that never shows."""

from __future__ import annotations

import copy
import pickle

import pytest
from eth_keys import keys as eth_keys
from hypothesis import given
from hypothesis import strategies as st

from chain.errors import InvalidSignature
from chain.hashing import keccak
from chain.keys import GROUP_ORDER, PrivateKey, creation_address, recover

SECRETS = st.integers(1, GROUP_ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
DIGESTS = st.binary(min_size=32, max_size=32)
SECRET = keccak(b"a test secret")
DIGEST = keccak(b"a message")


@given(SECRETS, DIGESTS)
def test_address_and_signature_equal_the_reference_and_recover(secret: bytes, digest: bytes) -> None:
    key, reference = PrivateKey.from_secret(secret), eth_keys.PrivateKey(secret)
    signature = key.sign(digest)
    assert key.address == reference.public_key.to_canonical_address()
    assert signature == reference.sign_msg_hash(digest).to_bytes() == key.sign(digest)
    assert recover(digest, signature) == key.address


def test_known_account() -> None:
    key = PrivateKey.from_secret((1).to_bytes(32, "big"))
    assert key.address.hex() == "7e5f4552091a69125d5dfcb7b8c2659029395bdf"


def test_known_creation_address() -> None:
    # a widely published example of the rule, for nonces 0 and 1
    sender = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    assert creation_address(sender, 0).hex() == "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
    assert creation_address(sender, 1).hex() == "343c43a37d37dff08ae8c4a11544c718abb4fcf8"


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(32), GROUP_ORDER.to_bytes(32, "big"), bytes(33)])
def test_numbers_outside_the_group_are_no_secrets(secret: bytes) -> None:
    with pytest.raises(InvalidSignature, match="a secret key is 32 bytes"):
        PrivateKey.from_secret(secret)


def test_the_secret_never_shows() -> None:
    key = PrivateKey.from_secret(SECRET)
    assert SECRET.hex() not in repr(key)
    assert key.address.hex() in repr(key)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not pickle"):
            leak(key)


def test_another_message_gives_another_signer() -> None:
    key = PrivateKey.from_secret(SECRET)
    assert recover(keccak(b"another"), key.sign(DIGEST)) != key.address


def test_malformed_signatures_name_the_rule() -> None:
    signature = PrivateKey.from_secret(SECRET).sign(DIGEST)
    high_s = GROUP_ORDER - int.from_bytes(signature[32:64], "big")
    malleable = signature[:32] + high_s.to_bytes(32, "big") + bytes([1 - signature[64]])
    for wrong, message in (
        (signature[:64], "65 bytes, got 64"),
        (signature[:64] + b"\x02", "recovery bit is 0 or 1, got 2"),
        (malleable, "at most half the group order"),
        (bytes(65), "no public key fits"),
        (b"\xff" * 32 + signature[32:], "no public key fits"),
    ):
        with pytest.raises(InvalidSignature, match=message):
            recover(DIGEST, wrong)
