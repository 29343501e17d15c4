"""An account has one role for good; certifiers certify providers, with expiry and revocation."""

from __future__ import annotations

import pytest

from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.system import CERTIFIER_ROLE
from chain.errors import CallReverted

SELF_ASSIGNED = [Role.PATIENT, Role.PROVIDER, Role.INSURER, Role.RESEARCHER, Role.DEVICE]


@pytest.mark.parametrize("role", SELF_ASSIGNED)
def test_anyone_registers_itself_in_an_open_role(empty_stage: Stage, role: Role) -> None:
    identity = empty_stage.system.identity
    assert empty_stage.read(identity, "roleOf", STRANGER.address) == Role.NONE
    assert empty_stage.read(identity, "registeredAt", STRANGER.address) == 0
    outcome = empty_stage.do(STRANGER, identity, "register", role)
    assert outcome.events[0].arguments == {"account": STRANGER.address, "role": role}
    assert empty_stage.read(identity, "roleOf", STRANGER.address) == role
    assert empty_stage.read(identity, "registeredAt", STRANGER.address) == empty_stage.time_s


def test_a_role_is_for_good(stage: Stage) -> None:
    outcome = stage.send(PATIENT, stage.system.identity, "register", Role.PROVIDER)
    assert outcome.error == f"AlreadyRegistered(account=0x{PATIENT.address.hex()}, role={int(Role.PATIENT)})"


def test_no_role_is_no_role(empty_stage: Stage) -> None:
    outcome = empty_stage.send(STRANGER, empty_stage.system.identity, "register", Role.NONE)
    assert outcome.error == "RoleNotRegistrable(role=0)"


def test_a_certifier_needs_the_admins_grant(empty_stage: Stage) -> None:
    identity = empty_stage.system.identity
    refused = empty_stage.send(STRANGER, identity, "register", Role.CERTIFIER)
    assert refused.error.startswith("AccessControlUnauthorizedAccount")
    empty_stage.do(DEPLOYER, identity, "grantRole", CERTIFIER_ROLE, STRANGER.address)
    empty_stage.do(STRANGER, identity, "register", Role.CERTIFIER)
    assert empty_stage.read(identity, "roleOf", STRANGER.address) == Role.CERTIFIER


def test_a_certification_holds_through_its_last_second(stage: Stage) -> None:
    identity = stage.system.identity
    expiry_s = stage.time_s + DAY_S
    outcome = stage.do(CERTIFIER, identity, "certify", PROVIDER.address, expiry_s)
    assert outcome.events[0].arguments == {
        "provider": PROVIDER.address,
        "certifier": CERTIFIER.address,
        "expiry": expiry_s,
    }
    assert stage.read(identity, "certifiedUntil", PROVIDER.address) == expiry_s
    stage.time_s = expiry_s
    assert stage.read(identity, "isCertified", PROVIDER.address) is True
    stage.pass_time(1)
    assert stage.read(identity, "isCertified", PROVIDER.address) is False


def test_a_certification_ends_in_the_future(stage: Stage) -> None:
    now_s = stage.time_s + 16
    outcome = stage.send(CERTIFIER, stage.system.identity, "certify", PROVIDER.address, now_s)
    assert outcome.error == f"ExpiryPassed(expiry={now_s}, time={now_s})"


@pytest.mark.parametrize("account", [PATIENT, STRANGER], ids=["patient", "nobody"])
def test_only_providers_are_certified(stage: Stage, account: object) -> None:
    address = account.address  # type: ignore[attr-defined]
    outcome = stage.send(CERTIFIER, stage.system.identity, "certify", address, stage.time_s + DAY_S)
    assert outcome.error == f"NotAProvider(account=0x{address.hex()})"


@pytest.mark.parametrize("function", ["certify", "revokeCertification"])
def test_only_certifiers_certify_and_revoke(stage: Stage, function: str) -> None:
    arguments = {
        "certify": (PROVIDER.address, stage.time_s + DAY_S),
        "revokeCertification": (PROVIDER.address,),
    }
    for sender in (PROVIDER, DEPLOYER):
        outcome = stage.send(sender, stage.system.identity, function, *arguments[function])
        assert outcome.error.startswith("AccessControlUnauthorizedAccount")


def test_a_revoked_certification_ends_at_once_and_can_be_given_again(stage: Stage) -> None:
    identity = stage.system.identity
    outcome = stage.do(CERTIFIER, identity, "revokeCertification", PROVIDER.address)
    assert outcome.events[0].arguments == {"provider": PROVIDER.address, "certifier": CERTIFIER.address}
    assert stage.read(identity, "isCertified", PROVIDER.address) is False
    again = stage.send(CERTIFIER, identity, "revokeCertification", PROVIDER.address)
    assert again.error == f"NotCertified(provider=0x{PROVIDER.address.hex()})"
    stage.do(CERTIFIER, identity, "certify", PROVIDER.address, stage.time_s + DAY_S)
    assert stage.read(identity, "isCertified", PROVIDER.address) is True


def test_a_number_beyond_the_roles_reverts(empty_stage: Stage) -> None:
    with pytest.raises(CallReverted, match="reverted without data"):
        empty_stage.read(empty_stage.system.identity, "register", 7)
