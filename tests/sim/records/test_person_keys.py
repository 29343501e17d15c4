"""Keys of simulated persons: repeatable, distinct, and silent about their secrets."""

from __future__ import annotations

import copy
import pickle

import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.signing import recover
from sim.chance import Chance
from sim.records.keys import AgreementKey, PersonKeys, SimulatedEntropy, signature_is_valid

STREAM = Chance(1).stream("keys")


def test_the_same_person_has_the_same_keys() -> None:
    once, again = (PersonKeys.simulated(STREAM, "p1") for _ in range(2))

    assert once.secrets() == again.secrets()
    assert (once.address, once.verify_key) == (again.address, again.verify_key)
    assert once.agreement.public == again.agreement.public


def test_no_two_secrets_are_equal() -> None:
    secrets = [secret for n in range(50) for secret in PersonKeys.simulated(STREAM, f"p{n}").secrets()]

    assert len(set(secrets)) == 150


@given(st.binary(max_size=100))
def test_signatures_verify(message: bytes) -> None:
    keys = PersonKeys.simulated(STREAM, "p1")
    signature = keys.sign(message)

    assert signature_is_valid(keys.verify_key, message, signature)
    nacl.signing.VerifyKey(keys.verify_key).verify(message, signature)
    assert not signature_is_valid(keys.verify_key, message + b"\0", signature)
    assert not signature_is_valid(PersonKeys.simulated(STREAM, "p2").verify_key, message, signature)


@pytest.mark.parametrize(
    ("verify_key", "signature"), [(b"", bytes(64)), (bytes(32), b""), (bytes(32), bytes(64))]
)
def test_malformed_signatures_are_not_valid(verify_key: bytes, signature: bytes) -> None:
    assert not signature_is_valid(verify_key, b"message", signature)


def test_the_account_signs_for_the_address() -> None:
    keys = PersonKeys.simulated(STREAM, "p1")
    digest = b"\5" * 32

    assert recover(digest, keys.account.sign(digest)) == keys.address


def test_secrets_hide_in_repr() -> None:
    keys = PersonKeys.simulated(STREAM, "p1")
    shown = repr(keys) + repr(keys.agreement) + repr(keys.account) + str(vars(keys)["account"])

    assert keys.address.hex() in repr(keys)
    assert keys.agreement.public.hex() in repr(keys.agreement)
    for secret in keys.secrets():
        assert secret.hex() not in shown
        assert repr(secret) not in shown


@pytest.mark.parametrize("secret", [PersonKeys.simulated(STREAM, "p1"), AgreementKey(b"\1" * 32)])
def test_secrets_refuse_to_be_pickled_or_copied(secret: object) -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds a secret and is never pickled"):
            attempt(secret)


def test_entropy_differs_by_act_and_purpose() -> None:
    ours = SimulatedEntropy(STREAM, "v1")

    assert ours.octets("nonce") == SimulatedEntropy(STREAM, "v1").octets("nonce")
    assert ours.octets("nonce") != ours.octets("data key")
    assert ours.octets("nonce") != SimulatedEntropy(STREAM, "v2").octets("nonce")


def test_salts_are_all_different() -> None:
    salts = SimulatedEntropy(STREAM, "v1").salts(40)

    assert len(set(salts)) == 40
    assert all(len(salt) == 32 for salt in salts)
    assert SimulatedEntropy(STREAM, "v1").salts(0) == []
