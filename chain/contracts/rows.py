"""What rows of the contracts' bindings are made of: values by name, which never change.

Type checkers take them for frozen dataclasses. `dataclasses` writes and compiles functions for every class, half a
millisecond each, and a run meets some four hundred; these share theirs.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from inspect import get_annotations
from typing import Any, ClassVar, dataclass_transform


@dataclass_transform(frozen_default=True)
class Row:
    """Values by name. Rows are equal where they are of one class and all values are."""

    NAMES: ClassVar[tuple[str, ...]] = ()
    """What the values are called, in order."""

    def __init_subclass__(cls) -> None:
        """Take the names from what the class annotates; its module leaves annotations as they are written."""
        annotated = get_annotations(cls).items()
        cls.NAMES += tuple(name for name, kind in annotated if not kind.startswith("ClassVar"))

    def __init__(self, *values: Any, **named: Any) -> None:
        """Take the values, the first in order and the others by name; raises `TypeError` for any other set."""
        others = self.NAMES[len(values) :]
        if len(values) + len(named) != len(self.NAMES) or not named.keys() <= set(others):
            raise TypeError(f"{type(self).__name__} has the values {', '.join(self.NAMES) or 'none'}")
        self.__dict__.update(zip(self.NAMES, values, strict=False))
        if named:
            self.__dict__.update((name, named[name]) for name in others)

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(values_of(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


def values_of(row: Row) -> tuple[Any, ...]:
    """Return a row's values in order; no method, since a contract may call a value anything."""
    return tuple(row.__dict__.values())
