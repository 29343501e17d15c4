"""Regions of the world and how long a message takes between them.

Source: dsg-titech/simblock, NetworkConfiguration.java, measured averages of 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from chain.network.errors import NetworkError

REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NA": "North America",
        "EU": "Europe",
        "SA": "South America",
        "AS": "Asia and Pacific",
        "JP": "Japan, and Korea, which has no row of its own in the source",
        "AU": "Australia",
    }
)

_UPPER_TRIANGLE_MS: Final = (
    (32, 124, 184, 198, 151, 189),
    (11, 227, 237, 252, 294),
    (88, 325, 301, 322),
    (85, 58, 198),
    (12, 126),
    (16,),
)

ONE_WAY_S: Final[Mapping[tuple[str, str], float]] = MappingProxyType(
    {
        pair: milliseconds / 1000
        for row, (first, values_ms) in enumerate(zip(REGIONS, _UPPER_TRIANGLE_MS, strict=True))
        for second, milliseconds in zip(list(REGIONS)[row:], values_ms, strict=True)
        for pair in ((first, second), (second, first))
    }
)
"""One-way latency in seconds between two regions, and within one."""


def latencies_s(
    regions: Sequence[str], table_s: Mapping[tuple[str, str], float] = ONE_WAY_S
) -> list[list[float]]:
    """Return the matrix of one-way latencies in seconds between nodes in these regions; 0 to oneself.

    Raises `NetworkError` for a region that the table does not hold.
    """
    known = {first for first, _second in table_s}
    if unknown := [region for region in regions if region not in known]:
        raise NetworkError(f"no region {unknown[0]!r}; there are {', '.join(sorted(known))}")
    return [
        [0.0 if one == other else table_s[here, there] for other, there in enumerate(regions)]
        for one, here in enumerate(regions)
    ]


def spread(count: int, shares: Mapping[str, float]) -> list[str]:
    """Return a region for each of `count` nodes, in proportion to `shares` and well mixed in order.

    Each next node goes where the share is furthest behind, the first named region winning ties, so that the
    nodes that hold most are spread like all others. Raises `NetworkError` for shares that are none.
    """
    total = sum(shares.values())
    if not shares or min(shares.values()) < 0 or total <= 0:
        raise NetworkError("regions need shares of at least 0, and not all 0")
    placed = dict.fromkeys(shares, 0)
    regions = []
    for position in range(1, count + 1):
        # Compared at a millionth of a node, so that the last bits of a sum do not decide.
        region = max(shares, key=lambda name: round(shares[name] / total * position - placed[name], 6))
        placed[region] += 1
        regions.append(region)
    return regions
