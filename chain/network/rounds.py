"""Protocols that vote on each block before the next: heights, rounds, pre-votes, pre-commits, timeouts, locks.

The rules are Tendermint's (Buchman, Kwon, Milosevic, "The latest gossip on BFT consensus", 2018, algorithm 1).
A round is played at once as soon as its proposal is made, because nothing outside can change its votes any more:
when each vote is where is a matrix, and when a node has a quorum a column of it. What an outage or a partition
holds up arrives when it is over, so that a chain without quorum stands still and goes on by itself.

Two things are simpler than in real nodes. A node that fell behind votes late on each height it missed, instead
of copying them and skipping the votes; nobody waits for these votes. And a node joins a later round when more
than a third of the power has entered it and could have told, instead of having voted in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Unpack

import numpy as np

from chain.network.conditions import Conditions
from chain.network.driven import NEVER_S, Circumstances, Driven
from chain.network.errors import NetworkError
from chain.network.events import BlockMade, Event, Settled, SlotMissed, TipMoved
from chain.network.topology import Topology, Vector
from chain.network.tree import Block
from chain.network.votes import Post, Powers, reached_s
from chain.protocols.round_rules import DoubleSign, RoundRules

VOTE_BYTES: Final = 200
"""A signed vote with its height, round and block hash, as it travels."""

_NIL: Final = -1


@dataclass
class _Height:
    """One height while it is voted on, by node: when it entered the round, and which candidate it is locked on or
    would propose again, each with the round of the quorum of pre-votes that it saw, and since when it has.
    """

    parent: Block
    powers: Powers
    quorum: int
    round: int
    entered_s: Vector
    locked: list[int]
    locked_round: list[int]
    valid: list[int]
    valid_round: list[int]
    valid_since_s: list[float]
    candidates: list[Block] = field(default_factory=list)


class Rounds(Driven):
    """A network of nodes that vote. Like `race.Race`: the first nodes are the validators; drive it by steps."""

    standstill = "no quorum can be there any more after {now_s} s"

    def __init__(
        self, protocol: Any, state: Any, topology: Topology, **circumstances: Unpack[Circumstances]
    ) -> None:
        """Start from `state`, which every node has. Raises `NetworkError` for what does not fit together."""
        super().__init__(protocol, state, topology, **circumstances)
        if (circumstances.get("conditions") or Conditions()).skews_s:
            raise NetworkError("skewed clocks change nothing where votes decide: waits are durations")
        if any(conduct.withholds or conduct.listens for conduct in self.behaviours.values()):
            raise NetworkError(
                "where votes decide nobody gains by keeping blocks back: they would never be voted on"
            )
        self._rules: RoundRules = protocol.round_rules
        self._post = Post(topology.votes_s(VOTE_BYTES), self._weather)
        self._evidence: list[DoubleSign] = []
        self._settled_s = float(state.timestamp_s)
        self._serial = 1
        everywhere_s = np.full(len(topology), -NEVER_S)
        opening = self._block(None, state, -1, self._now_s, None, None, None, everywhere_s)
        self._tips = [opening] * len(topology)
        begun_s = np.full(len(topology), self._now_s + self._rules.timeouts(0).commit_s)
        self._absence_s: Vector | None = None
        self._begin(opening, begun_s)

    def tip(self, node: int) -> Block:
        """Return a watched node's last committed block at the moment of the last step."""
        return self._tips[node]

    def step(self) -> list[Event]:
        """Let the next thing happen and return what came of it."""
        self._do(*self._next())
        return self._told()

    def drain(self) -> list[Event]:
        """End the run: let everybody hear of the last commit. Nothing can be stepped afterwards."""
        agenda, self._agenda = sorted(self._agenda), []
        for moment_s, _ticket, what, task in agenda:
            if task == _PROPOSE:
                self._events += [Settled(block, False) for block in what.candidates]
                continue
            self._now_s = moment_s
            self._do(moment_s, what, task)
        return self._told()

    def _do(self, moment_s: float, what: Any, task: str) -> None:
        if task == _PROPOSE:
            self._propose(what, moment_s)
        elif task == _COMMIT:
            node, block = what
            self._move(node, block, moment_s)
        else:
            self._settle(what)

    def _begin(self, parent: Block, entered_s: Vector) -> None:
        """Begin a height on a committed block, each node at its own moment."""
        powers = np.zeros(len(self.topology), dtype=np.int64)
        for name, power in self._rules.powers(parent.state).items():
            powers[self._node_of[name]] = power
        count = len(self.topology)
        height = _Height(
            parent,
            powers,
            self._rules.quorum(parent.state),
            0,
            self._post.acting_s(entered_s),
            [_NIL] * count,
            [_NIL] * count,
            [_NIL] * count,
            [_NIL] * count,
            [NEVER_S] * count,
        )
        self._enter(height)

    def _enter(self, height: _Height) -> None:
        """Wait for the round's proposal where anybody could still vote for it, else play the round without."""
        while np.isfinite(height.entered_s[height.powers > 0]).any():
            node = self._proposer(height)
            moment_s = float(height.entered_s[node])
            timeouts = self._rules.timeouts(height.round)
            waiting_s = self._given_up_s(height, timeouts.propose_s)
            conduct = self.behaviours.get(node)
            idle = conduct is not None and conduct.misses(height.parent.number + 1, moment_s)
            if moment_s <= waiting_s and moment_s < NEVER_S and not idle:
                self._schedule(max(moment_s, self._now_s), height, _PROPOSE)
                return
            self._events.append(SlotMissed(node, min(moment_s, waiting_s), "idle" if idle else "away"))
            self._play(height, (), ())

    def _given_up_s(self, height: _Height, propose_s: float) -> float:
        """Return when so much power has stopped waiting for the proposal that it cannot win any more."""
        deadlines_s = (height.entered_s + propose_s)[:, None]
        blocking = int(height.powers.sum()) - height.quorum + 1
        return float(reached_s(deadlines_s, height.powers, blocking)[0])

    def _proposer(self, height: _Height) -> int:
        return self._node_of[self._rules.proposer(height.parent.state, height.round)]

    def _propose(self, height: _Height, moment_s: float) -> None:
        node = self._proposer(height)
        others = None
        polka_round = _NIL
        if height.valid_since_s[node] <= moment_s:
            proposed = [height.valid[node]]
            polka_round = height.valid_round[node]
        else:
            proposed = [self._make(height, node, moment_s, 0)]
            conduct = self.behaviours.get(node)
            others = None if conduct is None else conduct.copies(height.parent.number + 1, moment_s)
            if others is not None:
                proposed.append(self._make(height, node, moment_s, 1))
                self._note_double_sign(height, node)
        arrivals = [self._sent(height.candidates[index], node, moment_s) for index in proposed]
        if len(arrivals) == 2:
            half = np.zeros(len(self.topology), dtype=np.bool_)
            half[sorted(others or ())] = True
            arrivals = [np.where(half, NEVER_S, arrivals[0]), np.where(half, arrivals[1], NEVER_S)]
        if not self._play(height, proposed, arrivals, polka_round):
            self._enter(height)

    def _make(self, height: _Height, node: int, moment_s: float, variant: int) -> int:
        parent = height.parent
        absent = () if self._absence_s is None else self._missing(node, moment_s)
        evidence = tuple(found for found in self._evidence if found.number <= parent.number)
        proposal = self._rules.propose(parent.state, height.round, moment_s, absent=absent, evidence=evidence)
        nowhere_s = np.full(len(self.topology), NEVER_S)
        block = self._made(parent, proposal, node, moment_s, variant, nowhere_s)
        height.candidates.append(block)
        self._events.append(BlockMade(block))
        return len(height.candidates) - 1

    def _missing(self, node: int, moment_s: float) -> tuple[str, ...]:
        """Return the voters whose pre-commits for the parent had not reached the proposer."""
        assert self._absence_s is not None
        arrived = self._absence_s[:, node] <= moment_s
        return tuple(
            self.validators[voter] for voter in np.flatnonzero(self._voted_powers > 0) if not arrived[voter]
        )

    def _note_double_sign(self, height: _Height, node: int) -> None:
        block = height.candidates[-1]
        self._evidence.append(
            DoubleSign(self.validators[node], block.number, block.timestamp_s, int(height.powers[node]))
        )

    def _sent(self, block: Block, node: int, moment_s: float) -> Vector:
        content = block.content
        offsets = self.topology.offsets(node, content.size_bytes, content.gas_gas)
        if self._weather.is_calm:
            arrivals_s = moment_s + offsets.by_node_s
        else:
            arrivals_s, offsets = self._weather.arrivals(node, moment_s, block.timestamp_s, offsets)
        block.propagation_s = offsets.propagation_s
        return arrivals_s

    def _play(
        self, height: _Height, proposed: Sequence[int], arrivals: Sequence[Vector], polka_round: int = _NIL
    ) -> bool:
        """Play a round's votes; True where the height is decided, else the next round's entries are set.

        `polka_round` is the round in which the proposal had a quorum of pre-votes before: who is locked on
        another since then, does not vote for it.
        """
        timeouts = self._rules.timeouts(height.round)
        powers, quorum = height.powers, height.quorum
        deadline_s = height.entered_s + timeouts.propose_s
        choice = np.full(len(powers), _NIL)
        prevoted_s = deadline_s.copy()
        for index, arrivals_s in zip(proposed, arrivals, strict=True):
            for node in np.flatnonzero((arrivals_s <= deadline_s) & (powers > 0)):
                if height.locked[node] in (_NIL, index) or polka_round >= height.locked_round[node]:
                    choice[node] = index
                prevoted_s[node] = max(arrivals_s[node], height.entered_s[node])
        prevoted_s = self._post.acting_s(prevoted_s)
        received_s = self._post.received_s(prevoted_s)
        any_s = np.maximum(reached_s(received_s, powers, quorum), prevoted_s)
        expired_s = any_s + timeouts.prevote_s
        nil_s = np.maximum(reached_s(received_s, np.where(choice == _NIL, powers, 0), quorum), prevoted_s)
        commitment = np.full(len(powers), _NIL)
        precommitted_s = np.minimum(nil_s, expired_s)
        for index, arrivals_s in zip(proposed, arrivals, strict=True):
            polka_s = reached_s(received_s, np.where(choice == index, powers, 0), quorum)
            seen_s = np.maximum(np.maximum(polka_s, arrivals_s), prevoted_s)
            for node in np.flatnonzero(np.isfinite(seen_s)):
                height.valid[node], height.valid_round[node] = index, height.round
                height.valid_since_s[node] = float(seen_s[node])
                if seen_s[node] <= precommitted_s[node]:
                    commitment[node] = index
                    precommitted_s[node] = seen_s[node]
                    height.locked[node], height.locked_round[node] = index, height.round
        precommitted_s = self._post.acting_s(precommitted_s)
        received_s = self._post.received_s(precommitted_s)
        for index, arrivals_s in zip(proposed, arrivals, strict=True):
            voted = np.where(commitment == index, powers, 0)
            committed_s = np.maximum(reached_s(received_s, voted, quorum), arrivals_s)
            if np.isfinite(committed_s[powers > 0]).any():
                self._voted_powers = powers
                self._absence_s = np.where((voted > 0)[:, None], received_s, NEVER_S)
                self._commit(
                    height, height.candidates[index], self._heard_s(committed_s, received_s, voted, quorum)
                )
                return True
        ended_s = np.maximum(reached_s(received_s, powers, quorum), precommitted_s) + timeouts.precommit_s
        self._next_round(height, ended_s)
        return False

    def _heard_s(self, committed_s: Vector, received_s: Vector, voted: Powers, quorum: int) -> Vector:
        """Return when each node commits: also who was shown nothing, or another proposal, copies the block."""
        heard_s = reached_s(received_s, voted, quorum)
        first_s = float(committed_s.min())
        return np.where(np.isfinite(committed_s), committed_s, np.maximum(heard_s, first_s))

    def _next_round(self, height: _Height, ended_s: Vector) -> None:
        """Enter the next round: at the end of this one, or when a third of the power is known to be there."""
        entered_s = self._post.acting_s(ended_s)
        third = int(height.powers.sum()) // 3 + 1
        known_s = reached_s(self._post.received_s(entered_s), height.powers, third)
        height.entered_s = np.maximum(np.minimum(entered_s, known_s), height.entered_s)
        height.round += 1

    def _commit(self, height: _Height, block: Block, committed_s: Vector) -> None:
        block.arrivals_s = committed_s
        self._evidence = [found for found in self._evidence if found.number > block.number - 1]
        for node in self.watched:
            if committed_s[node] < NEVER_S:
                self._schedule(max(float(committed_s[node]), self._now_s), (node, block), _COMMIT)
        present = [
            moment_s
            for node, moment_s in enumerate(committed_s.tolist())
            if moment_s < NEVER_S and (node in self.watched or not self._was_away(node, moment_s))
        ]
        block.last_arrival_s = max(present)
        self._settled_s = max(self._settled_s, block.last_arrival_s, self._now_s)
        losers = [other for other in height.candidates if other is not block]
        self._schedule(self._settled_s, (block, losers), _SETTLE)
        pause_s = self._rules.timeouts(0).commit_s
        self._begin(block, committed_s + pause_s)

    def _was_away(self, node: int, moment_s: float) -> bool:
        """Whether a node commits only because it has just come back."""
        return not self._weather.is_calm and self._weather.is_away(node, moment_s - 1e-6)

    def _settle(self, what: tuple[Block, list[Block]]) -> None:
        block, losers = what
        block.parent = None
        self._events.append(Settled(block, True))
        for loser in losers:
            loser.parent, loser.dead = None, True
            self._events.append(Settled(loser, False))

    def _move(self, node: int, block: Block, moment_s: float) -> None:
        old = self._tips[node]
        if block.number <= old.number:
            return
        self._tips[node] = block
        self._events.append(TipMoved(node, moment_s, old, block, (), (block,)))


_PROPOSE: Final = "propose"
_COMMIT: Final = "commit"
_SETTLE: Final = "settle"
