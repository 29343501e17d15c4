"""What a credit earned, as its transaction's events tell it: caps may leave less than an act's points."""

from __future__ import annotations

from chain.contracts.bindings.reward_pool import Contribution, Credited
from chain.contracts.system import System
from sim.agents.submission import Submission


def earned_points(system: System, submission: Submission | None) -> dict[Contribution, int]:
    """Return the points of each contribution that a transaction credited, 0 where it did not."""
    points = dict.fromkeys(Contribution, 0)
    if submission is None or not submission.succeeded:
        return points
    for credited in system.events(submission.logs, Credited):
        points[credited.contribution] += credited.points
    return points
