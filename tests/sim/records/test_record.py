"""A record shows chosen resources with proofs; a changed byte anywhere is noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.errors import ProofError
from chain.hashing import keccak
from sim.records.errors import BundleError, RecordError
from sim.records.keys import SimulatedEntropy
from sim.records.record import DisclosedLeaf, Disclosure, Record, record_id

ISSUER = b"\x11" * 20
PATIENT = b"\x22" * 20
SALTED = st.lists(
    st.tuples(st.binary(max_size=40), st.binary(min_size=32, max_size=32)), min_size=1, max_size=9
)


def record_of(salted: list[tuple[bytes, bytes]]) -> Record:
    contents, salts = zip(*salted, strict=True)
    return Record(contents, salts)


@pytest.fixture
def record(resources: list[dict[str, Any]], entropy: SimulatedEntropy) -> Record:
    return Record.of(resources, entropy.salts(len(resources)))


@given(SALTED)
def test_a_record_is_read_back(salted: list[tuple[bytes, bytes]]) -> None:
    record = record_of(salted)

    assert Record.from_bytes(record.to_bytes()) == record
    assert Record.from_bytes(record.to_bytes()).root == record.root


@given(SALTED, st.data())
def test_a_disclosure_is_read_back_and_proves_itself(
    salted: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    indices = data.draw(st.lists(st.integers(0, len(salted) - 1), min_size=1, unique=True))
    shown = record_of(salted).disclose(indices, ISSUER, PATIENT)

    assert Disclosure.from_bytes(shown.to_bytes()) == shown
    assert shown.is_consistent()
    assert [leaf.content for leaf in shown.leaves] == [salted[index][0] for index in indices]


@given(SALTED, st.data())
def test_a_changed_byte_is_never_accepted(salted: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    """Whatever byte changes, the disclosure is malformed, inconsistent, or is about another record."""
    shown = record_of(salted).disclose([0], ISSUER, PATIENT)
    payload = bytearray(shown.to_bytes())
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        forged = Disclosure.from_bytes(bytes(payload))
    except RecordError:
        return
    assert not forged.is_consistent() or forged.record_id != shown.record_id


@given(SALTED, st.data())
def test_cut_and_lengthened_bytes_are_refused(salted: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    record = record_of(salted)
    for whole, read in (
        (record.to_bytes(), Record.from_bytes),
        (record.disclose([0], ISSUER, PATIENT).to_bytes(), Disclosure.from_bytes),
    ):
        with pytest.raises(RecordError):
            read(whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(RecordError, match="bytes too many"):
            read(whole + b"\0")


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(RecordError):
        Record.from_bytes(payload)
    with pytest.raises(RecordError):
        Disclosure.from_bytes(payload)


def test_resources_come_back(record: Record, resources: list[dict[str, Any]]) -> None:
    assert record.resources == resources
    assert record.content_bytes == sum(len(content) for content in record.contents)


def test_one_value_is_shown_and_nothing_else(record: Record, resources: list[dict[str, Any]]) -> None:
    shown = record.disclose([2], ISSUER, PATIENT)

    assert shown.resources == [resources[2]]
    assert shown.proof_bytes == 32 + 32 * len(record.tree.proof(2))
    for hidden in (0, 1, 3, 4):
        assert record.contents[hidden] not in shown.to_bytes()
        assert record.salts[hidden] not in shown.to_bytes()


def test_equal_resources_have_unequal_leaves(entropy: SimulatedEntropy) -> None:
    resource = {"resourceType": "Observation", "valueString": "positive"}

    first, second = Record.of([resource, resource], entropy.salts(2)).leaves

    assert first != second


def test_another_act_gives_another_root(resources: list[dict[str, Any]], entropy: SimulatedEntropy) -> None:
    other = replace(entropy, entity="v00002")

    assert Record.of(resources, entropy.salts(5)).root != Record.of(resources, other.salts(5)).root


def test_forgeries_are_inconsistent(record: Record) -> None:
    honest = record.disclose([1], ISSUER, PATIENT)
    leaf = honest.leaves[0]
    changed = replace(leaf, content=leaf.content.replace(b"72.5", b"62.5").replace(b"71.5", b"61.5"))
    moved = DisclosedLeaf(record.tree.proof(2), leaf.salt, leaf.content)

    assert changed != leaf
    assert not replace(honest, leaves=(changed,)).is_consistent()
    assert not replace(honest, leaves=(moved,)).is_consistent()
    assert not replace(honest, leaves=(leaf, changed)).is_consistent()
    assert not replace(honest, root=keccak(b"another record")).is_consistent()
    assert not replace(honest, leaves=()).is_consistent()


def test_the_id_binds_root_issuer_and_patient() -> None:
    root = keccak(b"root")

    assert record_id(root, ISSUER, PATIENT) == keccak(root + bytes(12) + ISSUER + bytes(12) + PATIENT)
    assert record_id(root, PATIENT, ISSUER) != record_id(root, ISSUER, PATIENT)


@pytest.mark.parametrize(
    ("root", "issuer", "patient"),
    [(b"", ISSUER, PATIENT), (bytes(32), b"", PATIENT), (bytes(32), ISSUER, bytes(32))],
)
def test_an_id_of_something_else_is_refused(root: bytes, issuer: bytes, patient: bytes) -> None:
    with pytest.raises(RecordError, match="32 bytes and two addresses"):
        record_id(root, issuer, patient)


def test_impossible_records_are_refused(record: Record) -> None:
    with pytest.raises(RecordError, match="got 0 resources"):
        Record.of([], [])
    with pytest.raises(RecordError, match="got 1 resources and 2 salts"):
        Record.of([{"resourceType": "Basic"}], [bytes(32)] * 2)
    with pytest.raises(ProofError, match="leaf 9 does not exist"):
        record.disclose([9], ISSUER, PATIENT)


def test_absurd_numbers_of_leaves_are_refused_at_once(record: Record) -> None:
    payload = record.to_bytes()

    with pytest.raises(RecordError, match="4294967295 leaves do not fit"):
        Record.from_bytes(payload[:3] + b"\xff" * 4 + payload[7:])


def test_contents_that_are_no_resources_are_not_hidden() -> None:
    shown = record_of([(b"not JSON", bytes(32))]).disclose([0], ISSUER, PATIENT)

    assert shown.is_consistent()
    with pytest.raises(BundleError):
        _ = shown.resources
