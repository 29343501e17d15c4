"""Runs of consensus and network alone are fast, and their memory does not grow with the chain."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from sim.protocol_runs import resolve
from sim.protocol_runs.running import Playing


def blocks_per_s(preset: str, blocks: int) -> float:
    playing = Playing(resolve(preset, []), 1)
    begun_s = time.process_time()
    while playing.length < blocks:
        playing.step()
    return blocks / (time.process_time() - begun_s)


@pytest.mark.long
@pytest.mark.parametrize(
    ("preset", "blocks", "least"), [("medibloc-dpos", 20_000, 5_000), ("qtum-2018", 6_000, 2_000)]
)
def test_blocks_a_second_on_one_core(preset: str, blocks: int, least: float) -> None:
    """In seconds of work, so that what else runs on the machine counts little: 21 seats; 100 stakers of 10 coins."""
    assert blocks_per_s(preset, blocks) >= least


@pytest.mark.long
@pytest.mark.parametrize("preset", ["medibloc-dpos", "panacea-bft", "poisson"])
def test_memory_is_that_of_a_short_run(preset: str) -> None:
    def kept_bytes(blocks: int) -> int:
        playing = Playing(resolve(preset, ["network.delay_s=1"]), 1)
        tracemalloc.start()
        while playing.length < blocks:
            playing.step()
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return kept

    kept_bytes(500)
    # Distributions fill their bins first: by 12,000 blocks they have.
    assert kept_bytes(36_000) < kept_bytes(12_000) + 24_000 * 20
