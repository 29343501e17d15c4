"""Transactions that are kept in another form, and become objects where they are looked at."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import overload

from chain.block import Transaction


class TransactionRows(Sequence[Transaction]):
    """A sequence whose `_at` makes one of its transactions an object."""

    @overload
    def __getitem__(self, index: int) -> Transaction: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Transaction]: ...
    def __getitem__(self, index: int | slice) -> Transaction | Sequence[Transaction]:
        """Return one transaction, or a list of them."""
        places = range(len(self))[index]
        return self._at(places) if isinstance(places, int) else [self._at(place) for place in places]

    @abstractmethod
    def _at(self, place: int) -> Transaction:
        """Return the transaction at a place from 0 on."""
