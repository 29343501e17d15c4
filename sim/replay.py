"""The command that repeats a run."""

from __future__ import annotations

import shlex

from sim.errors import ScenarioError
from sim.scenario import Scenario, available, load, parameters

OWN_OPTIONS = {"seed": "--seed", "chain.engine": "--engine", "chain.signing": "--signing"}
"""Keys that `medsim run` takes as options of their own."""


def replay_command(scenario: Scenario, source: str | None = None) -> str:
    """Return the `medsim run` that repeats `scenario`: where it came from, its seed, and every key that differs.

    `source` is the name or path it was loaded from; without one, the packaged scenario of its name, else that name.
    """
    origin = source or _packaged(scenario.name)
    words = ["medsim", "run", origin, "--seed", str(scenario.seed)]
    try:
        original = {entry.key: entry.value for entry in parameters(load(origin))}
    except ScenarioError:
        original = {}
    for entry in parameters(scenario):
        if entry.key == "seed" or not original or original.get(entry.key) == entry.value:
            continue
        option = OWN_OPTIONS.get(entry.key)
        words += [option, str(entry.value)] if option else ["--set", f"{entry.key}={_toml(entry.value)}"]
    return shlex.join(words)


def _packaged(name: str) -> str:
    return next((known for known in available() if known.rpartition("/")[2] == name), name)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
