"""Drive a protocol's network until its chain is long enough, and count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chain.network.errors import NetworkError
from chain.network.events import BlockMade
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
    """Run until a chain of `blocks` blocks has been made, let everybody hear of it, and return what was counted.

    Raises `InputError` for settings that do not fit together, `NetworkError` where no block can follow.
    """
    stage = build(settings, seed)
    maker = maker or ConstantMaker(settings["block.bytes"], settings["block.gas"])
    playing = network_of(stage, maker)
    statistics = Statistics(
        stage.validators,
        stage.observer,
        settings["statistics.confirmations"],
        is_clocked=settings.usage.is_clocked,
    )
    opening_number = stage.state.number
    longest = opening_number
    wanted = opening_number + blocks
    while longest < wanted:
        events = playing.step()
        for event in events:
            if type(event) is BlockMade and event.block.number > longest:
                longest = event.block.number
                if progress is not None and not longest % _TOLD_EVERY_BLOCKS:
                    progress(longest - opening_number, blocks)
        if events:
            statistics.take(events)
    statistics.take(playing.drain())
    last = statistics.last_canonical
    if last is None:
        raise NetworkError("no block became part of everybody's chain")
    return Outcome(settings, seed, blocks, stage, statistics, stage.state, last.state)
