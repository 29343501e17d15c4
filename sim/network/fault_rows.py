"""What faults did: counted while the network runs, a row for each at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from chain.network.behaviours import TwoBlocks, Withholding
from chain.network.events import Reorganised, SlotMissed
from chain.network.tree import Block
from sim.metrics.rows import RowCollector
from sim.network.effects import EFFECTS
from sim.network.injectors import Injector, Plan

_REASONS: Final = {"idle": "missed", "away": "outages"}


class FaultRows:
    """Counts what each injector of a plan does. Moments are Unix seconds."""

    def __init__(self, plan: Plan) -> None:
        self._injectors = plan.injectors
        self._effects: Counter[str] = Counter()
        self._stale: Counter[str] = Counter()
        self._depths: dict[str, int] = {}
        self._moved_s: dict[str, float] = {}

    def missed(self, event: SlotMissed) -> None:
        """Count a turn that nobody took."""
        self._effects[_REASONS[event.reason]] += 1

    def settled(self, block: Block, canonical: bool) -> None:
        """Count a block of which all know whether it is part of everybody's chain."""
        for injector in self._injectors:
            name, inside = injector.fault, injector.from_s <= block.made_s < injector.to_s
            if canonical and block.made_s >= injector.to_s:
                self._moved_s[name] = min(block.made_s, self._moved_s.get(name, block.made_s))
            if inside and not canonical:
                self._stale[name] += 1
                self._effects[name] += name == "partitions"
            if name == "skew" and block.producer in injector.nodes and block.proposal is not None:
                self._effects[name] += block.made_s != block.proposal.made_s

    def reorganised(self, event: Reorganised) -> None:
        """Note how deep a node's chain was changed after a fault had begun."""
        for injector in self._injectors:
            if event.moment_s >= injector.from_s:
                known = self._depths.get(injector.fault, 0)
                self._depths[injector.fault] = max(known, event.depth_blocks)

    def write(self, rows: RowCollector, names: Sequence[str], regions: str, start_s: float) -> None:
        """Write a row for each; `names` are the nodes', `regions` the groups of a partition."""
        for injector in self._injectors:
            name = injector.fault
            moved_s = self._moved_s.get(name)
            rows.append(
                fault=name,
                concerned=regions
                if name == "partitions"
                else " ".join(names[node] for node in injector.nodes),
                from_s=injector.from_s - start_s,
                to_s=injector.to_s - start_s,
                effects=self._effects[name] + _by_conduct(injector),
                effect=EFFECTS[name],
                stale_blocks=self._stale[name],
                reorganisation_max_blocks=self._depths.get(name, 0),
                moved_after_s=None if moved_s is None else moved_s - injector.to_s,
            )


def _by_conduct(injector: Injector) -> int:
    doubled = sum(conduct.doubled for conduct in injector.conducts if isinstance(conduct, TwoBlocks))
    withholders = [conduct for conduct in injector.conducts if isinstance(conduct, Withholding)]
    return doubled + sum(conduct.released + conduct.abandoned for conduct in withholders)
