"""A visit counts in the epoch of its scan or the next: nobody keeps visits for an epoch in which few others earn."""

from __future__ import annotations

import pytest
from rewarding import staged

from chain.contracts.rehearsal.cast import CERTIFIER, PROVIDER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, START_S, WEEK_S
from chain.contracts.rehearsal.visit import Visit

NEXT_BUT_ONE_S = START_S + 2 * WEEK_S


@pytest.fixture
def stage() -> Stage:
    return staged()


def papers(stage: Stage, number: int = 1) -> Visit:
    made = Visit.at(stage, number=number)
    assert [made.check_in(stage).status, made.anchor(stage).status] == [1, 1]
    return made


def too_old(scanned_at_s: int, earliest_s: int) -> str:
    return f"VisitTooOld(scannedAt={scanned_at_s}, earliest={earliest_s})"


def test_a_visit_counts_until_the_end_of_the_next_epoch(stage: Stage) -> None:
    made = papers(stage)
    stage.time_s = NEXT_BUT_ONE_S - BLOCK_S - 1
    late = stage.branch()
    late.time_s += 1
    assert made.credit(late).error == too_old(made.scanned_at_s, START_S + WEEK_S)
    assert made.credit(stage).status


def test_the_scan_counts_not_the_check_in(stage: Stage) -> None:
    """Scanned in the last second of an epoch, checked in in the next."""
    stage.time_s = START_S + WEEK_S - 1
    before = Visit.at(stage, number=1)
    stage.time_s = START_S + WEEK_S
    after = Visit.at(stage, number=2)
    for made in (before, after):
        assert [made.check_in(stage).status, made.anchor(stage).status] == [1, 1]
    stage.time_s = NEXT_BUT_ONE_S
    assert before.credit(stage).error == too_old(before.scanned_at_s, START_S + WEEK_S)
    assert after.credit(stage).status


@pytest.mark.parametrize("proven", [False, True], ids=["out of the batch", "proven before"])
def test_a_batch_does_not_make_visits_young(stage: Stage, proven: bool) -> None:
    """Nor does a made-up time of the scan beside a check-in that was proven before."""
    system, day = stage.system, Day.of(stage, 2, first=1)
    check_ins, records = day.check_ins(system.checkin_domain), day.records(system.records_domain)
    stage.do(PROVIDER, system.checkin, "checkInBatch", *check_ins.arguments)
    stage.do(PROVIDER, system.records, "anchorBatch", *records.arguments)
    leaf, proof = check_ins.proving(0)[1:]
    if proven:
        stage.do(PROVIDER, system.checkin, "prove", check_ins.batch_id, leaf, proof)
        leaf = (*leaf[:2], NEXT_BUT_ONE_S, *leaf[3:])
    item = (bytes(32), leaf, proof, *records.proving(0)[1:])
    arguments = (check_ins.batch_id, records.batch_id, [item])
    in_time = stage.branch()
    in_time.time_s = NEXT_BUT_ONE_S - BLOCK_S - 1
    stage.time_s = NEXT_BUT_ONE_S
    outcome = stage.send(PROVIDER, system.rewards, "creditBatch", *arguments)
    assert outcome.error == too_old(day.visits[0].scanned_at_s, START_S + WEEK_S)
    assert in_time.send(PROVIDER, system.rewards, "creditBatch", *arguments).status


def test_who_lost_its_certification_brings_its_last_visits_while_they_are_young(stage: Stage) -> None:
    first, second = papers(stage, 1), papers(stage, 2)
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert first.credit(stage).status
    stage.time_s = NEXT_BUT_ONE_S
    assert second.credit(stage).error == too_old(second.scanned_at_s, START_S + WEEK_S)


@pytest.mark.parametrize("early_s", [0, 1])
def test_scans_before_the_first_epoch_count_in_it_if_they_are_young(early_s: int) -> None:
    stage = staged(first_epoch_start_s=START_S + 2 * WEEK_S)
    stage.time_s = START_S + WEEK_S - early_s
    made = papers(stage)
    stage.time_s = START_S + 2 * WEEK_S
    error = made.credit(stage).error
    assert error == (too_old(made.scanned_at_s, START_S + WEEK_S) if early_s else "")
