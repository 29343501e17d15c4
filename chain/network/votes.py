"""Votes as matrices: who has sent what when, when it is where, and when that is a quorum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chain.network.conditions import Weather
from chain.network.topology import Vector

Powers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Post:
    """Carries votes between nodes under the conditions of a run."""

    def __init__(self, delays_s: Vector, weather: Weather) -> None:
        self._delays_s = delays_s
        self._weather = weather

    def received_s(self, sent_s: Vector) -> Vector:
        """Return when each node (column) has the vote that each node (row) sends at its moment."""
        if self._weather.is_calm:
            arrivals_s: Vector = sent_s[:, None] + self._delays_s
            return arrivals_s
        rows = [self._weather.departures_s(sender, float(moment_s)) for sender, moment_s in enumerate(sent_s)]
        arrivals_s = np.array(rows) + self._delays_s
        for node in self._weather.fallible:
            column = arrivals_s[:, node]
            for sender in range(len(column)):
                column[sender] = self._weather.back_s(node, float(column[sender]))
        return arrivals_s

    def acting_s(self, moments_s: Vector) -> Vector:
        """Return when nodes act that want to at these moments: at once, or when they are back."""
        if self._weather.is_calm:
            return moments_s
        acting_s = moments_s.copy()
        for node in self._weather.fallible:
            acting_s[node] = self._weather.back_s(node, float(moments_s[node]))
        return acting_s


def reached_s(received_s: Vector, powers: Powers, needed: int) -> Vector:
    """Return when the votes that each node (column) has received weigh `needed`; infinity for never.

    `powers` are the weights of the senders (rows), 0 for a vote of another kind.
    """
    order = np.argsort(received_s, axis=0, kind="stable")
    gathered = np.cumsum(powers[order], axis=0)
    enough = gathered >= needed
    first = np.argmax(enough, axis=0)
    columns = np.arange(received_s.shape[1])
    moments_s: Vector = received_s[order[first, columns], columns]
    return np.where(enough[first, columns], moments_s, np.inf)
