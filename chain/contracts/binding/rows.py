"""Events and custom errors as rows, and the catalogues that find them by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chain.contracts.binding.interface import Entry, Interface, signature_of
from chain.contracts.binding.text import docstring, explained, one_line
from chain.contracts.binding.types import Types
from chain.contracts.inherited import WORDS


@dataclass(frozen=True)
class Rows:
    """The events of one contract as Python, or its errors: `kind` is "event" or "error"."""

    interface: Interface
    types: Types
    kind: str

    @property
    def base(self) -> str:
        """The class that all of them extend."""
        return "ContractEvent" if self.kind == "event" else "ContractError"

    def rows(self) -> list[str]:
        """Return a row for each."""
        return [line for entry in self.interface.entries(self.kind) for line in self._row(entry)]

    def catalogue(self) -> list[str]:
        """Return the constant that holds their classes by the ABI's names."""
        return [
            f"{self.kind.upper()}S: Final[Mapping[str, type[{self.base}]]] = {{",
            *(f'    "{entry["name"]}": {self._class(entry)},' for entry in self.interface.entries(self.kind)),
            "}",
            f'"""The contract\'s {self.kind}s by name."""',
            "",
            "",
        ]

    def _row(self, entry: Entry) -> Iterator[str]:
        key = signature_of(entry)
        told, details = self.interface.told(f"{self.kind}s", key)
        names = self.types.names(entry["inputs"], prefix="value")
        yield f"class {self._class(entry)}({self.base}):"
        words = one_line(told.get("notice") or details.get("details") or WORDS.get(key, entry["name"]))
        yield from docstring(words, indent=4, arguments=explained(names, details))
        yield ""
        yield f'    CONTRACT: ClassVar = "{self.interface.name}"'
        yield f'    {self.kind.upper()}: ClassVar = "{entry["name"]}"'
        yield from self.types.fields(entry["inputs"], names)
        yield from ("", "")

    def _class(self, entry: Entry) -> str:
        """Return the class of an event or error; an error that shares an event's or struct's name says what it is."""
        name: str = entry["name"]
        is_taken = name == self.interface.name or name in self.interface.event_names
        return f"{name}Error" if self.kind == "error" and is_taken else name
