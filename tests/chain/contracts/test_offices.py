"""An office ends with its holder's standing: a suspended or replaced key uses none, and no other key inherits it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from insured import insured, insurers

from chain.abi import ContractAbi
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    DEPLOYER,
    INSURER,
    NEW_PHONE,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
)
from chain.contracts.rehearsal.consent_registry import (
    FINDING,
    JUSTIFICATION,
    REASON,
    anchored,
    emergency_of,
    granted,
)
from chain.contracts.rehearsal.data_market import asked, opened, settle_consumers, submitted
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.insurance import GROUNDS
from chain.contracts.rehearsal.reward_pool import EVIDENCE, credit
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.consent import Purpose, of_kinds
from chain.contracts.system import ARBITER_ROLE, JUDGE_ROLE, REVIEWER_ROLE, SLASHER_ROLE
from chain.keys import PrivateKey

MED = 10**8
SUSPENDED, RETIRED = 2, 3


class Office(NamedTuple):
    """An office of the arbiter's, a call that it is for, and what brings about that there is something to judge.

    The latter returns the call's arguments.
    """

    contract: str
    role: bytes
    function: str
    matter: Callable[[Stage], tuple[object, ...]]


def emergency(stage: Stage) -> tuple[object, ...]:
    """A broken glass that has been answered for."""
    consents = stage.system.consents
    stage.do(OTHER_PROVIDER, consents, "openEmergency", PATIENT.address, REASON)
    emergency_id = emergency_of(OTHER_PROVIDER, PATIENT, REASON)
    stage.do(OTHER_PROVIDER, consents, "answerEmergency", emergency_id, JUSTIFICATION)
    return emergency_id, True, FINDING


def points(stage: Stage) -> tuple[object, ...]:
    """A credited visit."""
    credit(stage, Visit.at(stage))
    return 0, PROVIDER.address, 1, 0, EVIDENCE


def validator(stage: Stage) -> tuple[object, ...]:
    """A validator with the least bond of its own."""
    system = stage.system
    bond = stage.read(system.staking, "OWN_MINIMUM")
    stage.do(DEPLOYER, system.token, "transfer", PROVIDER.address, bond)
    stage.do(PROVIDER, system.token, "approve", system.address_of("Staking"), bond)
    stage.do(PROVIDER, system.staking, "registerValidator", 1_000, bond)
    return PROVIDER.address, 2**40 - 1


def dispute(stage: Stage) -> tuple[object, ...]:
    """A submission that its consumer disputes."""
    settle_consumers(stage)
    deal_id = opened(stage, asked(stage))
    granted(stage, PATIENT, RESEARCHER, Purpose.RESEARCH, of_kinds(1))
    submission = submitted(stage, deal_id, anchored(stage, 600))
    stage.do(RESEARCHER, stage.system.market, "dispute", deal_id, submission, REASON)
    return deal_id, submission, True, FINDING


def appeal(stage: Stage) -> tuple[object, ...]:
    """A claim that its insurer refused and its holder appealed."""
    cover = insured(insurers(stage))
    claim_id = cover.file()
    cover.do(INSURER, "decide", claim_id, 0, REASON)
    cover.do(PATIENT, "appeal", claim_id, GROUNDS)
    return claim_id, MED, REASON


def suspicion(stage: Stage) -> tuple[object, ...]:
    """A policy and a claim under it."""
    cover = insured(insurers(stage))
    return cover.policy_id, cover.file(), EVIDENCE


OFFICES = {
    "reviewer": Office("ConsentRegistry", REVIEWER_ROLE, "judgeEmergency", emergency),
    "judge": Office("RewardPool", JUDGE_ROLE, "slashPoints", points),
    "slasher": Office("Staking", SLASHER_ROLE, "jail", validator),
    "arbiter of deals": Office("DataMarket", ARBITER_ROLE, "decide", dispute),
    "arbiter of appeals": Office("Insurance", ARBITER_ROLE, "arbitrate", appeal),
    "arbiter of fraud": Office("Insurance", ARBITER_ROLE, "proveFraud", suspicion),
}
"""The offices that ask the identity registry; `IdentityRegistry` has tests of its own."""


@pytest.fixture(params=OFFICES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def arguments(stage: Stage, name: str) -> tuple[object, ...]:
    """What a call of the office is about, after the stage has got there."""
    return OFFICES[name].matter(stage)


def use(stage: Stage, office: Office, arguments: tuple[object, ...], who: PrivateKey = ARBITER) -> Outcome:
    """Call an office on a branch, so that it can be called again."""
    contract: ContractAbi = stage.system.contract(office.contract)
    return stage.branch().send(who, contract, office.function, *arguments)


def barred(standing: int) -> str:
    return f"OfficerBarred(account=0x{ARBITER.address.hex()}, standing={standing})"


def register(stage: Stage) -> None:
    stage.do(ARBITER, stage.system.identity, "register", Role.RESEARCHER)


def test_an_officer_need_not_be_registered(stage: Stage, name: str, arguments: tuple[object, ...]) -> None:
    """Whom nobody has registered is a stranger to the registry, and in no bad standing."""
    outcome = use(stage, OFFICES[name], arguments)
    assert outcome.status, outcome.error


def test_a_suspended_officer_has_no_office_until_it_is_reinstated(
    stage: Stage, name: str, arguments: tuple[object, ...]
) -> None:
    register(stage)
    assert use(stage, OFFICES[name], arguments).status
    stage.do(CERTIFIER, stage.system.identity, "suspend", ARBITER.address, REASON)
    assert use(stage, OFFICES[name], arguments).error == barred(SUSPENDED)
    stage.do(CERTIFIER, stage.system.identity, "reinstate", ARBITER.address, REASON)
    assert use(stage, OFFICES[name], arguments).status


def test_a_replaced_key_has_no_office_and_its_successor_is_appointed_by_governance(
    stage: Stage, name: str, arguments: tuple[object, ...]
) -> None:
    register(stage)
    office = OFFICES[name]
    stage.do(ARBITER, stage.system.identity, "replaceKey", *consenting(stage, ARBITER.address, NEW_PHONE))
    assert use(stage, OFFICES[name], arguments).error == barred(RETIRED)
    refused = use(stage, office, arguments, NEW_PHONE).error
    assert refused == (
        f"AccessControlUnauthorizedAccount(account=0x{NEW_PHONE.address.hex()}, "
        f"neededRole=0x{office.role.hex()})"
    )
    carry(stage, "The same person", (office.contract, "grantRole", (office.role, NEW_PHONE.address)))
    outcome = use(stage, office, arguments, NEW_PHONE)
    assert outcome.status, outcome.error
