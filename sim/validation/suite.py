"""The known answers in order, in a short form for every change and a long one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sim.errors import InputError
from sim.validation.answer import Answer
from sim.validation.forks import SWEEP_STALE_PERCENT, interval_sweep, nine_miners
from sim.validation.queues import capacity, single_server
from sim.validation.selfish import selfish_mining

Suite = Callable[[bool, int], Iterator[Answer]]

_SUITES: Final[dict[str, Suite]] = {
    "nine-miners": lambda long, seed: nine_miners(2_000_000 if long else 30_000, seed),
    "interval-sweep": lambda long, seed: (
        interval_sweep(200_000, seed, tuple(SWEEP_STALE_PERCENT))
        if long
        else interval_sweep(10_000, seed, (10.0, 2.0))
    ),
    "selfish-mining": lambda long, seed: selfish_mining(300_000 if long else 6_000, seed),
    "m-m-1": lambda long, seed: single_server(2_000_000 if long else 30_000, seed, is_long=long),
    "capacity": lambda long, seed: capacity(30_000 if long else 1_000, seed),
}

NAMES: Final = tuple(_SUITES)


def run_suite(names: Sequence[str], *, long: bool, seed: int) -> Iterator[Answer]:
    """Yield the answers of the suites named, or of all; raises `InputError` for a name that is none."""
    for name in names:
        if name not in _SUITES:
            raise InputError(name, "is no known answer", ", ".join(NAMES))
    for name in names or NAMES:
        yield from _SUITES[name](long, seed)
