"""MED: 8 decimals, minted by the reward pool alone after the opening, burnt by holders, with permits."""

from __future__ import annotations

from contract_bench import DEPLOYER, PATIENT, STRANGER, Bench

from chain.contracts.system import MINTER_ROLE
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


def test_it_is_medibloc_with_8_decimals(bench: Bench) -> None:
    token = bench.system.token
    read = [bench.read(token, function) for function in ("name", "symbol", "decimals", "totalSupply")]
    assert read == ["MediBloc", "MED", 8, OPENING_UNITS]


def test_after_the_opening_only_the_reward_pool_mints(bench: Bench) -> None:
    token = bench.system.token
    for sender in (DEPLOYER, STRANGER):
        outcome = bench.send(sender, token, "mint", sender.address, 1)
        assert outcome.error.startswith("AccessControlUnauthorizedAccount")
    assert bench.read(token, "hasRole", MINTER_ROLE, bench.system.address_of("RewardPool")) is True
    assert bench.read(token, "hasRole", MINTER_ROLE, DEPLOYER.address) is False


def test_only_the_admin_grants_the_minters_role(bench: Bench) -> None:
    outcome = bench.send(STRANGER, bench.system.token, "grantRole", MINTER_ROLE, STRANGER.address)
    assert outcome.error.startswith("AccessControlUnauthorizedAccount")


def test_a_transfer_moves_units_and_no_more_than_there_are(bench: Bench) -> None:
    bench.do(DEPLOYER, bench.system.token, "transfer", PATIENT.address, 7)
    assert (bench.balance(PATIENT.address), bench.balance(DEPLOYER.address)) == (7, OPENING_UNITS - 7)
    outcome = bench.send(PATIENT, bench.system.token, "transfer", STRANGER.address, 8)
    assert outcome.error.startswith("ERC20InsufficientBalance")


def test_a_holder_burns_its_own(bench: Bench) -> None:
    bench.do(DEPLOYER, bench.system.token, "burn", 5)
    assert bench.read(bench.system.token, "totalSupply") == OPENING_UNITS - 5
    assert bench.send(STRANGER, bench.system.token, "burn", 1).error.startswith("ERC20InsufficientBalance")


def test_a_permit_allows_by_signature_and_only_once(bench: Bench) -> None:
    token = bench.system.token
    assert token.address
    domain = Domain("MediBloc", "1", bench.system.chain_id, token.address)
    deadline_s = bench.time_s + 100
    values = (DEPLOYER.address, STRANGER.address, 11)
    signature = DEPLOYER.sign(domain.digest(PERMIT.hash(*values, 0, deadline_s)))
    signed = (signature[64] + 27, signature[:32], signature[32:64])
    bench.do(STRANGER, token, "permit", *values, deadline_s, *signed)
    assert bench.read(token, "allowance", DEPLOYER.address, STRANGER.address) == 11
    again = bench.send(STRANGER, token, "permit", *values, deadline_s, *signed)
    assert again.error.startswith("ERC2612InvalidSigner")
