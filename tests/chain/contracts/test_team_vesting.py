"""The team's grants: a third, then eight parts a quarter apart, for good, to whoever the beneficiary says."""

from __future__ import annotations

import pytest

from chain.abi import ContractAbi
from chain.contracts.rehearsal.cast import DEPLOYER, NEW_PHONE, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, GRANTS_MED_UNITS, START_S, WEEK_S
from chain.errors import CallReverted
from chain.keys import PrivateKey

FIRST_S = START_S + 4 * WEEK_S
QUARTER_S = 7_884_000
MEMBER, COLLEAGUE = TEAM
GRANT = GRANTS_MED_UNITS[0][1]
ODD_GRANT = GRANTS_MED_UNITS[1][1]


def at(stage: Stage, time_s: int) -> None:
    """Let the next block come at `time_s`."""
    stage.time_s = time_s - BLOCK_S


def release(stage: Stage, beneficiary: PrivateKey = MEMBER, *, by: PrivateKey = STRANGER) -> Outcome:
    return stage.send(by, stage.system.vesting, "release", beneficiary.address)


def own_vesting(stage: Stage, *awards: tuple[bytes, int]) -> ContractAbi:
    at_address = stage.system.address_of
    return deploy(
        stage, "TeamVesting", at_address("Forwarder"), at_address("MedToken"), FIRST_S, list(awards)
    )


def test_the_first_third_falls_due_on_its_second(stage: Stage) -> None:
    at(stage, FIRST_S - 1)
    early = release(stage.branch())
    assert early.error == f"NothingDue(beneficiary=0x{MEMBER.address.hex()}, nextReleaseAt={FIRST_S})"
    at(stage, FIRST_S)
    outcome = release(stage)
    told = {event.name: event.arguments for event in outcome.events}
    assert told["Released"] == {"beneficiary": MEMBER.address, "amount": GRANT // 3}
    assert stage.balance(MEMBER.address) == GRANT // 3


def test_a_part_is_released_once_and_the_next_a_quarter_later(stage: Stage) -> None:
    at(stage, FIRST_S)
    release(stage)
    at(stage, FIRST_S + QUARTER_S - 1)
    error = release(stage.branch()).error
    due_s = FIRST_S + QUARTER_S
    assert error == f"NothingDue(beneficiary=0x{MEMBER.address.hex()}, nextReleaseAt={due_s})"
    at(stage, due_s)
    assert release(stage).status
    assert stage.balance(MEMBER.address) == GRANT // 3 + GRANT // 12


def test_the_last_part_brings_the_rest_and_then_there_is_none(stage: Stage) -> None:
    at(stage, FIRST_S + 8 * QUARTER_S - 1)
    release(stage, COLLEAGUE)
    before = stage.balance(COLLEAGUE.address)
    assert before == ODD_GRANT // 3 + 7 * (ODD_GRANT // 12)
    release(stage, COLLEAGUE)
    assert stage.balance(COLLEAGUE.address) == ODD_GRANT
    assert ODD_GRANT - before > ODD_GRANT // 12
    stage.pass_time(100 * QUARTER_S)
    error = release(stage, COLLEAGUE).error
    assert error == f"NothingDue(beneficiary=0x{COLLEAGUE.address.hex()}, nextReleaseAt=0)"


def test_parts_left_for_later_come_together(stage: Stage) -> None:
    at(stage, FIRST_S + 3 * QUARTER_S)
    release(stage)
    assert stage.balance(MEMBER.address) == GRANT // 3 + 3 * (GRANT // 12)


def test_it_owes_what_was_granted_and_not_released(stage: Stage) -> None:
    vesting = stage.system.vesting
    granted = GRANT + ODD_GRANT
    assert stage.read(vesting, "obligations") == stage.balance(vesting.address or b"") == granted
    at(stage, FIRST_S)
    release(stage)
    assert stage.read(vesting, "obligations") == granted - GRANT // 3
    assert stage.read(vesting, "grantOf", MEMBER.address) == {"amount": GRANT, "released": GRANT // 3}


def test_nobody_without_a_grant_has_anything_to_release_or_to_move(stage: Stage) -> None:
    at(stage, FIRST_S)
    nothing = f"NoSuchGrant(account=0x{STRANGER.address.hex()})"
    assert release(stage, STRANGER).error == nothing
    error = stage.send(STRANGER, stage.system.vesting, "changeBeneficiary", NEW_PHONE.address).error
    assert error == nothing


def test_a_beneficiary_moves_the_rest_of_its_grant(stage: Stage) -> None:
    vesting = stage.system.vesting
    at(stage, FIRST_S)
    release(stage)
    outcome = stage.do(MEMBER, vesting, "changeBeneficiary", NEW_PHONE.address)
    assert [dict(event.arguments) for event in outcome.events] == [
        {"beneficiary": MEMBER.address, "successor": NEW_PHONE.address}
    ]
    at(stage, FIRST_S + QUARTER_S)
    assert release(stage).error == f"NoSuchGrant(account=0x{MEMBER.address.hex()})"
    assert release(stage, NEW_PHONE).status
    assert (stage.balance(MEMBER.address), stage.balance(NEW_PHONE.address)) == (GRANT // 3, GRANT // 12)


@pytest.mark.parametrize("successor", [COLLEAGUE, MEMBER], ids=["colleague", "itself"])
def test_a_grant_is_not_moved_onto_another(stage: Stage, successor: PrivateKey) -> None:
    error = stage.send(MEMBER, stage.system.vesting, "changeBeneficiary", successor.address).error
    assert error == f"GrantExists(beneficiary=0x{successor.address.hex()})"


def test_a_grant_is_not_moved_to_nobody(stage: Stage) -> None:
    error = stage.send(MEMBER, stage.system.vesting, "changeBeneficiary", bytes(20)).error
    assert error == "BeneficiaryZero()"


def test_a_beneficiary_without_native_coin_moves_its_grant_through_a_sponsor(stage: Stage) -> None:
    vesting = stage.system.vesting
    data = vesting.encode("changeBeneficiary", NEW_PHONE.address)
    assert stage.forward(stage.request(MEMBER, vesting, data), MEMBER).status
    assert stage.read(vesting, "grantOf", NEW_PHONE.address)["amount"] == GRANT
    assert not stage.forward(stage.request(STRANGER, vesting, data), STRANGER).status


def test_there_is_no_owner_to_take_a_grant_back(stage: Stage) -> None:
    functions = set(stage.system.vesting.functions)
    assert not functions & {"owner", "grantRole", "withdraw", "pause"}


@pytest.mark.parametrize(
    ("awards", "error"),
    [
        (((bytes(20), 1),), "BeneficiaryZero()"),
        (((MEMBER.address, 0),), f"GrantZero(beneficiary=0x{MEMBER.address.hex()})"),
        (
            ((MEMBER.address, 1), (TREASURY.address, 1), (MEMBER.address, 2)),
            f"GrantExists(beneficiary=0x{MEMBER.address.hex()})",
        ),
        (((MEMBER.address, 2**128),), f"SafeCastOverflowedUintDowncast(bits=128, value={2**128})"),
    ],
)
def test_impossible_grants_are_not_deployed(
    stage: Stage, awards: tuple[tuple[bytes, int], ...], error: str
) -> None:
    with pytest.raises(CallReverted) as refused:
        own_vesting(stage, *awards)
    assert str(refused.value) == f"TeamVesting: {error}"


def test_a_team_of_nobody_is_owed_nothing(stage: Stage) -> None:
    assert stage.read(own_vesting(stage), "obligations") == 0


def test_what_was_never_transferred_here_cannot_be_released(stage: Stage) -> None:
    vesting = own_vesting(stage, (MEMBER.address, 36))
    at(stage, FIRST_S)
    error = stage.send(STRANGER, vesting, "release", MEMBER.address).error
    sender = (vesting.address or b"").hex()
    assert error == f"ERC20InsufficientBalance(sender=0x{sender}, balance=0, needed=12)"
    stage.do(DEPLOYER, stage.system.token, "transfer", vesting.address, 12)
    stage.do(STRANGER, vesting, "release", MEMBER.address)
