"""Rounds of voting: who proposes, what votes weigh, how long each waits. A `round_rules.RoundRules`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.state import BftProposal, BftState
from chain.protocols.protocol import ProtocolError
from chain.protocols.round_rules import DoubleSign, Timeouts


class BftRounds:
    """The rules of rounds, for one set of parameters."""

    def __init__(self, parameters: BftParameters) -> None:
        self._parameters = parameters

    def proposer(self, state: BftState, round_: int) -> str:
        """Return who proposes in a round: each round goes one step on in the rotation."""
        return state.staking.validators[self._proposer_place(state, round_)].owner_id

    def powers(self, state: BftState) -> Mapping[str, int]:
        """Return the voting powers for the next height, the strongest first."""
        roster = state.current.roster
        validators = state.staking.validators
        columns = zip(roster.places, roster.powers, strict=True)
        return {validators[place].owner_id: power for place, power in columns}

    def quorum(self, state: BftState) -> int:
        """Return the least power that is more than two thirds of all."""
        return state.current.roster.quorum

    def timeouts(self, round_: int) -> Timeouts:
        """Return the timeouts of a round: those of proposals and votes grow with each, the pause does not.

        Source: cometbft/cometbft, config/config.go, `DefaultConsensusConfig` and the functions after it.
        """
        first, longer_s = self._parameters.first_timeouts, round_ * self._parameters.timeout_growth_s
        return Timeouts(
            first.propose_s + longer_s,
            first.prevote_s + longer_s,
            first.precommit_s + longer_s,
            first.commit_s,
        )

    def propose(
        self,
        state: BftState,
        round_: int,
        made_s: float,
        *,
        absent: Sequence[str] = (),
        evidence: Sequence[DoubleSign] = (),
    ) -> BftProposal:
        """Return the proposal of a round; its timestamp is the whole seconds of its moment, at least its parent's.

        The chain has no randomness of its own; what contracts see is hashed from seed, height and round.
        """
        place = self._proposer_place(state, round_)
        validator = state.staking.validators[place]
        number, timestamp_s = state.number + 1, max(int(made_s), state.timestamp_s)
        return BftProposal(
            number=number,
            timestamp_s=timestamp_s,
            interval_s=timestamp_s - state.timestamp_s,
            producer_id=validator.owner_id,
            producer_address=validator.address,
            difficulty_bits=0,
            randomness=hashlib.sha256(state.seed + b"%d/%d" % (number, round_)).digest(),
            round_=round_,
            proposed_s=made_s,
            absent=tuple(absent),
            evidence=tuple(evidence),
        )

    def broken_rule(self, state: BftState, proposal: BftProposal) -> str | None:
        """Return in words why a block cannot follow a state, or None where it can."""
        if proposal.number != state.number + 1:
            return f"it cannot follow block {state.number}"
        if proposal.round_ < 0 or proposal.proposed_s < state.made_s:
            return (
                f"round {proposal.round_} at {proposal.proposed_s} s is before its parent's {state.made_s} s"
            )
        absent, evidence = proposal.absent, proposal.evidence
        expected = self.propose(state, proposal.round_, proposal.proposed_s, absent=absent, evidence=evidence)
        if proposal != expected:
            return f"round {proposal.round_} is {expected.producer_id}'s, or its header says something else"
        if absent:
            broken = _broken_commit(state, absent)
            if broken is not None:
                return broken
        for one in evidence:
            if one.validator_id not in state.staking.places or one.number > state.number:
                return f"there is nothing that {one.validator_id} could have signed at height {one.number}"
        return None

    def _proposer_place(self, state: BftState, round_: int) -> int:
        if round_ < 0:
            raise ProtocolError(f"rounds are counted from 0, and {round_} is none")
        current = state.current if not round_ else state.current.stepped(round_)
        return current.roster.places[current.proposer]


def _broken_commit(state: BftState, absent: Sequence[str]) -> str | None:
    roster, places = state.voted, state.staking.places
    if roster is None:
        return "nobody voted on the opening, so that nobody can be absent"
    power_of = dict(zip(roster.places, roster.powers, strict=True))
    missing = [places.get(name, -1) for name in absent]
    if len(set(missing)) != len(missing) or any(place not in power_of for place in missing):
        return f"of {', '.join(absent)} not each is one of the voters on block {state.number}, once"
    signed = roster.total - sum(power_of[place] for place in missing)
    if signed < roster.quorum:
        return f"a power of {signed} signed block {state.number}, and {roster.quorum} are needed"
    return None
