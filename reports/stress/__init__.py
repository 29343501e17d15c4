"""The report of a stress test: what each chain carries, what it would have to, and why it carries no more."""

from reports.stress.page import basis, sections

__all__ = ["basis", "sections"]
"""Both are made from the directory alone, like a run's."""
