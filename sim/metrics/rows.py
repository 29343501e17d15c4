"""Collects the rows of a table during a run and hands them over as a frame."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from sim.metrics.schema import TableError, TableSchema


class RowCollector:
    """Rows of one table, checked on arrival and kept column by column."""

    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self._values: dict[str, list[object]] = {column.name: [] for column in schema.columns}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, **values: object) -> None:
        """Add a row; a nullable column may be left out and is null then.

        Raises `TableError` that names table, column and value; a refused row leaves nothing behind.
        """
        unknown = [name for name in values if name not in self._values]
        if unknown:
            raise TableError(f"table {self.schema.name}: unknown columns {unknown}")
        try:
            row = [column.checked(values.get(column.name)) for column in self.schema.columns]
        except TableError as error:
            raise TableError(f"table {self.schema.name}, row {self._length}: {error}") from error
        for column, value in zip(self._values.values(), row, strict=True):
            column.append(value)
        self._length += 1

    def frame(self) -> pd.DataFrame:
        """Return the rows in canonical order with the declared dtypes."""
        arrays = [
            pa.array(self._values[column.name], type=column.arrow_field.type)
            for column in self.schema.columns
        ]
        return self.schema.frame(
            self.schema.ordered(pa.Table.from_arrays(arrays, schema=self.schema.arrow_schema))
        )
