"""The world: scenario, clock, chance, agents, records, metrics, runs and the command line.

from sim import run
baseline = run("baseline")
baseline.kpis["act.visits"], baseline.table("visits"), baseline.report()
"""

from __future__ import annotations

from typing import Any

__all__ = ["Run", "run"]


def __getattr__(name: str) -> Any:
    """Load the heavy part only when it is asked for: `medsim --help` starts no chain."""
    if name not in __all__:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from sim import runs

    return getattr(runs, name)
