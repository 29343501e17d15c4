"""An office ends with its holder's standing: a suspended or replaced key uses none, and no other key inherits it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from chain.abi import ContractAbi
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    DEPLOYER,
    NEW_PHONE,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
)
from chain.contracts.rehearsal.consent_registry import FINDING, JUSTIFICATION, REASON, emergency_of
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.reward_pool import EVIDENCE, credit
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import JUDGE_ROLE, REVIEWER_ROLE, SLASHER_ROLE
from chain.keys import PrivateKey

SUSPENDED, RETIRED = 2, 3


class Office(NamedTuple):
    """An office of the arbiter's and a call that it is for."""

    contract: str
    role: bytes
    function: str
    arguments: tuple[object, ...]


OFFICES = {
    "reviewer": Office(
        "ConsentRegistry", REVIEWER_ROLE, "judgeEmergency",
        (emergency_of(OTHER_PROVIDER, PATIENT, REASON), True, FINDING),
    ),
    "judge": Office("RewardPool", JUDGE_ROLE, "slashPoints", (0, PROVIDER.address, 1, 0, EVIDENCE)),
    "slasher": Office("Staking", SLASHER_ROLE, "jail", (PROVIDER.address, 2**40 - 1)),
}  # fmt: skip
"""The offices that ask the identity registry; `IdentityRegistry` has tests of its own."""


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """There is something to judge for every office, and the arbiter is a registered person."""
    system = stage.system
    credit(stage, Visit.at(stage))
    stage.do(OTHER_PROVIDER, system.consents, "openEmergency", PATIENT.address, REASON)
    emergency_id = emergency_of(OTHER_PROVIDER, PATIENT, REASON)
    stage.do(OTHER_PROVIDER, system.consents, "answerEmergency", emergency_id, JUSTIFICATION)
    bond = stage.read(system.staking, "OWN_MINIMUM")
    stage.do(DEPLOYER, system.token, "transfer", PROVIDER.address, bond)
    stage.do(PROVIDER, system.token, "approve", system.address_of("Staking"), bond)
    stage.do(PROVIDER, system.staking, "registerValidator", 1_000, bond)
    stage.do(ARBITER, system.identity, "register", Role.RESEARCHER)
    return stage


def use(stage: Stage, office: Office, who: PrivateKey = ARBITER) -> Outcome:
    contract: ContractAbi = stage.system.contract(office.contract)
    return stage.send(who, contract, office.function, *office.arguments)


def barred(standing: int) -> str:
    return f"OfficerBarred(account=0x{ARBITER.address.hex()}, standing={standing})"


def replace(stage: Stage) -> None:
    stage.do(ARBITER, stage.system.identity, "replaceKey", *consenting(stage, ARBITER.address, NEW_PHONE))


@pytest.mark.parametrize("name", OFFICES)
def test_an_officer_in_good_standing_uses_its_office(busy: Stage, name: str) -> None:
    outcome = use(busy, OFFICES[name])
    assert outcome.status, outcome.error


@pytest.mark.parametrize("name", OFFICES)
def test_an_officer_need_not_be_registered(stage: Stage, name: str) -> None:
    """Whom nobody has registered is refused for what it judges, if at all, and not for its office."""
    assert "OfficerBarred" not in use(stage, OFFICES[name]).error


@pytest.mark.parametrize("name", OFFICES)
def test_a_suspended_officer_has_no_office_until_it_is_reinstated(busy: Stage, name: str) -> None:
    identity = busy.system.identity
    busy.do(CERTIFIER, identity, "suspend", ARBITER.address, REASON)
    assert use(busy, OFFICES[name]).error == barred(SUSPENDED)
    busy.do(CERTIFIER, identity, "reinstate", ARBITER.address, REASON)
    assert use(busy, OFFICES[name]).status


@pytest.mark.parametrize("name", OFFICES)
def test_a_replaced_key_has_no_office_and_its_successor_is_appointed_by_governance(
    busy: Stage, name: str
) -> None:
    office = OFFICES[name]
    replace(busy)
    assert use(busy, office).error == barred(RETIRED)
    refused = use(busy, office, NEW_PHONE).error
    assert refused == (
        f"AccessControlUnauthorizedAccount(account=0x{NEW_PHONE.address.hex()}, "
        f"neededRole=0x{office.role.hex()})"
    )
    carry(busy, "The same person", (office.contract, "grantRole", (office.role, NEW_PHONE.address)))
    outcome = use(busy, office, NEW_PHONE)
    assert outcome.status, outcome.error
