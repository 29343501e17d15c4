"""Rules of the faults' keys: a network that they need, times in order and in the run, validators that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.breach import Breach
from sim.scenario.chapters.faults import INJECTORS

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def faults_can_be_injected(scenario: Scenario) -> Iterator[Breach]:
    """Yield what is wrong with the faults of `[faults]` that are switched on."""
    faults = scenario.faults
    for name, switch in INJECTORS.items():
        value = getattr(faults, switch)
        if not value:
            continue
        if scenario.network.views != "network":
            yield Breach(
                f"faults.{switch}",
                value,
                'unset, unless network.views = "network": on one view nobody is away, late or apart',
            )
        if name not in scenario.protocol_kind.faults:
            yield Breach(f"faults.{switch}", value, f"unset: it means nothing on {scenario.chain.protocol}")
        from_s, to_s = getattr(faults, f"{name}_from_s"), getattr(faults, f"{name}_to_s")
        if not from_s < to_s <= scenario.duration_s:
            yield Breach(
                f"faults.{name}_to_s",
                to_s,
                f"more than faults.{name}_from_s = {from_s:,} and at most the run's {scenario.duration_s:,} s "
                "(time.days)",
            )
        if name != "partitions":
            yield from _validators_exist(scenario, switch, value)
    if faults.partitions_groups:
        yield from _groups_are_apart(scenario)
    if faults.skew_by and not faults.skew_s:
        yield Breach("faults.skew_s", faults.skew_s, "above or below 0 where faults.skew_by names validators")
    kind = scenario.protocol_kind
    if faults.concentration_share and kind.makers_of(scenario) < 2:
        allowed = f"0, unless {kind.makers} is at least 2" if kind.makers else "0: one signer has it all"
        yield Breach("faults.concentration_share", faults.concentration_share, allowed)


def _validators_exist(scenario: Scenario, switch: str, value: str) -> Iterator[Breach]:
    if value.endswith("%"):
        return
    ranks = [int(rank) for rank in value.split()]
    kind = scenario.protocol_kind
    most, named = kind.makers_of(scenario), f"{kind.makers} = " if kind.makers else ""
    if scenario.staking.delegating and kind.name == "qtum":
        most, named = most - scenario.staking.delegating, f"{kind.makers} - staking.delegating = "
    if max(ranks) > most or len(set(ranks)) < len(ranks):
        yield Breach(
            f"faults.{switch}",
            value,
            f"each at most once, ranks from 1 to {named}{most:,}",
        )


def _groups_are_apart(scenario: Scenario) -> Iterator[Breach]:
    network, groups = scenario.network, scenario.faults.partitions_groups
    named = groups.replace("|", " ").split()
    placed = {part.partition(":")[0] for part in network.validator_regions.split()} | set(
        network.gateway_regions.split()
    )
    if (
        len(set(named)) < len(named)
        or not set(named) <= placed
        or ("|" not in groups and placed <= set(named))
    ):
        yield Breach(
            "faults.partitions_groups",
            groups,
            f"each region at most once, and nodes on both sides; there are nodes in {', '.join(sorted(placed))} "
            "(network.validator_regions, network.gateway_regions)",
        )
