"""What a table is: columns with type, unit and meaning, and the exact passage between pandas and Arrow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.errors import MedSimError

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
TIME_DECIMALS = 6
"""Simulated times keep microseconds, so that no last bit of a sum of intervals reaches a table."""


class TableError(MedSimError):
    """A row or frame does not fit the declaration of its table; names table, column and value."""


class Kind(Enum):
    """The type of a column's values."""

    WHOLE = "int64"
    REAL = "float64"
    FLAG = "bool"
    TEXT = "string"


_ARROW_TYPES = {
    Kind.WHOLE: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.TEXT: pa.string(),
}
_PANDAS_TYPES = {Kind.WHOLE: "int64", Kind.REAL: "float64", Kind.FLAG: "bool", Kind.TEXT: "str"}
_NULLABLE_PANDAS_TYPES = {**_PANDAS_TYPES, Kind.WHOLE: "Int64", Kind.FLAG: "boolean"}


@dataclass(frozen=True)
class Column:
    """One column. `unit` is the unit of its values ("1" for pure numbers, "" for text and flags)."""

    name: str
    kind: Kind
    unit: str
    doc: str
    nullable: bool = False

    @property
    def pandas_type(self) -> str:
        """Name of the pandas dtype; nullable integers and flags are pandas' masked types."""
        return (_NULLABLE_PANDAS_TYPES if self.nullable else _PANDAS_TYPES)[self.kind]

    @cached_property
    def arrow_field(self) -> pa.Field:
        """Arrow field with unit and description as metadata."""
        metadata = {"unit": self.unit, "description": self.doc}
        return pa.field(self.name, _ARROW_TYPES[self.kind], nullable=self.nullable, metadata=metadata)

    def checked(self, value: object) -> object:
        """Return `value` as this column stores it (times rounded to microseconds, −0.0 as 0.0).

        Raises `TableError` for a value of another type, beyond 64 bits, not finite, or null where none is
        allowed.
        """
        if value is None:
            if not self.nullable:
                raise TableError(f"column {self.name}: null is not allowed")
            return None
        if self.kind is Kind.WHOLE and isinstance(value, int) and not isinstance(value, bool):
            if not INT64_MIN <= value <= INT64_MAX:
                raise TableError(f"column {self.name}: {value} does not fit 64 bits")
            return int(value)
        if self.kind is Kind.REAL and isinstance(value, int | float) and not isinstance(value, bool):
            return self._checked_real(float(value))
        if self.kind is Kind.FLAG and isinstance(value, bool):
            return value
        if self.kind is Kind.TEXT and isinstance(value, str):
            return value
        raise TableError(f"column {self.name}: {value!r} is not of type {self.kind.value}")

    def _checked_real(self, value: float) -> float:
        if not math.isfinite(value):
            raise TableError(f"column {self.name}: {value} is not finite; undefined is null")
        return (round(value, TIME_DECIMALS) if self.unit == "s" else value) + 0.0


@dataclass(frozen=True)
class TableSchema:
    """A table's name, meaning, columns and the columns that order its rows."""

    name: str
    doc: str
    order: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by name, in declared order."""
        return {column.name: column for column in self.columns}

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """Arrow schema with units and descriptions in the fields' metadata."""
        return pa.schema([column.arrow_field for column in self.columns], metadata={"description": self.doc})

    def frame(self, rows: pa.Table) -> pd.DataFrame:
        """Return an Arrow table of this schema as a frame with the declared dtypes."""
        columns = {
            column.name: rows.column(column.name)
            .to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
            .astype(column.pandas_type)
            for column in self.columns
        }
        return pd.DataFrame(columns)

    def arrow(self, frame: pd.DataFrame) -> pa.Table:
        """Return a frame as an Arrow table in canonical row order.

        Raises `TableError` for missing, unknown or ill-typed columns, forbidden nulls and infinities.
        """
        self._check_names(frame)
        table = pa.Table.from_arrays(
            [self._arrow_column(column, frame[column.name]) for column in self.columns],
            schema=self.arrow_schema,
        )
        return self.ordered(table)

    def ordered(self, table: pa.Table) -> pa.Table:
        """Return an Arrow table of this schema in canonical row order.

        Rows are ordered by `order`, ties by the remaining columns, nulls last; text by its UTF-8 bytes.
        """
        rest = [column.name for column in self.columns if column.name not in self.order]
        ordered = table.sort_by([(name, "ascending") for name in (*self.order, *rest)])
        return ordered.combine_chunks()

    def _check_names(self, frame: pd.DataFrame) -> None:
        missing = [name for name in self.by_name if name not in frame.columns]
        unknown = [str(name) for name in frame.columns if name not in self.by_name]
        if missing or unknown:
            raise TableError(f"table {self.name}: missing columns {missing}, unknown columns {unknown}")

    def _arrow_column(self, column: Column, values: pd.Series) -> pa.Array:
        try:
            array = pa.array(values, type=_ARROW_TYPES[column.kind], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise TableError(f"table {self.name}, column {column.name}: {error}") from error
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if array.null_count and not column.nullable:
            raise TableError(
                f"table {self.name}, column {column.name}: {array.null_count} nulls are not allowed"
            )
        if column.kind is Kind.REAL and pc.any(pc.is_inf(array)).as_py():
            raise TableError(f"table {self.name}, column {column.name}: infinite value; undefined is null")
        return array
