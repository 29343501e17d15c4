"""One comparison: what is known, what was measured, how far apart they may be and are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A figure against its known value, all in `unit`.

    `error` is the standard error of `measured`. They agree where the difference is at most `allowed`, which is told
    in words by `rule`; None where nobody knows how close they should be, and the figure is only told.
    """

    suite: str
    name: str
    unit: str
    expected: float
    measured: float
    error: float
    allowed: float | None
    rule: str

    @property
    def agrees(self) -> bool:
        """Whether the measured figure is close enough."""
        return self.allowed is None or abs(self.measured - self.expected) <= self.allowed

    @property
    def distance_in_errors(self) -> float | None:
        """The difference in standard errors, or None where there is no error to speak of."""
        return (self.measured - self.expected) / self.error if self.error > 0 else None
