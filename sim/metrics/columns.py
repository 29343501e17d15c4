"""How the columns of tables are written down: whole and real numbers with their unit, text and flags without."""

from __future__ import annotations

from sim.metrics.schema import Column, Kind


def whole(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    """Whole numbers of up to 64 bits."""
    return Column(name, Kind.WHOLE, unit, doc, null)


def real(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    """Finite numbers; times are kept to the microsecond."""
    return Column(name, Kind.REAL, unit, doc, null)


def text(name: str, doc: str, *, null: bool = False) -> Column:
    """Text of any length."""
    return Column(name, Kind.TEXT, "", doc, null)


def flag(name: str, doc: str, *, null: bool = False) -> Column:
    """True or false."""
    return Column(name, Kind.FLAG, "", doc, null)
