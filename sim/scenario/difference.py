"""Where two scenarios differ, key by key."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.catalogue import catalogue
from sim.scenario.model import Scenario
from sim.scenario.parameter import Value


@dataclass(frozen=True)
class Difference:
    """A key with its value in the first and in the second scenario, and its unit ("1" where it has none)."""

    key: str
    first: Value
    second: Value
    unit: str


def differences(first: Scenario, second: Scenario) -> list[Difference]:
    """The keys on which two scenarios do not agree, in the file's order."""
    ours, theirs = first.values, second.values
    return [
        Difference(key, ours[key], theirs[key], entry.unit)
        for key, entry in catalogue().items()
        if ours[key] != theirs[key]
    ]
