"""Play a network to a length and sort out what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from chain.network.events import BlockMade, Event, Settled
from chain.network.race import Race
from chain.network.topology import Topology


def mesh(names: Sequence[str], delay_s: float) -> Topology:
    """Everybody hears from everybody else after the same time."""
    return Topology(names, [[0.0 if one == other else delay_s for other in names] for one in names])


def played(race: Race, blocks: int) -> list[Event]:
    """Return all events until so many blocks were made and everybody has heard of them."""
    events: list[Event] = []
    made = 0
    while made < blocks:
        told = race.step()
        made += sum(isinstance(event, BlockMade) for event in told)
        events += told
    return events + race.drain()


def canonical_and_stale(events: Sequence[Event], count: int) -> tuple[list[int], list[int]]:
    """Return each validator's canonical and stale blocks."""
    canonical, stale = [0] * count, [0] * count
    for event in events:
        if isinstance(event, Settled):
            (canonical if event.canonical else stale)[event.block.producer] += 1
    return canonical, stale
