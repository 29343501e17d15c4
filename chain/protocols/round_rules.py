"""What a network asks of a protocol whose validators vote on each block before the next is made.

A height has rounds. In each, one validator proposes; all pre-vote and pre-commit; a block with more than two
thirds of the power pre-committed is final at once. A round that fails is followed by another with another
proposer and longer timeouts. The network plays the votes; the protocol says whose they are and what they weigh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Timeouts:
    """How long a validator waits in a round: for the proposal, for stragglers' pre-votes and pre-commits once it
    has more than two thirds of either, and after a commit before it goes on to the next height.
    """

    propose_s: float
    prevote_s: float
    precommit_s: float
    commit_s: float


@dataclass(frozen=True)
class DoubleSign:
    """Evidence that a validator signed two blocks of one height, at which it had that power."""

    validator_id: str
    number: int
    timestamp_s: int
    power: int


class RoundRules(Protocol):
    """The rules of rounds. States are a protocol's, and stand before the height that is voted on."""

    def proposer(self, state: Any, round_: int) -> str:
        """Return who proposes in a round, 0 being the first."""

    def powers(self, state: Any) -> Mapping[str, int]:
        """Return the voting powers for the next height, the strongest first."""

    def quorum(self, state: Any) -> int:
        """Return the least power that is more than two thirds of all."""

    def timeouts(self, round_: int) -> Timeouts:
        """Return the timeouts of a round."""

    def propose(
        self,
        state: Any,
        round_: int,
        made_s: float,
        *,
        absent: Sequence[str] = (),
        evidence: Sequence[DoubleSign] = (),
    ) -> Any:
        """Return the proposal of a round, made at `made_s`.

        `absent` are the validators whose pre-commits are missing from the tip's commit, as the proposer saw it.
        """
