"""When the sale's phases sell, when their locks end and when the team's MED falls due, in Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chain.contracts.reference.vesting import due_s
from sim.scenario.chapters.checks import unix_s
from sim.units import SECONDS_PER_DAY

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

PHASES: Final = ("first_presale", "second_presale", "main_sale")
"""Chapters of the sale's phases, in the order of the contract's."""

PHASE_NAMES: Final = tuple(chapter.replace("_", " ") for chapter in PHASES)
"""The phases as tables name them."""

BLOCK_INTERVAL_S: Final = 144
"""Mean distance of blocks 32,615 (2017-10-24) and 98,677 (2018-02-11) of Qtum's main network (see
chain.opening_height), by which the heights of earlier days are reckoned back from the run's start."""


@dataclass(frozen=True)
class PhaseTimes:
    """A phase sells from `start_s` until before `end_s`; what it locked is free from `release_at_s` on."""

    start_s: int
    end_s: int
    release_at_s: int


def phase_times(scenario: Scenario) -> tuple[PhaseTimes, ...]:
    """Return the times of the three phases, in order."""
    times = []
    for phase in (scenario.first_presale, scenario.second_presale, scenario.main_sale):
        start_s = unix_s(phase.opens, scenario.time.zone)
        end_s = start_s + phase.open_days * SECONDS_PER_DAY
        times.append(PhaseTimes(start_s, end_s, end_s + phase.lock_days * SECONDS_PER_DAY))
    return tuple(times)


def deployment_s(scenario: Scenario) -> int:
    """Return when the contracts are deployed: a day before the first presale."""
    return phase_times(scenario)[0].start_s - SECONDS_PER_DAY


def team_release_times_s(scenario: Scenario) -> tuple[int, ...]:
    """Return when the parts of the team's grants fall due: the first third, then eight instalments."""
    return tuple(due_s(unix_s(scenario.sale.team_first_release, scenario.time.zone)))


def height_at(scenario: Scenario, time_s: int) -> int:
    """Return the height at which a block of `time_s`, before the start, is put."""
    before_s = unix_s(scenario.time.start, scenario.time.zone) - time_s
    return scenario.chain.opening_height - -(-before_s // BLOCK_INTERVAL_S)
