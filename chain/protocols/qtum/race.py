"""The blocks that may follow one state, decided one after the other as far as anybody has asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chain.draws import Draws
from chain.protocols.qtum.compact import target_from_compact
from chain.protocols.qtum.forging import modifier_after
from chain.protocols.qtum.kernel import MOMENT_BITS, Win, hashed_wins, sampled_wins
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.state import QtumProposal, QtumState
from chain.protocols.qtum.versions import BookAt


class Race:
    """The contenders of one state in their order; each is decided once, whoever asks and however often."""

    __slots__ = ("_known", "_rest")

    def __init__(self, contenders: Iterator[QtumProposal]) -> None:
        self._known: Final[list[QtumProposal]] = []
        self._rest = contenders

    def at(self, place: int) -> QtumProposal | None:
        """Return the contender with `place` others before it, None where nothing can follow."""
        while len(self._known) <= place:
            contender = next(self._rest, None)
            if contender is None:
                return None
            self._known.append(contender)
        return self._known[place]

    def __iter__(self) -> Iterator[QtumProposal]:
        place = 0
        while (contender := self.at(place)) is not None:
            yield contender
            place += 1


def race(parameters: QtumParameters, kernel: str, state: QtumState) -> Race:
    """Return the race on a state by one kind of kernel. It keeps hold of the state's coins, not of the state."""
    target = target_from_compact(state.bits)
    if kernel == "sampled":
        wins = sampled_wins(state.book, target, Draws(state.seed + state.modifier))
    else:
        wins = hashed_wins(state.book, target, state.modifier, state.timestamp_s, parameters.grid_s)
    return Race(_proposals(parameters, _Parent(state), wins))


def race_from(parameters: QtumParameters, state: QtumState, first: Win) -> Race:
    """Return the race on a state by the sampled kernel, of which the first win is known."""
    return Race(
        _proposals(
            parameters, _Parent(state), _going_on(state.book, state.bits, state.seed + state.modifier, first)
        )
    )


def _going_on(at: BookAt, bits: int, key: bytes, first: Win) -> Iterator[Win]:
    yield first
    wins = sampled_wins(at, target_from_compact(bits), Draws(key))
    next(wins)
    yield from wins


class _Parent:
    """What proposals say of the state that they follow."""

    __slots__ = ("bits", "book", "modifier", "number", "owners", "timestamp_s")

    def __init__(self, state: QtumState) -> None:
        self.number = state.number
        self.timestamp_s = state.timestamp_s
        self.bits = state.bits
        self.modifier = state.modifier
        self.owners = state.owners
        self.book = state.book


def _proposals(parameters: QtumParameters, parent: _Parent, wins: Iterator[Win]) -> Iterator[QtumProposal]:
    grid_s, publishing_ms = parameters.grid_s, parameters.publishing_ms
    for place, (steps, moment, coin) in enumerate(wins):
        producer = parent.owners[coin.owner].producer(parent.owners)
        modifier = modifier_after(coin, parent.modifier)
        yield QtumProposal(
            number=parent.number + 1,
            timestamp_s=parent.timestamp_s + steps * grid_s,
            interval_s=steps * grid_s,
            producer_id=producer.owner_id,
            producer_address=producer.address,
            difficulty_bits=parent.bits,
            randomness=modifier,
            coin=coin,
            modifier=modifier,
            place=place,
            published_after_ms=moment * publishing_ms >> MOMENT_BITS,
        )
