"""A share of every payout vests, leaves by a power-down in thirteen weekly parts, and follows its person's keys."""

from __future__ import annotations

import pytest
from rewarding import WEEK_UNITS, books_close, over, paid, settle, staged, told, vesting, visit

from chain.contracts.rehearsal.cast import NEW_PHONE, OTHER_PATIENT, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, WEEK_S
from chain.keys import PrivateKey

PAYOUT = WEEK_UNITS * 100 // 150
VESTED = PAYOUT // 2
PARTS = 13


@pytest.fixture
def stage() -> Stage:
    """A patient with half of a week's payout vesting."""
    stage = staged(vesting_share_basis_points=5_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    return stage


def power_down(stage: Stage, amount: int, who: PrivateKey = PATIENT) -> Outcome:
    return stage.send(who, stage.system.rewards, "powerDown", amount)


def withdraw(stage: Stage, account: bytes = PATIENT.address, who: PrivateKey = STRANGER) -> Outcome:
    return stage.send(who, stage.system.rewards, "withdraw", account)


def wait(stage: Stage, seconds: int, *, calls: int = 1) -> None:
    """Let the next call come `seconds` after the last one."""
    stage.pass_time(seconds - BLOCK_S * calls)


def change_phone(stage: Stage) -> None:
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))


def test_a_share_of_a_payout_stays_and_vests() -> None:
    stage = staged(vesting_share_basis_points=3_333)
    visit(stage)
    over(stage, 0)
    outcome = settle(stage, 0, PATIENT.address)
    vested = PAYOUT * 3_333 // 10_000
    assert paid(outcome)[PATIENT.address] == PAYOUT
    assert told(outcome, "Paid")["vested"] == vested
    assert stage.balance(PATIENT.address) == PAYOUT - vested
    assert vesting(stage, PATIENT.address)["balance"] == vested
    assert stage.read(stage.system.rewards, "vestingTotal") == vested
    books_close(stage)


def test_all_of_it_may_vest() -> None:
    stage = staged(vesting_share_basis_points=10_000)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address)
    assert stage.balance(PATIENT.address) == 0
    assert vesting(stage, PATIENT.address)["balance"] == PAYOUT
    books_close(stage)


def test_it_leaves_in_thirteen_weekly_parts_the_last_of_which_takes_the_rest(stage: Stage) -> None:
    amount = VESTED - VESTED % PARTS + 5
    if amount > VESTED:
        amount -= PARTS
    outcome = power_down(stage, amount)
    assert told(outcome, "PowerDownStarted") == {"person": PATIENT.address, "amount": amount}
    liquid, parts = stage.balance(PATIENT.address), []
    for _ in range(PARTS):
        wait(stage, WEEK_S)
        parts.append(told(withdraw(stage), "Withdrawn")["amount"])
        books_close(stage)
    assert parts == [amount // PARTS] * (PARTS - 1) + [amount // PARTS + 5]
    assert stage.balance(PATIENT.address) == liquid + amount
    assert vesting(stage, PATIENT.address)["balance"] == VESTED - amount
    wait(stage, WEEK_S)
    assert withdraw(stage).error == f"NothingDue(account=0x{PATIENT.address.hex()})"


def test_a_part_is_due_on_the_second(stage: Stage) -> None:
    power_down(stage, VESTED)
    wait(stage, WEEK_S - 1)
    early = stage.branch()
    assert withdraw(early).error == f"NothingDue(account=0x{PATIENT.address.hex()})"
    stage.pass_time(1)
    assert told(withdraw(stage), "Withdrawn") == {
        "person": PATIENT.address,
        "recipient": PATIENT.address,
        "amount": VESTED // PARTS,
    }


def test_parts_that_were_not_fetched_leave_together(stage: Stage) -> None:
    power_down(stage, VESTED)
    wait(stage, 5 * WEEK_S + DAY_S)
    assert told(withdraw(stage), "Withdrawn")["amount"] == VESTED // PARTS * 5
    wait(stage, 100 * WEEK_S)
    assert told(withdraw(stage), "Withdrawn")["amount"] == VESTED - VESTED // PARTS * 5
    assert vesting(stage, PATIENT.address)["balance"] == 0


def test_a_new_power_down_pays_what_was_due_and_takes_the_place_of_the_old(stage: Stage) -> None:
    power_down(stage, VESTED)
    wait(stage, 2 * WEEK_S + DAY_S)
    liquid = stage.balance(PATIENT.address)
    gone = VESTED // PARTS * 2
    outcome = power_down(stage, 1_300)
    assert told(outcome, "Withdrawn")["amount"] == gone
    assert stage.balance(PATIENT.address) == liquid + gone
    held = vesting(stage, PATIENT.address)
    assert (held["balance"], held["leaving"], held["left"]) == (VESTED - gone, 1_300, 0)
    wait(stage, 6 * DAY_S)
    assert withdraw(stage).error.startswith("NothingDue")
    wait(stage, DAY_S)
    assert told(withdraw(stage), "Withdrawn")["amount"] == 100
    books_close(stage)


def test_a_power_down_of_nothing_ends_the_running_one(stage: Stage) -> None:
    power_down(stage, VESTED)
    wait(stage, WEEK_S)
    outcome = power_down(stage, 0)
    assert told(outcome, "Withdrawn")["amount"] == VESTED // PARTS
    wait(stage, 20 * WEEK_S)
    assert withdraw(stage).error.startswith("NothingDue")
    assert vesting(stage, PATIENT.address)["balance"] == VESTED - VESTED // PARTS


def test_no_more_can_leave_than_vests(stage: Stage) -> None:
    refused = power_down(stage, VESTED + 1)
    assert refused.error == f"AboveVestingBalance(amount={VESTED + 1}, balance={VESTED})"
    assert power_down(stage, VESTED).status == 1
    wait(stage, WEEK_S)
    rest = VESTED - VESTED // PARTS
    assert power_down(stage, rest + 1).error == f"AboveVestingBalance(amount={rest + 1}, balance={rest})"


def test_what_vests_later_stays_while_a_power_down_runs(stage: Stage) -> None:
    power_down(stage, VESTED)
    visit(stage, 2)
    over(stage, 1)
    settle(stage, 1, PATIENT.address)
    held = vesting(stage, PATIENT.address)
    assert held["leaving"] == VESTED
    wait(stage, 13 * WEEK_S)
    liquid = stage.balance(PATIENT.address)
    withdraw(stage)
    assert stage.balance(PATIENT.address) == liquid + VESTED
    assert vesting(stage, PATIENT.address)["balance"] == held["balance"] - VESTED > 0
    books_close(stage)


def test_nobody_has_anything_due_without_a_power_down(stage: Stage) -> None:
    wait(stage, 20 * WEEK_S)
    for account in (PATIENT.address, OTHER_PATIENT.address):
        assert withdraw(stage, account).error == f"NothingDue(account=0x{account.hex()})"


def test_payouts_go_to_the_present_key(stage: Stage) -> None:
    visit(stage, 2)
    change_phone(stage)
    over(stage, 1)
    outcome = settle(stage, 1, PATIENT.address)
    payment = told(outcome, "Paid")
    assert (payment["account"], payment["recipient"]) == (PATIENT.address, NEW_PHONE.address)
    assert stage.balance(NEW_PHONE.address) == payment["amount"] - payment["vested"] > 0
    assert vesting(stage, NEW_PHONE.address)["balance"] == VESTED + payment["vested"]


def test_what_vests_and_what_leaves_follow_a_replaced_key(stage: Stage) -> None:
    power_down(stage, VESTED)
    wait(stage, WEEK_S)
    change_phone(stage)
    for key in (PATIENT.address, NEW_PHONE.address):
        assert vesting(stage, key)["balance"] == VESTED
    before = stage.balance(PATIENT.address)
    for account in (PATIENT.address, NEW_PHONE.address):
        outcome = withdraw(stage, account)
        assert told(outcome, "Withdrawn") == {
            "person": PATIENT.address,
            "recipient": NEW_PHONE.address,
            "amount": VESTED // PARTS,
        }
        stage.pass_time(WEEK_S)
    assert stage.balance(PATIENT.address) == before
    assert stage.balance(NEW_PHONE.address) == VESTED // PARTS * 2
    assert power_down(stage, 1_300, NEW_PHONE).status == 1


def test_a_replaced_key_starts_and_ends_nothing(stage: Stage) -> None:
    power_down(stage, VESTED)
    change_phone(stage)
    keys = f"key=0x{PATIENT.address.hex()}, currentKey=0x{NEW_PHONE.address.hex()}"
    assert power_down(stage, 0).error == f"KeyReplaced({keys})"
    assert vesting(stage, NEW_PHONE.address)["leaving"] == VESTED


@pytest.mark.parametrize(("parts", "part_s"), [(1, 1), (4, DAY_S), (1_000, 60)])
def test_parts_and_their_time_are_terms(parts: int, part_s: int) -> None:
    stage = staged(vesting_share_basis_points=10_000, power_down_parts=parts, power_down_part_s=part_s)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address)
    power_down(stage, 1_000_007)
    stage.pass_time(parts * part_s)
    assert told(withdraw(stage), "Withdrawn")["amount"] == 1_000_007
    books_close(stage)
