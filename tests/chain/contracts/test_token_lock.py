"""Locks: one a beneficiary and number, released in time by anyone, before it by the owner, or taken back."""

from __future__ import annotations

import pytest

from chain.abi import ContractAbi
from chain.contracts.deployment.token_sale import Phase
from chain.contracts.rehearsal.cast import BUYERS, DEPLOYER, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S, sale_phases
from chain.errors import CallReverted
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

FIRST, SECOND, _MAIN = sale_phases()
BUYER, OTHER_BUYER, THIRD_BUYER = BUYERS
LOCKED = 2_200 * SATOSHI_PER_QTUM
RELEASE_AT_S = START_S + 100 * DAY_S


def at(stage: Stage, time_s: int) -> None:
    """Let the next block come at `time_s`."""
    stage.time_s = time_s - BLOCK_S


@pytest.fixture
def sold(stage: Stage) -> Stage:
    """Two buyers have locks of the first presale, and one of them of the second."""
    for buyer in (BUYER, OTHER_BUYER):
        stage.do(
            buyer, stage.system.sale, "buy", Phase.FIRST_PRESALE, value_wei=SATOSHI_PER_QTUM * WEI_PER_SATOSHI
        )
    at(stage, SECOND.start_s)
    stage.do(
        BUYER, stage.system.sale, "buy", Phase.SECOND_PRESALE, value_wei=SATOSHI_PER_QTUM * WEI_PER_SATOSHI
    )
    return stage


@pytest.fixture
def own(stage: Stage) -> ContractAbi:
    """A lock of its own, for which the treasury plays the sale."""
    at_address, treasury = stage.system.address_of, TREASURY.address
    return deploy(
        stage, "TokenLock", at_address("Forwarder"), at_address("MedToken"), treasury, treasury, treasury
    )


def send(stage: Stage, sender, function: str, *arguments: object) -> Outcome:  # type: ignore[no-untyped-def]
    return stage.send(sender, stage.system.lock, function, *arguments)


def amount_of(stage: Stage, beneficiary: bytes, lock_id: int) -> int:
    return int(stage.read(stage.system.lock, "lockOf", beneficiary, lock_id)["amount"])


def told(outcome: Outcome, name: str) -> list[dict[str, object]]:
    assert outcome.status == 1, outcome.error
    return [dict(event.arguments) for event in outcome.events if event.name == name]


def fund(stage: Stage, lock: ContractAbi, amount: int) -> None:
    stage.do(DEPLOYER, stage.system.token, "transfer", lock.address, amount)


def test_anyone_releases_a_lock_from_its_time_on(sold: Stage) -> None:
    at(sold, FIRST.release_at_s - 1)
    for sender in (STRANGER, BUYER):
        error = send(sold.branch(), sender, "release", BUYER.address, 0).error
        assert error == f"LockNotOver(releaseAt={FIRST.release_at_s})"
    at(sold, FIRST.release_at_s)
    before = sold.balance(BUYER.address)
    outcome = send(sold, STRANGER, "release", BUYER.address, 0)
    assert told(outcome, "Released") == [{"beneficiary": BUYER.address, "lockId": 0, "amount": LOCKED}]
    assert sold.balance(BUYER.address) - before == LOCKED


def test_a_lock_is_released_once(sold: Stage) -> None:
    at(sold, FIRST.release_at_s)
    assert send(sold, STRANGER, "release", BUYER.address, 0).status
    gone = f"NoSuchLock(beneficiary=0x{BUYER.address.hex()}, lockId=0)"
    assert send(sold, STRANGER, "release", BUYER.address, 0).error == gone
    assert send(sold, TREASURY, "clawBack", BUYER.address, 0).error == gone


def test_the_owner_releases_early(sold: Stage) -> None:
    outcome = send(sold, TREASURY, "release", BUYER.address, 0)
    assert told(outcome, "Released")[0]["amount"] == LOCKED
    assert amount_of(sold, BUYER.address, 0) == 0
    assert amount_of(sold, OTHER_BUYER.address, 0) == LOCKED


def test_locks_of_one_number_are_released_together_and_absent_ones_passed_over(sold: Stage) -> None:
    at(sold, FIRST.release_at_s)
    send(sold, STRANGER, "release", BUYER.address, 0)
    everybody = [buyer.address for buyer in BUYERS] + [OTHER_BUYER.address]
    outcome = send(sold, STRANGER, "releaseMany", everybody, 0)
    assert [row["beneficiary"] for row in told(outcome, "Released")] == [OTHER_BUYER.address]
    assert send(sold, STRANGER, "releaseMany", [], 0).status


def test_no_lock_of_a_batch_is_released_before_its_time(sold: Stage) -> None:
    at(sold, FIRST.release_at_s - 1)
    error = send(sold, STRANGER, "releaseMany", [OTHER_BUYER.address], 0).error
    assert error == f"LockNotOver(releaseAt={FIRST.release_at_s})"
    assert send(sold, TREASURY, "releaseMany", [OTHER_BUYER.address], 0).status


def test_the_owner_takes_a_revocable_lock_back_to_the_treasury(sold: Stage) -> None:
    before = sold.balance(TREASURY.address)
    outcome = send(sold, TREASURY, "clawBack", BUYER.address, 0)
    assert told(outcome, "ClawedBack") == [{"beneficiary": BUYER.address, "lockId": 0, "amount": LOCKED}]
    assert sold.balance(TREASURY.address) - before == LOCKED
    assert amount_of(sold, BUYER.address, 0) == 0


def test_what_was_sold_as_not_revocable_is_not_taken_back(sold: Stage) -> None:
    error = send(sold, TREASURY, "clawBack", BUYER.address, 1).error
    assert error == f"LockNotRevocable(beneficiary=0x{BUYER.address.hex()}, lockId=1)"


def test_nothing_is_taken_back_once_its_time_has_come(sold: Stage) -> None:
    at(sold, FIRST.release_at_s)
    error = send(sold, TREASURY, "clawBack", BUYER.address, 0).error
    assert error == f"LockOver(releaseAt={FIRST.release_at_s})"
    at(sold, FIRST.release_at_s - 1)
    assert send(sold.branch(), TREASURY, "clawBack", BUYER.address, 0).status


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("clawBack", (BUYER.address, 0)),
        ("transferOwnership", (STRANGER.address,)),
        ("acceptOwnership", ()),
        ("renounceOwnership", ()),
    ],
)
def test_only_the_owner(sold: Stage, function: str, arguments: tuple[object, ...]) -> None:
    for sender in (STRANGER, BUYER, DEPLOYER):
        error = send(sold, sender, function, *arguments).error
        assert error == f"OwnableUnauthorizedAccount(account=0x{sender.address.hex()})"


def test_ownership_passes_when_it_is_accepted(sold: Stage) -> None:
    send(sold, TREASURY, "transferOwnership", TEAM[0].address)
    assert send(sold, TREASURY, "release", BUYER.address, 0).status
    assert send(sold, TEAM[0], "acceptOwnership").status
    assert send(sold, TREASURY, "release", OTHER_BUYER.address, 0).error.startswith("LockNotOver")
    assert send(sold, TEAM[0], "clawBack", OTHER_BUYER.address, 0).status


def test_a_lock_without_an_owner_is_released_in_time_all_the_same(sold: Stage) -> None:
    send(sold, TREASURY, "renounceOwnership")
    assert send(sold, TREASURY, "release", BUYER.address, 0).error.startswith("LockNotOver")
    at(sold, FIRST.release_at_s)
    assert send(sold, STRANGER, "release", BUYER.address, 0).status


def test_only_the_sale_makes_locks(sold: Stage) -> None:
    for sender in (TREASURY, BUYER, DEPLOYER):
        error = send(sold, sender, "deposit", BUYER.address, 0, 0, FIRST.release_at_s, True).error
        assert error == f"NotTheSale(caller=0x{sender.address.hex()})"


def test_a_deposit_is_covered_by_med_that_is_not_owed_already(stage: Stage, own: ContractAbi) -> None:
    deposit = ("deposit", BUYER.address, 0, 10, RELEASE_AT_S, True)
    fund(stage, own, 19)
    stage.do(TREASURY, own, *deposit)
    assert stage.send(TREASURY, own, *deposit).error == "DepositNotCovered(held=19, needed=20)"
    fund(stage, own, 1)
    stage.do(TREASURY, own, *deposit)
    assert stage.read(own, "obligations") == 20


@pytest.mark.parametrize(("release_at_s", "revocable"), [(RELEASE_AT_S + 1, True), (RELEASE_AT_S, False)])
def test_a_lock_keeps_its_terms(
    stage: Stage, own: ContractAbi, release_at_s: int, *, revocable: bool
) -> None:
    fund(stage, own, 30)
    stage.do(TREASURY, own, "deposit", BUYER.address, 7, 10, RELEASE_AT_S, True)
    error = stage.send(TREASURY, own, "deposit", BUYER.address, 7, 10, release_at_s, revocable).error
    assert error == f"LockTermsDiffer(beneficiary=0x{BUYER.address.hex()}, lockId=7)"
    stage.do(TREASURY, own, "deposit", BUYER.address, 8, 10, release_at_s, revocable)
    stage.do(TREASURY, own, "deposit", BUYER.address, 7, 10, RELEASE_AT_S, True)
    assert stage.read(own, "lockOf", BUYER.address, 7)["amount"] == 20


def test_a_released_lock_may_be_made_again_on_other_terms(stage: Stage, own: ContractAbi) -> None:
    fund(stage, own, 20)
    stage.do(TREASURY, own, "deposit", BUYER.address, 0, 10, RELEASE_AT_S, True)
    stage.do(TREASURY, own, "release", BUYER.address, 0)
    stage.do(TREASURY, own, "deposit", BUYER.address, 0, 10, RELEASE_AT_S + 1, False)
    assert stage.read(own, "obligations") == 10


def test_a_lock_beyond_all_reason_is_refused_and_not_cut_off(stage: Stage) -> None:
    """On a token of which there is more than a lock can hold."""
    at_address, owner = stage.system.address_of, DEPLOYER.address
    token = deploy(stage, "MedToken", at_address("Forwarder"), owner)
    lock = deploy(stage, "TokenLock", at_address("Forwarder"), token.address, owner, owner, owner)
    stage.do(DEPLOYER, token, "grantRole", stage.read(token, "MINTER_ROLE"), owner)
    stage.do(DEPLOYER, token, "mint", lock.address, 2**128)
    stage.do(DEPLOYER, lock, "deposit", BUYER.address, 0, 2**128 - 1, RELEASE_AT_S, True)
    error = stage.send(DEPLOYER, lock, "deposit", BUYER.address, 0, 1, RELEASE_AT_S, True).error
    assert error == f"SafeCastOverflowedUintDowncast(bits=128, value={2**128})"


def test_a_lock_has_an_owner(stage: Stage) -> None:
    nobody, treasury = bytes(20), TREASURY.address
    with pytest.raises(CallReverted) as refused:
        deploy(stage, "TokenLock", nobody, stage.system.token.address, treasury, nobody, treasury)
    assert str(refused.value) == f"TokenLock: OwnableInvalidOwner(owner=0x{'00' * 20})"


def test_it_owes_what_it_locks(sold: Stage) -> None:
    lock = sold.system.lock
    half = 1_100 * SATOSHI_PER_QTUM  # of 2,000 a satoshi and 10 %
    owed = [sold.read(lock, "obligations")]
    for function, beneficiary, lock_id in (
        ("release", BUYER, Phase.SECOND_PRESALE),
        ("clawBack", OTHER_BUYER, Phase.FIRST_PRESALE),
        ("release", BUYER, Phase.FIRST_PRESALE),
    ):
        sold.do(TREASURY, lock, function, beneficiary.address, lock_id)
        owed.append(sold.read(lock, "obligations"))
        assert sold.balance(lock.address or b"") == owed[-1]
    assert owed == [2 * LOCKED + half, 2 * LOCKED, LOCKED, 0]


def test_the_owner_may_ask_through_a_sponsor(sold: Stage) -> None:
    data = sold.system.lock.encode("clawBack", BUYER.address, 0)
    asked = sold.request(TREASURY, sold.system.lock, data)
    assert sold.forward(asked, TREASURY).status
    assert amount_of(sold, BUYER.address, 0) == 0
    assert not sold.forward(sold.request(BUYER, sold.system.lock, data), BUYER).status
