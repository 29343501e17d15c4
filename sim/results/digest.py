"""The digest of a result: SHA-256 over schema and values of its tables and over its KPIs, not file bytes.

Values are taken in canonical row order. Each column gives its name, type, unit and nullability, then a byte
a row that tells null from value, then the values: integers and floats as 8 little-endian bytes (−0 as 0),
flags as one byte, text as lengths and UTF-8. Descriptions, compression and row groups do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.metrics.kpi import Kpi
from sim.metrics.schema import Column, Kind
from sim.metrics.tables import schema
from sim.results.encoding import canonical_json

DIGEST_VERSION = "medsim-digest-1"
METADATA_PREFIX = "sim."
"""KPIs under this prefix (events, wall time) tell about the machine, not the result."""


def table_digest(name: str, frame: pd.DataFrame) -> str:
    """Return the SHA-256 (hex) of a table's schema and values."""
    declared = schema(name)
    rows = declared.arrow(frame)
    header = [[column.name, column.kind.value, column.unit, column.nullable] for column in declared.columns]
    hasher = hashlib.sha256(canonical_json([DIGEST_VERSION, name, header, rows.num_rows]).encode())
    for column in declared.columns:
        _feed(hasher, column, rows.column(column.name).combine_chunks())
    return hasher.hexdigest()


def kpis_digest(kpis: Mapping[str, Kpi]) -> str:
    """Return the SHA-256 (hex) of the KPIs' values, units and reasons, metadata left out."""
    counted = {
        name: [kpi.value, kpi.unit, kpi.reason]
        for name, kpi in kpis.items()
        if not name.startswith(METADATA_PREFIX)
    }
    return hashlib.sha256(canonical_json([DIGEST_VERSION, counted]).encode()).hexdigest()


def combined_digest(table_digests: Mapping[str, str], kpis_sha256: str) -> str:
    """Return the digest of a result from the digests of its tables and KPIs."""
    parts = [DIGEST_VERSION, dict(table_digests), kpis_sha256]
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def digest(tables: Mapping[str, pd.DataFrame], kpis: Mapping[str, Kpi]) -> str:
    """Return the digest (hex) of a result."""
    return combined_digest(
        {name: table_digest(name, frame) for name, frame in tables.items()}, kpis_digest(kpis)
    )


def _feed(hasher: hashlib._Hash, column: Column, values: pa.Array) -> None:
    hasher.update(np.asarray(values.is_valid()).astype(np.uint8).tobytes())
    if column.kind is Kind.TEXT:
        filled = values.fill_null("")
        hasher.update(pc.binary_length(filled).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        hasher.update("".join(filled.to_pylist()).encode())
    elif column.kind is Kind.FLAG:
        hasher.update(values.fill_null(False).to_numpy(zero_copy_only=False).astype(np.uint8).tobytes())
    elif column.kind is Kind.WHOLE:
        hasher.update(values.fill_null(0).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
    else:
        reals = values.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0
        hasher.update(reals.astype("<f8").tobytes())


class Tabled(Protocol):
    """A result that has tables and KPIs."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Its tables by name."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """Its KPIs by name."""

    @property
    def table_digests(self) -> Mapping[str, str]:
        """SHA-256 of each table, by name."""


class Digested:
    """A result of tables and KPIs that knows its digests."""

    @cached_property
    def table_digests(self: Tabled) -> Mapping[str, str]:
        """SHA-256 of each table, by name in order."""
        return {name: table_digest(name, self.tables[name]) for name in sorted(self.tables)}

    @cached_property
    def digest(self: Tabled) -> str:
        """The digest of the result."""
        return combined_digest(self.table_digests, kpis_digest(self.kpis))
