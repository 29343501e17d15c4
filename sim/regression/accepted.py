"""Accepted figures of regression scenarios: one readable file beside them, with the reason for every change.

A KPI's band is what CI allows it to be; it is made around the accepted value and may be changed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.metrics.kpi import Kpi, Number
from sim.regression.errors import RegressionError
from sim.results.digest import METADATA_PREFIX
from sim.results.encoding import Json, parse_json, readable_json
from sim.results.writer import put_file

ACCEPTED_NAME = "accepted.json"
BAND_SHARE = 0.05
"""A new band reaches this share of the accepted value to either side; an accepted 0 must stay 0."""


@dataclass(frozen=True)
class AcceptedKpi:
    """An accepted value with its band; all null where the KPI was undefined."""

    value: Number | None
    low: Number | None
    high: Number | None

    def holds(self, value: Number | None) -> bool:
        """Whether `value` lies in the band; undefined fits only undefined."""
        if value is None or self.low is None or self.high is None:
            return value is None and self.value is None
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Acceptance:
    """One entry of the history: why figures were accepted, and which."""

    reason: str
    digest: str


@dataclass(frozen=True)
class Accepted:
    """The accepted figures of one scenario."""

    digest: str
    tables: Mapping[str, str]
    kpis: Mapping[str, AcceptedKpi]
    history: tuple[Acceptance, ...]


def counted(kpis: Mapping[str, Kpi]) -> dict[str, Number | None]:
    """Return the values that are compared: all but the metadata of the run."""
    return {name: kpi.value for name, kpi in kpis.items() if not name.startswith(METADATA_PREFIX)}


def accept(
    before: Accepted | None,
    digest: str,
    tables: Mapping[str, str],
    values: Mapping[str, Number | None],
    reason: str,
) -> Accepted:
    """Return the figures newly accepted for `reason`; a band that still holds is kept as it was."""
    kept = before.kpis if before is not None else {}
    kpis = {
        name: AcceptedKpi(value, kept[name].low, kept[name].high)
        if name in kept and kept[name].holds(value)
        else _with_new_band(value)
        for name, value in values.items()
    }
    history = before.history if before is not None else ()
    return Accepted(digest, dict(tables), kpis, (*history, Acceptance(reason, digest)))


def _with_new_band(value: Number | None) -> AcceptedKpi:
    if value is None:
        return AcceptedKpi(None, None, None)
    reach = abs(value) * BAND_SHARE
    return AcceptedKpi(value, value - reach, value + reach)


def load_accepted(path: Path) -> dict[str, Accepted]:
    """Return the accepted figures by scenario, none without a file; raise `RegressionError` for a bad one."""
    if not path.exists():
        return {}
    try:
        document = parse_json(path.read_bytes())
        if not isinstance(document, dict):
            raise TypeError("holds no JSON object")
        return {name: _accepted(entry) for name, entry in document.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RegressionError(f"{path}: cannot be read as accepted figures: {error!r}") from error


def save_accepted(path: Path, accepted: Mapping[str, Accepted]) -> None:
    """Write the accepted figures so that the file is old or new but never torn."""
    document = {name: _as_json(figures) for name, figures in accepted.items()}
    put_file(path, readable_json(document).encode())


def _accepted(entry: Json) -> Accepted:
    if not isinstance(entry, dict):
        raise TypeError("a scenario's figures are no JSON object")
    return Accepted(
        digest=str(entry["digest"]),
        tables={str(name): str(digest) for name, digest in entry["tables"].items()},
        kpis={
            str(name): AcceptedKpi(*(_number(kpi[part]) for part in ("value", "low", "high")))
            for name, kpi in entry["kpis"].items()
        },
        history=tuple(Acceptance(str(step["reason"]), str(step["digest"])) for step in entry["history"]),
    )


def _number(value: Json) -> Number | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise TypeError(f"{value!r} is no number")


def _as_json(accepted: Accepted) -> Json:
    return {
        "digest": accepted.digest,
        "tables": dict(accepted.tables),
        "kpis": {
            name: {"value": kpi.value, "low": kpi.low, "high": kpi.high}
            for name, kpi in accepted.kpis.items()
        },
        "history": [{"reason": step.reason, "digest": step.digest} for step in accepted.history],
    }
