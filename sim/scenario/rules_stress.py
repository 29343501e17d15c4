"""Rules of the stress test's keys: protocols that exist, factors that rise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.breach import Breach

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def stress_can_be_played(scenario: Scenario) -> Iterator[Breach]:
    """Yield what is wrong with `[stress]`."""
    from chain.protocols.presets import PRESETS  # a scenario is read often, and stressed seldom

    stress = scenario.stress
    names = stress.protocols.split()
    if len(set(names)) < len(names) or not set(names) <= set(PRESETS):
        yield Breach("stress.protocols", stress.protocols, f"each at most once, of {', '.join(PRESETS)}")
    for key in ("gas_limit_factors", "interval_factors"):
        factors = [float(factor) for factor in getattr(stress, key).split()]
        if not all(factors) or factors != sorted(set(factors)):
            yield Breach(f"stress.{key}", getattr(stress, key), "numbers above 0 in rising order")
