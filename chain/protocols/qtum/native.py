"""Many empty blocks in one call, where the fast engine keeps the coins (`chain.engines.choice.new_book`)."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from chain.protocols.qtum.book import Book
from chain.protocols.qtum.kernel import Win
from chain.protocols.qtum.parameters import SATOSHI_PER_CENT
from chain.protocols.qtum.road import Bounds, Leg, Road, ruled


def pass_leg(bounds: Bounds, road: Road, book: Book, room_blocks: int) -> Leg:
    """Pass the road's next block and the empty ones after it in a native book, at most as many as there is room for."""
    parameters, native = bounds.parameters, cast(Any, book)
    changes, standing, reckoned, upcoming, is_last = native.pass_blocks(
        (road.number, road.timestamp_s, road.bits, road.modifier, list(road.producers)),
        bounds.seed,
        (road.coin, road.interval_s),
        bounds.until_s,
        bounds.until_number,
        room_blocks,
        (
            parameters.grid_s,
            parameters.oldest_sharer_offset_blocks,
            parameters.combined_inputs,
            parameters.split_threshold_sat,
            SATOSHI_PER_CENT,
        ),
        partial(ruled, parameters),
    )
    road.number, road.timestamp_s, road.last_bits, road.bits, road.modifier, latest = standing
    road.producers.extend(latest)
    issued_sat, work, earned = reckoned
    road.subsidies_sat += issued_sat
    road.work += work
    for owner, paid_sat, made in earned:
        road.paid_sat[owner] += paid_sat
        road.made[owner] += made
    road.upcoming = None if upcoming is None else Win(*upcoming)
    if road.upcoming is not None:
        road.coin, road.interval_s = road.upcoming.coin, road.upcoming.steps * parameters.grid_s
    return Leg(changes, is_last)
