"""Engines by name. Each is imported when it is made, so that one that is not there is missed by nobody else."""

from __future__ import annotations

from typing import Final, Literal

from chain.engines.protocol import Engine
from chain.errors import EngineUnavailable

Choice = Literal["pyevm", "revm", "auto"]
"""An engine's name; `auto` is the fast one where it is built, else the reference."""

ENGINES: Final = ("pyevm", "revm")
"""The engines themselves, the reference first."""


def chosen(name: str) -> str:
    """Return the name of the engine that a choice stands for on this machine."""
    if name != "auto":
        return name
    from chain.engines.revm import is_built

    return "revm" if is_built() else "pyevm"


def available_engines() -> tuple[str, ...]:
    """Return the names of the engines that can run on this machine."""
    from chain.engines.revm import is_built

    return ENGINES if is_built() else ENGINES[:1]


def new_engine(name: str, chain_id: int) -> Engine:
    """Return a new engine; raise `EngineUnavailable` for one that is not built here, or that nobody knows."""
    match chosen(name):
        case "pyevm":
            from chain.engines.pyevm import PyEvmEngine

            return PyEvmEngine(chain_id)
        case "revm":
            from chain.engines.revm import RevmEngine

            return RevmEngine(chain_id)
    raise EngineUnavailable(f"no engine {name!r}; known are {', '.join(ENGINES)} and auto")
