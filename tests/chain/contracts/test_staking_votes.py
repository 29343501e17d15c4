"""MED locked for votes: a vote a unit, lent or cast, given up at once and withdrawn after the unlock period."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import PATIENT, PROVIDER, RESEARCHER, SPONSOR
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, WEEK_S
from chain.contracts.rehearsal.voting import supply, take_votes
from chain.contracts.signed.ballot import Delegation, split, staking_domain
from chain.errors import CallReverted

MED = 10**8
NOBODY = bytes(20)


@pytest.fixture
def holders(stage: Stage) -> Stage:
    """A patient and a provider with 1,000 MED each, which staking may take."""
    for holder in (PATIENT, PROVIDER):
        supply(stage, holder, 1_000 * MED)
        stage.do(holder, stage.system.token, "approve", stage.system.staking.address, 1_000 * MED)
    return stage


def votes(stage: Stage, account: bytes) -> int:
    return int(stage.read(stage.system.staking, "getVotes", account))


def test_a_unit_locked_is_a_vote_once_somebody_is_named_to_cast_it(holders: Stage) -> None:
    staking = holders.system.staking
    outcome = holders.do(PATIENT, staking, "lock", 400 * MED)
    assert outcome.events[0].arguments == {"account": PATIENT.address, "amount": 400 * MED}
    assert holders.balance(PATIENT.address) == 600 * MED
    assert holders.balance(staking.address or b"") == 400 * MED
    assert holders.read(staking, "lockedOf", PATIENT.address) == 400 * MED
    assert holders.read(staking, "obligations") == 400 * MED
    assert votes(holders, PATIENT.address) == 0
    holders.do(PATIENT, staking, "delegate", PATIENT.address)
    assert votes(holders, PATIENT.address) == 400 * MED


def test_votes_are_lent_and_taken_back(holders: Stage) -> None:
    staking = holders.system.staking
    for holder in (PATIENT, PROVIDER):
        holders.do(holder, staking, "lock", 100 * MED)
        holders.do(holder, staking, "delegate", RESEARCHER.address)
    assert votes(holders, RESEARCHER.address) == 200 * MED
    assert holders.read(staking, "delegates", PATIENT.address) == RESEARCHER.address
    holders.do(PATIENT, staking, "lock", 50 * MED)
    assert votes(holders, RESEARCHER.address) == 250 * MED
    holders.do(PATIENT, staking, "delegate", NOBODY)
    assert votes(holders, RESEARCHER.address) == 100 * MED


def test_past_votes_are_those_of_the_time_in_seconds(holders: Stage) -> None:
    staking = holders.system.staking
    assert holders.read(staking, "CLOCK_MODE") == "mode=timestamp"
    holders.do(PATIENT, staking, "delegate", PATIENT.address)
    before_s = holders.time_s
    holders.do(PATIENT, staking, "lock", 100 * MED)
    locked_at_s = holders.time_s
    holders.pass_time(DAY_S)
    assert holders.read(staking, "clock") == holders.time_s
    assert holders.read(staking, "getPastVotes", PATIENT.address, before_s) == 0
    assert holders.read(staking, "getPastVotes", PATIENT.address, locked_at_s) == 100 * MED
    assert holders.read(staking, "getPastTotalSupply", locked_at_s) == 100 * MED


def test_votes_of_the_present_second_are_not_past(holders: Stage) -> None:
    with pytest.raises(CallReverted) as refused:
        holders.read(holders.system.staking, "getPastVotes", PATIENT.address, holders.time_s)
    assert str(refused.value) == f"ERC5805FutureLookup(timepoint={holders.time_s}, clock={holders.time_s})"


def test_unlocking_gives_up_votes_at_once_and_pays_after_the_period(holders: Stage) -> None:
    staking = holders.system.staking
    holders.do(PATIENT, staking, "lock", 100 * MED)
    holders.do(PATIENT, staking, "delegate", PATIENT.address)
    outcome = holders.do(PATIENT, staking, "unlock", 30 * MED)
    ready_at_s = holders.time_s + WEEK_S
    assert outcome.events[-1].arguments == {
        "account": PATIENT.address,
        "amount": 30 * MED,
        "readyAt": ready_at_s,
    }
    assert votes(holders, PATIENT.address) == 70 * MED
    assert holders.read(staking, "unlockingOf", PATIENT.address) == (30 * MED, ready_at_s)
    assert holders.read(staking, "obligations") == 100 * MED
    holders.time_s = ready_at_s - 17
    early = holders.send(PATIENT, staking, "withdrawUnlocked")
    assert early.error == f"NotReady(readyAt={ready_at_s}, time={ready_at_s - 1})"
    paid = holders.do(PATIENT, staking, "withdrawUnlocked")
    assert paid.events[0].arguments == {"account": PATIENT.address, "amount": 30 * MED}
    assert holders.balance(PATIENT.address) == 930 * MED
    assert holders.read(staking, "obligations") == 70 * MED
    again = holders.send(PATIENT, staking, "withdrawUnlocked")
    assert again.error == f"NothingToWithdraw(account=0x{PATIENT.address.hex()})"


def test_a_second_unlocking_restarts_the_clock_for_all(holders: Stage) -> None:
    staking = holders.system.staking
    holders.do(PATIENT, staking, "lock", 100 * MED)
    holders.do(PATIENT, staking, "unlock", 30 * MED)
    holders.pass_time(6 * DAY_S)
    holders.do(PATIENT, staking, "unlock", 1 * MED)
    assert holders.read(staking, "unlockingOf", PATIENT.address) == (31 * MED, holders.time_s + WEEK_S)
    holders.pass_time(2 * DAY_S)
    assert holders.send(PATIENT, staking, "withdrawUnlocked").error.startswith("NotReady(")


@pytest.mark.parametrize("function", ["lock", "unlock"])
def test_nothing_is_not_an_amount(holders: Stage, function: str) -> None:
    assert holders.send(PATIENT, holders.system.staking, function, 0).error == "AmountZero()"


def test_no_more_is_unlocked_than_is_locked(holders: Stage) -> None:
    staking = holders.system.staking
    holders.do(PATIENT, staking, "lock", 100 * MED)
    outcome = holders.send(PATIENT, staking, "unlock", 100 * MED + 1)
    assert outcome.error == (
        f"MoreThanLocked(account=0x{PATIENT.address.hex()}, amount={100 * MED + 1}, locked={100 * MED})"
    )
    holders.do(PATIENT, staking, "unlock", 100 * MED)


def test_only_what_is_allowed_is_locked(holders: Stage) -> None:
    staking = holders.system.staking
    outcome = holders.send(PATIENT, staking, "lock", 1_000 * MED + 1)
    assert outcome.error == (
        f"ERC20InsufficientAllowance(spender=0x{(staking.address or b'').hex()},"
        f" allowance={1_000 * MED}, needed={1_000 * MED + 1})"
    )


def test_only_what_is_there_is_locked(holders: Stage) -> None:
    system = holders.system
    holders.do(PATIENT, system.token, "approve", system.staking.address, 2**255)
    outcome = holders.send(PATIENT, system.staking, "lock", 1_000 * MED + 1)
    assert outcome.error == (
        f"ERC20InsufficientBalance(sender=0x{PATIENT.address.hex()},"
        f" balance={1_000 * MED}, needed={1_000 * MED + 1})"
    )


def test_more_units_than_a_checkpoint_holds_are_refused(holders: Stage) -> None:
    outcome = holders.send(PATIENT, holders.system.staking, "lock", 2**208)
    assert outcome.error == f"SafeCastOverflowedUintDowncast(bits=208, value={2**208})"


def lent(stage: Stage, expiry_s: int) -> Delegation:
    nonce = stage.read(stage.system.staking, "nonces", PATIENT.address)
    return Delegation(RESEARCHER.address, nonce, expiry_s)


def send_lent(stage: Stage, delegation: Delegation, **changes: object):  # type: ignore[no-untyped-def]
    signature = split(PATIENT.sign(delegation.digest(staking_domain(stage.system))))
    values = {"nonce": delegation.nonce, "expiry_s": delegation.expiry_s, **changes}
    return stage.send(
        SPONSOR,
        stage.system.staking,
        "delegateBySig",
        delegation.delegatee,
        values["nonce"],
        values["expiry_s"],
        *signature,
    )


def test_a_signed_delegation_is_sent_by_another_once(holders: Stage) -> None:
    holders.do(PATIENT, holders.system.staking, "lock", 100 * MED)
    delegation = lent(holders, holders.time_s + DAY_S)
    assert send_lent(holders, delegation).status
    assert votes(holders, RESEARCHER.address) == 100 * MED
    again = send_lent(holders, delegation)
    assert again.error == f"InvalidAccountNonce(account=0x{PATIENT.address.hex()}, currentNonce=1)"


def test_a_signed_delegation_expires(holders: Stage) -> None:
    late = send_lent(holders, lent(holders, holders.time_s + 15))
    assert late.error == f"VotesExpiredSignature(expiry={holders.time_s - 1})"
    assert send_lent(holders, lent(holders, holders.time_s + 16)).status


def test_a_broken_signature_delegates_nothing(holders: Stage) -> None:
    outcome = holders.send(
        SPONSOR,
        holders.system.staking,
        "delegateBySig",
        RESEARCHER.address,
        0,
        2**48,
        29,
        bytes(32),
        bytes(32),
    )
    assert outcome.error == "ECDSAInvalidSignature()"


def test_a_high_s_delegates_nothing(holders: Stage) -> None:
    high = (2**256 - 1).to_bytes(32, "big")
    outcome = holders.send(
        SPONSOR, holders.system.staking, "delegateBySig", RESEARCHER.address, 0, 2**48, 27, bytes(32), high
    )
    assert outcome.error == f"ECDSAInvalidSignatureS(s=0x{high.hex()})"


def test_a_sponsor_pays_for_a_holder_without_native_coin(holders: Stage) -> None:
    staking = holders.system.staking
    asked = holders.request(PATIENT, staking, staking.encode("lock", 10 * MED))
    assert holders.forward(asked, PATIENT).status
    assert holders.read(staking, "lockedOf", PATIENT.address) == 10 * MED


def test_votes_do_not_follow_what_is_bonded(holders: Stage) -> None:
    take_votes(holders, RESEARCHER, 10 * MED)
    supply(holders, RESEARCHER, 1_000 * MED)
    holders.do(RESEARCHER, holders.system.token, "approve", holders.system.staking.address, 1_000 * MED)
    holders.do(RESEARCHER, holders.system.staking, "registerValidator", 300, 1_000 * MED)
    assert votes(holders, RESEARCHER.address) == 10 * MED
