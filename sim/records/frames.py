"""Reading binary layouts field by field, so that every codec refuses cut, long and foreign bytes the same
way."""

from __future__ import annotations

from sim.records.errors import RecordsError

LENGTH_BYTES = 4


def block(content: bytes) -> bytes:
    """Return `content` behind its length in four bytes, as `Frame.block` reads it."""
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


class Frame:
    """A cursor over bytes. `what` names the thing being read in messages, `error` is raised for every
    fault."""

    def __init__(self, data: bytes, what: str, error: type[RecordsError]) -> None:
        self._data = data
        self._position = 0
        self._what = what
        self._error = error

    def take(self, length: int, field: str) -> bytes:
        """Return the next `length` bytes; raise where fewer are left."""
        end = self._position + length
        if end > len(self._data):
            left = len(self._data) - self._position
            raise self._error(f"{self._what} is cut off: {field} needs {length} bytes, {left} are left")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def integer(self, length: int, field: str) -> int:
        """Return the next `length` bytes as a big-endian integer."""
        return int.from_bytes(self.take(length, field), "big")

    def block(self, field: str) -> bytes:
        """Return a block written behind its length."""
        return self.take(self.integer(LENGTH_BYTES, f"length of {field}"), field)

    def expect(self, value: bytes, field: str) -> None:
        """Read the bytes of a fixed `value`; raise where they differ."""
        found = self.take(len(value), field)
        if found != value:
            raise self._error(f"{self._what} has {field} {found.hex()}, but {value.hex()} is needed")

    def end(self) -> None:
        """Raise where bytes are left over."""
        left = len(self._data) - self._position
        if left:
            raise self._error(f"{self._what} has {left} bytes too many at its end")
