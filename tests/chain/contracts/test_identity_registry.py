"""An account has one role for good; certifiers certify providers, with expiry and revocation."""

from __future__ import annotations

import pytest
from contract_bench import CERTIFIER, DAY_S, DEPLOYER, PATIENT, PROVIDER, STRANGER, Bench

from chain.contracts.messages import Role
from chain.contracts.system import CERTIFIER_ROLE
from chain.errors import CallReverted

SELF_ASSIGNED = [Role.PATIENT, Role.PROVIDER, Role.INSURER, Role.RESEARCHER, Role.DEVICE]


@pytest.mark.parametrize("role", SELF_ASSIGNED)
def test_anyone_registers_itself_in_an_open_role(empty_bench: Bench, role: Role) -> None:
    identity = empty_bench.system.identity
    assert empty_bench.read(identity, "roleOf", STRANGER.address) == Role.NONE
    assert empty_bench.read(identity, "registeredAt", STRANGER.address) == 0
    outcome = empty_bench.do(STRANGER, identity, "register", role)
    assert outcome.events[0].arguments == {"account": STRANGER.address, "role": role}
    assert empty_bench.read(identity, "roleOf", STRANGER.address) == role
    assert empty_bench.read(identity, "registeredAt", STRANGER.address) == empty_bench.time_s


def test_a_role_is_for_good(bench: Bench) -> None:
    outcome = bench.send(PATIENT, bench.system.identity, "register", Role.PROVIDER)
    assert outcome.error == f"AlreadyRegistered(account=0x{PATIENT.address.hex()}, role={int(Role.PATIENT)})"


def test_no_role_is_no_role(empty_bench: Bench) -> None:
    outcome = empty_bench.send(STRANGER, empty_bench.system.identity, "register", Role.NONE)
    assert outcome.error == "RoleNotRegistrable(role=0)"


def test_a_certifier_needs_the_admins_grant(empty_bench: Bench) -> None:
    identity = empty_bench.system.identity
    refused = empty_bench.send(STRANGER, identity, "register", Role.CERTIFIER)
    assert refused.error.startswith("AccessControlUnauthorizedAccount")
    empty_bench.do(DEPLOYER, identity, "grantRole", CERTIFIER_ROLE, STRANGER.address)
    empty_bench.do(STRANGER, identity, "register", Role.CERTIFIER)
    assert empty_bench.read(identity, "roleOf", STRANGER.address) == Role.CERTIFIER


def test_a_certification_holds_through_its_last_second(bench: Bench) -> None:
    identity = bench.system.identity
    expiry_s = bench.time_s + DAY_S
    outcome = bench.do(CERTIFIER, identity, "certify", PROVIDER.address, expiry_s)
    assert outcome.events[0].arguments == {
        "provider": PROVIDER.address,
        "certifier": CERTIFIER.address,
        "expiry": expiry_s,
    }
    assert bench.read(identity, "certifiedUntil", PROVIDER.address) == expiry_s
    bench.time_s = expiry_s
    assert bench.read(identity, "isCertified", PROVIDER.address) is True
    bench.pass_time(1)
    assert bench.read(identity, "isCertified", PROVIDER.address) is False


def test_a_certification_ends_in_the_future(bench: Bench) -> None:
    now_s = bench.time_s + 16
    outcome = bench.send(CERTIFIER, bench.system.identity, "certify", PROVIDER.address, now_s)
    assert outcome.error == f"ExpiryPassed(expiry={now_s}, time={now_s})"


@pytest.mark.parametrize("account", [PATIENT, STRANGER], ids=["patient", "nobody"])
def test_only_providers_are_certified(bench: Bench, account: object) -> None:
    address = account.address  # type: ignore[attr-defined]
    outcome = bench.send(CERTIFIER, bench.system.identity, "certify", address, bench.time_s + DAY_S)
    assert outcome.error == f"NotAProvider(account=0x{address.hex()})"


@pytest.mark.parametrize("function", ["certify", "revokeCertification"])
def test_only_certifiers_certify_and_revoke(bench: Bench, function: str) -> None:
    arguments = {
        "certify": (PROVIDER.address, bench.time_s + DAY_S),
        "revokeCertification": (PROVIDER.address,),
    }
    for sender in (PROVIDER, DEPLOYER):
        outcome = bench.send(sender, bench.system.identity, function, *arguments[function])
        assert outcome.error.startswith("AccessControlUnauthorizedAccount")


def test_a_revoked_certification_ends_at_once_and_can_be_given_again(bench: Bench) -> None:
    identity = bench.system.identity
    outcome = bench.do(CERTIFIER, identity, "revokeCertification", PROVIDER.address)
    assert outcome.events[0].arguments == {"provider": PROVIDER.address, "certifier": CERTIFIER.address}
    assert bench.read(identity, "isCertified", PROVIDER.address) is False
    again = bench.send(CERTIFIER, identity, "revokeCertification", PROVIDER.address)
    assert again.error == f"NotCertified(provider=0x{PROVIDER.address.hex()})"
    bench.do(CERTIFIER, identity, "certify", PROVIDER.address, bench.time_s + DAY_S)
    assert bench.read(identity, "isCertified", PROVIDER.address) is True


def test_a_number_beyond_the_roles_reverts(empty_bench: Bench) -> None:
    with pytest.raises(CallReverted, match="reverted without data"):
        empty_bench.read(empty_bench.system.identity, "register", 7)
