"""A month of days is emitted, a year's rest, and governance sets another schedule and stops it in the end."""

from __future__ import annotations

from typing import Final

from chain.contracts.rehearsal.cast import STRANGER, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, START_S
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import STOPPER_ROLE

YEAR_S: Final = 365 * DAY_S


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    emission = stage.system.emission
    carry(
        stage,
        "The second year emits 4 %, and each later one keeps four fifths; the treasury may stop it",
        ("Emission", "setSchedule", (1, 4_000, 80_000)),
        ("Emission", "grantRole", (STOPPER_ROLE, TREASURY.address)),
    )
    for _ in range(4):
        stage.pass_time(7 * DAY_S)
        stage.do(STRANGER, emission, "emitDue", 366)
    stage.time_s = START_S + 2 * YEAR_S
    stage.do(STRANGER, emission, "emitDue", 1_000)
    carry(
        stage,
        "The treasury's power to stop is doubted for a moment",
        ("Emission", "revokeRole", (STOPPER_ROLE, TREASURY.address)),
        ("Emission", "grantRole", (STOPPER_ROLE, TREASURY.address)),
    )
    stage.do(TREASURY, emission, "stop")
    stage.do(TREASURY, emission, "renounceRole", STOPPER_ROLE, TREASURY.address)
    _emit_a_week(stage)


def _emit_a_week(stage: Stage) -> None:
    """Emit what was due when emission was stopped: first a year's first day, then the usual call, within a year."""
    for days in (1, 7):
        stage.do(STRANGER, stage.system.emission, "emitDue", days)
