"""Functions as methods that return calls, what they answer with several values as rows, and the creation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chain.contracts.binding.interface import Entry, Interface, signature_of
from chain.contracts.binding.text import definition, docstring, explained, one_line
from chain.contracts.binding.types import Types
from chain.contracts.inherited import WORDS
from chain.contracts.naming import snake


@dataclass(frozen=True)
class Functions:
    """The functions of one contract as Python."""

    interface: Interface
    types: Types

    def methods(self) -> list[str]:
        """Return a method for each function."""
        return [line for entry in self.interface.entries("function") for line in self._method(entry)]

    def answers(self) -> list[str]:
        """Return a row for each function that answers with several values."""
        return [line for entry in self.interface.entries("function") for line in self._row(entry)]

    def creation(self) -> list[str]:
        """Return the method that gives the data of a creation."""
        entries = self.interface.entries("constructor")
        inputs = entries[0]["inputs"] if entries else []
        _user, details = self.interface.told("methods", "constructor")
        names = self.types.names(inputs)
        arguments = ", ".join(_plain(inputs, list(names.values())))
        return [
            "    @staticmethod",
            *definition("creation", self._parameters(inputs), "bytes"),
            *docstring("Return the data of the transaction that creates the contract.", indent=8,
                       arguments=explained(names, details)),
            f"        return interface({self.interface.name}.NAME).encode_creation({arguments})",
            "",
        ]  # fmt: skip

    def _method(self, entry: Entry) -> Iterator[str]:
        key = signature_of(entry)
        user, details = self.interface.told("methods", key)
        state = self.interface.artifact.devdoc.get("stateVariables", {}).get(entry["name"], {})
        notice = (
            user.get("notice")
            or details.get("details")
            or state.get("details")
            or WORDS.get(key, entry["name"])
        )
        names = self.types.names(entry["inputs"])
        answer = f"ContractCall[{self._answer(entry)}]"
        yield from definition(
            self.interface.method_name(entry), ["self", *self._parameters(entry["inputs"])], answer
        )
        returned = list(details.get("returns", {}).values())
        yield from docstring(
            one_line(notice),
            indent=8,
            arguments=explained(names, details),
            returned=returned[:1] if len(returned) == 1 else [],
        )
        arguments = "".join(f", {value}" for value in _plain(entry["inputs"], list(names.values())))
        called = key if self.interface.is_overloaded(entry) else entry["name"]
        yield f'        data = interface(self.NAME).encode("{called}"{arguments})'
        yield f'        return ContractCall(self.NAME, "{called}", self.address, data, {self._reader(entry)})'
        yield ""

    def _row(self, entry: Entry) -> Iterator[str]:
        outputs = entry["outputs"]
        if len(outputs) < 2:
            return
        _user, details = self.interface.told("methods", signature_of(entry))
        names = self.types.names(outputs, prefix="value")
        yield f"class {self._answer(entry)}(Row):"
        # NatSpec keeps return values by name, and those without one as _0, _1, … in the ABI's order.
        told = details.get("returns", {})
        meanings = [
            (ours, one_line(meaning))
            for index, (theirs, ours) in enumerate(names.items())
            if (meaning := told.get(theirs) or told.get(f"_{index}"))
        ]
        yield from docstring(f"What `{snake(entry['name'])}` answers.", indent=4, arguments=meanings)
        yield ""
        for part, ours in zip(outputs, names.values(), strict=True):
            yield f"    {ours}: {self.types.python_type(part)}"
        yield from ("", "")

    def _parameters(self, inputs: Sequence[Entry]) -> list[str]:
        names = self.types.names(inputs)
        return [
            f"{ours}: {self.types.python_type(part, argument=True)}"
            for part, ours in zip(inputs, names.values(), strict=True)
        ]

    def _answer(self, entry: Entry) -> str:
        outputs = entry["outputs"]
        if not outputs:
            return "None"
        return (
            self.types.python_type(outputs[0])
            if len(outputs) == 1
            else f"{entry['name'][0].upper()}{entry['name'][1:]}Answer"
        )

    def _reader(self, entry: Entry) -> str:
        outputs = entry["outputs"]
        if not outputs:
            return "same"
        if len(outputs) > 1:
            parts = ", ".join(
                _read(f"values[{index}]", self.types.convert(part)) for index, part in enumerate(outputs)
            )
            return f"lambda values: {self._answer(entry)}({parts})"
        return self.types.convert(outputs[0]) or "same"


def _read(value: str, reader: str) -> str:
    if not reader:
        return value
    return f"({reader})({value})" if reader.startswith("lambda") else f"{reader}({value})"


def _plain(inputs: Sequence[Entry], names: Sequence[str]) -> list[str]:
    """Return the arguments as the coder takes them: what holds structs or may be any sequence is made plain."""
    return [
        f"plain({name})" if part["type"].startswith("tuple") or part["type"].endswith("]") else name
        for part, name in zip(inputs, names, strict=True)
    ]
