"""Patients check in one by one, in both directions, and by the day; a pool credits their visits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.abi import ContractAbi
from chain.contracts.rehearsal.cast import PATIENT, PROVIDER, TREASURY
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.eip712 import Domain

DAYS_VISITS: Final = 64
POOL: Final = TREASURY
"""Credits on a registry of its own: in the system the reward pool does, within its own calls."""


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    check_in, domain = stage.system.checkin, stage.system.checkin_domain
    for visit in Day.of(stage, 4).visits:
        stage.do(PROVIDER, check_in, "checkIn", visit.signed_check_in(domain).arguments)
    for day in range(2):
        batch = Day.of(stage, DAYS_VISITS, first=100 * (day + 1)).check_ins(domain)
        stage.do(PROVIDER, check_in, "checkInBatch", *batch.arguments)
        stage.do(PATIENT, check_in, "prove", *batch.proving(day))
        stage.pass_time(DAY_S)
    _credit(stage)


def registry_with_pool(stage: Stage) -> tuple[ContractAbi, Domain]:
    """Deploy a registry on which `POOL` credits; return it with the domain in which codes for it are signed."""
    forwarder, identity = map(stage.system.address_of, ("Forwarder", "IdentityRegistry"))
    grace_s = stage.read(stage.system.checkin, "GRACE")
    check_in = deploy(stage, "CheckIn", forwarder, identity, POOL.address, grace_s)
    return check_in, replace(stage.system.checkin_domain, verifying_contract=check_in.address or bytes(20))


def _credit(stage: Stage) -> None:
    check_in, domain = registry_with_pool(stage)
    day = Day.of(stage, DAYS_VISITS)
    batch = day.check_ins(domain)
    stage.do(PROVIDER, check_in, "checkInBatch", *batch.arguments)
    for index in range(2):
        stage.do(POOL, check_in, "proveCredited", *batch.proving(index))
    for paper, visit in zip(batch.papers[2:4], day.visits[2:4], strict=True):
        stage.do(PROVIDER, check_in, "checkIn", paper.arguments)
        stage.do(POOL, check_in, "markCredited", visit.check_in_id)
