"""Queues: one act a block is M/M/1; more acts than fit leave at the capacity that the rules give."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from chain.network.act_queue import ActQueue
from chain.network.events import Settled
from sim.protocol_runs.running import Playing
from sim.protocol_runs.settings import resolve
from sim.validation.answer import Answer
from sim.validation.batches import BATCHES, ratio_of_sums

LOAD: Final = 0.8
IN_SYSTEM: Final = LOAD / (1 - LOAD)
IN_QUEUE: Final = LOAD**2 / (1 - LOAD)
"""Mean acts in an M/M/1 system and in its queue: 4 and 3.2 at load 0.8."""

_INTERVAL_S: Final = 10.0
_WARM_UP_BLOCKS: Final = 1_000
_SHARE: Final = 0.02

QTUM_INTERVAL_S: Final = 144.73
"""Stationary mean interval of `qtum-2018` by power iteration over its retarget rule (ARCHITECTURE.md)."""

_GAS_PER_ACT: Final = 65_000
_BYTES_PER_ACT: Final = 300
_OVERLOAD: Final = 1.5
_ACT_SEED: Final = b"validation"


def single_server(blocks: int, seed: int, *, is_long: bool) -> Iterator[Answer]:
    """Yield the mean numbers of acts in the system and in the queue where each block takes one.

    Long runs must come within 2 %; the error of short ones is wider than that.
    """
    settings = resolve(
        "poisson", [f"protocol.interval_s={_INTERVAL_S}", "stakers.shares=[1]", "network.delay_s=0"]
    )
    start_s = float(settings.usage.timestamp_s)
    queue = ActQueue(
        LOAD / _INTERVAL_S,
        seed=_seed(seed),
        start_s=start_s,
        gas_per_act_gas=1,
        bytes_per_act=0,
        gas_limit_gas=1,
        block_limit_bytes=0,
    )
    rises = _fed(Playing(settings, seed, queue), queue, blocks)
    spans_s = [span_s for _system, _queue, span_s, _served in rises]
    for name, expected, column in (("in the system", IN_SYSTEM, 0), ("in the queue", IN_QUEUE, 1)):
        mean, error = ratio_of_sums([rise[column] for rise in rises], spans_s)
        yield Answer(
            suite="m-m-1",
            name=f"acts {name} at load {LOAD:g}",
            unit="acts",
            expected=expected,
            measured=mean,
            error=error,
            allowed=_SHARE * expected if is_long else 4 * error,
            rule=f"{_SHARE:.0%}" if is_long else "4 standard errors",
        )


def capacity(blocks: int, seed: int) -> Iterator[Answer]:
    """Yield the throughput of `qtum-2018` under half as many acts again as fit, against the capacity law."""
    settings = resolve("qtum-2018", [])
    protocol = settings.protocol
    queue = ActQueue(
        _OVERLOAD * protocol.gas_limit_gas / _GAS_PER_ACT / QTUM_INTERVAL_S,
        seed=_seed(seed),
        start_s=float(settings.usage.timestamp_s),
        gas_per_act_gas=_GAS_PER_ACT,
        bytes_per_act=_BYTES_PER_ACT,
        gas_limit_gas=protocol.gas_limit_gas,
        block_limit_bytes=protocol.block_limit_bytes,
    )
    law = queue.acts_per_block / QTUM_INTERVAL_S
    rises = _fed(Playing(settings, seed, queue), queue, blocks)
    rate, error = ratio_of_sums([rise[3] for rise in rises], [rise[2] for rise in rises])
    yield Answer(
        suite="capacity",
        name=f"qtum-2018, {_OVERLOAD:g} times as many acts as fit",
        unit="acts/s",
        expected=law,
        measured=rate,
        error=error,
        allowed=4 * error,
        rule="4 standard errors",
    )


def _fed(playing: Playing, queue: ActQueue, blocks: int) -> list[list[float]]:
    """Play, hand the queue its canonical blocks, and return by batch: act seconds in both, seconds, acts served."""
    marks: list[list[float]] = []
    settled, wanted = 0, _WARM_UP_BLOCKS if blocks > 10 * _WARM_UP_BLOCKS else blocks // 10
    each = (blocks - wanted) / BATCHES
    while len(marks) <= BATCHES:
        for event in playing.step():
            if type(event) is Settled and event.canonical:
                queue.settled(event.block)
                settled += 1
                if settled >= wanted + each * len(marks):
                    marks.append([queue.system_act_s, queue.queue_act_s, queue.observed_s, queue.served])
    return [
        [after - before for before, after in zip(earlier, later, strict=True)]
        for earlier, later in pairwise(marks)
    ]


def _seed(seed: int) -> bytes:
    return hashlib.sha256(_ACT_SEED + b"%d" % seed).digest()
