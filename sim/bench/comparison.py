"""Runs contenders and peers in turn, several times, and compares the medians of one run of the command.

The machine may be busy with other things: only ratios within one run mean something, and those of processor time
more than those of wall time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any, Final

from chain.engines.choice import available_engines
from sim.bench.contenders import CONTENDERS, Growth, Rate
from sim.errors import InputError

PEERS: Final = ("mine_all", "verbs", "simular")
OWN_PEERS: Final = PEERS[:1]
"""Peers that are there wherever MedSim is: it stands on py-evm itself."""

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """A contender's medians, and how often that is each peer's, by processor time."""

    rate: Rate
    ratios: dict[str, float]


def compare(
    runs: int, peers_python: str | None, report: Callable[[str], None] = lambda _text: None
) -> list[Line]:
    """Measure every contender that can run here, and the peers, `runs` times in turn.

    `peers_python` is a Python in which the peers beside py-evm are installed, None to leave them out; one that
    lacks a peer leaves that peer out. Raises `InputError` where a contender fails.
    """
    commands = {
        name: [sys.executable, "-m", "sim.bench.contenders", name]
        for name, contender in CONTENDERS.items()
        if contender.engine in available_engines()
    }
    script = str(_HERE / "peers.py")
    commands |= {name: [sys.executable, script, name] for name in OWN_PEERS}
    if peers_python is not None:
        commands |= {name: [peers_python, script, name] for name in PEERS if name not in OWN_PEERS}
    rates: dict[str, list[Rate]] = {name: [] for name in commands}
    for turn in range(runs):
        for name, command in commands.items():
            report(f"{turn + 1} of {runs}: {name}")
            found = _run(command)
            if found is None and name not in PEERS:
                raise InputError(name, "the benchmark failed; run its module alone to see why")
            if found is not None:
                rates[name].append(Rate(**found))
    medians = {name: _median(each) for name, each in rates.items() if each}
    return [Line(rate, _ratios(rate, medians)) for rate in medians.values()]


def growth(records: int, runs: int, report: Callable[[str], None] = lambda _text: None) -> list[Growth]:
    """Anchor so many records on the fast engine, `runs` times, with roots at the end and in every block.

    A figure is the median of the runs, of which each has the whole cost of its tenths: a process that finds memory
    that the machine has lately used gets it ten times as fast as another.
    """
    names = ("revm, roots at the end", "revm, roots in every block")
    grown: dict[str, list[Growth]] = {name: [] for name in names}
    for turn in range(runs):
        for name in names:
            report(f"{turn + 1} of {runs}: {records:,} records: {name}")
            found = _run([sys.executable, "-m", "sim.bench.contenders", name, str(records)])
            if found is None:
                raise InputError(name, "the benchmark failed; run its module alone to see why")
            grown[name].append(Growth(**found))
    return [_middle(each) for each in grown.values()]


def versions() -> dict[str, str]:
    """Return the versions of what was measured, as far as they are installed here."""
    found = {}
    for name in ("medsim", "medsim-revm", "py-evm"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _run(command: Sequence[str]) -> dict[str, Any] | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _median(rates: Sequence[Rate]) -> Rate:
    return Rate(
        rates[0].contender,
        median(rate.transactions_per_s for rate in rates),
        median(rate.transactions_per_cpu_s for rate in rates),
        rates[0].what,
    )


def _middle(grown: Sequence[Growth]) -> Growth:
    return Growth(
        grown[0].contender,
        grown[0].records,
        median(one.first_tenth_us for one in grown),
        median(one.last_tenth_us for one in grown),
        median(one.record_bytes for one in grown),
    )


def _ratios(rate: Rate, medians: dict[str, Rate]) -> dict[str, float]:
    return {
        peer: rate.transactions_per_cpu_s / medians[peer].transactions_per_cpu_s
        for peer in PEERS
        if peer in medians
    }
