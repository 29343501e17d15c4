"""The smallest protocols that a network can be tested with: a lottery by share, and slots in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chain.draws import Draws
from chain.logarithm import ONE, minus_log
from chain.protocols.protocol import Payouts

START_S = 1_500_000_000


@dataclass(frozen=True)
class TinyState:
    number: int
    time_s: float
    key: bytes
    weight: int = 0

    @property
    def timestamp_s(self) -> int:
        return int(self.time_s)


@dataclass(frozen=True)
class TinyProposal:
    number: int
    made_s: float
    producer_id: str
    key: bytes

    @property
    def timestamp_s(self) -> int:
        return int(self.made_s)


@dataclass
class Lottery:
    """Poisson blocks, winner by share, the longest chain."""

    shares: Sequence[float]
    interval_s: float
    depth_blocks: int = 10**9
    name = "tiny-lottery"

    def __post_init__(self) -> None:
        total = sum(self.shares)
        self._bounds: list[float] = []
        for share in self.shares:
            self._bounds.append((self._bounds[-1] if self._bounds else 0.0) + share / total)
        self.names = [f"miner-{number}" for number in range(len(self.shares))]

    def opening(self, seed: bytes = b"seed") -> TinyState:
        return TinyState(0, float(START_S), seed)

    def contenders(self, state: TinyState) -> Iterator[TinyProposal]:
        draws = Draws(state.key)
        time_s = state.time_s
        ordinal = 0
        while True:
            time_s += minus_log((draws.word() >> 64) + 1) / ONE * self.interval_s
            place = draws.word() / 2**128
            winner = next(n for n, bound in enumerate(self._bounds) if place < bound or bound > 0.999999)
            ordinal += 1
            yield TinyProposal(state.number + 1, time_s, self.names[winner], b"%d/%d" % (winner, ordinal))

    def apply(self, state: TinyState, proposal: TinyProposal, _fees_sat: int) -> tuple[TinyState, Payouts]:
        key = Draws(state.key + proposal.key).word().to_bytes(16, "big")
        after = TinyState(proposal.number, proposal.made_s, key, state.weight + 1)
        return after, Payouts(1, 0, {proposal.producer_id: 1})

    def weight(self, state: TinyState) -> int:
        return state.weight

    def final_number(self, state: TinyState) -> int:
        return max(0, state.number - self.depth_blocks)

    def validators(self, _state: Any) -> list[str]:
        return self.names


@dataclass
class Slots:
    """A slot every few seconds, the validators in turn, the longest chain."""

    count: int
    slot_s: int = 3
    name = "tiny-slots"

    def __post_init__(self) -> None:
        self.names = [f"seat-{number}" for number in range(self.count)]

    def opening(self) -> TinyState:
        return TinyState(0, float(START_S), b"")

    def contenders(self, state: TinyState) -> Iterator[TinyProposal]:
        slot = state.timestamp_s // self.slot_s
        while True:
            slot += 1
            yield TinyProposal(
                state.number + 1, float(slot * self.slot_s), self.names[slot % self.count], b"%d" % slot
            )

    def apply(self, state: TinyState, proposal: TinyProposal, _fees_sat: int) -> tuple[TinyState, Payouts]:
        after = TinyState(proposal.number, proposal.made_s, proposal.key, state.weight + 1)
        return after, Payouts(1, 0, {proposal.producer_id: 1})

    def weight(self, state: TinyState) -> int:
        return state.weight

    def final_number(self, _state: TinyState) -> int:
        return 0

    def validators(self, _state: Any) -> list[str]:
        return self.names
