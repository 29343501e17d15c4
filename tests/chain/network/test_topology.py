"""Latencies, hops, bandwidth, validation, and routes through peers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.network.errors import NetworkError
from chain.network.regions import ONE_WAY_S, REGIONS, latencies_s, spread
from chain.network.topology import Topology, peer_graph

LINE = [frozenset({1}), frozenset({0, 2}), frozenset({1})]


def test_the_table_of_latencies_is_symmetric_and_whole() -> None:
    assert len(ONE_WAY_S) == len(REGIONS) ** 2
    assert all(ONE_WAY_S[here, there] == ONE_WAY_S[there, here] for here, there in ONE_WAY_S)
    assert ONE_WAY_S["NA", "EU"] == 0.124
    assert ONE_WAY_S["SA", "AS"] == 0.325
    assert ONE_WAY_S["JP", "JP"] == 0.012


def test_nodes_are_spread_in_proportion_and_well_mixed() -> None:
    regions = spread(20, {"JP": 0.6, "AS": 0.2, "NA": 0.1, "EU": 0.1})
    assert [regions.count(name) for name in ("JP", "AS", "NA", "EU")] == [12, 4, 2, 2]
    assert set(regions[:8]) == {"JP", "AS", "NA", "EU"}
    with pytest.raises(NetworkError, match="shares"):
        spread(3, {"JP": 0.0})
    with pytest.raises(NetworkError, match="no region 'XX'"):
        latencies_s(["JP", "XX"])


def test_a_block_takes_its_trips_its_bytes_and_its_gas_at_each_hop() -> None:
    latency_s = [[0, 0.1, 9], [0.1, 0, 0.2], [9, 0.2, 0]]
    line = Topology(
        "abc",
        latency_s,
        peers=LINE,
        one_way_trips=3,
        bandwidth_bytes_per_s=1_000_000,
        validation_s_per_gas=1e-7,
    )
    hop_s = 500_000 / 1_000_000 + 4_000_000 * 1e-7
    offsets = line.offsets(0, 500_000, 4_000_000)
    assert offsets.by_node_s.tolist() == pytest.approx([0, 0.3 + hop_s, 0.9 + 2 * hop_s])
    assert offsets.last_s == pytest.approx(0.9 + 2 * hop_s)
    assert offsets.propagation_s == pytest.approx((0.3 + hop_s, 0.9 + 2 * hop_s, 0.9 + 2 * hop_s))


def test_a_large_block_takes_the_way_with_fewer_hops() -> None:
    """Two short links beat a long one for a small block; what is paid at each hop turns that round."""
    latency_s = [[0, 0.1, 0.5], [0.1, 0, 0.1], [0.5, 0.1, 0]]
    everybody = [frozenset({0, 1, 2}) - {node} for node in range(3)]
    relayed = Topology("abc", latency_s, peers=everybody, bandwidth_bytes_per_s=1_000)
    assert relayed.offsets(0, 100, 0).by_node_s[2] == pytest.approx(0.1 + 0.1 + 2 * 0.1)
    assert relayed.offsets(0, 1_000, 0).by_node_s[2] == pytest.approx(0.5 + 1.0)
    direct = Topology("abc", latency_s, bandwidth_bytes_per_s=1_000)
    assert direct.offsets(0, 100, 0).by_node_s[2] == pytest.approx(0.5 + 0.1), "without peers no relays"


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(4, 9),
    degree=st.integers(2, 3),
    seed=st.binary(max_size=4),
    hop_s=st.sampled_from([0.0, 0.05, 2.0]),
)
def test_routes_are_the_fastest_there_are(count: int, degree: int, seed: bytes, hop_s: float) -> None:
    peers = peer_graph(count, degree, seed)
    latency_s = [
        [0.0 if a == b else 0.01 + (a * 7 + b * 13 + a * b) % 11 / 10 for b in range(count)]
        for a in range(count)
    ]
    size_bytes = int(hop_s * 1_000)
    found = Topology([str(n) for n in range(count)], latency_s, peers=peers, bandwidth_bytes_per_s=1_000)
    for start in range(count):
        best = [float("inf")] * count
        best[start] = 0.0
        for _ in range(count):
            for one, other in itertools.product(range(count), repeat=2):
                if other in peers[one]:
                    best[other] = min(best[other], best[one] + latency_s[one][other] + size_bytes / 1_000)
        assert found.offsets(start, size_bytes, 0).by_node_s.tolist() == pytest.approx(best)


def test_a_peer_graph_is_connected_symmetric_and_drawn_from_its_seed() -> None:
    graph = peer_graph(40, 3, b"one")
    assert graph == peer_graph(40, 3, b"one")
    assert graph != peer_graph(40, 3, b"two")
    assert all(node in graph[peer] for node in range(40) for peer in graph[node])
    assert all(len(group) >= 3 and node not in group for node, group in enumerate(graph))
    reached, frontier = {0}, [0]
    while frontier:
        frontier = [peer for node in frontier for peer in graph[node] if peer not in reached]
        reached.update(frontier)
    assert len(reached) == 40


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"names": "aa"}, "a name of its own"),
        ({"latency_s": [[0, 1]]}, "2 rows"),
        ({"latency_s": [[0, -1], [1, 0]]}, "at least 0 s"),
        ({"one_way_trips": 0}, "at least 1"),
        ({"bandwidth_bytes_per_s": 0.0}, "more than 0"),
        ({"validation_s_per_gas": float("nan")}, "at least 0 s per gas"),
        ({"peers": [frozenset(), frozenset()]}, "cannot be reached"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(NetworkError, match=said):
        Topology(**{"names": "ab", "latency_s": [[0, 1], [1, 0]], **arguments})  # type: ignore[arg-type]
    with pytest.raises(NetworkError, match="2 to 4 peers"):
        peer_graph(5, 5, b"")
