"""The phone: it receives, shows, shares and forgets records, and comes back from a backup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance import Chance
from sim.records.backup import Strength, export_backup, import_backup
from sim.records.errors import BackupError, DamagedRecord, ErasedRecord, NotAReader, UnknownRecord
from sim.records.keys import PersonKeys, SimulatedEntropy
from sim.records.record import Record, record_id
from sim.records.shelves import MemoryShelf
from sim.records.vault import RecordLabel, Vault
from sim.records.wallet import HeldRecord, Wallet

ISSUER = b"\x11" * 20
PASSPHRASE = "맑은 아침 네 시"


@pytest.fixture
def record(resources: list[dict[str, Any]], entropy: SimulatedEntropy) -> Record:
    return Record.of(resources, entropy.salts(len(resources)))


@pytest.fixture
def wallet(vault: Vault, patient: PersonKeys) -> Wallet:
    return Wallet(patient, vault)


@pytest.fixture
def held(wallet: Wallet, record: Record, entropy: SimulatedEntropy) -> HeldRecord:
    return wallet.receive(record, ISSUER, entropy)


def test_what_is_received_is_held(wallet: Wallet, record: Record, held: HeldRecord) -> None:
    assert wallet.held == (held,)
    assert wallet.entry(held.record_id) is held
    assert held.record_id == record_id(record.root, ISSUER, wallet.address)
    assert wallet.record(held.record_id) == record
    assert repr(wallet) == f"Wallet(0x{wallet.address.hex()}, 1 records)"


def test_chosen_resources_are_shown(
    wallet: Wallet, held: HeldRecord, resources: list[dict[str, Any]]
) -> None:
    shown = wallet.disclose(held.record_id, [1, 3])

    assert shown.is_consistent()
    assert shown.resources == [resources[1], resources[3]]
    assert (shown.record_id, shown.patient) == (held.record_id, wallet.address)


def test_a_shared_record_can_be_read_by_one_more(
    wallet: Wallet,
    vault: Vault,
    held: HeldRecord,
    record: Record,
    doctor: PersonKeys,
    stranger: PersonKeys,
    entropy: SimulatedEntropy,
) -> None:
    told = wallet.share(held.record_id, doctor.agreement.public, entropy)

    assert Record.from_bytes(vault.get(told.content_address, told.label, doctor.agreement)) == record
    with pytest.raises(NotAReader):
        vault.get(told.content_address, told.label, stranger.agreement)


def test_an_erased_record_is_gone(wallet: Wallet, held: HeldRecord) -> None:
    wallet.erase(held.record_id)

    with pytest.raises(ErasedRecord):
        wallet.record(held.record_id)
    with pytest.raises(ErasedRecord):
        wallet.disclose(held.record_id, [0])


def test_records_that_are_not_held_are_named(wallet: Wallet, entropy: SimulatedEntropy) -> None:
    nothing = b"\7" * 32
    for attempt in (
        lambda: wallet.record(nothing),
        lambda: wallet.disclose(nothing, [0]),
        lambda: wallet.share(nothing, bytes(32), entropy),
        lambda: wallet.erase(nothing),
    ):
        with pytest.raises(UnknownRecord, match=nothing.hex()):
            attempt()


def put_in_place_of(
    wallet: Wallet, vault: Vault, held: HeldRecord, plaintext: bytes, entropy: SimulatedEntropy
) -> Wallet:
    """A wallet whose vault has, under the right label, something else than the record anchored."""
    label = RecordLabel(held.record_id, wallet.address, held.version)
    address = vault.put(label, plaintext, [wallet.keys.agreement.public], entropy)
    return Wallet(wallet.keys, vault, [replace(held, content_address=address)])


def test_a_vault_that_gives_something_else_is_found_out(
    wallet: Wallet, vault: Vault, held: HeldRecord, record: Record, entropy: SimulatedEntropy
) -> None:
    shorter = Record(record.contents[:-1], record.salts[:-1])
    swapped = put_in_place_of(wallet, vault, held, shorter.to_bytes(), entropy)
    with pytest.raises(DamagedRecord, match="does not give its Merkle root"):
        swapped.record(held.record_id)

    malformed = put_in_place_of(wallet, vault, held, b"no record", entropy)
    with pytest.raises(DamagedRecord, match="is malformed"):
        malformed.record(held.record_id)


def test_a_lost_phone_comes_back_from_its_backup(
    wallet: Wallet, vault: Vault, held: HeldRecord, record: Record, entropy: SimulatedEntropy
) -> None:
    backup = export_backup(wallet, PASSPHRASE, entropy, Strength.INTERACTIVE)
    restored = import_backup(backup, PASSPHRASE, vault)

    assert restored.keys.secrets() == wallet.keys.secrets()
    assert restored.held == wallet.held
    assert restored.record(held.record_id) == record


def test_the_default_strength_is_the_dearer_one(patient: PersonKeys, entropy: SimulatedEntropy) -> None:
    vault = Vault(MemoryShelf())
    backup = export_backup(Wallet(patient, vault), PASSPHRASE, entropy)

    assert backup[5] == Strength.MODERATE
    assert import_backup(backup, PASSPHRASE, vault).keys.secrets() == patient.secrets()


@pytest.fixture(scope="module")
def backup() -> bytes:
    stream = Chance(4).stream("backup")
    wallet = Wallet(PersonKeys.simulated(stream, "p1"), Vault(MemoryShelf()))
    return export_backup(wallet, PASSPHRASE, SimulatedEntropy(stream, "b1"), Strength.INTERACTIVE)


def test_a_backup_does_not_show_the_keys(backup: bytes) -> None:
    for secret in PersonKeys.simulated(Chance(4).stream("backup"), "p1").secrets():
        assert secret not in backup
        assert secret.hex().encode() not in backup


@pytest.mark.parametrize("passphrase", ["", "맑은 아침 네 시 ", PASSPHRASE.upper() + "x"])
def test_a_wrong_passphrase_does_not_open(backup: bytes, passphrase: str) -> None:
    with pytest.raises(BackupError, match="wrong passphrase, or changed bytes"):
        import_backup(backup, passphrase, Vault(MemoryShelf()))


@pytest.mark.parametrize("position", [6, 21, 22, 45, 46, -17, -1], ids=lambda position: f"byte {position}")
def test_a_changed_backup_does_not_open(backup: bytes, position: int) -> None:
    changed = bytearray(backup)
    changed[position] ^= 1

    with pytest.raises(BackupError, match="does not open"):
        import_backup(bytes(changed), PASSPHRASE, Vault(MemoryShelf()))


@pytest.mark.parametrize("strength", [0, 3, 255])
def test_a_forged_strength_is_refused_before_any_work(backup: bytes, strength: int) -> None:
    with pytest.raises(BackupError, match=f"strength {strength}, but 1 or 2"):
        import_backup(backup[:5] + bytes([strength]) + backup[6:], PASSPHRASE, Vault(MemoryShelf()))


@given(st.binary(max_size=45).filter(lambda foreign: not foreign.startswith(b"MSWB\x01")))
def test_what_is_no_backup_is_refused(foreign: bytes) -> None:
    with pytest.raises(BackupError, match="magic and version"):
        import_backup(foreign, PASSPHRASE, Vault(MemoryShelf()))


@pytest.mark.parametrize("length", [5, 6, 21])
def test_a_backup_cut_in_its_header_is_refused(backup: bytes, length: int) -> None:
    with pytest.raises(BackupError, match="cut off"):
        import_backup(backup[:length], PASSPHRASE, Vault(MemoryShelf()))


@pytest.mark.parametrize("length", [22, 45, 46, 60, -1])
def test_a_backup_cut_in_its_content_is_refused(backup: bytes, length: int) -> None:
    with pytest.raises(BackupError, match="does not open"):
        import_backup(backup[:length], PASSPHRASE, Vault(MemoryShelf()))
