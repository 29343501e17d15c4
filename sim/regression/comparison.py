"""Names each difference between a run and its accepted figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.metrics.kpi import Number
from sim.regression.accepted import Accepted, AcceptedKpi


def differences(
    accepted: Accepted, digest: str, tables: Mapping[str, str], values: Mapping[str, Number | None]
) -> list[str]:
    """Return a sentence for each difference, none where digest and KPIs are as accepted.

    A KPI that moved inside its band is named with the digest, for the digest then moved too.
    """
    found = [*_kpi_differences(accepted.kpis, values), *_table_differences(accepted.tables, tables)]
    if digest != accepted.digest:
        found.append(f"digest is {digest}, accepted {accepted.digest}")
    return found


def _kpi_differences(
    accepted: Mapping[str, AcceptedKpi], values: Mapping[str, Number | None]
) -> Iterator[str]:
    for name, kpi in accepted.items():
        if name not in values:
            yield f"{name} is no longer measured, accepted {_text(kpi.value)}"
        elif not kpi.holds(values[name]):
            yield (
                f"{name} = {_text(values[name])} leaves its band {_text(kpi.low)} to {_text(kpi.high)}, "
                f"accepted {_text(kpi.value)}"
            )
        elif values[name] != kpi.value:
            yield f"{name} = {_text(values[name])} moved inside its band, accepted {_text(kpi.value)}"
    for name in values:
        if name not in accepted:
            yield f"{name} = {_text(values[name])} is new"


def _table_differences(accepted: Mapping[str, str], tables: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*accepted, *tables}):
        if accepted.get(name) != tables.get(name):
            word = (
                "is gone" if name not in tables else "is new" if name not in accepted else "has other values"
            )
            yield f"table {name} {word}"


def _text(value: Number | None) -> str:
    return "undefined" if value is None else repr(value)
