"""Drive a protocol's network until its chain is long enough, and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chain.network.errors import NetworkError
from chain.network.events import Event, TipMoved
from chain.network.maker import ConstantMaker, Maker
from chain.network.network import Network, network
from chain.network.statistics import Statistics
from sim.errors import InputError
from sim.protocol_runs.building import Stage, build
from sim.protocol_runs.settings import Settings

Progress = Callable[[int, int], None]
"""Takes the length that the chain has reached, and the length wanted, in blocks."""

_TOLD_EVERY_BLOCKS = 256


@dataclass(frozen=True)
class Outcome:
    """A finished run: what was counted, and the opening and last canonical protocol states."""

    settings: Settings
    seed: int
    blocks: int
    stage: Stage
    statistics: Statistics
    opening: Any
    last: Any


def network_of(stage: Stage, maker: Maker) -> Network:
    """Return the network that plays a stage, its observer watched; raises `InputError` for faults it cannot play."""
    try:
        return network(
            stage.protocol,
            stage.state,
            stage.topology,
            maker=maker,
            conditions=stage.conditions,
            behaviours=stage.behaviours,
            watched=(stage.observer,),
        )
    except NetworkError as error:
        raise InputError(stage.protocol.name, str(error)) from error


def run(
    settings: Settings,
    *,
    seed: int,
    blocks: int,
    progress: Progress | None = None,
    maker: Maker | None = None,
) -> Outcome:
    """Run until the observer's chain has `blocks` blocks, let everybody hear of all, and return what was counted.

    What was under way then may make the chain a little longer.

    Raises `InputError` for settings that do not fit together, `NetworkError` where no block can follow.
    """
    playing = Playing(settings, seed, maker)
    while playing.length < blocks:
        playing.step()
        if (
            progress is not None
            and playing.told != playing.length
            and not playing.length % _TOLD_EVERY_BLOCKS
        ):
            playing.told = playing.length
            progress(playing.length, blocks)
    return playing.finish(blocks)


class Playing:
    """A run under way: its stage, its network and what was counted so far. `length` is the observer's chain's."""

    def __init__(self, settings: Settings, seed: int, maker: Maker | None = None) -> None:
        """Set the stage; raises `InputError` for settings that do not fit together."""
        self.settings = settings
        self.seed = seed
        self.stage = build(settings, seed)
        self.network = network_of(
            self.stage, maker or ConstantMaker(settings["block.bytes"], settings["block.gas"])
        )
        self.statistics = Statistics(
            self.stage.validators,
            self.stage.observer,
            settings["statistics.confirmations"],
            is_clocked=settings.usage.is_clocked,
        )
        self.length = 0
        self.told = 0

    def step(self) -> list[Event]:
        """Let the next thing happen, count it, and return it."""
        events = self.network.step()
        if events:
            self.statistics.take(events)
            for event in events:
                if type(event) is TipMoved:
                    self.length = event.new.number - self.stage.state.number
        return events

    def finish(self, blocks: int) -> Outcome:
        """Let everybody hear of what was made, and return what was counted."""
        self.statistics.take(self.network.drain())
        last = self.statistics.last_canonical
        if last is None:
            raise NetworkError("no block became part of everybody's chain")
        return Outcome(
            self.settings, self.seed, blocks, self.stage, self.statistics, self.stage.state, last.state
        )
