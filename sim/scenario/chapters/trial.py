"""How the run watches itself, and what is broken on purpose."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.scenario.parameter import Chapter, choice, number


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


class Faults(Chapter):
    """`[faults]`"""

    doc: ClassVar[str] = "Violations planted on purpose, to see that the alarm works."

    plant: Literal["none", "med-created", "qtum-created", "coin-lost"] = choice(
        "none",
        grade="D",
        source="a test of the alarm, no claim about the world",
        doc="What is broken: MED or QTUM out of nothing, or a coin that vanishes.",
    )
    plant_at_s: int = number(
        0,
        between=(0, 315_360_000),
        unit="s",
        grade="D",
        source="a test of the alarm, no claim about the world",
        doc="Simulated second after which it happens; within the run.",
    )
