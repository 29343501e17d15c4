"""From settings to a protocol on a network: stakers, places, links, faults."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chain.errors import ChainError
from chain.network.behaviours import Behaviour, Misses, Selfish, TwoBlocks, Withholding
from chain.network.conditions import Churn, Conditions, Outage, Partition
from chain.network.regions import ONE_WAY_S, latencies_s, spread
from chain.network.topology import Topology, peer_graph
from chain.protocols.presets import knows_delegation, staker, with_delegation
from chain.protocols.protocol import Staker
from sim.errors import InputError
from sim.maths import concentrated, exp, ln
from sim.protocol_runs.settings import SAT_PER_COIN, Settings

OBSERVER: Final = "observer"
_SHARE_PARTS: Final = 10**9


@dataclass(frozen=True)
class Stage:
    """All that a run needs. `observer` is the index of the stakeless node, `regions` are None without places."""

    protocol: Any
    state: Any
    stakers: tuple[Staker, ...]
    validators: tuple[str, ...]
    regions: tuple[str, ...] | None
    topology: Topology
    observer: int
    conditions: Conditions
    behaviours: Mapping[int, Behaviour]


def build(settings: Settings, seed: int) -> Stage:
    """Return the stage; raises `InputError` where settings that are each allowed do not fit together."""
    try:
        return _build(settings, hashlib.sha256(b"medsim protocol run %d" % seed).digest())
    except ChainError as error:
        raise InputError(settings.preset.name, str(error)) from error


def _build(settings: Settings, seed: bytes) -> Stage:
    opening, protocol, stakers = settings.preset.opening, settings.protocol, _stakers(settings)
    if settings["stakers.delegating"] and not knows_delegation(settings.parameters):
        raise InputError(
            "--set stakers.delegating", f"means nothing: {settings.preset.name} knows no delegation", "0 here"
        )
    state = protocol.opening_state(
        stakers,
        number=opening.number,
        timestamp_s=settings.usage.timestamp_s,
        burn_in_blocks=opening.burn_in_blocks,
        seed=seed,
    )
    validators = tuple(protocol.validators(state))
    regions = _regions(settings, len(validators))
    names = (*validators, OBSERVER)
    degree = settings["network.peers"]
    topology = Topology(
        names,
        _latencies_s(settings, len(validators), regions),
        peers=peer_graph(len(names), degree, seed) if degree else None,
        one_way_trips=settings["network.one_way_trips"],
        bandwidth_bytes_per_s=settings["network.bandwidth_bytes_per_s"] or None,
        validation_s_per_gas=settings["network.validation_s_per_gas"],
    )
    return Stage(
        protocol=protocol,
        state=state,
        stakers=tuple(stakers),
        validators=validators,
        regions=regions,
        topology=topology,
        observer=len(validators),
        conditions=_conditions(settings, float(state.timestamp_s), seed),
        behaviours=_behaviours(settings, len(validators), float(state.timestamp_s), seed),
    )


def _stakers(settings: Settings) -> list[Staker]:
    shares = settings["stakers.shares"]
    total_sat = round(settings["stakers.stake"] * SAT_PER_COIN)
    if shares is None:
        exponent = settings["stakers.zipf"]
        # Powers by the rounded logarithm: the same on every processor.
        shares = [exp(-exponent * ln(rank)) for rank in range(1, settings["stakers.count"] + 1)]
    parts = [round(share / sum(shares) * _SHARE_PARTS) for share in shares]
    first_share = settings["faults.concentration_share"]
    if first_share and not (first_share < 1 and sum(parts[1:])):
        raise InputError(
            "--set faults.concentration_share",
            f"= {first_share:g} does not fit",
            "less than 1, of two stakers or more",
        )
    parts = concentrated(parts, first_share)
    # Where shares are all that stakes mean, a few parts of a coin would round them away.
    total_sat = total_sat if total_sat >= _SHARE_PARTS else sum(parts)
    stakers = [
        staker(f"v{index:03d}", total_sat * part // sum(parts), settings["stakers.coins"])
        for index, part in enumerate(parts)
    ]
    return with_delegation(
        stakers,
        settings["stakers.delegating"],
        settings["stakers.super_stakers"],
        settings["stakers.fee_percent"],
    )


def _regions(settings: Settings, count: int) -> tuple[str, ...] | None:
    if settings["network.delay_s"] is not None or settings["network.delay_matrix_s"] is not None:
        return None
    wanted = settings["network.regions"]
    if isinstance(wanted, dict):
        return tuple(spread(count, wanted))
    if len(wanted) != count:
        raise InputError(
            "--set network.regions", f"names {len(wanted)} regions", f"one for each of {count} validators"
        )
    return tuple(wanted)


def _latencies_s(settings: Settings, count: int, regions: tuple[str, ...] | None) -> list[list[float]]:
    """Return the latencies of validators and observer, who by default is where the first validator is."""
    if regions is not None:
        rows = latencies_s((*regions, regions[0]), settings["network.latency_s"] or ONE_WAY_S)
    else:
        matrix = settings["network.delay_matrix_s"]
        if matrix is None:
            delay_s = settings["network.delay_s"]
            matrix = [[0.0 if one == other else delay_s for other in range(count)] for one in range(count)]
        if len(matrix) != count:
            raise InputError(
                "--set network.delay_matrix_s", f"has {len(matrix)} rows", f"{count}, one for each validator"
            )
        rows = [[*row, row[0]] for row in matrix]
        rows.append([*matrix[0], 0.0])
    observer_s = settings["network.observer_delay_s"]
    if observer_s is not None:
        for row in rows[:-1]:
            row[-1] = observer_s
        rows[-1] = [observer_s] * count + [0.0]
    return rows


def _conditions(settings: Settings, start_s: float, seed: bytes) -> Conditions:
    skews_s = settings["faults.skew_s"]
    if skews_s and not settings.usage.is_clocked:
        raise InputError(
            "--set faults.skew_s", f"means nothing: {settings.preset.name} has no clocks", "no skew here"
        )
    return Conditions(
        outages=[
            Outage(row["node"], start_s + row["from_s"], start_s + row["to_s"])
            for row in settings["faults.outages"]
        ],
        churn=[
            Churn(node, row["mean_up_s"], row["mean_down_s"], seed, start_s)
            for row in settings["faults.churn"]
            for node in row["nodes"]
        ],
        partitions=[
            Partition(tuple(map(frozenset, row["groups"])), start_s + row["from_s"], start_s + row["to_s"])
            for row in settings["faults.partitions"]
        ],
        skews_s=skews_s,
        future_tolerance_s=settings["faults.future_tolerance_s"],
        catch_up_s=settings["faults.catch_up_s"],
    )


def _behaviours(settings: Settings, count: int, start_s: float, seed: bytes) -> dict[int, Behaviour]:
    conducts: list[tuple[str, int, Behaviour]] = []
    for node, probability in settings["faults.missed"].items():
        conducts.append(("missed", node, Misses(probability=probability, seed=b"missed%d" % node + seed)))
    half = frozenset(range(count // 2, count))
    conducts += [("two_blocks", node, TwoBlocks(half)) for node in settings["faults.two_blocks"]]
    conducts += [("selfish", node, Selfish(node)) for node in settings["faults.selfish"]]
    for row in settings["faults.withheld"]:
        times = {"from_s": start_s + row.get("from_s", 0.0)}
        conducts.append(("withheld", row["node"], Withholding(**{**row, **times})))
    behaviours: dict[int, Behaviour] = {}
    for kind, node, conduct in conducts:
        if node >= count:
            raise InputError(f"--set faults.{kind}", f"names node {node}", f"validators 0 to {count - 1}")
        if node in behaviours:
            raise InputError(f"--set faults.{kind}", f"names node {node} again", "one conduct a validator")
        behaviours[node] = conduct
    return behaviours
