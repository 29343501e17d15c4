"""The report's sections, in the order a stranger needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.elements import Section
from reports.run_directory import RunDirectory
from reports.sections import (
    answer,
    attacks,
    certainty,
    gains,
    inputs,
    ledger,
    people,
    privacy,
    record_story,
    token,
)

SECTIONS: Final[tuple[Callable[[RunDirectory], Section], ...]] = (
    answer.section,
    gains.section,
    ledger.section,
    token.section,
    people.section,
    attacks.section,
    privacy.section,
    record_story.section,
    certainty.section,
    inputs.section,
)
"""In the order of the page; each makes its section from the run directory alone."""

HEAVIEST: Final = tuple(
    SECTIONS.index(section) for section in (ledger.section, people.section, token.section)
)
"""Numbers of those that take longest to draw: where several draw, these are best begun first."""
