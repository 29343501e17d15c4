"""One coin book for all states of a chain and its branches.

A book is large and a block changes little of it, so states do not copy it. The book stands at one of them; every
other state knows the changes that lead a step nearer to it, and whoever asks for a state's coins has the book
walk there, undoing and doing blocks again (Baker's rerooting). Along a chain nothing is walked; at a fork, as many
blocks as lie between the two states. What nobody holds any more is freed with its change. After `SHARED_BLOCKS` blocks
the next state gets a book of its own, so that whoever keeps a state keeps that many changes at most. So does a state
to which the book has walked far: while a network is split, both branches go on at once, and one book would walk from
tip to tip for every block of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chain.protocols.qtum.book import Book
from chain.protocols.qtum.coins import Coin

SHARED_BLOCKS: Final = 4_096

FAR_BLOCKS: Final = 32
"""Steps after which a book is copied instead of fetched again: a copy of a thousand coins takes as long as a few."""


class BookAt:
    """The coin book as it is at one state."""

    __slots__ = ("_blocks", "_book", "_changes", "_is_parent", "_nearer")

    def __init__(self, book: Book, blocks: int = 0) -> None:
        """Let `book` stand here, `blocks` after it was opened or copied."""
        self._book: Book | None = book
        self._blocks = blocks
        self._nearer: BookAt | None = None
        self._changes: Sequence[Any] = ()
        self._is_parent = False

    def book(self) -> Book:
        """Return the book, standing here until another state is asked for its own."""
        return self._book if self._book is not None else self._fetched()

    def followed(
        self,
        number: int,
        time_s: int,
        transaction: bytes,
        outputs: Sequence[tuple[int, int]],
        spent: Sequence[Coin],
        rested: Sequence[Coin],
    ) -> BookAt:
        """Return the book after a block (see `CoinBook.close_block`); this one stays what it is."""
        at, book = self.ready()
        change = book.close_block(number, time_s, transaction, outputs, spent, rested)
        return at.passed([change])

    def ready(self) -> tuple[BookAt, Book]:
        """Return a place with this one's coins, and its book, to be changed and then given to `passed`.

        It is another place, with a book of its own, where enough blocks share this one's.
        """
        book = self.book()
        if self._blocks < SHARED_BLOCKS:
            return self, book
        twin = book.copy()
        return BookAt(twin), twin

    @property
    def room_blocks(self) -> int:
        """How many blocks may still share this place's book."""
        return SHARED_BLOCKS - self._blocks

    def passed(self, changes: Sequence[Any]) -> BookAt:
        """Return the place to which the book has come by closing blocks, at least one; this one stays what it is."""
        book = self._book
        assert book is not None
        follower = BookAt(book, self._blocks + len(changes))
        self._stand_aside(follower, changes, is_parent=True)
        return follower

    def _fetched(self) -> Book:
        """Let the book walk here, and turn the way it took round; where that was far, a copy of it stays here."""
        stood, blocks = self._walked()
        book = self._book
        assert book is not None
        if blocks < FAR_BLOCKS:
            return book
        twin = book.copy()
        stood._walked()
        self._book, self._nearer, self._changes = twin, None, ()
        return twin

    def _walked(self) -> tuple[BookAt, int]:
        """Let the book walk here; return where it stood first, and how many blocks it has walked."""
        way: list[BookAt] = []
        at = self
        while at._nearer is not None:
            way.append(at)
            at = at._nearer
        book, stood, blocks = at._book, at, 0
        assert book is not None
        for here in reversed(way):
            changes, is_parent = here._changes, here._is_parent
            blocks += len(changes)
            if is_parent:
                for change in reversed(changes):
                    book.undo(change)
            else:
                for change in changes:
                    book.redo(change)
            here._book, here._nearer, here._changes = book, None, ()
            at._stand_aside(here, changes, is_parent=not is_parent)
            at = here
        return stood, blocks

    def _stand_aside(self, nearer: BookAt, changes: Sequence[Any], *, is_parent: bool) -> None:
        """Give the book to a neighbour; `is_parent` says that `changes` lead from here to there."""
        self._book, self._nearer, self._changes, self._is_parent = None, nearer, changes, is_parent
