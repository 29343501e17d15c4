"""The vault, on either shelf: only readers read, only what was put, and nobody after erasure."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.chance import Chance
from sim.records.errors import (
    DamagedRecord,
    ErasedRecord,
    NotAReader,
    SealError,
    UnknownRecord,
    VaultError,
    VaultFileError,
)
from sim.records.keys import PersonKeys, SimulatedEntropy
from sim.records.sealed import seal
from sim.records.shelves import MemoryShelf, SqliteShelf
from sim.records.vault import OVERHEAD_BYTES, RecordLabel, Vault, content_address

LABEL = RecordLabel(b"\1" * 32, b"\2" * 20, 1)
PLAINTEXT = b"Body Weight 71.5 kg"
OTHER_LABELS = [
    replace(LABEL, record_id=b"\3" * 32),
    replace(LABEL, patient=b"\3" * 20),
    replace(LABEL, version=2),
    RecordLabel(LABEL.record_id + LABEL.patient[:1], LABEL.patient[1:], 1),
]


@given(st.binary(max_size=5000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_readers_read_what_was_put(
    vault: Vault, patient: PersonKeys, doctor: PersonKeys, entropy: SimulatedEntropy, plaintext: bytes
) -> None:
    address = vault.put(LABEL, plaintext, [patient.agreement.public, doctor.agreement.public], entropy)

    assert vault.get(address, LABEL, patient.agreement) == plaintext
    assert vault.get(address, LABEL, doctor.agreement) == plaintext
    assert len(vault.ciphertext(address)) == len(plaintext) + OVERHEAD_BYTES
    assert content_address(vault.ciphertext(address)) == address


@pytest.fixture
def address(vault: Vault, patient: PersonKeys, entropy: SimulatedEntropy) -> bytes:
    return vault.put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)


def test_the_ciphertext_does_not_show_the_plaintext(vault: Vault, address: bytes) -> None:
    assert PLAINTEXT[:8] not in vault.ciphertext(address)


def test_strangers_cannot_read(vault: Vault, address: bytes, stranger: PersonKeys) -> None:
    with pytest.raises(NotAReader, match=stranger.agreement.public.hex()):
        vault.get(address, LABEL, stranger.agreement)


@pytest.mark.parametrize("label", OTHER_LABELS)
def test_another_label_is_refused(
    vault: Vault, address: bytes, patient: PersonKeys, label: RecordLabel
) -> None:
    with pytest.raises(DamagedRecord, match="does not belong to record"):
        vault.get(address, label, patient.agreement)


def test_sharing_lets_one_more_in(
    vault: Vault,
    address: bytes,
    patient: PersonKeys,
    doctor: PersonKeys,
    stranger: PersonKeys,
    entropy: SimulatedEntropy,
) -> None:
    vault.share(address, doctor.agreement.public, patient.agreement, entropy)

    assert vault.get(address, LABEL, doctor.agreement) == PLAINTEXT
    with pytest.raises(NotAReader):
        vault.get(address, LABEL, stranger.agreement)
    with pytest.raises(NotAReader):
        vault.share(address, stranger.agreement.public, stranger.agreement, entropy)


def test_sharing_with_an_unusable_key_is_refused(
    vault: Vault, address: bytes, patient: PersonKeys, entropy: SimulatedEntropy
) -> None:
    with pytest.raises(SealError):
        vault.share(address, bytes(32), patient.agreement, entropy)


def test_erasure_shuts_everybody_out(
    vault: Vault, address: bytes, patient: PersonKeys, doctor: PersonKeys, entropy: SimulatedEntropy
) -> None:
    vault.share(address, doctor.agreement.public, patient.agreement, entropy)
    vault.erase(address)
    vault.erase(address)

    for reader in (patient, doctor):
        with pytest.raises(ErasedRecord, match=address.hex()):
            vault.get(address, LABEL, reader.agreement)
    with pytest.raises(ErasedRecord):
        vault.share(address, doctor.agreement.public, patient.agreement, entropy)
    with pytest.raises(ErasedRecord):
        vault.put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)
    assert vault.ciphertext(address)


def test_erasure_spares_other_records(
    vault: Vault, address: bytes, patient: PersonKeys, entropy: SimulatedEntropy
) -> None:
    other = vault.put(LABEL, b"another", [patient.agreement.public], entropy)
    vault.erase(address)

    assert vault.get(other, LABEL, patient.agreement) == b"another"


def test_putting_twice_is_harmless(
    vault: Vault, address: bytes, patient: PersonKeys, doctor: PersonKeys, entropy: SimulatedEntropy
) -> None:
    assert vault.put(LABEL, PLAINTEXT, [doctor.agreement.public], entropy) == address
    assert vault.get(address, LABEL, patient.agreement) == PLAINTEXT
    assert vault.get(address, LABEL, doctor.agreement) == PLAINTEXT


def test_two_contents_of_one_act_share_neither_key_nor_nonce(
    vault: Vault, address: bytes, patient: PersonKeys, entropy: SimulatedEntropy
) -> None:
    other = vault.put(LABEL, PLAINTEXT[::-1], [patient.agreement.public], entropy)
    relabelled = vault.put(replace(LABEL, version=2), PLAINTEXT, [patient.agreement.public], entropy)
    nonces = {vault.ciphertext(each)[:24] for each in (address, other, relabelled)}

    assert len(nonces) == 3


def test_unknown_addresses_are_named(vault: Vault, patient: PersonKeys, entropy: SimulatedEntropy) -> None:
    nowhere = b"\7" * 32
    attempts = (
        lambda: vault.get(nowhere, LABEL, patient.agreement),
        lambda: vault.share(nowhere, patient.agreement.public, patient.agreement, entropy),
        lambda: vault.erase(nowhere),
        lambda: vault.ciphertext(nowhere),
    )

    for attempt in attempts:
        with pytest.raises(UnknownRecord, match=nowhere.hex()):
            attempt()


def test_a_record_without_readers_is_refused(vault: Vault, entropy: SimulatedEntropy) -> None:
    with pytest.raises(VaultError, match="at least one reader"):
        vault.put(LABEL, PLAINTEXT, [], entropy)


@given(st.data())
def test_any_flipped_byte_is_noticed(patient: PersonKeys, data: st.DataObject) -> None:
    entropy = SimulatedEntropy(Chance(1).stream("flips"), "v1")
    honest = MemoryShelf()
    address = Vault(honest).put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)
    ciphertext = bytearray(honest.ciphertext(address) or b"")
    sealed = bytearray(honest.sealed_key(address, patient.agreement.public) or b"")
    target = data.draw(st.sampled_from([ciphertext, sealed]))
    target[data.draw(st.integers(0, len(target) - 1))] ^= data.draw(st.integers(1, 255))
    damaged = MemoryShelf()
    damaged.add(address, bytes(ciphertext), {patient.agreement.public: bytes(sealed)})

    with pytest.raises(DamagedRecord):
        Vault(damaged).get(address, LABEL, patient.agreement)


@pytest.mark.parametrize("data_key", [b"\5" * 31, b"\5" * 32], ids=["short", "foreign"])
def test_a_sealed_key_that_is_not_the_records_is_noticed(patient: PersonKeys, data_key: bytes) -> None:
    shelf = MemoryShelf()
    vault = Vault(shelf)
    entropy = SimulatedEntropy(Chance(1).stream("keys"), "v1")
    address = vault.put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)
    shelf.add_key(address, patient.agreement.public, seal(data_key, patient.agreement.public, b"\1" * 32))

    with pytest.raises(DamagedRecord):
        vault.get(address, LABEL, patient.agreement)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "share", "erase", "get"]), st.integers(0, 2), st.integers(0, 2)),
    max_size=12,
)


@given(OPERATIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_both_shelves_behave_alike(
    tmp_path: Path,
    patient: PersonKeys,
    doctor: PersonKeys,
    stranger: PersonKeys,
    operations: list[tuple[str, int, int]],
) -> None:
    people = (patient, doctor, stranger)
    entropy = SimulatedEntropy(Chance(1).stream("alike"), "v1")

    def outcomes(vault: Vault) -> list[object]:
        seen: list[object] = []
        addresses = [b"\0" * 32] * 3
        for operation, record, person in operations:
            try:
                if operation == "put":
                    addresses[record] = vault.put(
                        LABEL, bytes([record]), [people[person].agreement.public], entropy
                    )
                    seen.append(addresses[record])
                elif operation == "share":
                    vault.share(
                        addresses[record], people[person].agreement.public, patient.agreement, entropy
                    )
                elif operation == "erase":
                    vault.erase(addresses[record])
                else:
                    seen.append(vault.get(addresses[record], LABEL, people[person].agreement))
            except VaultError as error:
                seen.append((type(error), str(error)))
        return seen

    path = tmp_path / "alike.sqlite"
    path.unlink(missing_ok=True)
    with Vault(SqliteShelf(path)) as in_file:
        assert outcomes(in_file) == outcomes(Vault(MemoryShelf()))


def test_a_file_is_found_again(tmp_path: Path, patient: PersonKeys, entropy: SimulatedEntropy) -> None:
    path = tmp_path / "vault.sqlite"
    with Vault(SqliteShelf(path)) as vault:
        kept = vault.put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)
        erased = vault.put(LABEL, b"forget me", [patient.agreement.public], entropy)
        vault.erase(erased)

    with Vault(SqliteShelf(path)) as vault:
        assert vault.get(kept, LABEL, patient.agreement) == PLAINTEXT
        with pytest.raises(ErasedRecord):
            vault.get(erased, LABEL, patient.agreement)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_erased_keys_are_overwritten_in_the_file(
    tmp_path: Path, patient: PersonKeys, entropy: SimulatedEntropy
) -> None:
    path = tmp_path / "vault.sqlite"
    shelf = SqliteShelf(path)
    with Vault(shelf) as vault:
        address = vault.put(LABEL, PLAINTEXT, [patient.agreement.public], entropy)
        sealed = shelf.sealed_key(address, patient.agreement.public)
        assert sealed is not None
        assert sealed in path.read_bytes()
        vault.erase(address)

    files = [file.read_bytes() for file in tmp_path.iterdir()]
    assert not any(sealed[32:48] in content for content in files)


def test_a_file_that_is_no_vault_is_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be taken for one" * 50)
    with pytest.raises(VaultFileError, match=r"notes\.txt cannot be used"):
        SqliteShelf(text)

    foreign = tmp_path / "foreign.sqlite"
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE ciphertexts (x)")
    database.close()
    with pytest.raises(VaultFileError, match=r"foreign\.sqlite is an SQLite file, but no vault"):
        SqliteShelf(foreign)


@pytest.mark.parametrize("place", ["missing/vault.sqlite", ""], ids=["no folder", "a folder"])
def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(VaultFileError, match="cannot be opened"):
        SqliteShelf(tmp_path / place)


def test_a_file_cut_while_open_is_named(
    tmp_path: Path, patient: PersonKeys, entropy: SimulatedEntropy
) -> None:
    path = tmp_path / "vault.sqlite"
    with Vault(SqliteShelf(path)) as vault:
        address = vault.put(LABEL, PLAINTEXT * 1000, [patient.agreement.public], entropy)
        os.truncate(path, 5000)

        with pytest.raises(VaultFileError, match=r"vault\.sqlite cannot be used"):
            vault.get(address, LABEL, patient.agreement)
