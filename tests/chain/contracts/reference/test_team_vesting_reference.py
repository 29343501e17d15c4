"""`TeamVesting` and its reference model release the same over ten years, to the unit, however it is called."""

from __future__ import annotations

from random import Random

import pytest
from scene import Scene

from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.reference.vesting import (
    INSTALMENT_S,
    INSTALMENTS,
    due_s,
    parts_med_units,
    vested_med_units,
)
from chain.contracts.rehearsal.cast import STRANGER, key
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S, parameters

YEARS = 10
FIRST_S = START_S + 30 * DAY_S
LAST_S = FIRST_S + INSTALMENTS * INSTALMENT_S
AMOUNTS = (1, 2, 3, 11, 12, 13, 35, 36, 37, 10**8, 10**13 + 7, 999_999_999_999_989, 10**18, 2**96 - 1)


class Trial:
    """The contract on a scene with a grant an amount, and what the model says was released."""

    def __init__(self, amounts_med_units: tuple[int, ...]) -> None:
        self.grants = {key(100 + n).address: amount for n, amount in enumerate(amounts_med_units)}
        given = parameters(vesting=VestingTerms(FIRST_S, tuple(self.grants.items())))
        self.scene = Scene(Stage(given))
        self.vesting = self.scene.system.vesting
        self.released = dict.fromkeys(self.grants, 0)

    def at(self, time_s: int) -> None:
        """Let the next call come at `time_s`."""
        self.scene.time_s = time_s - BLOCK_S

    def release(self, beneficiary: bytes) -> None:
        outcome = self.scene.send(STRANGER, self.vesting, "release", beneficiary)
        now_s = self.scene.time_s
        vested = vested_med_units(self.grants[beneficiary], FIRST_S, now_s)
        due = vested - self.released[beneficiary]
        assert outcome.status == int(due > 0), outcome.error
        if due:
            assert outcome.output == due
            self.released[beneficiary] += due
        else:
            following = next((at_s for at_s in due_s(FIRST_S) if at_s > now_s), 0)
            assert (
                outcome.error == f"NothingDue(beneficiary=0x{beneficiary.hex()}, nextReleaseAt={following})"
            )

    def compare(self) -> None:
        for beneficiary, released in self.released.items():
            assert self.scene.balance(beneficiary) == released <= self.grants[beneficiary]
        owed = sum(self.grants.values()) - sum(self.released.values())
        assert self.scene.read(self.vesting, "obligations") == owed
        assert self.scene.balance(self.vesting.address) == owed


def play(it: Trial, draws: Random, *, steps: int) -> None:
    """Release for anybody at odd moments in ten years, and at the edges of every part."""
    edges = [at_s + odd for at_s in due_s(FIRST_S) for odd in (-1, 0, 1)]
    odd = [draws.randint(START_S + DAY_S, START_S + YEARS * 365 * DAY_S) for _ in range(steps)]
    for time_s in sorted({*edges, *odd}):
        it.at(time_s)
        for beneficiary in draws.sample(list(it.grants), min(2, len(it.grants))):
            it.at(time_s)
            it.release(beneficiary)
    it.compare()
    it.at(START_S + YEARS * 365 * DAY_S)
    for beneficiary in it.grants:
        if it.released[beneficiary] < it.grants[beneficiary]:
            it.release(beneficiary)
    assert it.released == it.grants
    it.compare()


def test_the_parts_are_a_third_seven_twelfths_and_the_rest() -> None:
    assert parts_med_units(36) == [12] + [3] * 8
    assert parts_med_units(100) == [33] + [8] * 7 + [11]
    assert parts_med_units(1) == [0] * 8 + [1]
    assert all(sum(parts_med_units(amount)) == amount for amount in AMOUNTS)


def test_grants_of_all_sizes_over_ten_years() -> None:
    play(Trial(AMOUNTS), Random(1), steps=60)


@pytest.mark.parametrize("amount_med_units", AMOUNTS)
def test_what_has_vested_agrees_at_every_edge(amount_med_units: int) -> None:
    it = Trial((amount_med_units,))
    (beneficiary,) = it.grants
    for at_s in due_s(FIRST_S):
        for time_s in (at_s - 1, at_s, at_s + 1):
            vested = vested_med_units(amount_med_units, FIRST_S, time_s)
            assert it.scene.read(it.vesting, "vestedThrough", beneficiary, time_s) == vested


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_any_grants_over_ten_years(seed: int) -> None:
    draws = Random(seed)
    play(Trial(tuple(draws.randint(1, 10 ** draws.randint(1, 20)) for _ in range(12))), draws, steps=500)
