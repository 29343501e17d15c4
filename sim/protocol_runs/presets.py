"""What a run adds to a protocol's preset: when it opens, and when a block counts as confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from chain.protocols.presets import PRESETS, Preset
from sim.errors import InputError


@dataclass(frozen=True)
class Usage:
    """Unix time of the opening, and the blocks, its own included, after which a block counts as confirmed.

    `future_tolerance_s` is how far a block's timestamp may lie ahead of a node's clock (qtum: pos.h, FutureDrift).
    Where a protocol is not `is_clocked`, blocks come at any moment, whatever a validator's clock shows.
    """

    timestamp_s: int
    confirmations: int
    is_clocked: bool = True
    future_tolerance_s: float = 0.0


OCTOBER_2018_S: Final = 1_538_352_000

USAGE: Final[Mapping[str, Usage]] = MappingProxyType(
    {
        "qtum-2018": Usage(OCTOBER_2018_S, 10, future_tolerance_s=15.0),
        "qtum-2021": Usage(1_622_505_600, 10, future_tolerance_s=15.0),
        "medibloc-dpos": Usage(1_559_347_200, 15),
        "panacea-bft": Usage(1_564_531_200, 1, is_clocked=False),
        "poisson": Usage(OCTOBER_2018_S, 6, is_clocked=False),
        "ethereum-2018": Usage(OCTOBER_2018_S, 12, is_clocked=False),
        "notary": Usage(OCTOBER_2018_S, 1),
    }
)
"""Opening days: 1 October 2018, 1 June 2021 and 2019, 31 July 2019. Confirmations are what exchanges used to ask."""

__all__ = ["PRESETS", "USAGE", "Preset", "Usage", "preset_named"]


def preset_named(name: str) -> Preset:
    """Return the preset of this name; raises `InputError` that lists them where there is none."""
    if name not in PRESETS:
        raise InputError(repr(name), "is no protocol", ", ".join(PRESETS))
    return PRESETS[name]
