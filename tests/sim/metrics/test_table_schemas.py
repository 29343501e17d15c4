"""Tables: declared once, checked on arrival, the same after any passage between rows, pandas and Arrow."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import block, filled_frames, transaction

from sim.metrics import tables
from sim.metrics.schema import INT64_MAX, Column, Kind, TableError


@pytest.mark.parametrize("schema", tables.SCHEMAS.values(), ids=lambda schema: schema.name)
def test_every_table_says_what_it_holds(schema: tables.TableSchema) -> None:
    names = [column.name for column in schema.columns]
    assert len(set(names)) == len(names)
    assert set(schema.order) <= set(names)
    assert schema.doc
    for column in schema.columns:
        assert column.doc
        assert bool(column.unit) == (column.kind in (Kind.WHOLE, Kind.REAL))
        assert not column.name.endswith("_s") or column.unit == "s"
        field = schema.arrow_schema.field(column.name)
        assert field.metadata == {b"unit": column.unit.encode(), b"description": column.doc.encode()}


@pytest.mark.parametrize("name", tables.SCHEMAS)
def test_a_table_survives_the_way_through_arrow(name: str) -> None:
    schema, frame = tables.schema(name), filled_frames()[name]
    assert len(frame) > 0
    again = schema.frame(schema.arrow(frame))
    pd.testing.assert_frame_equal(again, frame)
    assert {column: str(kind) for column, kind in again.dtypes.items()} == {
        column.name: column.pandas_type for column in schema.columns
    }


def test_rows_come_out_in_canonical_order_whatever_order_they_came_in() -> None:
    rows = [block(number, 128.0 * number) for number in range(1, 6)]
    forward, backward = (tables.collectors()["blocks"] for _ in range(2))
    for row in rows:
        forward.append(**row)
    for row in reversed(rows):
        backward.append(**row)
    assert len(forward) == 5
    assert forward.frame()["number"].tolist() == [1, 2, 3, 4, 5]
    pd.testing.assert_frame_equal(forward.frame(), backward.frame())


def test_nulls_stay_nulls_and_whole_numbers_stay_whole() -> None:
    rows = tables.collectors()["transactions"]
    rows.append(**transaction(0, 1.0, status=None, visit_id=None, included_at_s=None))
    rows.append(**transaction(1, 2.0, gas_used_gas=2**62 + 1))
    frame = rows.frame()
    assert frame["status"].isna().tolist() == [True, False]
    assert frame["visit_id"].isna().tolist() == [True, False]
    assert frame["included_at_s"].isna().tolist() == [True, False]
    assert int(frame["gas_used_gas"][1]) == 2**62 + 1


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"number": "7"}, "column number: '7' is not of type int64"),
        ({"number": True}, "column number: True is not of type int64"),
        ({"number": 1.0}, "column number: 1.0 is not of type int64"),
        ({"number": INT64_MAX + 1}, "does not fit 64 bits"),
        ({"number": None}, "column number: null is not allowed"),
        ({"time_s": math.nan}, "column time_s: nan is not finite"),
        ({"time_s": math.inf}, "column time_s: inf is not finite"),
        ({"time_s": False}, "column time_s: False is not of type float64"),
        ({"canonical": 1}, "column canonical: 1 is not of type bool"),
        ({"bits": 486604799}, "column bits: 486604799 is not of type string"),
        ({"colour": "red"}, "unknown columns ['colour']"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_leaves_nothing(
    changed: dict[str, Any], complaint: str
) -> None:
    rows = tables.collectors()["blocks"]
    with pytest.raises(TableError) as refusal:
        rows.append(**{**block(1, 128.0), **changed})
    assert complaint in str(refusal.value)
    assert "blocks" in str(refusal.value)
    assert len(rows) == 0
    assert rows.frame().empty


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_times_keep_microseconds(time_s: float) -> None:
    stored = Column("at_s", Kind.REAL, "s", "when").checked(time_s)
    assert isinstance(stored, float)
    assert abs(stored - time_s) <= max(0.5000001e-6, abs(time_s) * 1e-15)
    assert math.copysign(1.0, stored) > 0 or stored < 0


def test_other_reals_are_kept_to_the_last_bit() -> None:
    assert Column("mature_share", Kind.REAL, "share", "a share").checked(0.1 + 0.2) == 0.1 + 0.2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda frame: frame.drop(columns="bits"), "missing columns ['bits']"),
        (lambda frame: frame.assign(colour="red"), "unknown columns ['colour']"),
        (lambda frame: frame.assign(number=["a", "b"]), "column number"),
        (lambda frame: frame.assign(time_s=[1.0, None]), "column time_s: 1 nulls are not allowed"),
        (lambda frame: frame.assign(removed_at_s=[1.0, math.inf]), "column removed_at_s: infinite"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(change: Any, complaint: str) -> None:
    with pytest.raises(TableError) as refusal:
        tables.BLOCKS.arrow(change(filled_frames()["blocks"]))
    assert complaint in str(refusal.value)


def test_an_unknown_table_is_named_with_the_known_ones() -> None:
    with pytest.raises(TableError, match="unknown table 'blokcs'; known are blocks, transactions"):
        tables.schema("blokcs")


def test_empty_tables_have_their_columns() -> None:
    frames = tables.empty_frames()
    assert set(frames) == set(tables.SCHEMAS)
    for name, frame in frames.items():
        assert frame.empty
        assert list(frame.columns) == list(tables.schema(name).by_name)


def test_frames_put_together_are_a_frame() -> None:
    frame = filled_frames()["visits"]
    whole = pd.concat([frame.iloc[:1], frame.iloc[1:]], ignore_index=True)
    assert tables.VISITS.arrow(whole).equals(tables.VISITS.arrow(frame))
