"""MED: 8 decimals, minted by the reward pool alone after the opening, burnt by holders, with permits."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DEPLOYER_MED_UNITS, WEEK_S
from chain.contracts.system import DEFAULT_ADMIN_ROLE, MINTER_ROLE
from chain.eip712 import Domain, StructType

PERMIT = StructType(
    "Permit",
    (
        ("address", "owner"),
        ("address", "spender"),
        ("uint256", "value"),
        ("uint256", "nonce"),
        ("uint256", "deadline"),
    ),
)
OPENING_UNITS = 10**18


def test_it_is_medibloc_with_8_decimals(stage: Stage) -> None:
    token = stage.system.token
    read = [stage.read(token, function) for function in ("name", "symbol", "decimals", "totalSupply")]
    assert read == ["MediBloc", "MED", 8, OPENING_UNITS]


def test_after_the_opening_nobody_mints_but_the_reward_pool(stage: Stage) -> None:
    token = stage.system.token
    for sender in (DEPLOYER, CERTIFIER, PROVIDER, PATIENT, STRANGER):
        data = token.encode("mint", sender.address, 1)
        outcome = stage.send_data(sender, token, data)
        assert outcome.error.startswith("AccessControlUnauthorizedAccount")
        assert stage.forward(stage.request(sender, token, data), sender).error == "FailedCall()"
    assert stage.read(token, "totalSupply") == OPENING_UNITS
    stage.pass_time(WEEK_S)
    stage.do(STRANGER, stage.system.rewards, "closeEpoch", 0)
    assert stage.read(token, "totalSupply") > OPENING_UNITS


@pytest.mark.parametrize("role", [MINTER_ROLE, DEFAULT_ADMIN_ROLE], ids=["minter", "admin"])
def test_after_the_opening_nobody_gives_or_takes_the_tokens_roles(stage: Stage, role: bytes) -> None:
    token, pool = stage.system.token, stage.system.address_of("RewardPool")
    for sender in (DEPLOYER, STRANGER):
        for function, account in (("grantRole", sender.address), ("revokeRole", pool)):
            data = token.encode(function, role, account)
            outcome = stage.send_data(sender, token, data)
            assert outcome.error.startswith("AccessControlUnauthorizedAccount")
            assert stage.forward(stage.request(sender, token, data), sender).error == "FailedCall()"


def test_a_transfer_moves_units_and_no_more_than_there_are(stage: Stage) -> None:
    stage.do(DEPLOYER, stage.system.token, "transfer", PATIENT.address, 7)
    assert (stage.balance(PATIENT.address), stage.balance(DEPLOYER.address)) == (7, DEPLOYER_MED_UNITS - 7)
    outcome = stage.send(PATIENT, stage.system.token, "transfer", STRANGER.address, 8)
    assert outcome.error.startswith("ERC20InsufficientBalance")


def test_a_holder_burns_its_own(stage: Stage) -> None:
    stage.do(DEPLOYER, stage.system.token, "burn", 5)
    assert stage.read(stage.system.token, "totalSupply") == OPENING_UNITS - 5
    assert stage.send(STRANGER, stage.system.token, "burn", 1).error.startswith("ERC20InsufficientBalance")


def test_a_permit_allows_by_signature_and_only_once(stage: Stage) -> None:
    token = stage.system.token
    assert token.address
    domain = Domain("MediBloc", "1", stage.system.chain_id, token.address)
    deadline_s = stage.time_s + 100
    values = (DEPLOYER.address, STRANGER.address, 11)
    signature = DEPLOYER.sign(domain.digest(PERMIT.hash(*values, 0, deadline_s)))
    signed = (signature[64] + 27, signature[:32], signature[32:64])
    stage.do(STRANGER, token, "permit", *values, deadline_s, *signed)
    assert stage.read(token, "allowance", DEPLOYER.address, STRANGER.address) == 11
    again = stage.send(STRANGER, token, "permit", *values, deadline_s, *signed)
    assert again.error.startswith("ERC2612InvalidSigner")
