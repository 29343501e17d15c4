"""The network that a scenario describes: its validators and gateways, each somewhere, all linked to all."""

from __future__ import annotations

from collections import Counter
from typing import Final

from chain.network.regions import ONE_WAY_S, latencies_s, spread
from chain.network.topology import Topology
from sim.maths import rounded
from sim.metrics.tables_network import GATEWAY
from sim.scenario.chapters.network import Network

_BITS_PER_MEGABIT: Final = 1_000_000
_BITS_PER_BYTE: Final = 8


def regions_of(terms: Network, validators: int) -> tuple[str, ...]:
    """Return the region of each of so many validators, in the protocol's order, and of each gateway."""
    shares: Counter[str] = Counter()
    for part in terms.validator_regions.split():
        region, _colon, weight = part.partition(":")
        shares[region] += int(weight)
    return (*spread(validators, shares), *terms.gateway_regions.split())


def gateway_names(terms: Network) -> tuple[str, ...]:
    """Return the gateways' names, first the one that everybody asks."""
    further = range(2, len(terms.gateway_regions.split()) + 1)
    return (GATEWAY, *(f"{GATEWAY}-{number}" for number in further))


def topology_of(terms: Network, validators: tuple[str, ...], *, executes: bool = True) -> Topology:
    """Return the network: validators in the protocol's order, the gateways last.

    Unless a node `executes` a block before it passes it on, or votes on it, gas holds nobody up.
    """
    regions = regions_of(terms, len(validators))
    table_s = {pair: rounded(seconds * terms.latency_factor) for pair, seconds in ONE_WAY_S.items()}
    return Topology(
        (*validators, *gateway_names(terms)),
        latencies_s(regions, table_s),
        one_way_trips=terms.one_way_trips,
        bandwidth_bytes_per_s=terms.bandwidth_mbit_per_second * _BITS_PER_MEGABIT / _BITS_PER_BYTE,
        validation_s_per_gas=1 / terms.validation_gas_per_second if executes else 0.0,
    )
