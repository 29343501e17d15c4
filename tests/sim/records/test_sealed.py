"""Sealed boxes with a given ephemeral key are libsodium's sealed boxes."""

from __future__ import annotations

import nacl.public
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records.errors import SealError
from sim.records.keys import AgreementKey, PersonKeys
from sim.records.sealed import OVERHEAD_BYTES, seal

SECRETS = st.binary(min_size=32, max_size=32)


@given(st.binary(max_size=200), SECRETS, SECRETS)
def test_pynacl_opens_what_is_sealed(plaintext: bytes, reader_secret: bytes, ephemeral: bytes) -> None:
    reader = nacl.public.PrivateKey(reader_secret)

    sealed = seal(plaintext, bytes(reader.public_key), ephemeral)

    assert nacl.public.SealedBox(reader).decrypt(sealed) == plaintext
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES


@given(st.binary(max_size=200), SECRETS)
def test_what_pynacl_seals_is_opened(plaintext: bytes, reader_secret: bytes) -> None:
    reader = AgreementKey(reader_secret)
    sealed = nacl.public.SealedBox(nacl.public.PublicKey(reader.public)).encrypt(plaintext)

    assert reader.open(sealed) == plaintext


def test_sealing_is_repeatable_and_differs_by_ephemeral_key(patient: PersonKeys) -> None:
    public = patient.agreement.public

    assert seal(b"key", public, b"\1" * 32) == seal(b"key", public, b"\1" * 32)
    assert seal(b"key", public, b"\1" * 32) != seal(b"key", public, b"\2" * 32)


@given(st.data())
def test_a_changed_byte_does_not_open(patient: PersonKeys, data: st.DataObject) -> None:
    sealed = bytearray(seal(b"a data key of 32 bytes, or nearly", patient.agreement.public, b"\1" * 32))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(SealError, match="not sealed to this key, or was changed"):
        patient.agreement.open(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\0" * 47, b"\0" * 100])
def test_what_is_no_box_does_not_open(patient: PersonKeys, sealed: bytes) -> None:
    with pytest.raises(SealError):
        patient.agreement.open(sealed)


def test_another_reader_cannot_open(patient: PersonKeys, stranger: PersonKeys) -> None:
    sealed = seal(b"key", patient.agreement.public, b"\1" * 32)

    with pytest.raises(SealError):
        stranger.agreement.open(sealed)


def test_unusable_public_keys_are_refused() -> None:
    with pytest.raises(SealError, match="32 bytes, got 31"):
        seal(b"key", bytes(31), b"\1" * 32)
    with pytest.raises(SealError, match="no usable X25519 key"):
        seal(b"key", bytes(32), b"\1" * 32)
