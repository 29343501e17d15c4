"""What Python signs is what the contracts check, digest by digest."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.contracts.messages import (
    Code,
    Correction,
    Receipt,
    Scan,
    SignedCheckIn,
    SignedReceipt,
    record_id,
)
from chain.contracts.rehearsal.stage import Stage

address = st.binary(min_size=20, max_size=20)
word = st.binary(min_size=32, max_size=32)
time_s = st.integers(0, 2**40 - 1)
signatures = st.tuples(word, word)
codes = st.builds(Code, address, address, word, time_s, time_s)
kinds = st.integers(0, 2**16 - 1)
receipts = st.builds(Receipt, word, address, address, kinds, time_s, word)
kept = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@kept
@given(code=codes)
def test_codes(stage: Stage, code: Code) -> None:
    checkin = stage.system.checkin
    assert stage.read(checkin, "hashCode", code.arguments) == code.struct_hash
    assert stage.read(checkin, "codeDigest", code.arguments) == code.digest(stage.system.checkin_domain)


@kept
@given(scan=st.builds(Scan, word, address, time_s))
def test_scans(stage: Stage, scan: Scan) -> None:
    read = stage.read(stage.system.checkin, "scanDigest", scan.code_hash, scan.scanner, scan.scanned_at_s)
    assert read == scan.digest(stage.system.checkin_domain)


@kept
@given(receipt=receipts)
def test_receipts_and_record_identifiers(stage: Stage, receipt: Receipt) -> None:
    records = stage.system.records
    parties = (receipt.root, receipt.issuer, receipt.patient)
    read = stage.read(
        records, "receiptDigest", *parties, receipt.kind, receipt.valid_until_s, receipt.check_in_id
    )
    assert read == receipt.digest(stage.system.records_domain)
    assert stage.read(records, "recordIdOf", *parties) == receipt.record_id == record_id(*parties)


@kept
@given(correction=st.builds(Correction, word, word, address, address, kinds, time_s))
def test_corrections_and_their_identifiers(stage: Stage, correction: Correction) -> None:
    records = stage.system.records
    parties = (correction.root, correction.issuer, correction.patient)
    said = (correction.record_id, *parties, correction.kind, correction.valid_until_s)
    read = stage.read(records, "correctionDigest", *said)
    assert read == correction.digest(stage.system.records_domain)
    assert stage.read(records, "recordIdOf", *parties) == correction.successor_id


@kept
@given(papers=st.builds(SignedCheckIn, codes, address, time_s, signatures, signatures))
def test_leaves_of_check_ins(stage: Stage, papers: SignedCheckIn) -> None:
    assert stage.read(stage.system.checkin, "leafOf", papers.arguments) == papers.leaf


@kept
@given(papers=st.builds(SignedReceipt, receipts, signatures))
def test_leaves_of_records(stage: Stage, papers: SignedReceipt) -> None:
    assert stage.read(stage.system.records, "leafOf", papers.arguments) == papers.leaf
