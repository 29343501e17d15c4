"""From `[faults]` to what goes wrong on a network: whose nodes and links, when, and how validators then behave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chain.network.behaviours import Behaviour, Misses, Together, TwoBlocks, Withholding
from chain.network.conditions import FOREVER_S, Conditions, Outage, Partition
from sim.scenario.chapters.faults import INJECTORS, Faults

_HUNDRED: Final = 100


@dataclass(frozen=True)
class Injector:
    """A fault that is switched on: which nodes it concerns and between which Unix seconds."""

    fault: str
    nodes: tuple[int, ...]
    from_s: float
    to_s: float
    conducts: tuple[Behaviour, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All faults of a run, and what they mean to the network."""

    injectors: tuple[Injector, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    behaviours: Mapping[int, Behaviour] = field(default_factory=dict)


def plan_of(
    faults: Faults,
    stakes_sat: Sequence[int],
    regions: Sequence[str],
    *,
    start_s: float,
    seed: bytes,
    future_tolerance_s: float,
) -> Plan:
    """Return the plan of a network whose first nodes are the validators with these stakes.

    `regions` are all nodes', `start_s` is the run's start, and chance follows from `seed`.
    """
    count = len(stakes_sat)
    injectors = []
    for fault, switch in INJECTORS.items():
        value = getattr(faults, switch)
        if value:
            from_s = start_s + getattr(faults, f"{fault}_from_s")
            to_s = start_s + getattr(faults, f"{fault}_to_s")
            everybody = tuple(range(len(regions)))
            nodes = everybody if fault == "partitions" else chosen(value, stakes_sat)
            conducts = tuple(_conduct(faults, fault, node, count, (from_s, to_s), seed) for node in nodes)
            injectors.append(
                Injector(fault, nodes, from_s, to_s, tuple(one for one in conducts if one is not None))
            )
    return Plan(
        tuple(injectors),
        _conditions(faults, injectors, regions, future_tolerance_s),
        _behaviours(injectors),
    )


def chosen(who: str, stakes_sat: Sequence[int]) -> tuple[int, ...]:
    """Return the validators of these ranks by stake ("1 3"), or the largest that hold such a share ("30%")."""
    ranked = sorted(range(len(stakes_sat)), key=lambda node: (-stakes_sat[node], node))
    if not who.endswith("%"):
        return tuple(ranked[int(rank) - 1] for rank in who.split())
    needed, held_sat, found = int(who[:-1]) * sum(stakes_sat), 0, []
    for node in ranked:
        if held_sat * _HUNDRED >= needed:
            break
        held_sat += stakes_sat[node]
        found.append(node)
    return tuple(found)


def groups_of(groups: str, regions: Sequence[str]) -> tuple[frozenset[int], ...]:
    """Return the nodes of each group of regions ("JP AS | NA")."""
    sides = [side.split() for side in groups.split("|")]
    return tuple(frozenset(node for node, region in enumerate(regions) if region in side) for side in sides)


def _conduct(
    faults: Faults, fault: str, node: int, count: int, window_s: tuple[float, float], seed: bytes
) -> Behaviour | None:
    if fault == "missed":
        return Misses(faults.missed_probability, b"missed%d," % node + seed, (), *window_s)
    if fault == "two_blocks":
        return TwoBlocks(frozenset(range(count // 2, count)), (window_s,))
    if fault == "withheld":
        return Withholding(
            node,
            faults.withheld_depth_blocks,
            from_s=window_s[0],
            lag_blocks=faults.withheld_lag_blocks,
            attempts=faults.withheld_attempts,
            to_s=window_s[1],
        )
    return None


def _conditions(
    faults: Faults, injectors: Sequence[Injector], regions: Sequence[str], future_tolerance_s: float
) -> Conditions:
    by_fault = {injector.fault: injector for injector in injectors}
    outage, wall, skew = (by_fault.get(fault) for fault in ("outages", "partitions", "skew"))
    return Conditions(
        outages=[] if outage is None else [Outage(node, outage.from_s, outage.to_s) for node in outage.nodes],
        partitions=[]
        if wall is None
        else [Partition(groups_of(faults.partitions_groups, regions), wall.from_s, wall.to_s)],
        skews_s={} if skew is None else dict.fromkeys(skew.nodes, faults.skew_s),
        skews_from_s=-FOREVER_S if skew is None else skew.from_s,
        skews_to_s=FOREVER_S if skew is None else skew.to_s,
        future_tolerance_s=future_tolerance_s,
        catch_up_s=faults.catch_up_s,
    )


def _behaviours(injectors: Sequence[Injector]) -> dict[int, Behaviour]:
    conducts: dict[int, list[Behaviour]] = {}
    for injector in injectors:
        for node, conduct in zip(injector.nodes, injector.conducts, strict=False):
            conducts.setdefault(node, []).append(conduct)
    return {node: parts[0] if len(parts) == 1 else Together(parts) for node, parts in conducts.items()}
