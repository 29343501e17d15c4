"""Engines by name. Each is imported when it is made, so that one that is not there is missed by nobody else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, cast

from chain.engines.protocol import Engine
from chain.errors import EngineUnavailable

if TYPE_CHECKING:
    from chain.protocols.qtum.book import NewBook

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


def new_book(name: str) -> NewBook:
    """Return what makes the books of staking coins of a run on an engine; raise `EngineUnavailable` as `new_engine`."""
    match chosen(name):
        case "pyevm":
            from chain.protocols.qtum.coins import CoinBook

            return CoinBook
        case "revm":
            from chain.engines.revm import EXTENSION, is_built

            if is_built():
                return cast("NewBook", import_module(EXTENSION).CoinBook)
    raise EngineUnavailable(f"no engine {name!r} here; there are {', '.join(available_engines())} and auto")
