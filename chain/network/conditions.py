"""What goes wrong with nodes and links: outages, churn, partitions, clock skew. All of it is known beforehand.

A node that crashed is away until it has restarted and caught up: it makes nothing, and all that reached it
meanwhile is there when it is back. What would cross a partition waits until it heals. A validator's skewed clock
makes it act early or late, and others hold a block from the future until their own clocks allow its timestamp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from chain.draws import Draws
from chain.logarithm import ONE, minus_log
from chain.network.errors import NetworkError
from chain.network.topology import Offsets, Vector, as_offsets

FOREVER_S: Final = float("inf")


@dataclass(frozen=True)
class Outage:
    """A node is down from `from_s` until it restarts at `to_s` (Unix seconds; infinity: it never does)."""

    node: int
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Churn:
    """A node goes and comes: exponential times of these means, drawn from `seed`, from `from_s` on for ever."""

    node: int
    mean_up_s: float
    mean_down_s: float
    seed: bytes
    from_s: float


@dataclass(frozen=True)
class Partition:
    """Groups that do not hear of each other from `from_s` until `to_s`; who is in none is in one more."""

    groups: tuple[frozenset[int], ...]
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Conditions:
    """The faults of one run.

    `skews_s` says by how much a node's clock is ahead between `skews_from_s` and `skews_to_s` (Unix seconds);
    `future_tolerance_s` how far a block's timestamp may lie ahead of a node's clock before the node holds it back;
    `catch_up_s` how long a restarted node takes to hold what the others hold.
    """

    outages: Sequence[Outage] = ()
    churn: Sequence[Churn] = ()
    partitions: Sequence[Partition] = ()
    skews_s: Mapping[int, float] = field(default_factory=dict)
    skews_from_s: float = -FOREVER_S
    skews_to_s: float = FOREVER_S
    future_tolerance_s: float = 0.0
    catch_up_s: float = 30.0

    def __post_init__(self) -> None:
        windows = [(fault.from_s, fault.to_s) for fault in self.outages]
        windows += [(fault.from_s, fault.to_s) for fault in self.partitions]
        windows.append((self.skews_from_s, self.skews_to_s))
        for from_s, to_s in windows:
            if not from_s < to_s:
                raise NetworkError(f"a fault ends after it begins, not at {to_s} s after {from_s} s")
        for coming in self.churn:
            if not (coming.mean_up_s > 0 and coming.mean_down_s > 0):
                raise NetworkError("a node that comes and goes is up and down for more than 0 s on average")
        for partition in self.partitions:
            if len(frozenset().union(*partition.groups)) != sum(map(len, partition.groups)):
                raise NetworkError("a node is in one group of a partition at most")
        if len({outage.node for outage in self.outages} & {coming.node for coming in self.churn}):
            raise NetworkError("a node has outages at given times or comes and goes, not both")
        if not (self.catch_up_s >= 0 and self.future_tolerance_s >= 0):
            raise NetworkError("catching up and tolerance of the future take at least 0 s")


class Weather:
    """The conditions as they act on messages; questions must not go back in time by more than a day."""

    def __init__(self, conditions: Conditions, count: int, always: frozenset[int] = frozenset()) -> None:
        """Take the conditions of a network of `count` nodes; of `always` it is never left out who is away."""
        self._conditions = conditions
        self._always = always
        coming = {outage.node for outage in conditions.outages} | {churn.node for churn in conditions.churn}
        self._absences = {node: _Absences(conditions, node) for node in sorted(coming)}
        for node in (*self._absences, *conditions.skews_s):
            if not 0 <= node < count:
                raise NetworkError(f"there is no node {node}; they are 0 to {count - 1}")
        self.fallible = tuple(self._absences)
        self._walls = [
            (wall.from_s, wall.to_s, _groups(wall, count))
            for wall in sorted(conditions.partitions, key=lambda wall: wall.from_s)
        ]
        self._skews_s = np.array([conditions.skews_s.get(node, 0.0) for node in range(count)])
        self.has_skews = bool(self._skews_s.any())
        self.furthest_ahead_s = float(self._skews_s.max(initial=0.0))
        self.is_calm = not (self._absences or self._walls or self.has_skews)

    def shown_s(self, node: int, time_s: float) -> float:
        """Return the moment at which a node's clock first shows that time."""
        if time_s < self._conditions.skews_from_s:
            return time_s
        skewed_s = max(time_s - float(self._skews_s[node]), self._conditions.skews_from_s)
        return (
            skewed_s if skewed_s < self._conditions.skews_to_s else max(time_s, self._conditions.skews_to_s)
        )

    def is_away(self, node: int, moment_s: float) -> bool:
        """Tell whether a node is down, or not yet caught up after it was."""
        absences = self._absences.get(node)
        return absences is not None and absences.back_s(moment_s) > moment_s

    def back_s(self, node: int, moment_s: float) -> float:
        """Return the first moment from `moment_s` on at which the node is there; infinity for never."""
        absences = self._absences.get(node)
        return moment_s if absences is None else absences.back_s(moment_s)

    def arrivals(
        self, sender: int, sent_s: float, timestamp_s: int, offsets: Offsets
    ) -> tuple[Vector, Offsets]:
        """Return when a block is at each node, and its offsets; `last_s` of these leaves out who is away."""
        arrivals_s = self.departures_s(sender, sent_s) + offsets.by_node_s
        if self.has_skews:
            time_s = timestamp_s - self._conditions.future_tolerance_s
            due_s = np.array([self.shown_s(node, time_s) for node in range(len(self._skews_s))])
            due_s[sender] = sent_s
            np.maximum(arrivals_s, due_s, out=arrivals_s)
        present = np.ones(len(arrivals_s), dtype=np.bool_)
        for node, absences in self._absences.items():
            back_s = absences.back_s(float(arrivals_s[node]))
            if back_s > arrivals_s[node] and node != sender:
                arrivals_s[node] = back_s
                present[node] = node in self._always
        measured = as_offsets(arrivals_s - sent_s)
        last_s = float((arrivals_s[present] - sent_s).max(initial=0.0))
        return arrivals_s, Offsets(measured.by_node_s, last_s, measured.propagation_s)

    def departure_s(self, sender: int, receiver: int, sent_s: float) -> float:
        """Return when what was sent sets out to one node: at once, or when the partition between has healed."""
        for from_s, to_s, groups in self._walls:
            if from_s <= sent_s < to_s and groups[sender] != groups[receiver]:
                sent_s = to_s
        return sent_s

    def departures_s(self, sender: int, sent_s: float) -> Vector:
        """Return when what was sent sets out to each node."""
        departures_s: Vector = np.full(len(self._skews_s), sent_s)
        for from_s, to_s, groups in self._walls:
            cut = (groups != groups[sender]) & (from_s <= departures_s) & (departures_s < to_s)
            departures_s[cut] = to_s
        return departures_s


class _Absences:
    """When one node is away: intervals in order, made as far ahead as somebody asks."""

    def __init__(self, conditions: Conditions, node: int) -> None:
        self._catch_up_s = conditions.catch_up_s
        self._known = [
            (outage.from_s, outage.to_s + conditions.catch_up_s)
            for outage in sorted(conditions.outages, key=lambda outage: outage.from_s)
            if outage.node == node
        ]
        self._churn = next((churn for churn in conditions.churn if churn.node == node), None)
        self._ordinal = 0
        self._drawn_to_s = 0.0 if self._churn is None else self._churn.from_s

    def back_s(self, moment_s: float) -> float:
        """Return the first moment from `moment_s` on that lies in no interval."""
        while self._churn is not None and self._drawn_to_s <= moment_s:
            self._draw(self._churn, moment_s)
        for from_s, to_s in self._known:
            if from_s <= moment_s < to_s:
                moment_s = to_s
        return moment_s

    def _draw(self, churn: Churn, moment_s: float) -> None:
        draws = Draws(b"churn%d,%d," % (churn.node, self._ordinal) + churn.seed)
        self._ordinal += 1
        from_s = self._drawn_to_s + _exponential_s(draws, churn.mean_up_s)
        restart_s = from_s + _exponential_s(draws, churn.mean_down_s)
        self._known.append((from_s, restart_s + self._catch_up_s))
        self._drawn_to_s = restart_s
        self._known = [interval for interval in self._known if interval[1] > moment_s - _KEPT_S]


_KEPT_S: Final = 86_400.0


def _exponential_s(draws: Draws, mean_s: float) -> float:
    return minus_log((draws.word() >> 64) + 1) / ONE * mean_s


def _groups(partition: Partition, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    groups = np.zeros(count, dtype=np.int64)
    for number, group in enumerate(partition.groups, start=1):
        for node in group:
            if not 0 <= node < count:
                raise NetworkError(f"there is no node {node}; they are 0 to {count - 1}")
            groups[node] = number
    return groups
