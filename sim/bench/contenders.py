"""Our own contenders, each measured in a process of its own: `python -m sim.bench.contenders NAME` prints JSON."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from chain.engines.protocol import Engine
from sim.bench.workload import CHAIN_ID, Anchoring, Batch

STATES_KEPT: Final = 256
"""States kept while records gather, as a run keeps them (`chain.state_retention_blocks`)."""

STATES_KEPT_BESIDE_PEERS: Final = 16
"""States kept while rates are measured: the peers keep the latest alone."""


@dataclass(frozen=True)
class Contender:
    """An engine and how it is used. `what` says what the figure holds."""

    name: str
    engine: str
    roots: str
    signed: bool
    transactions: int
    what: str
    fresh: bool = False
    """Whether call data and columns are made while the clock runs."""
    told: bool = False
    """Whether the events of every block are read while the clock runs."""


CONTENDERS: Final = {
    one.name: one
    for one in (
        Contender("revm, roots at the end", "revm", "end", False, 80_000, "trusted; the root once, timed"),
        Contender(
            "revm, roots at the end, call data made", "revm", "end", False, 80_000,
            "as above, call data and columns made in Python within the time", fresh=True,
        ),
        Contender(
            "revm, roots at the end, events read", "revm", "end", False, 80_000,
            "trusted; every block's events read into columns within the time", told=True,
        ),
        Contender("revm, roots in every block", "revm", "every-block", False, 80_000, "trusted; all roots"),
        Contender(
            "revm, signed", "revm", "every-block", True, 20_000, "raw bytes recovered on all cores; all roots"
        ),
        Contender("pyevm, roots in every block", "pyevm", "every-block", False, 1_200, "trusted; all roots"),
        Contender("pyevm, signed", "pyevm", "every-block", True, 1_200, "recovered; all roots"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """Transactions a second of wall time and of processor time, all threads together."""

    contender: str
    transactions_per_s: float
    transactions_per_cpu_s: float
    what: str


@dataclass(frozen=True)
class Growth:
    """What a transaction costs as records gather, in microseconds of processor time, and bytes a record."""

    contender: str
    records: int
    first_tenth_us: float
    last_tenth_us: float
    record_bytes: float


def measure(contender: Contender) -> Rate:
    """Execute the workload in blocks and return the rate."""
    anchoring = Anchoring(_engine(contender))
    count = contender.transactions
    made = anchoring.blocks(0, count, signed=contender.signed, columns=contender.engine == "revm")
    blocks: Iterable[Batch] = made if contender.fresh else list(made)
    gc.collect()
    gc.freeze()
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    _execute(anchoring, blocks, read=contender.told)
    if contender.roots == "end":
        anchoring.engine.root_of(anchoring.tip.state_root)
    wall_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    return Rate(contender.name, count / wall_s, count / cpu_s, contender.what)


def grow(contender: Contender, records: int) -> Growth:
    """Anchor so many records and return what the first and the last tenth of them cost, and the memory."""
    anchoring = Anchoring(_engine(contender))
    tenth = records // 10
    costs_us = []
    blocks = 0
    before_bytes = _resident_bytes()
    for part in range(10):
        spent_s = 0.0
        for batch in anchoring.blocks(part * tenth, tenth, signed=False, columns=True):
            start_s = time.process_time()
            anchoring.execute(batch)
            spent_s += time.process_time() - start_s
            blocks += 1
            if blocks % STATES_KEPT == 0:
                anchoring.engine.prune([anchoring.tip.state_root])
        costs_us.append(spent_s / tenth * 1e6)
    record_bytes = (_resident_bytes() - before_bytes) / (10 * tenth)
    return Growth(contender.name, 10 * tenth, costs_us[0], costs_us[-1], record_bytes)


def _execute(anchoring: Anchoring, blocks: Iterable[Batch], *, read: bool) -> None:
    for number, batch in enumerate(blocks, start=1):
        block = anchoring.execute(batch)
        assert block.gas_used_gas > 0
        if read:
            assert len(anchoring.events(block)) == len(batch)
        if number % STATES_KEPT_BESIDE_PEERS == 0:
            anchoring.engine.prune([block.state_root])


def _engine(contender: Contender) -> Engine:
    if contender.engine == "revm":
        from chain.engines.revm import RevmEngine

        return RevmEngine(CHAIN_ID, "end" if contender.roots == "end" else "every-block")
    from chain.engines.pyevm import PyEvmEngine

    return PyEvmEngine(CHAIN_ID)


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def main(arguments: list[str]) -> None:
    """Print the rate of the contender named, or its growth where a number of records follows."""
    contender = CONTENDERS[arguments[0]]
    found = grow(contender, int(arguments[1])) if len(arguments) > 1 else measure(contender)
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
