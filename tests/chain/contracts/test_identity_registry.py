"""An account has one role for good; certifiers certify providers, with expiry and revocation, and suspend accounts."""

from __future__ import annotations

import pytest

from chain.abi import Fields
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, DEPLOYER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, parameters
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import CERTIFIER_ROLE, DEFAULT_ADMIN_ROLE
from chain.errors import CallReverted
from chain.hashing import keccak
from chain.keys import PrivateKey

REASON = keccak(b"the reason, kept off the chain")
ACTIVE, SUSPENDED = 1, 2
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


def test_a_certifier_needs_the_timelocks_grant(empty_stage: Stage) -> None:
    identity = empty_stage.system.identity
    refused = empty_stage.send(STRANGER, identity, "register", Role.CERTIFIER)
    assert refused.error == unauthorised(STRANGER)
    carry(
        empty_stage,
        "another certifier",
        ("IdentityRegistry", "grantRole", (CERTIFIER_ROLE, STRANGER.address)),
    )
    empty_stage.do(STRANGER, identity, "register", Role.CERTIFIER)
    assert empty_stage.read(identity, "roleOf", STRANGER.address) == Role.CERTIFIER


@pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
@pytest.mark.parametrize("sender", [DEPLOYER, CERTIFIER, STRANGER], ids=["deployer", "certifier", "stranger"])
def test_after_the_opening_only_the_timelock_administers(
    stage: Stage, sender: PrivateKey, function: str
) -> None:
    outcome = stage.send(sender, stage.system.identity, function, CERTIFIER_ROLE, STRANGER.address)
    assert outcome.error == unauthorised(sender, DEFAULT_ADMIN_ROLE)


def test_a_certifier_resigns_for_itself_only(stage: Stage) -> None:
    identity = stage.system.identity
    refused = stage.send(STRANGER, identity, "renounceRole", CERTIFIER_ROLE, CERTIFIER.address)
    assert refused.error == "AccessControlBadConfirmation()"
    stage.do(CERTIFIER, identity, "renounceRole", CERTIFIER_ROLE, CERTIFIER.address)
    outcome = stage.send(CERTIFIER, identity, "certify", PROVIDER.address, stage.time_s + DAY_S)
    assert outcome.error == unauthorised(CERTIFIER)


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


@pytest.mark.parametrize("function", ["certify", "revokeCertification", "suspend", "reinstate"])
def test_only_certifiers_certify_revoke_suspend_and_reinstate(stage: Stage, function: str) -> None:
    arguments = {
        "certify": (PROVIDER.address, stage.time_s + DAY_S),
        "revokeCertification": (PROVIDER.address,),
        "suspend": (PROVIDER.address, REASON),
        "reinstate": (PROVIDER.address, REASON),
    }
    for sender in (PROVIDER, DEPLOYER):
        outcome = stage.send(sender, stage.system.identity, function, *arguments[function])
        assert outcome.error == unauthorised(sender)


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


def test_a_suspended_account_is_neither_active_nor_certified_until_it_is_reinstated(stage: Stage) -> None:
    identity, provider = stage.system.identity, PROVIDER.address
    expiry_s = stage.read(identity, "certifiedUntil", provider)
    assert standing(stage, provider) == (ACTIVE, Role.PROVIDER, True, True)
    for function, event, after in (
        ("suspend", "Suspended", (SUSPENDED, Role.PROVIDER, False, False)),
        ("reinstate", "Reinstated", (ACTIVE, Role.PROVIDER, True, True)),
    ):
        outcome = stage.do(CERTIFIER, identity, function, provider, REASON)
        assert [(e.name, e.arguments) for e in outcome.events] == [
            (event, {"account": provider, "certifier": CERTIFIER.address, "reasonHash": REASON})
        ]
        assert standing(stage, provider) == after
    assert stage.read(identity, "certifiedUntil", provider) == expiry_s


def test_only_its_own_role_is_active(stage: Stage) -> None:
    identity = stage.system.identity
    active = [role for role in Role if stage.read(identity, "isActive", PATIENT.address, role)]
    assert active == [Role.PATIENT]
    assert not any(stage.read(identity, "isActive", STRANGER.address, role) for role in Role)


def test_a_suspended_providers_check_ins_are_refused(stage: Stage) -> None:
    identity = stage.system.identity
    stage.do(CERTIFIER, identity, "suspend", PROVIDER.address, REASON)
    refused = Visit.at(stage).check_in(stage)
    assert refused.error == f"ProviderNotCertified(provider={shown(PROVIDER)})"
    stage.do(CERTIFIER, identity, "reinstate", PROVIDER.address, REASON)
    assert Visit.at(stage).check_in(stage).status == 1


def test_only_who_is_registered_is_suspended(stage: Stage) -> None:
    outcome = stage.send(CERTIFIER, stage.system.identity, "suspend", STRANGER.address, REASON)
    assert outcome.error == f"NotRegistered(account={shown(STRANGER)})"


def test_an_account_is_suspended_once_and_reinstated_once(stage: Stage) -> None:
    identity, patient = stage.system.identity, PATIENT.address
    active = stage.send(CERTIFIER, identity, "reinstate", patient, REASON)
    assert active.error == f"NotSuspended(account={shown(PATIENT)})"
    stage.do(CERTIFIER, identity, "suspend", patient, REASON)
    again = stage.send(CERTIFIER, identity, "suspend", patient, REASON)
    assert again.error == f"AccountSuspended(account={shown(PATIENT)})"
    stage.do(CERTIFIER, identity, "reinstate", patient, REASON)
    assert standing(stage, patient) == (ACTIVE, Role.PATIENT, True, False)


def test_a_suspended_account_cannot_register_anew(stage: Stage) -> None:
    identity = stage.system.identity
    stage.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    outcome = stage.send(PATIENT, identity, "register", Role.PATIENT)
    assert outcome.error == f"AlreadyRegistered(account={shown(PATIENT)}, role=1)"


def test_a_suspended_provider_is_not_certified_but_its_certification_can_be_revoked(stage: Stage) -> None:
    identity, provider = stage.system.identity, PROVIDER.address
    stage.do(CERTIFIER, identity, "suspend", provider, REASON)
    renewed = stage.send(CERTIFIER, identity, "certify", provider, stage.time_s + DAY_S)
    assert renewed.error == f"AccountSuspended(account={shown(PROVIDER)})"
    stage.do(CERTIFIER, identity, "revokeCertification", provider)
    again = stage.send(CERTIFIER, identity, "revokeCertification", provider)
    assert again.error == f"NotCertified(provider={shown(PROVIDER)})"
    stage.do(CERTIFIER, identity, "reinstate", provider, REASON)
    assert standing(stage, provider) == (ACTIVE, Role.PROVIDER, True, False)


def test_a_certification_runs_out_during_a_suspension(stage: Stage) -> None:
    identity, provider = stage.system.identity, PROVIDER.address
    stage.do(CERTIFIER, identity, "certify", provider, stage.time_s + DAY_S)
    stage.do(CERTIFIER, identity, "suspend", provider, REASON)
    stage.pass_time(2 * DAY_S)
    lapsed = stage.send(CERTIFIER, identity, "revokeCertification", provider)
    assert lapsed.error == f"NotCertified(provider={shown(PROVIDER)})"
    stage.do(CERTIFIER, identity, "reinstate", provider, REASON)
    assert standing(stage, provider) == (ACTIVE, Role.PROVIDER, True, False)


def test_a_suspended_certifier_holds_its_role_but_cannot_use_it() -> None:
    """It could otherwise reinstate itself."""
    stage = Stage(parameters(certifiers=(CERTIFIER.address, ARBITER.address)))
    stage.settle_people()
    identity = stage.system.identity
    stage.do(ARBITER, identity, "register", Role.CERTIFIER)
    stage.do(CERTIFIER, identity, "suspend", ARBITER.address, REASON)
    for function, arguments in (
        ("reinstate", (ARBITER.address, REASON)),
        ("certify", (PROVIDER.address, stage.time_s + DAY_S)),
        ("suspend", (CERTIFIER.address, REASON)),
    ):
        outcome = stage.send(ARBITER, identity, function, *arguments)
        assert outcome.error == f"AccountSuspended(account={shown(ARBITER)})"
    assert stage.read(identity, "hasRole", CERTIFIER_ROLE, ARBITER.address) is True
    stage.do(CERTIFIER, identity, "reinstate", ARBITER.address, REASON)
    stage.do(ARBITER, identity, "certify", PROVIDER.address, stage.time_s + DAY_S)


def test_the_dispatcher_meets_early_what_every_check_in_asks(stage: Stage) -> None:
    """It compares selectors in rising order, 22 gas each, and a check-in has a few hundred gas to spare."""
    selectors = {
        keccak(f"{entry['name']}{Fields(entry['inputs']).signature}".encode())[:4]: entry["name"]
        for entry in stage.system.identity.artifact.abi
        if entry["type"] == "function"
    }
    order = [name for _selector, name in sorted(selectors.items())]
    assert order.index("isCertified") <= 9, order


def standing(stage: Stage, account: bytes) -> tuple[int, int, bool, bool]:
    """Standing, role, whether active in it, whether certified."""
    identity = stage.system.identity
    role = stage.read(identity, "roleOf", account)
    return (
        stage.read(identity, "accountStanding", account),
        role,
        stage.read(identity, "isActive", account, role),
        stage.read(identity, "isCertified", account),
    )


def unauthorised(account: PrivateKey, role: bytes = CERTIFIER_ROLE) -> str:
    return f"AccessControlUnauthorizedAccount(account={shown(account)}, neededRole=0x{role.hex()})"


def shown(key: PrivateKey) -> str:
    return f"0x{key.address.hex()}"
