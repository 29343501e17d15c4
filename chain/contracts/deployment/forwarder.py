"""Fee delegation: no terms of its own."""

from __future__ import annotations

from chain.contracts.system import System


def arguments(_system: System) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return ()
