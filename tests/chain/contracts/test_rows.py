"""Rows behave as the frozen dataclasses that type checkers take them for."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass
from typing import Any, ClassVar

import pytest

from chain.contracts.rows import Row, values_of


class Deal(Row):
    """A row with a constant of its class."""

    KIND: ClassVar = "deal"

    price: int
    values: tuple[int, ...]


class Twin(Row):
    """Other values of the same names."""

    price: int
    values: tuple[int, ...]


class Settled(Deal):
    """A row that adds a value to another."""

    at_s: int


@dataclass(frozen=True)
class Data:
    """What a row is like."""

    price: int
    values: tuple[int, ...]


class Nothing(Row):
    """A row without values."""


@pytest.mark.parametrize(
    "row",
    [Deal(5, (1, 2)), Deal(5, values=(1, 2)), Deal(values=(1, 2), price=5)],
    ids=["order", "both", "names"],
)
def test_values_are_given_in_order_or_by_name(row: Deal) -> None:
    assert (row.price, row.values) == (5, (1, 2))
    assert values_of(row) == (5, (1, 2))
    assert row == Deal(5, (1, 2))
    assert hash(row) == hash(Deal(5, (1, 2))) == hash(Data(5, (1, 2)))
    assert repr(row) == repr(Data(5, (1, 2))).replace("Data", "Deal")


@pytest.mark.parametrize(
    "other", [Deal(6, (1, 2)), Deal(5, (2, 1)), Twin(5, (1, 2)), Data(5, (1, 2)), (5, (1, 2))]
)
def test_another_value_or_class_is_another_row(other: object) -> None:
    assert Deal(5, (1, 2)) != other


def test_a_row_that_extends_another_has_its_values_first() -> None:
    assert values_of(Settled(5, (), 7)) == (5, (), 7)
    assert values_of(Settled(5, at_s=7, values=())) == (5, (), 7)
    assert Settled.NAMES == ("price", "values", "at_s")
    assert Deal.NAMES == ("price", "values")


def test_a_row_may_have_no_values() -> None:
    assert Nothing() == Nothing()
    assert repr(Nothing()) == "Nothing()"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((5,), {}),
        ((5, (), 6), {}),
        ((5, ()), {"price": 5}),
        ((5,), {"price": 5}),
        ((5,), {"prices": ()}),
        ((), {"price": 5, "values": (), "at_s": 6}),
    ],
)
def test_values_that_are_not_those_of_the_row_are_refused(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="Deal has the values price, values"):
        Deal(*values, **named)
    with pytest.raises(TypeError):
        Data(*values, **named)


def test_a_row_never_changes() -> None:
    row: Any = Deal(5, ())
    with pytest.raises(FrozenInstanceError):
        row.price = 6
    with pytest.raises(FrozenInstanceError):
        del row.price
    assert row == Deal(5, ())


def test_a_row_goes_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Settled(5, (1,), 7))) == Settled(5, (1,), 7)  # noqa: S301 - made in this line
