"""The network of any protocol: blocks that race, or votes on each block."""

from __future__ import annotations

from typing import Any, Protocol, Unpack

from chain.network.driven import Circumstances
from chain.network.events import Event
from chain.network.race import Race
from chain.network.rounds import Rounds
from chain.network.topology import Topology
from chain.network.tree import Block


class Network(Protocol):
    """Nodes that make blocks and hear of them; a plain loop or somebody's clock drives it. Unix seconds."""

    @property
    def now_s(self) -> float:
        """The moment of the last step."""

    def next_event_s(self) -> float:
        """Return the moment of the next step; raises `NothingFollows` where there is none."""

    def step(self) -> list[Event]:
        """Let the next thing happen and return what came of it, often nothing."""

    def drain(self) -> list[Event]:
        """End the run: settle everything, and return what that told."""

    def tip(self, node: int) -> Block:
        """Return the tip of a watched node at the moment of the last step."""


def network(protocol: Any, state: Any, topology: Topology, **circumstances: Unpack[Circumstances]) -> Network:
    """Return the network that plays this protocol: `Rounds` where it has `round_rules`, else `Race`.

    The topology's first nodes are the protocol's validators, in their order. Raises `NetworkError` for what does
    not fit together.
    """
    kind = Rounds if hasattr(protocol, "round_rules") else Race
    return kind(protocol, state, topology, **circumstances)
