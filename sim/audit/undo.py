"""Books that can be rolled back: whatever a block changed in them can be taken back, and done again."""

from __future__ import annotations

from typing import Any, Final, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

Changes = list[tuple["Kept[Any, Any]", Any, Any]]
"""What entries were before: mapping, key and value, oldest change first."""

_ABSENT: Final = object()


class Undo:
    """Notes what changes in the mappings that share it."""

    def __init__(self) -> None:
        self._changes: Changes = []

    def note(self, mapping: Kept[Any, Any], key: object, before: object) -> None:
        """Note what an entry was."""
        self._changes.append((mapping, key, before))

    def take(self) -> Changes:
        """Return what was noted since the last time."""
        changes, self._changes = self._changes, []
        return changes

    def swap(self, changes: Changes) -> Changes:
        """Put entries back to what they were; return what does it again."""
        again: Changes = []
        for mapping, key, before in reversed(changes):
            again.append((mapping, key, dict.get(mapping, key, _ABSENT)))
            mapping.put_back(key, before)
        return again


class Kept(dict[Key, Value]):
    """A mapping that notes every change of an entry; only single entries are set and deleted."""

    def __init__(self, undo: Undo) -> None:
        super().__init__()
        self._undo = undo

    def __setitem__(self, key: Key, value: Value) -> None:
        self._undo.note(self, key, dict.get(self, key, _ABSENT))
        super().__setitem__(key, value)

    def __delitem__(self, key: Key) -> None:
        self._undo.note(self, key, self[key])
        super().__delitem__(key)

    def put_back(self, key: Key, value: object) -> None:
        """Set an entry without noting it."""
        if value is _ABSENT:
            super().pop(key, None)
        else:
            super().__setitem__(key, value)  # type: ignore[assignment]


class Tally(Kept[Key, int]):
    """A kept mapping to numbers; what is not in it is 0."""

    def __missing__(self, _key: Key) -> int:
        return 0


class Total:
    """A number of a book that is kept like an entry; the book has `totals`, and the number starts at 0."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, book: Any, _owner: type) -> int:
        return int(book.totals[self._name])

    def __set__(self, book: Any, value: int) -> None:
        book.totals[self._name] = value


class Book:
    """What every book starts with: the undo that it shares with others, and its totals."""

    def __init__(self, undo: Undo | None) -> None:
        self.undo = undo or Undo()
        self.totals: Tally[str] = Tally(self.undo)
