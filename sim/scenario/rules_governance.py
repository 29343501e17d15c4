"""Rules between the keys of governance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.breach import Breach

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def proposals_are_decided_in_the_run(scenario: Scenario) -> Iterator[Breach]:
    """Look whether every planned proposal can be executed a day before the load ends."""
    governance = scenario.governance
    latest = scenario.time.days - governance.decision_days - 1
    if any(proposal.day > latest for proposal in governance.planned):
        ends = (
            f"decided after {governance.decision_days} days (governance.voting_delay_days = "
            f"{governance.voting_delay_days}, governance.voting_period_days = {governance.voting_period_days}, "
            f"governance.timelock_delay_days = {governance.timelock_delay_days}) and executed within "
            f"time.days = {scenario.time.days}"
        )
        allowed = f"proposals of at most day {latest}" if latest >= 1 else "nothing"
        yield Breach("governance.proposals", governance.proposals, f"{allowed}, so that they are {ends}")
