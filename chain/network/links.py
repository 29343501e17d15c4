"""How a transaction gets from the gateway that took it to the other nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.network.conditions import Conditions, Weather
from chain.network.topology import Topology

TRANSACTION_BYTES: Final = 400
"""Size by which the gossip of a transaction is timed: those of the health acts take 300 to 900 bytes."""


class GossipLinks:
    """Transactions are pushed along the fastest ways there are; what a partition holds up sets out when it heals.

    Outages change nothing here: who is down makes no block, and has asked for what it missed when it is back.
    """

    def __init__(
        self, topology: Topology, gateways: Sequence[int], conditions: Conditions | None = None
    ) -> None:
        """`gateways` are the nodes that take transactions."""
        self.gateways = tuple(gateways)
        delays_s = topology.votes_s(TRANSACTION_BYTES)
        self._delays_s: list[list[float]] = [delays_s[node].tolist() for node in self.gateways]
        self._weather = Weather(conditions or Conditions(), len(topology))

    def arrival_s(self, gateway: int, node: int, sent_s: float) -> float:
        """Return when a node has what the gateway of this number sent then (Unix seconds)."""
        departed_s = sent_s
        if not self._weather.is_calm:
            departed_s = self._weather.departure_s(self.gateways[gateway], node, sent_s)
        return departed_s + self._delays_s[gateway][node]

    def last_arrival_s(self, gateway: int, sent_s: float) -> float:
        """Return when every node has it."""
        return max(self.arrival_s(gateway, node, sent_s) for node in range(len(self._delays_s[gateway])))
