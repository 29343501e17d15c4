"""Who hears from whom how fast: nodes, one-way latencies, hops, bandwidth and validation.

A message over one link takes `one_way_trips` latencies (1 where blocks are pushed unasked, 3 where they are
announced, requested and sent), then the time its bytes take, then the time the receiver needs to validate it
before it passes it on. Blocks travel on the fastest routes there are for their size: what a block costs at each
hop decides whether a detour through near peers pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chain.draws import Draws
from chain.network.errors import NetworkError

Vector = NDArray[np.float64]

PROPAGATION_SHARES: Final = (0.5, 0.9, 1.0)
"""Shares of the nodes whose times of hearing of a block are reported."""

_KEPT_OFFSETS: Final = 4096


class Offsets(NamedTuple):
    """How long after it was made a block is at each node; the last of them; the times of `PROPAGATION_SHARES`."""

    by_node_s: Vector
    last_s: float
    propagation_s: tuple[float, ...]


class Topology:
    """A network of nodes known by their index; whoever builds it says which of them are validators."""

    def __init__(
        self,
        names: Sequence[str],
        latency_s: Sequence[Sequence[float]],
        *,
        peers: Sequence[frozenset[int]] | None = None,
        one_way_trips: int = 1,
        bandwidth_bytes_per_s: float | None = None,
        validation_s_per_gas: float = 0.0,
    ) -> None:
        """Describe the links; without `peers` every node has a link to every other, and uses it.

        `latency_s[i][j]` is the one-way latency from i to j. Raises `NetworkError` where the shapes disagree, a
        number is out of range, or a node cannot be reached.
        """
        count = len(names)
        if len(set(names)) != count or not count:
            raise NetworkError("a network has nodes, and each a name of its own")
        if len(latency_s) != count or any(len(row) != count for row in latency_s):
            raise NetworkError(f"the latencies of {count} nodes are {count} rows of {count} seconds")
        if one_way_trips < 1:
            raise NetworkError(f"a block takes at least 1 one-way trip a hop, not {one_way_trips}")
        if bandwidth_bytes_per_s is not None and not bandwidth_bytes_per_s > 0:
            raise NetworkError(f"a bandwidth is more than 0 bytes/s, not {bandwidth_bytes_per_s}")
        if not 0 <= validation_s_per_gas < float("inf"):
            raise NetworkError(f"validation takes at least 0 s per gas, not {validation_s_per_gas}")
        matrix = np.array(latency_s, dtype=np.float64)
        if not (np.isfinite(matrix).all() and (matrix >= 0).all()):
            raise NetworkError("latencies are finite and at least 0 s")
        self.names = tuple(names)
        self.latency_s = matrix
        self._trips = one_way_trips
        self._bandwidth = bandwidth_bytes_per_s
        self._validation = validation_s_per_gas
        self._by_hops_s = _direct(matrix) if peers is None else _routed(matrix, peers)
        self._kept: dict[tuple[int, int, int], Offsets] = {}

    def __len__(self) -> int:
        return len(self.names)

    def offsets(self, producer: int, size_bytes: int, gas_gas: int) -> Offsets:
        """Return when a block of that size and gas is at each node, in seconds since it was made."""
        key = (producer, size_bytes, gas_gas)
        offsets = self._kept.get(key)
        if offsets is None:
            if len(self._kept) >= _KEPT_OFFSETS:
                self._kept.clear()
            offsets = self._kept[key] = as_offsets(self._measure(producer, self._hop_s(size_bytes, gas_gas)))
        return offsets

    def votes_s(self, size_bytes: int) -> Vector:
        """Return the matrix of what a message that nobody executes takes from node to node: it is pushed."""
        hop_s = 0.0 if self._bandwidth is None else size_bytes / self._bandwidth
        routes = [hops_s + hops * hop_s for hops, hops_s in enumerate(self._by_hops_s, start=1)]
        matrix: Vector = np.minimum.reduce(routes)
        np.fill_diagonal(matrix, 0.0)
        return matrix

    def _hop_s(self, size_bytes: int, gas_gas: int) -> float:
        sending_s = 0.0 if self._bandwidth is None else size_bytes / self._bandwidth
        return sending_s + gas_gas * self._validation

    def _measure(self, producer: int, hop_s: float) -> Vector:
        routes = [
            self._trips * hops_s[producer] + hops * hop_s
            for hops, hops_s in enumerate(self._by_hops_s, start=1)
        ]
        offsets: Vector = np.minimum.reduce(routes)
        offsets[producer] = 0.0
        return offsets


def as_offsets(by_node_s: Vector) -> Offsets:
    """Return the offsets with their last and their propagation times."""
    ordered = np.sort(by_node_s)
    count = len(ordered)
    propagation_s = tuple(float(ordered[_rank(share, count)]) for share in PROPAGATION_SHARES)
    return Offsets(by_node_s, float(ordered[-1]), propagation_s)


def peer_graph(count: int, degree: int, seed: bytes) -> list[frozenset[int]]:
    """Return a random connected graph in which each node has chosen `degree` peers, and is chosen by others.

    A ring through all nodes in random order is part of it, so that every node is reached. Raises
    `NetworkError` for a degree that so many nodes cannot have.
    """
    if not 2 <= degree < count:
        raise NetworkError(f"each of {count} nodes can choose 2 to {count - 1} peers, not {degree}")
    draws = Draws(b"peers" + seed)
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = draws.below(last + 1)
        order[last], order[other] = order[other], order[last]
    peers: list[set[int]] = [set() for _ in range(count)]
    for place, node in enumerate(order):
        chosen = {order[place - 1], order[(place + 1) % count]}
        while len(chosen) < degree:
            candidate = draws.below(count)
            if candidate != node:
                chosen.add(candidate)
        for peer in chosen:
            peers[node].add(peer)
            peers[peer].add(node)
    return [frozenset(group) for group in peers]


def _rank(share: float, count: int) -> int:
    return max(0, -(-int(share * 100) * count // 100) - 1)


def _direct(latency_s: Vector) -> list[Vector]:
    return [latency_s]


def _routed(latency_s: Vector, peers: Sequence[frozenset[int]]) -> list[Vector]:
    """Return, for 1, 2, … hops, the least latency from node to node over at most so many links.

    It ends where one more hop makes no route faster; then the matrices hold the fastest route for any cost a
    hop, because a route of more links than the last matrix's is never better.
    """
    count = len(latency_s)
    links = np.full((count, count), np.inf)
    np.fill_diagonal(links, 0.0)
    for node, group in enumerate(peers):
        for peer in group:
            links[node, peer] = latency_s[node, peer]
    matrices = [links]
    while True:
        last = matrices[-1]
        following = last.copy()
        for through in range(count):
            np.minimum(following, last[:, through, None] + links[None, through, :], out=following)
        if np.array_equal(following, last):
            break
        matrices.append(following)
    if not np.isfinite(matrices[-1]).all():
        raise NetworkError("some node cannot be reached through the peers of the others")
    return matrices
