"""Stages with other terms of the reward pool, and what their tests do again and again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chain.abi import ContractAbi
from chain.contracts.rehearsal.cast import STRANGER
from chain.contracts.rehearsal.reward_pool import credit, end_epoch
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S, parameters, reward_terms
from chain.contracts.rehearsal.visit import Visit

sys.path.insert(0, str(Path(__file__).parent / "machines"))
from scene import Outcome as SceneOutcome
from scene import Scene

OPENING_UNITS = 10**18
WEEK_UNITS = OPENING_UNITS * 5_000 // 100_000 // 365 * 7
"""A week's emission: seven days' in whole units each."""

PLAIN: Mapping[str, Any] = {"curation_share_basis_points": 0, "vesting_share_basis_points": 0}


def staged(**changes: Any) -> Stage:
    """A stage with people whose pool pays all to authors at once, but for `changes` of its terms."""
    return _staged(tuple(sorted({**PLAIN, **changes}.items()))).branch()


@cache
def _staged(changes: tuple[tuple[str, Any], ...]) -> Stage:
    stage = Stage(parameters(rewards=reward_terms(**dict(changes))))
    stage.settle_people()
    return stage


def visit(stage: Stage, number: int = 1, **named: Any) -> Visit:
    """A credited visit."""
    made = Visit.at(stage, number=number, **named)
    credit(stage, made)
    return made


def close(stage: Stage, epoch: int) -> Outcome:
    return stage.send(STRANGER, stage.system.rewards, "closeEpoch", epoch)


def settle(stage: Stage, epoch: int, *accounts: bytes) -> Outcome:
    return stage.send(STRANGER, stage.system.rewards, "settle", epoch, list(accounts))


def over(stage: Stage, epoch: int) -> dict[str, Any]:
    """Let an epoch end and close it; return what its closing told."""
    end_epoch(stage, epoch)
    return dict(told(close(stage, epoch), "EpochClosed"))


def told(outcome: Outcome, name: str) -> Mapping[str, Any]:
    """The arguments of the only event of a name."""
    (arguments,) = [event.arguments for event in outcome.events if event.name == name]
    return arguments


def earned(outcome: Outcome) -> list[int]:
    """The points that a credit's events tell, in their order."""
    return [event.arguments["points"] for event in outcome.events if event.name == "Credited"]


def paid(outcome: Outcome) -> dict[bytes, int]:
    """The payouts that events tell, by account."""
    return {
        event.arguments["account"]: event.arguments["amount"]
        for event in outcome.events
        if event.name == "Paid"
    }


class Governed(Scene):
    """A stage's future on which contracts can be senders too, the timelock among them."""

    def do(self, sender: Any, contract: ContractAbi, function: str, *arguments: object) -> SceneOutcome:
        outcome = self.send(sender, contract, function, *arguments)
        assert outcome.status, outcome.error
        return outcome

    def by_vote(self, function: str, *arguments: object) -> SceneOutcome:
        """What governance does with the pool, without the ten days that a vote takes."""
        return self.send(self.system.address_of("Timelock"), self.system.rewards, function, *arguments)


def governed(**changes: Any) -> Any:
    """The same as `staged`, with governance at hand."""
    return Governed(staged(**changes))


def points_of(stage: Stage, epoch: int, account: bytes) -> tuple[int, int]:
    """Points and curation points that an account has in an epoch and has not been paid for."""
    tally = stage.read(stage.system.rewards, "tallyOf", epoch, account)
    return tally["points"], tally["curationPoints"]


def vesting(stage: Stage, account: bytes) -> dict[str, int]:
    """What vests for an account's person, and what is due."""
    held, due = stage.read(stage.system.rewards, "vestingOf", account)
    return {**held, "due": due}


def books_close(stage: Stage) -> None:
    """The pool holds exactly what it owes."""
    pool = stage.system.address_of("RewardPool")
    assert stage.balance(pool) == stage.read(stage.system.rewards, "obligations")


def days(count: float) -> int:
    return int(count * DAY_S)
