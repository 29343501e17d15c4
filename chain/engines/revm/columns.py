"""Columns of receipts that become Python objects when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

from chain.block import Log
from chain.log_columns import LogColumns

Item = TypeVar("Item")


class LazyColumn(Sequence[Item]):
    """A sequence of known length whose items are made together, at the first look."""

    __slots__ = ("_items", "_length", "_make")

    def __init__(self, length: int, make: Callable[[], list[Item]]) -> None:
        self._length = length
        self._make = make
        self._items: list[Item] | None = None

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        return self._made()[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._made())

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence, item by item."""
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(own == others for own, others in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._made())

    def __reduce__(self) -> tuple[type[list[Item]], tuple[list[Item]]]:
        return list, (list(self._made()),)

    def _made(self) -> list[Item]:
        if self._items is None:
            self._items = self._make()
        return self._items


class LazyLogs(LazyColumn[tuple[Log, ...]]):
    """Log entries by transaction, which can be had as columns as well: then no entry becomes an object."""

    __slots__ = ("_block",)

    def __init__(self, length: int, block: Any) -> None:
        super().__init__(length, lambda: block.logs(Log))
        self._block = block

    def columns(self) -> LogColumns:
        """Return all entries as columns."""
        return LogColumns(*self._block.log_columns())
