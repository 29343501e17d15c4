"""What a rule between keys says when it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Breach:
    """A rule between keys that does not hold: the key to change, its value, what it may be."""

    key: str
    value: object
    allowed: str


Rule = Callable[["Scenario"], Iterator[Breach]]
"""Looks at a whole scenario."""
