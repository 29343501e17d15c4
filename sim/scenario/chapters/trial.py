"""How the run watches itself, and what is broken on purpose."""

from __future__ import annotations

from typing import ClassVar

from sim.scenario.parameter import Chapter, number


class Invariants(Chapter):
    """`[invariants]`"""

    doc: ClassVar[str] = "Promises checked while the run goes on."

    full_scan_blocks: int = number(
        1000,
        between=(1, 1_000_000),
        unit="blocks",
        grade="D",
        source="the scan must agree with the check after every block; no result rests on it",
        doc="After how many blocks conservation is checked by a full scan; one more is made at the end.",
    )
