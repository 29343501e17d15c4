"""What networks of both kinds are alike in: what they are made of, their agenda of moments, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import Any, Final, TypedDict

from chain.network.behaviours import Behaviour
from chain.network.conditions import Conditions, Weather
from chain.network.errors import NetworkError, NothingFollows
from chain.network.events import Event
from chain.network.maker import ConstantMaker, Content, Maker
from chain.network.topology import Topology, Vector
from chain.network.tree import Block

NEVER_S: Final = float("inf")
NOTHING_HAPPENED: Final[list[Event]] = []


class Circumstances(TypedDict, total=False):
    """What a network may have beside protocol, state and topology: who fills blocks, what goes wrong, who misbehaves,
    and the nodes whose tips are reported as they move.
    """

    maker: Maker | None
    conditions: Conditions | None
    behaviours: Mapping[int, Behaviour] | None
    watched: Sequence[int]


class Driven:
    """A network that somebody drives step by step. The first nodes are the protocol's validators, in order."""

    standstill = "nothing can happen any more after {now_s} s"

    def __init__(
        self,
        protocol: Any,
        state: Any,
        topology: Topology,
        *,
        maker: Maker | None = None,
        conditions: Conditions | None = None,
        behaviours: Mapping[int, Behaviour] | None = None,
        watched: Sequence[int] = (),
    ) -> None:
        """Start from `state`, which every node has. Raises `NetworkError` for what does not fit together."""
        validators = tuple(protocol.validators(state))
        if topology.names[: len(validators)] != validators:
            raise NetworkError("the first nodes of the network are the protocol's validators, in their order")
        for node in (*watched, *(behaviours or {})):
            if not 0 <= node < len(topology):
                raise NetworkError(f"there is no node {node}; they are 0 to {len(topology) - 1}")
        self.protocol = protocol
        self.topology = topology
        self.validators = validators
        self.behaviours = dict(behaviours or {})
        self.watched = tuple(watched)
        self._maker: Maker = maker or ConstantMaker()
        self._weather = Weather(conditions or Conditions(), len(topology), always=frozenset(watched))
        self._node_of = {name: node for node, name in enumerate(validators)}
        self._agenda: list[tuple[float, int, Any, Any]] = []
        self._ticket = 0
        self._serial = 0
        self._events: list[Event] = []
        self._now_s = float(state.timestamp_s)

    @property
    def now_s(self) -> float:
        """The moment of the last step."""
        return self._now_s

    def next_event_s(self) -> float:
        """Return the moment of the next step; raises `NothingFollows` where there is none."""
        if not self._agenda:
            raise NothingFollows(self.standstill.format(now_s=self._now_s))
        return self._agenda[0][0]

    def _next(self) -> tuple[float, Any, Any]:
        """Go to the next moment, and return what is due then; raises `NothingFollows` where nothing is."""
        self.next_event_s()
        self._now_s, _ticket, what, task = heappop(self._agenda)
        return self._now_s, what, task

    def _schedule(self, moment_s: float, what: Any, task: Any) -> None:
        if moment_s < NEVER_S:
            self._ticket += 1
            heappush(self._agenda, (moment_s, self._ticket, what, task))

    def _told(self) -> list[Event]:
        """Return what has happened since the last time."""
        if not self._events:
            return NOTHING_HAPPENED
        events, self._events = self._events, []
        return events

    def _made(
        self, parent: Block, proposal: Any, node: int, moment_s: float, variant: int, arrivals_s: Vector
    ) -> Block:
        """Have a block filled and its state worked out; `arrivals_s` is where it is as long as nobody sends it."""
        content = self._maker.make(parent, proposal, node, moment_s, variant)
        state, payouts = content.after or self.protocol.apply(parent.state, proposal, content.fees_sat)
        self._serial += 1
        return self._block(parent, state, node, moment_s, proposal, payouts, content, arrivals_s)

    def _block(
        self,
        parent: Block | None,
        state: Any,
        node: int,
        moment_s: float,
        proposal: Any,
        payouts: Any,
        content: Content | None,
        arrivals_s: Vector,
        last_arrival_s: float = NEVER_S,
    ) -> Block:
        return Block(
            self._serial,
            parent,
            state,
            self.protocol.weight(state),
            self.protocol.final_number(state),
            producer=node,
            made_s=moment_s,
            arrivals_s=arrivals_s,
            last_arrival_s=last_arrival_s,
            proposal=proposal,
            payouts=payouts,
            content=content,
        )
